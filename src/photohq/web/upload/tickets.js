/** Leave to upload: a batch for new items, and fresh tickets for those whose URL has expired. */

import { call } from "../lib/api.js";

/**
 * @typedef {import("./state.js").Item} Item
 * @typedef {import("../lib/api.js").Schemas["BatchItemAnswer"]} Answer
 */

/** Milliseconds before a URL's end from which it is not begun with. */
const MARGIN = 20_000;
/** @type {Map<string, Promise<void>>} */
const running = new Map();

/** Asks for a batch, and gives each item its ticket or its refusal. @param {Item[]} items @param {AbortSignal} signal */
export async function openBatch(items, signal) {
  const body = {
    items: items.map(({ name, size, sum }) => ({
      filename: name,
      content_type: "image/jpeg",
      file_size: size,
      checksum_sha256: sum,
      on_duplicate: "return",
    })),
  };
  const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const answer = await call("POST", "batches", { body, headers: { "Idempotency-Key": key }, signal, repeats: true });
  for (const [at, given] of answer.items.entries()) {
    Object.assign(items[at], { batch: answer.batch_id, index: given.index });
    take(items[at], given);
  }
}

/** Asks for fresh tickets of a batch; one call serves all who ask at once. @param {string} batch @param {Item[]} items those of the queue */
export function resumeBatch(batch, items) {
  const asked = running.get(batch) ?? resume(batch, items).finally(() => running.delete(batch));
  running.set(batch, asked);
  return asked;
}

/** @param {string} batch @param {Item[]} items */
async function resume(batch, items) {
  const answer = await call("POST", `batches/${batch}/resume`, { repeats: true });
  /** @type {Map<number, Answer>} */
  const given = new Map(answer.items.map((/** @type {Answer} */ one) => [one.index, one]));
  for (const item of items) {
    if (item.batch !== batch || item.index === undefined || ["done", "refused"].includes(item.state)) continue;
    const ticket = given.get(item.index);
    if (ticket) take(item, ticket);
    // What has no ticket any more has arrived.
    else item.state = "done";
  }
}

/** @param {Item} item @param {Answer} given */
function take(item, given) {
  item.photo = given.photo_id ?? item.photo;
  if (given.duplicate) {
    item.state = "done";
    item.duplicate = true;
  } else if (given.upload_url && given.upload_headers) {
    item.ticket = {
      upload_url: given.upload_url,
      upload_method: given.upload_method ?? "PUT",
      upload_headers: given.upload_headers,
      ends: Date.now() + (given.expires_in ?? 0) * 1000,
    };
    item.size = given.file_size ?? item.size;
  } else {
    item.state = "refused";
    item.error = given.errors?.[0]?.message ?? given.detail ?? given.error ?? "Refused by the server.";
  }
}

/** Whether an item's ticket will do for another attempt. @param {Item} item */
export function hasTicket(item) {
  return item.ticket !== undefined && item.ticket.ends - MARGIN > Date.now();
}
