/** From the draft to the server: the recipe is stored with the photo, or rendered into its edited version. */

import { Problem, call, pause } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { job } from "../lib/job.js";
import { newKey } from "../photo/record.js";
import { html } from "../vendor/lit-html/lit-html.js";
import { NEUTRAL, same, tidy } from "./recipe.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("../photo/record.js").Photo} Photo
 */

/** Milliseconds between two looks at an edit that is rendered. */
const LOOK = 900;

/**
 * Stores a recipe with a photo; where somebody stored another one meanwhile, asks. Answers the photo
 * as it is then, or null where theirs is to stay.
 * @param {Photo} photo @param {Recipe} recipe @returns {Promise<Photo | null>}
 */
export async function saveRecipe(photo, recipe) {
  const path = `photos/${photo.photo_id}/recipe`;
  try {
    const answer = await call("PUT", path, { body: recipe, headers: { "If-Match": `"${photo.revision}"` } });
    return { ...photo, recipe: answer.recipe, revision: answer.revision };
  } catch (error) {
    if (!(error instanceof Problem && error.status === 412)) throw error;
  }
  /** @type {Photo} */
  const now = await call("GET", `photos/${photo.photo_id}/metadata`);
  const isOther = !same(tidy(now.recipe ?? NEUTRAL), tidy(photo.recipe ?? NEUTRAL));
  if (isOther && !(await replaces())) return null;
  return saveRecipe(now, recipe);
}

function replaces() {
  return /** @type {Promise<boolean | undefined>} */ (
    openDialog("Another recipe was saved", (close) => html`
      <p>Somebody saved another recipe for this photo since you opened it. Your draft stays on this device either way.</p>
      <div class="actions">
        <button type="button" autofocus @click=${() => close(false)}>Leave theirs</button>
        <button type="button" class="accent" @click=${() => close(true)}>Save mine instead</button>
      </div>
    `)
  );
}

/**
 * Renders a recipe, and waits for the edited version: answers whether somebody waited for it.
 * @param {Photo} photo @param {Recipe} recipe
 */
export async function renderEdit(photo, recipe) {
  const path = `photos/${photo.photo_id}/render`;
  const begun = await call("POST", path, { body: { recipe }, headers: { "Idempotency-Key": newKey() }, repeats: true });
  try {
    await job(() => "Rendering the edited version …", null, async (_, signal) => {
      while (!(await isDone(photo.photo_id, begun.edit_count))) await pause(LOOK, signal);
    });
    return true;
  } catch (error) {
    // Rendering goes on at the server.
    if (error instanceof DOMException && error.name === "AbortError") return false;
    throw error;
  }
}

/** @param {string} id @param {number} count of edits, with the one that is waited for */
async function isDone(id, count) {
  /** @type {Photo} */
  const { edited } = await call("GET", `photos/${id}/metadata`);
  const edit = edited?.pending ?? edited;
  if (edit?.status === "failed") throw new Error(edit.status_message ?? "The edited version could not be rendered.");
  if (!edited) throw new Error("The edited version was given up.");
  return !edited.pending && edited.edit_count >= count && edited.status === "ready";
}
