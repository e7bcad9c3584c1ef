/**
 * What keeps the queue going: checksums, tickets, four transfers at once, and another attempt where
 * one fails.
 */

import { Problem, Unreachable, call } from "../lib/api.js";
import { Refusal } from "../lib/cognito.js";
import { checksum } from "./hash.js";
import { changed, inState, queue, tellArrival } from "./state.js";
import * as store from "./store.js";
import { hasTicket, openBatch, resumeBatch } from "./tickets.js";
import { Failed, put } from "./transfer.js";

/** @typedef {import("./state.js").Item} Item */

const AT_ONCE = 4;
const IN_A_BATCH = 50;
const ATTEMPTS = 9;

let hashing = false;
let asking = false;
let askAt = 0;
let timer = 0;

/** Begins at once with what had to wait. */
export function hurry() {
  askAt = 0;
  for (const item of queue.items) item.retryAt = 0;
  pump();
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
  tellArrival();
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
