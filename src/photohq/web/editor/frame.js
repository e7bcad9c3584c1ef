/**
 * What a recipe makes of the frame, to the pixel. Points are counted from the frame's middle, y
 * downwards; an output point (X, Y) shows (cX + sY, -sX + cY) of the frame before it was
 * straightened.
 */

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("./recipe.js").Crop} Crop
 * @typedef {{width: number, height: number}} Size
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 */

/** Of a pixel: what arithmetic may add to an edge that lies between two pixels exactly. */
const NOISE = 1e-6;
/** @type {Crop} */
export const WHOLE = { left: 0, top: 0, width: 1, height: 1 };

/** The frame after rotate and flip. @param {Size} size @param {Recipe} recipe @returns {Size} */
export function turnedSize({ width, height }, recipe) {
  return (recipe.rotate ?? 0) % 180 ? { width: height, height: width } : { width, height };
}

/** The point of the frame that is shown at (x, y). @param {number} degrees @param {number} x @param {number} y */
export function beforeStraightening(degrees, x, y) {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c * x + s * y, c * y - s * x];
}

/**
 * The crop, shrunk about its middle until it fits into the straightened picture; null where its
 * middle is outside.
 * @param {Size} whole @param {number} degrees @param {Crop} crop @returns {Box | null}
 */
export function fitted({ width, height }, degrees, crop) {
  const [left, top] = [crop.left * width, crop.top * height];
  const [right, bottom] = [(crop.left + crop.width) * width, (crop.top + crop.height) * height];
  if (!degrees) return { left, top, right, bottom };
  const half = [(right - left) / 2, (bottom - top) / 2];
  const middle = [(left + right) / 2, (top + bottom) / 2];
  const sides = [width / 2, height / 2];
  const centre = beforeStraightening(degrees, middle[0] - sides[0], middle[1] - sides[1]);
  if (centre.some((at, axis) => Math.abs(at) > sides[axis])) return null;
  let by = 1;
  for (const down of [half[1], -half[1]]) {
    const corner = beforeStraightening(degrees, half[0], down);
    for (const axis of [0, 1]) {
      // The corner across lies as far on the other side.
      if (corner[axis]) by = Math.min(by, (sides[axis] - Math.abs(centre[axis])) / Math.abs(corner[axis]));
    }
  }
  return {
    left: middle[0] - by * half[0],
    top: middle[1] - by * half[1],
    right: middle[0] + by * half[0],
    bottom: middle[1] + by * half[1],
  };
}

/** The pixels that are kept; null where there is not one. @param {Size} whole @param {Recipe} recipe */
export function cut(whole, recipe) {
  const box = fitted(whole, recipe.straighten ?? 0, recipe.crop ?? WHOLE);
  if (!box) return null;
  const exact = Boolean(recipe.straighten);
  const first = (/** @type {number} */ edge) => (exact ? Math.ceil(edge - NOISE) : Math.floor(edge + 0.5));
  const last = (/** @type {number} */ edge) => (exact ? Math.floor(edge + NOISE) : Math.floor(edge + 0.5));
  const [left, top] = [first(box.left), first(box.top)];
  const width = Math.min(last(box.right), whole.width) - left;
  const height = Math.min(last(box.bottom), whole.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

/** The size with its longer edge shrunk to `longEdge`. @param {Size} size @param {number} longEdge @returns {Size} */
export function shrunk({ width, height }, longEdge) {
  const by = Math.min(1, longEdge / Math.max(width, height));
  const side = (/** @type {number} */ length) => Math.max(1, Math.floor(length * by + 0.5));
  return { width: side(width), height: side(height) };
}

/** The size of the edited version; null where the crop is outside. @param {Size} size @param {Recipe} recipe */
export function outputSize(size, recipe) {
  const kept = cut(turnedSize(size, recipe), recipe);
  return kept && shrunk(kept, recipe.resize?.long_edge ?? Infinity);
}
