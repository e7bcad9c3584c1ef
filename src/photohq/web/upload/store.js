/**
 * What is not uploaded yet, in IndexedDB, so that a reload doesn't lose it: the names and sizes of
 * the files and which batch they belong to. The files themselves stay where they are.
 */

/**
 * @typedef {object} Kept
 * @property {string} id
 * @property {string} owner whose it is, and on which deployment
 * @property {string} name
 * @property {number} size
 * @property {number} modified
 * @property {string} [batch]
 * @property {number} [index] its place in the batch
 */

/** @type {Promise<IDBDatabase> | undefined} */
let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("photohq", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("uploads", { keyPath: "id" }).createIndex("owner", "owner");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/**
 * Runs requests in one transaction. Where the browser keeps nothing (private windows), uploads work
 * all the same, and only a reload is not survived.
 * @template T
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T> | void} work
 * @returns {Promise<T | undefined>}
 */
async function within(mode, work) {
  try {
    const transaction = (await database()).transaction("uploads", mode);
    const request = work(transaction.objectStore("uploads"));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
    return request ? request.result : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Kept[]} items */
export function keep(items) {
  return within("readwrite", (store) => {
    for (const { id, owner, name, size, modified, batch, index } of items) store.put({ id, owner, name, size, modified, batch, index });
  });
}

/** @param {string[]} ids */
export function drop(ids) {
  return within("readwrite", (store) => {
    for (const id of ids) store.delete(id);
  });
}

/** What an earlier visit left. @param {string} owner @returns {Promise<Kept[]>} */
export async function kept(owner) {
  return /** @type {Kept[]} */ ((await within("readonly", (store) => store.index("owner").getAll(owner))) ?? []);
}
