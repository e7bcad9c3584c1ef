/** What can be done with selected photos: tags, stars, downloads, and deleting them. */

import { html } from "../vendor/lit-html/lit-html.js";
import { openDialog } from "../lib/dialog.js";
import { job } from "../lib/job.js";
import { toast, toastError } from "../lib/toast.js";
import { operate, refused, walk } from "./bulk.js";
import { saveAll } from "./download.js";
import { forgetOthers } from "./photos.js";

/**
 * @typedef {import("./photos.js").Photo} Photo
 * @typedef {import("./photos.js").Photos} Photos
 * @typedef {import("./selection.js").Selection} Selection
 * @typedef {import("./bulk.js").Operation} Operation
 */

/** Seconds in which deleted photos can be had back. */
export const GRACE = 10;

/** Has the last deleted photos back, as long as that can be done. */
export let undo = /** @type {() => void} */ (() => undefined);

/** @param {number} count */
const counted = (count) => `${count} ${count === 1 ? "photo" : "photos"}`;

/** How many are selected, where that is known. @param {Selection} selection */
const sizeOf = (selection) => (selection.isAll ? null : selection.ids.size);

/** The newest photo that somebody can have meant. @param {Photos} photos */
const newest = (photos) => photos.entries[0]?.photo.created_at ?? "";

/**
 * Changes each selected photo, a chunk at a time; answers how many were changed.
 * @param {Photos} photos @param {Selection} selection @param {string} until @param {string} doing
 * @param {(photo: Photo) => Operation | null} operation @param {(photo: Photo) => void} [done]
 */
async function changeEach(photos, selection, until, doing, operation, done) {
  const total = sizeOf(selection);
  const of = total ? ` of ${total}` : "";
  let refusals = 0;
  let reason = "";
  let changed = 0;
  await job((count) => `${doing}: ${count}${of}`, total, async (step, signal) => {
    for await (const chunk of walk(photos, selection, until)) {
      signal.throwIfAborted();
      const byId = new Map(chunk.map((photo) => [photo.photo_id, photo]));
      const operations = chunk.flatMap((photo) => operation(photo) ?? []);
      const results = operations.length ? await operate(operations, signal) : [];
      const bad = refused(results);
      refusals += bad.count;
      reason ||= bad.reason;
      for (const { photo_id: id, status_code: status } of results) {
        const photo = byId.get(id ?? "");
        if (photo && status < 400) done?.(photo);
      }
      changed += chunk.length - bad.count;
      step(chunk.length);
    }
  });
  if (refusals) toast(`${counted(refusals)} could not be changed: ${reason}`, { kind: "danger", seconds: 10 });
  return changed;
}

/** Adds tags to the selected photos. @param {Photos} photos @param {Selection} selection */
export async function tagSelected(photos, selection) {
  /** @type {string | undefined} */
  const text = await openDialog("Add tags", (close) => html`
    <form
      @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        close(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("tags")));
      }}
    >
      <div class="field">
        <label for="tags">Tags, separated by commas</label>
        <input id="tags" name="tags" autocomplete="off" autofocus />
        <p class="hint">They are added to those that the photos have.</p>
      </div>
      <div class="actions">
        <button type="button" @click=${() => close()}>Cancel</button>
        <button type="submit" class="accent">Add to ${selection.said().replace(" selected", "")}</button>
      </div>
    </form>
  `);
  const tags = (text ?? "").split(",").map((tag) => tag.trim()).filter(Boolean);
  if (!tags.length) return;
  const united = (/** @type {Photo} */ photo) => [...new Set([...(photo.tags ?? []), ...tags])];
  await attempt(async () => {
    const changed = await changeEach(photos, selection, newest(photos), "Adding tags",
      (photo) => ({ op: "patch", photo_id: photo.photo_id, metadata: { tags: united(photo) } }),
      (photo) => photos.change(photo.photo_id, { tags: united(photo) }));
    toast(`${counted(changed)} tagged.`);
  });
}

/** Gives the selected photos so many stars. @param {Photos} photos @param {Selection} selection @param {number} rating */
export async function rateSelected(photos, selection, rating) {
  await attempt(async () => {
    const changed = await changeEach(photos, selection, newest(photos), "Rating",
      (photo) => ({ op: "patch", photo_id: photo.photo_id, metadata: { rating: rating || null } }),
      (photo) => photos.change(photo.photo_id, { rating }));
    toast(rating ? `${counted(changed)} rated ${rating} of 5.` : `${counted(changed)} without a rating.`);
  });
}

/** Downloads the selected photos, of each the current version. @param {Photos} photos @param {Selection} selection */
export async function downloadSelected(photos, selection) {
  await attempt(() => saveAll(photos, selection, newest(photos)));
}

/**
 * Takes the selected photos out of sight, and deletes them once nobody has undone that: until then
 * nothing is sent.
 * @param {Photos} photos @param {Selection} selection
 */
export async function deleteSelected(photos, selection) {
  if (selection.isAll && !(await confirmed(selection))) return;
  const until = newest(photos);
  const goes = (/** @type {Photo} */ photo) => selection.has(photo.photo_id) && photo.created_at <= until;
  const taken = photos.hide(goes);
  const leave = toast(selection.isAll ? "All of them deleted." : `${counted(taken.length)} deleted.`, {
    seconds: GRACE,
    action: "Undo",
    run: back,
  });
  function back() {
    clearTimeout(timer);
    leave();
    photos.show(goes, taken);
    undo = () => undefined;
  }
  undo = back;
  const timer = setTimeout(async () => {
    leave();
    if (undo === back) undo = () => undefined;
    const kept = new Map(taken.map((entry) => [entry.photo.photo_id, entry]));
    await attempt(() => erase(photos, selection, kept, until));
    forgetOthers(photos);
    // What is left was refused, or not reached.
    photos.show(goes, [...kept.values()]);
    if (selection.isAll) await photos.refresh().catch(() => undefined);
  }, GRACE * 1000);
}

/** @param {Selection} selection */
function confirmed(selection) {
  const all = selection.ids.size ? `All photos but ${counted(selection.ids.size)}` : "All photos";
  return /** @type {Promise<boolean | undefined>} */ (
    openDialog("Delete all of them?", (close) => html`
      <p>${all} that are listed here, also those further down, are deleted with their edited versions.</p>
      <div class="actions">
        <button type="button" autofocus @click=${() => close(false)}>Keep them</button>
        <button type="button" class="danger-button" @click=${() => close(true)}>Delete them</button>
      </div>
    `)
  );
}

/** @param {Photos} photos @param {Selection} selection @param {Map<string, unknown>} keep @param {string} until */
async function erase(photos, selection, keep, until) {
  const known = new Map(keep);
  // The photos are out of the list that is shown: the walk needs their ids alone.
  const list = selection.isAll ? photos : { ...photos, byId: known };
  await changeEach(/** @type {Photos} */ (list), selection, until, "Deleting",
    (photo) => ({ op: "delete", photo_id: photo.photo_id }),
    (photo) => keep.delete(photo.photo_id));
}

/** @param {() => Promise<unknown>} task */
async function attempt(task) {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) toastError(error);
  }
}
