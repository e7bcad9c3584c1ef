/**
 * Draws recipes while somebody moves a slider. The picture is kept as it is placed, so that a change
 * of tone or colour has only that to do.
 */

import { cut, shrunk, turnedSize } from "./frame.js";
import { histogram } from "./histogram.js";
import { forSmaller, toned } from "./pixels.js";
import { placed } from "./place.js";
import { converted, inverse, weightsOf } from "./primaries.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("./place.js").Pixels} Pixels
 * @typedef {object} Wish
 * @property {number} id
 * @property {Recipe} recipe
 * @property {number} edge the longer edge that is drawn at most
 * @property {number} fullEdge the longer edge of the photo itself
 * @property {boolean} isWhole whether the whole frame is shown, as it is for cropping
 * @property {boolean} isPlain whether tone and colour are left as they were
 * @property {boolean} [isExact] whether nothing is asked for but the exact drawing
 */

/** @type {ImageBitmap | undefined} */
let source;
/** @type {import("./primaries.js").Matrix | null} */
let toSrgb = null;
/** What was placed last; `working` is the same in the primaries of the original. @type {{key: string, picture: Pixels | null, working?: Pixels, isRough: boolean}} */
let before = { key: "", picture: null, isRough: false };
const post = /** @type {(message: unknown, transfer?: Transferable[]) => void} */ (/** @type {any} */ (globalThis).postMessage);

addEventListener("message", async ({ data }) => {
  try {
    if (data.file) {
      // Its pixels as they are: renditions are sRGB.
      source = await createImageBitmap(data.file, { colorSpaceConversion: "none" });
      toSrgb = data.toSrgb;
      post({ width: source.width, height: source.height });
    } else {
      draw(data);
    }
  } catch (error) {
    post({ id: data.id, error: String(error) });
  }
});

/** @param {Wish} wish */
function draw(wish) {
  if (!source) return;
  const recipe = wish.isWhole ? { ...wish.recipe, crop: undefined, straighten: undefined, vignette: undefined } : wish.recipe;
  const picture = place(source, recipe, wish.edge, Boolean(wish.isExact));
  if (!picture) return post({ id: wish.id, isOutside: true });
  const by = (Math.max(source.width, source.height) / wish.fullEdge) * picture.by;
  const shown = wish.isPlain ? picture.pixels : developed(picture.pixels, forSmaller(recipe, by));
  const counts = histogram(shown.data);
  const data = shown.data === picture.pixels.data ? shown.data.slice() : shown.data;
  post({ id: wish.id, width: shown.width, height: shown.height, data, counts, isRough: picture.isRough }, [data.buffer, counts.buffer]);
}

/** Tone and colour of what was placed. @param {Pixels} picture @param {Recipe} recipe */
function developed(picture, recipe) {
  if (!toSrgb) return toned(picture, recipe);
  before.working ??= converted(picture, inverse(toSrgb));
  const made = toned(before.working, recipe, weightsOf(toSrgb));
  return made.data === before.working.data ? picture : converted(made, toSrgb);
}

/**
 * What the recipe keeps of the frame, near the size that is shown: it is shrunk before it is
 * straightened, which takes less time. What was straightened anew is rough unless it has to be exact.
 * @param {ImageBitmap} image @param {Recipe} recipe @param {number} edge @param {boolean} isExact
 */
function place(image, recipe, edge, isExact) {
  const kept = cut(turnedSize(image, recipe), recipe);
  if (!kept) return null;
  const by = Math.min(1, edge / Math.max(kept.width, kept.height));
  const { rotate, flip, straighten, crop } = recipe;
  const key = JSON.stringify([rotate, flip, straighten, crop, by]);
  if (before.key !== key || (before.isRough && isExact)) {
    const size = by < 1 ? shrunk(image, Math.round(Math.max(image.width, image.height) * by)) : image;
    const isRough = Boolean(straighten) && !isExact;
    const picture = isRough
      ? straightenedRoughly(image, size, recipe)
      : placed(pixels(image, size.width, size.height), { recipe: 1, rotate, flip, straighten, crop });
    before = { key, picture, isRough };
  }
  return before.picture && { pixels: before.picture, by, isRough: before.isRough };
}

/**
 * The same frame as `placed` makes, by the browser's own drawing: softer, in a tenth of the time.
 * @param {ImageBitmap} image @param {import("./frame.js").Size} size @param {Recipe} recipe @returns {Pixels | null}
 */
function straightenedRoughly(image, size, recipe) {
  const frame = turnedSize(size, recipe);
  const kept = cut(frame, recipe);
  if (!kept) return null;
  const context = blank(kept.width, kept.height);
  context.translate(frame.width / 2 - kept.left, frame.height / 2 - kept.top);
  context.rotate(((recipe.straighten ?? 0) * Math.PI) / 180);
  context.scale(recipe.flip === "horizontal" ? -1 : 1, recipe.flip === "vertical" ? -1 : 1);
  context.rotate(((recipe.rotate ?? 0) * Math.PI) / 180);
  context.drawImage(image, -size.width / 2, -size.height / 2, size.width, size.height);
  return context.getImageData(0, 0, kept.width, kept.height);
}

/** @param {ImageBitmap} image @param {number} width @param {number} height @returns {Pixels} */
function pixels(image, width, height) {
  const context = blank(width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** @param {number} width @param {number} height */
function blank(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  return /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
}
