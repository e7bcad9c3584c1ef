/** How a crop changes: by handles, by ratios, with the frame. In pixels of the frame, and fractions of it. */

import { WHOLE, beforeStraightening, fitted } from "./frame.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("./recipe.js").Crop} Crop
 * @typedef {import("./frame.js").Size} Size
 * @typedef {{left: number, top: number, width: number, height: number}} Rectangle
 * @typedef {"move" | "nw" | "ne" | "sw" | "se" | "n" | "e" | "s" | "w"} Handle
 */

/** The smallest crop, as a part of the frame's shorter edge. */
const LEAST = 0.03;

/** The crop as it is carried out. @param {Size} frame @param {Recipe} recipe @returns {Rectangle} */
export function shownCrop(frame, { straighten = 0, crop = WHOLE }) {
  const box = fitted(frame, straighten, crop) ?? fitted(frame, straighten, WHOLE);
  if (!box) return { left: 0, top: 0, ...frame };
  return { left: box.left, top: box.top, width: box.right - box.left, height: box.bottom - box.top };
}

/** A rectangle as a recipe says it. @param {Size} frame @param {Rectangle} rectangle @returns {Crop} */
export function asCrop(frame, { left, top, width, height }) {
  const part = (/** @type {number} */ value) => Math.min(1, Math.max(0, Math.round(value * 1e6) / 1e6));
  const [x, y] = [part(left / frame.width), part(top / frame.height)];
  return { left: x, top: y, width: Math.min(part(width / frame.width), 1 - x), height: Math.min(part(height / frame.height), 1 - y) };
}

/**
 * The rectangle after a handle was moved: at its ratio, inside of the picture, not too small.
 * @param {Rectangle} from @param {Handle} handle @param {number} x @param {number} y how far
 * @param {{frame: Size, straighten: number, ratio: number | null}} bounds @returns {Rectangle}
 */
export function dragged(from, handle, x, y, { frame, straighten, ratio }) {
  const wanted = handle === "move" ? moved(from, x, y, frame) : sized(from, handle, x, y, frame, ratio);
  if (isInside(wanted, frame, straighten)) return wanted;
  // As far as the picture goes.
  let [inside, outside] = [0, 1];
  for (let turn = 0; turn < 14; turn += 1) {
    const middle = (inside + outside) / 2;
    if (isInside(mixed(from, wanted, middle), frame, straighten)) inside = middle;
    else outside = middle;
  }
  return mixed(from, wanted, inside);
}

/** @param {Rectangle} from @param {number} x @param {number} y @param {Size} frame */
function moved(from, x, y, frame) {
  const left = Math.min(Math.max(0, from.left + x), frame.width - from.width);
  const top = Math.min(Math.max(0, from.top + y), frame.height - from.height);
  return { ...from, left, top };
}

/** @param {Rectangle} from @param {Handle} handle @param {number} x @param {number} y @param {Size} frame @param {number | null} ratio */
function sized(from, handle, x, y, frame, ratio) {
  const [west, east] = [handle.includes("w"), handle.includes("e")];
  const [north, south] = [handle.includes("n"), handle.includes("s")];
  const least = LEAST * Math.min(frame.width, frame.height);
  const [right, bottom] = [from.left + from.width, from.top + from.height];
  const room = {
    width: west ? right : east ? frame.width - from.left : 2 * Math.min(from.left + from.width / 2, frame.width - from.left - from.width / 2),
    height: north ? bottom : south ? frame.height - from.top : 2 * Math.min(from.top + from.height / 2, frame.height - from.top - from.height / 2),
  };
  let width = from.width + (west ? -x : east ? x : 0);
  let height = from.height + (north ? -y : south ? y : 0);
  if (ratio) {
    const byWidth = west || east;
    const byHeight = north || south;
    width = byWidth && byHeight ? Math.max(width, height * ratio) : byWidth ? width : height * ratio;
    width = Math.min(Math.max(width, least, least * ratio), room.width, room.height * ratio);
    height = width / ratio;
  } else {
    width = Math.min(Math.max(width, least), west || east ? room.width : from.width);
    height = Math.min(Math.max(height, least), north || south ? room.height : from.height);
  }
  return {
    left: west ? right - width : east ? from.left : from.left + (from.width - width) / 2,
    top: north ? bottom - height : south ? from.top : from.top + (from.height - height) / 2,
    width,
    height,
  };
}

/** The largest rectangle of a ratio about the middle of another. @param {Rectangle} from @param {number} ratio @param {Size} frame @param {number} straighten */
export function ofRatio(from, ratio, frame, straighten) {
  const [x, y] = [from.left + from.width / 2, from.top + from.height / 2];
  const width = Math.min(2 * Math.min(x, frame.width - x), 2 * Math.min(y, frame.height - y) * ratio);
  const height = width / ratio;
  const crop = { left: (x - width / 2) / frame.width, top: (y - height / 2) / frame.height, width: width / frame.width, height: height / frame.height };
  return shownCrop(frame, { recipe: 1, straighten, crop });
}

/** @param {Rectangle} one @param {Rectangle} other @param {number} part @returns {Rectangle} */
function mixed(one, other, part) {
  const at = (/** @type {keyof Rectangle} */ name) => one[name] + (other[name] - one[name]) * part;
  return { left: at("left"), top: at("top"), width: at("width"), height: at("height") };
}

/** @param {Rectangle} rectangle @param {Size} frame @param {number} straighten */
function isInside({ left, top, width, height }, frame, straighten) {
  const slack = 0.01;
  for (const x of [left, left + width]) {
    for (const y of [top, top + height]) {
      const [u, v] = beforeStraightening(straighten, x - frame.width / 2, y - frame.height / 2);
      if (Math.abs(u) > frame.width / 2 + slack || Math.abs(v) > frame.height / 2 + slack) return false;
      if (x < -slack || y < -slack || x > frame.width + slack || y > frame.height + slack) return false;
    }
  }
  return true;
}

/** Turns what is seen by a quarter, clockwise. @param {Recipe} recipe @returns {Record<string, any>} */
export function turnedBy90(recipe) {
  const { rotate = 0, flip, crop } = recipe;
  return {
    ...recipe,
    // A turn after a mirror is the turn the other way before it.
    rotate: (rotate + (flip ? 270 : 90)) % 360,
    crop: crop && { left: 1 - crop.top - crop.height, top: crop.left, width: crop.height, height: crop.width },
  };
}

/** Mirrors what is seen. @param {Recipe} recipe @param {"horizontal" | "vertical"} way @returns {Record<string, any>} */
export function mirrored(recipe, way) {
  const { rotate = 0, flip, straighten = 0, crop } = recipe;
  const both = flip && flip !== way;
  return {
    ...recipe,
    rotate: both ? (rotate + 180) % 360 : rotate,
    flip: flip ? undefined : way,
    straighten: -straighten,
    crop: crop && (way === "horizontal" ? { ...crop, left: 1 - crop.left - crop.width } : { ...crop, top: 1 - crop.top - crop.height }),
  };
}
