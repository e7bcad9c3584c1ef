/** What an edit begins with: the original's pixels for the screen, and the recipe that was last. */

import { call } from "../lib/api.js";
import { upright } from "../photo/words.js";
import { draftOf } from "./draft.js";
import { NEUTRAL, tidy } from "./recipe.js";

/** @typedef {import("../photo/record.js").Photo} Photo */
/** @typedef {import("./recipe.js").Recipe} Recipe */

/**
 * A rendition of the original, in sRGB; its own size, upright, and what brings its primaries to
 * sRGB's where they are others.
 * @typedef {{file: Blob, size: import("./frame.js").Size | null, toSrgb: import("./primaries.js").Matrix | null}} Source
 */

const EDGE = 2048;

/** @param {Photo} photo @returns {Promise<Source>} */
export async function picture(photo) {
  const response = await fetch(await address(photo), { credentials: "omit" });
  if (!response.ok) throw new Error("The photo's picture can't be fetched.");
  return { file: await response.blob(), size: upright(photo), toSrgb: photo.to_srgb ?? null };
}

/** @param {Photo} photo @returns {Promise<string>} */
async function address(photo) {
  const shown = photo.renditions?.at(-1);
  if (shown && !photo.edited) return shown.url;
  // The renditions are those of the edited version: a recipe that does nothing shows the original.
  const preview = await call("POST", `photos/${photo.photo_id}/preview`, { body: { recipe: NEUTRAL, size: EDGE }, repeats: true });
  return preview.preview_url;
}

/** The recipe that is stored, or what the current edit was rendered by. @param {Photo} photo @returns {Promise<Recipe>} */
export async function storedRecipe(photo) {
  if (photo.recipe) return tidy(photo.recipe);
  if (!photo.edited) return NEUTRAL;
  /** @type {{versions: import("../photo/record.js").Version[]}} */
  const { versions } = await call("GET", `photos/${photo.photo_id}/versions`);
  return tidy(versions.find(({ is_current, version_type }) => is_current && version_type === "edited")?.recipe ?? NEUTRAL);
}

/** @param {Photo} photo @param {Recipe} stored @returns {Recipe} */
export function firstRecipe(photo, stored) {
  return draftOf(photo.photo_id) ?? stored;
}
