/** What somebody can do with the upload queue; it goes on whatever view is shown. */

import { Problem, call } from "../lib/api.js";
import { apiUrl, config } from "../lib/deployment.js";
import { current } from "../lib/session.js";
import { reasonAgainst } from "./checks.js";
import { hurry, pump } from "./pump.js";
import { changed, inState, queue } from "./state.js";
import * as store from "./store.js";

/** @typedef {import("./state.js").Item} Item */

/** Whose uploads these are. */
const owner = () => `${apiUrl().href} ${current()?.email ?? ""}`;

/** Takes files: those that are missing find their place again, the others are new. @param {File[]} files */
export async function enqueue(files) {
  const { limits } = await config();
  if (!inState("waiting", "hashed", "ready", "running").length) clearFinished();
  /** @type {Item[]} */
  const fresh = [];
  for (const file of files) {
    const known = queue.items.find(({ state, name, size }) => state === "missing" && name === file.name && size === file.size);
    if (known) {
      Object.assign(known, { file, error: "", state: known.batch ? "ready" : "waiting" });
      continue;
    }
    const error = await reasonAgainst(file, limits);
    fresh.push({
      id: crypto.getRandomValues(new Uint32Array(4)).join("-"),
      owner: owner(),
      file,
      name: file.name,
      size: file.size,
      modified: file.lastModified,
      state: error ? "refused" : "waiting",
      sent: 0,
      error,
      attempts: 0,
      retryAt: 0,
    });
  }
  queue.items.push(...fresh);
  await store.keep(fresh.filter(({ state }) => state !== "refused"));
  pump();
}

/** Takes up what an earlier visit left: what has arrived by now is forgotten, the rest is asked for. */
export async function restore() {
  const left = await store.kept(owner());
  const known = new Set(queue.items.map(({ id }) => id));
  /** @type {Map<string, Map<number, string>>} */
  const statuses = new Map();
  for (const batch of new Set(left.flatMap((item) => item.batch ?? []))) {
    try {
      const { items } = await call("GET", `batches/${batch}`);
      statuses.set(batch, new Map(items.map((/** @type {any} */ item) => [item.index, item.status])));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) return;
    }
  }
  for (const item of left) {
    const status = item.batch === undefined ? undefined : statuses.get(item.batch)?.get(item.index ?? -1);
    if (known.has(item.id)) continue;
    if (status !== undefined && status !== "pending_upload") {
      void store.drop([item.id]);
      continue;
    }
    const placed = status === undefined ? { batch: undefined, index: undefined } : {};
    queue.items.push({ ...item, ...placed, state: "missing", sent: 0, error: "", attempts: 0, retryAt: 0 });
  }
  changed();
}

/** Stops all transfers until `resume`. */
export function pauseAll() {
  queue.paused = true;
  for (const { stop } of inState("running")) stop?.abort();
  changed();
}

export function resumeAll() {
  queue.paused = false;
  queue.trouble = "";
  hurry();
}

/** @param {Item} item */
export function retry(item) {
  const state = !item.file ? "missing" : !item.sum && !item.batch ? "waiting" : item.batch ? "ready" : "hashed";
  Object.assign(item, { state, error: "", attempts: 0, retryAt: 0 });
  pump();
}

/** Takes items out of the queue; photos that are promised but not there are deleted. @param {Item[]} items */
export function cancel(items) {
  const gone = new Set(items);
  queue.items = queue.items.filter((item) => !gone.has(item));
  void store.drop(items.map(({ id }) => id));
  for (const item of items) {
    item.stop?.abort();
    if (item.photo && item.state !== "done") call("DELETE", `photos/${item.photo}`).catch(() => undefined);
  }
  pump();
}

/** Takes out what is done or refused. */
export function clearFinished() {
  queue.items = queue.items.filter(({ state }) => !["done", "refused"].includes(state));
  changed();
}

/** Forgets the queue, not what is kept of it: somebody has signed out. */
export function stopAll() {
  for (const { stop } of inState("running")) stop?.abort();
  Object.assign(queue, { items: [], paused: false, trouble: "" });
  changed();
}
