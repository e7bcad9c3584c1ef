/** One thing done with many photos, through POST /photos/batch. */

import { Problem, call, pause } from "../lib/api.js";
import { fetchPage } from "./photos.js";

/**
 * @typedef {import("./photos.js").Photo} Photo
 * @typedef {{op: string, photo_id: string, [field: string]: unknown}} Operation
 * @typedef {{photo_id: string | null, status_code: number, body: any}} Result
 */

/** Photos in one call: few enough that all of them fit into its twenty seconds. */
const AT_ONCE = 50;

/**
 * The selected photos, in chunks. Of 'all', the list is walked now, with the exceptions left out;
 * what came after `until` was not there when somebody said 'all'.
 * @param {import("./photos.js").Photos} photos
 * @param {import("./selection.js").Selection} selection
 * @param {string} until @returns {AsyncGenerator<Photo[]>}
 */
export async function* walk(photos, selection, until) {
  if (!selection.isAll) {
    const chosen = [...selection.ids].flatMap((id) => photos.byId.get(id)?.photo ?? []);
    for (let at = 0; at < chosen.length; at += AT_ONCE) yield chosen.slice(at, at + AT_ONCE);
    return;
  }
  /** @type {string | undefined} */
  let cursor = "";
  while (cursor !== undefined) {
    const page = await fetchPage(photos.filter, cursor);
    const chosen = page.photos.filter(
      (photo) => photo.status !== "pending_upload" && photo.created_at <= until && selection.has(photo.photo_id),
    );
    for (let at = 0; at < chosen.length; at += AT_ONCE) yield chosen.slice(at, at + AT_ONCE);
    cursor = page.last_evaluated_key ?? undefined;
  }
}

/**
 * Carries operations out; those for which there was no time are sent again.
 * @param {Operation[]} operations @param {AbortSignal} signal @returns {Promise<Result[]>}
 */
export async function operate(operations, signal) {
  /** @type {Result[]} */
  const results = [];
  let open = operations;
  for (let turn = 0; open.length; turn += 1) {
    const body = { operations: open };
    const headers = { "Idempotency-Key": crypto.getRandomValues(new Uint32Array(4)).join("-") };
    const answer = await call("POST", "photos/batch", { body, headers, signal, repeats: true });
    /** @type {Operation[]} */
    const again = [];
    let wait = 0;
    for (const result of answer.results) {
      if (result.status_code === 503 && turn < 20) {
        again.push(open[result.index]);
        wait = Math.max(wait, result.body?.retry_after ?? 1);
      } else {
        results.push(result);
      }
    }
    open = again;
    if (open.length) await pause(wait * 1000, signal);
  }
  return results;
}

/** Counts what was refused, and says why. @param {Result[]} results */
export function refused(results) {
  const bad = results.filter(({ status_code: status }) => status >= 400 && status !== 404);
  return { count: bad.length, reason: bad[0] ? new Problem(bad[0].status_code, bad[0].body, null).message : "" };
}
