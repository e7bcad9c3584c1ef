/** The queue as it is now, and who is told when it changes. */

/**
 * @typedef {"missing" | "waiting" | "hashed" | "ready" | "running" | "done" | "failed" | "refused"} State
 *   missing: left by an earlier visit, its file is to be chosen again
 * @typedef {object} Item
 * @property {string} id
 * @property {string} owner
 * @property {File} [file]
 * @property {string} name
 * @property {number} size
 * @property {number} modified
 * @property {State} state
 * @property {number} sent bytes
 * @property {string} error
 * @property {number} attempts that have failed
 * @property {number} retryAt when the next may begin, in milliseconds
 * @property {string} [sum]
 * @property {string} [batch]
 * @property {number} [index]
 * @property {string} [photo]
 * @property {boolean} [duplicate] a photo with these bytes was there already
 * @property {{upload_url: string, upload_method: string, upload_headers: Record<string, string>, ends: number}} [ticket]
 * @property {AbortController} [stop]
 */

export const queue = {
  /** @type {Item[]} */
  items: [],
  paused: false,
  /** What holds all of it up, in a sentence. */
  trouble: "",
};
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Set<() => void>} */
const arrivals = new Set();
let lastArrival = -Infinity;

/** Calls `listener` after changes. @param {() => void} listener */
export function onQueue(listener) {
  listeners.add(listener);
}

/** Calls `listener` when photos have arrived. @param {() => void} listener */
export function onArrival(listener) {
  arrivals.add(listener);
  return () => arrivals.delete(listener);
}

/** How long ago the last photo was sent to its end, in milliseconds. */
export const sinceArrival = () => Date.now() - lastArrival;

/** The items in these states. @param {State[]} states */
export const inState = (...states) => queue.items.filter(({ state }) => states.includes(state));

/** Tells that something has changed. */
export function changed() {
  for (const listener of listeners) listener();
}

/** Tells that a photo has arrived. */
export function tellArrival() {
  lastArrival = Date.now();
  for (const listener of arrivals) listener();
}
