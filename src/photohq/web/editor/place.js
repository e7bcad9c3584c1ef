/** The pixels of a frame: turned, straightened, cropped, resized; 8 bits in and out, RGBA. */

import { cut, shrunk, turnedSize } from "./frame.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {{width: number, height: number, data: Uint8ClampedArray}} Pixels
 */

/** What a recipe keeps of a picture; null where that is nothing. @param {Pixels} source @param {Recipe} recipe */
export function placed(source, recipe) {
  const kept = cut(turnedSize(source, recipe), recipe);
  if (!kept) return null;
  const whole = turned(source, recipe);
  const picture = recipe.straighten ? straightened(whole, recipe.straighten, kept) : cropped(whole, kept);
  return resized(picture, shrunk(kept, recipe.resize?.long_edge ?? Infinity));
}

/** Rotates clockwise, then flips. @param {Pixels} source @param {Recipe} recipe @returns {Pixels} */
export function turned(source, recipe) {
  const rotate = recipe.rotate ?? 0;
  if (!rotate && !recipe.flip) return source;
  const { width, height } = turnedSize(source, recipe);
  const from = words(source.data);
  const data = new Uint8ClampedArray(4 * width * height);
  const into = words(data);
  // The source's index is a + b * x + c * y.
  const [w, h] = [source.width, source.height];
  let [a, b, c] = /** @type {Record<number, number[]>} */ ({
    0: [0, 1, w],
    90: [w * (h - 1), -w, 1],
    180: [w * h - 1, -1, -w],
    270: [w - 1, w, -1],
  })[rotate];
  if (recipe.flip === "horizontal") [a, b] = [a + b * (width - 1), -b];
  if (recipe.flip === "vertical") [a, c] = [a + c * (height - 1), -c];
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0, index = a + c * y; x < width; x += 1, at += 1, index += b) into[at] = from[index];
  }
  return { width, height, data };
}

/** @param {Pixels} source @param {{left: number, top: number, width: number, height: number}} kept @returns {Pixels} */
function cropped(source, { left, top, width, height }) {
  if (width === source.width && height === source.height) return source;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    const from = 4 * ((top + y) * source.width + left);
    data.set(source.data.subarray(from, from + 4 * width), 4 * y * width);
  }
  return { width, height, data };
}

/**
 * Turns about the middle by Catmull-Rom's cubic, the edge repeated.
 * @param {Pixels} source @param {number} degrees
 * @param {{left: number, top: number, width: number, height: number}} kept @returns {Pixels}
 */
function straightened({ width: columns, height: rows, data: from }, degrees, { left, top, width, height }) {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const data = new Uint8ClampedArray(4 * width * height);
  const across = new Float64Array(4);
  const down = new Float64Array(4);
  const offsets = new Int32Array(4);
  for (let row = 0, at = 0; row < height; row += 1) {
    const y = top + row + 0.5 - rows / 2;
    for (let column = 0; column < width; column += 1, at += 4) {
      const x = left + column + 0.5 - columns / 2;
      const u = c * x + s * y + columns / 2 - 0.5;
      const v = c * y - s * x + rows / 2 - 0.5;
      const firstU = Math.floor(u);
      const firstV = Math.floor(v);
      cubic(across, u - firstU);
      cubic(down, v - firstV);
      for (let i = 0; i < 4; i += 1) offsets[i] = 4 * Math.min(Math.max(firstU + i - 1, 0), columns - 1);
      let [red, green, blue] = [0.5, 0.5, 0.5];
      for (let j = 0; j < 4; j += 1) {
        const line = 4 * columns * Math.min(Math.max(firstV + j - 1, 0), rows - 1);
        for (let i = 0; i < 4; i += 1) {
          const weight = down[j] * across[i];
          const place = line + offsets[i];
          red += weight * from[place];
          green += weight * from[place + 1];
          blue += weight * from[place + 2];
        }
      }
      data[at] = Math.floor(red);
      data[at + 1] = Math.floor(green);
      data[at + 2] = Math.floor(blue);
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** @param {Float64Array} weights @param {number} t */
function cubic(weights, t) {
  weights[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  weights[1] = (1.5 * t - 2.5) * t * t + 1;
  weights[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  weights[3] = (0.5 * t - 0.5) * t * t;
}

/** Shrinks by Lanczos' kernel of three lobes. @param {Pixels} source @param {{width: number, height: number}} size */
export function resized(source, { width, height }) {
  if (width === source.width && height === source.height) return source;
  const rows = kernel(source.height, height);
  const columns = kernel(source.width, width);
  const line = new Float32Array(4 * source.width);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    line.fill(0);
    for (let tap = 0; tap < rows.taps; tap += 1) {
      const weight = rows.weights[y * rows.taps + tap];
      const from = 4 * source.width * rows.places[y * rows.taps + tap];
      if (weight) for (let at = 0; at < line.length; at += 1) line[at] += weight * source.data[from + at];
    }
    for (let x = 0; x < width; x += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (let tap = x * columns.taps; tap < (x + 1) * columns.taps; tap += 1) {
        const weight = columns.weights[tap];
        const from = 4 * columns.places[tap];
        red += weight * line[from];
        green += weight * line[from + 1];
        blue += weight * line[from + 2];
      }
      const at = 4 * (y * width + x);
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** @param {number} from @param {number} to */
function kernel(from, to) {
  const by = from / to;
  const taps = 2 * Math.ceil(3 * by) + 1;
  const weights = new Float64Array(to * taps);
  const places = new Int32Array(to * taps);
  for (let out = 0; out < to; out += 1) {
    const centre = (out + 0.5) * by - 0.5;
    const first = Math.floor(centre) - (taps >> 1);
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const apart = (first + tap - centre) / by;
      const weight = Math.abs(apart) < 3 ? sinc(apart) * sinc(apart / 3) : 0;
      weights[out * taps + tap] = weight;
      places[out * taps + tap] = Math.min(Math.max(first + tap, 0), from - 1);
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap += 1) weights[out * taps + tap] /= sum;
  }
  return { taps, weights, places };
}

/** @param {number} x */
const sinc = (x) => (x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1);

/** @param {Uint8ClampedArray} data */
const words = (data) => new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
