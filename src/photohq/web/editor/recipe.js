/** Edit recipes as values: what they hold, what is neutral in them, and how they change. */

/**
 * @typedef {{left: number, top: number, width: number, height: number}} Crop
 * @typedef {{rgb?: number[][], red?: number[][], green?: number[][], blue?: number[][]}} ToneCurve
 * @typedef {object} Recipe
 * @property {number} recipe
 * @property {number} [rotate]
 * @property {"horizontal" | "vertical"} [flip]
 * @property {number} [straighten]
 * @property {Crop} [crop]
 * @property {{long_edge: number}} [resize]
 * @property {number} [exposure]
 * @property {number} [contrast]
 * @property {number} [highlights]
 * @property {number} [shadows]
 * @property {number} [whites]
 * @property {number} [blacks]
 * @property {number} [temperature]
 * @property {number} [tint]
 * @property {number} [saturation]
 * @property {number} [vibrance]
 * @property {ToneCurve} [tone_curve]
 * @property {{red: number, green: number, blue: number}} [monochrome]
 * @property {{amount: number, radius?: number}} [sharpen]
 * @property {number} [noise_reduction]
 * @property {{amount: number, midpoint?: number}} [vignette]
 */

/** @type {Readonly<Recipe>} */
export const NEUTRAL = Object.freeze({ recipe: 1 });
/** What concerns the frame; all else is tone, colour and detail. */
export const FRAME = ["rotate", "flip", "straighten", "crop", "resize"];

/**
 * A recipe without what does nothing.
 * @param {Record<string, any>} given @returns {Recipe}
 */
export function tidy(given) {
  /** @type {Record<string, any>} */
  const kept = { recipe: 1 };
  for (const [name, value] of Object.entries(given)) {
    if (name === "recipe" || !says(name, value)) continue;
    kept[name] = name === "tone_curve" ? bent(value) : value;
  }
  return /** @type {Recipe} */ (kept);
}

/** @param {string} name @param {any} value */
function says(name, value) {
  if (!value) return false;
  if (name === "sharpen" || name === "vignette") return Boolean(value.amount);
  if (name === "tone_curve") return Object.keys(bent(value)).length > 0;
  if (name === "crop") return value.left > 0 || value.top > 0 || value.width < 1 || value.height < 1;
  return true;
}

/** @param {ToneCurve} curves @returns {ToneCurve} */
function bent(curves) {
  return Object.fromEntries(Object.entries(curves).filter(([, points]) => points && !isStraight(points)));
}

/** Whether a curve changes nothing. @param {number[][]} points */
export function isStraight(points) {
  return points[0][0] === 0 && points[points.length - 1][0] === 255 && points.every(([x, y]) => x === y);
}

/** Whether two recipes make the same picture. @param {Recipe} one @param {Recipe} other */
export function same(one, other) {
  return text(one) === text(other);
}

/** @param {any} value @returns {string} */
function text(value) {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).filter((name) => value[name] !== undefined).sort();
  return `{${names.map((name) => `${name}:${text(value[name])}`).join()}}`;
}

/** The part of a recipe that concerns the frame. @param {Recipe} recipe @returns {Recipe} */
export function frameOf(recipe) {
  return pick(recipe, (name) => FRAME.includes(name));
}

/** The part that can be carried to another photo. @param {Recipe} recipe @returns {Recipe} */
export function looksOf(recipe) {
  return pick(recipe, (name) => !FRAME.includes(name));
}

/** @param {Recipe} recipe @param {(name: string) => boolean} keeps */
function pick(recipe, keeps) {
  return tidy(Object.fromEntries(Object.entries(recipe).filter(([name]) => keeps(name))));
}

/** A photo's frame with another's looks. @param {Recipe} recipe @param {Recipe} looks @returns {Recipe} */
export function withLooks(recipe, looks) {
  return tidy({ ...frameOf(recipe), ...looksOf(looks) });
}
