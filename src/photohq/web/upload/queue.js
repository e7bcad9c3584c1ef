/**
 * The upload queue: checks, checksums, tickets, four transfers at once, and another attempt where
 * one fails. It goes on whatever view is shown.
 */

import { Problem, Unreachable, call } from "../lib/api.js";
import { Refusal } from "../lib/cognito.js";
import { apiUrl, config } from "../lib/deployment.js";
import { current } from "../lib/session.js";
import { reasonAgainst } from "./checks.js";
import { checksum } from "./hash.js";
import * as store from "./store.js";
import { hasTicket, openBatch, resumeBatch } from "./tickets.js";
import { Failed, put } from "./transfer.js";

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

const AT_ONCE = 4;
const IN_A_BATCH = 50;
const ATTEMPTS = 9;

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
let hashing = false;
let asking = false;
let askAt = 0;
let timer = 0;

/** Calls `listener` after changes. @param {() => void} listener */
export function onQueue(listener) {
  listeners.add(listener);
}

/** Calls `listener` when photos have arrived. @param {() => void} listener */
export function onArrival(listener) {
  arrivals.add(listener);
  return () => arrivals.delete(listener);
}

/** @param {State[]} states */
export const inState = (...states) => queue.items.filter(({ state }) => states.includes(state));

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
  askAt = 0;
  for (const item of queue.items) item.retryAt = 0;
  pump();
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

/** Begins whatever can be begun. */
export function pump() {
  clearTimeout(timer);
  changed();
  if (queue.paused) return;
  void hashNext();
  void ask();
  const now = Date.now();
  const ready = inState("ready");
  const due = ready.filter(({ retryAt }) => retryAt <= now);
  for (const item of due.slice(0, AT_ONCE - inState("running").length)) void send(item);
  const later = [...ready.filter(({ retryAt }) => retryAt > now).map(({ retryAt }) => retryAt), ...(askAt > now ? [askAt] : [])];
  if (later.length) timer = setTimeout(pump, Math.min(...later) - now + 20);
}

async function hashNext() {
  const item = queue.items.find(({ state }) => state === "waiting");
  if (hashing || !item?.file) return;
  hashing = true;
  try {
    item.sum = await checksum(item.file);
    if (item.state === "waiting") item.state = "hashed";
  } catch {
    Object.assign(item, { state: "failed", error: "The file can't be read any more." });
  }
  hashing = false;
  pump();
}

/** Asks for tickets: for many at once, but not before the first transfers could begin. */
async function ask() {
  const hashed = inState("hashed").slice(0, IN_A_BATCH);
  const idle = !inState("running", "ready").length;
  const enough = hashed.length >= 2 * AT_ONCE || !inState("waiting").length || idle;
  if (asking || askAt > Date.now() || !hashed.length || !enough || inState("ready").length >= 2 * AT_ONCE) return;
  asking = true;
  try {
    await openBatch(hashed, new AbortController().signal);
    queue.trouble = "";
    for (const item of hashed) if (item.state === "hashed") item.state = "ready";
    await store.keep(hashed.filter(({ state }) => state === "ready"));
    await store.drop(hashed.filter(({ state }) => state !== "ready").map(({ id }) => id));
  } catch (error) {
    if (isPassing(error)) {
      queue.trouble = "The server can't be reached; trying again.";
      askAt = Date.now() + 3000;
    } else if (!holds(error)) {
      for (const item of hashed) Object.assign(item, { state: "failed", error: said(error) });
    }
  }
  asking = false;
  pump();
}

/** Sends one file. @param {Item} item */
async function send(item) {
  const stop = new AbortController();
  Object.assign(item, { state: "running", sent: 0, error: "", stop });
  try {
    if (!hasTicket(item) && item.batch) await resumeBatch(item.batch, queue.items);
    if (item.state === "running" && item.file && item.ticket) {
      await put(item.ticket, item.file, (sent) => {
        item.sent = sent;
        changed();
      }, stop.signal);
    }
    if (item.state !== "refused") arrived(item);
  } catch (error) {
    await settle(item, error, stop.signal.aborted);
  }
  pump();
}

/** @param {Item} item */
function arrived(item) {
  Object.assign(item, { state: "done", sent: item.size, error: "", file: undefined, ticket: undefined });
  queue.trouble = "";
  void store.drop([item.id]);
  for (const listener of arrivals) listener();
}

/** Decides how it goes on after an attempt has failed. @param {Item} item @param {unknown} error @param {boolean} stopped */
async function settle(item, error, stopped) {
  const at = item.size ? Math.floor((item.sent / item.size) * 100) : 0;
  item.sent = 0;
  if (stopped) return void (item.state = "ready");
  // Originals are written once: this one has arrived, and only the answer was lost.
  if (error instanceof Failed && error.status === 412) return arrived(item);
  if (holds(error)) return void (item.state = "ready");
  item.attempts += 1;
  const expired = error instanceof Failed && error.status === 403;
  if (expired) item.ticket = undefined;
  if ((expired || isPassing(error)) && item.attempts < ATTEMPTS && (await isReadable(item))) {
    const wait = expired && item.attempts === 1 ? 0 : Math.min(15_000, 500 * 2 ** item.attempts);
    Object.assign(item, { state: "ready", retryAt: Date.now() + wait, error: expired ? "" : `${said(error)} at ${at} %, trying again` });
    return;
  }
  const changedOnDisk = (error instanceof Failed && error.code === "BadDigest") || !(await isReadable(item));
  if (changedOnDisk) {
    Object.assign(item, { sum: undefined, batch: undefined, index: undefined });
    if (item.photo) call("DELETE", `photos/${item.photo}`).catch(() => undefined);
  }
  Object.assign(item, {
    state: "failed",
    error: changedOnDisk ? "The file has changed since it was chosen." : isPassing(error) ? `${said(error)} at ${at} %` : said(error),
  });
}

/** Whether an error will pass by itself. @param {unknown} error */
function isPassing(error) {
  if (error instanceof Unreachable) return true;
  return (error instanceof Failed || error instanceof Problem) && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** Pauses the queue where somebody has to sign in first. @param {unknown} error */
function holds(error) {
  if (!(error instanceof Refusal)) return false;
  if (error.code === "Unreachable") askAt = Date.now() + 3000;
  else queue.paused = true;
  queue.trouble = error.code === "Unreachable" ? "The server can't be reached; trying again." : "Sign in to go on.";
  return true;
}

/** @param {Item} item */
async function isReadable({ file }) {
  try {
    await file?.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** @param {unknown} error */
function said(error) {
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}

function changed() {
  for (const listener of listeners) listener();
}
