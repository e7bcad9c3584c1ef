/**
 * Pictures in the primaries of their original, in which recipes work: a rendition is in sRGB's. Both
 * have sRGB's curve.
 */

import { WEIGHTS, encoded, linear } from "./curves.js";

/**
 * @typedef {import("./place.js").Pixels} Pixels
 * @typedef {readonly (readonly number[])[]} Matrix three rows, by which linear light is multiplied
 */

/** What white counts where light is looked up: steps are finer than codes where these are closest. */
const FINE = 1 << 14;
/** @type {{lights: Float32Array, codes: Uint8Array} | undefined} */
let curve;

/** How much each channel counts for the luma. @param {Matrix} toSrgb */
export function weightsOf(toSrgb) {
  return [0, 1, 2].map((column) => WEIGHTS.reduce((sum, weight, row) => sum + weight * toSrgb[row][column], 0));
}

/** The way back, by cofactors. @param {Matrix} matrix @returns {Matrix} */
export function inverse(matrix) {
  const [[a, b, c], [d, e, f], [g, h, i]] = matrix;
  const rows = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  const whole = a * rows[0][0] + b * rows[1][0] + c * rows[2][0];
  return rows.map((row) => row.map((part) => part / whole));
}

/** The same colours in other primaries; what these have not is as near as can be. @param {Pixels} picture @param {Matrix} by @returns {Pixels} */
export function converted({ width, height, data }, by) {
  const { lights, codes } = (curve ??= curves());
  const [[a, b, c], [d, e, f], [g, h, i]] = by.map((row) => row.map((part) => part * FINE));
  const out = new Uint8ClampedArray(data.length);
  for (let at = 0; at < data.length; at += 4) {
    const red = lights[data[at]];
    const green = lights[data[at + 1]];
    const blue = lights[data[at + 2]];
    out[at] = codes[place(a * red + b * green + c * blue)];
    out[at + 1] = codes[place(d * red + e * green + f * blue)];
    out[at + 2] = codes[place(g * red + h * green + i * blue)];
    out[at + 3] = 255;
  }
  return { width, height, data: out };
}

/** @param {number} light */
function place(light) {
  return light <= 0 ? 0 : light >= FINE ? FINE : (light + 0.5) | 0;
}

function curves() {
  return {
    lights: Float32Array.from({ length: 256 }, (_, code) => linear(code / 255)),
    codes: Uint8Array.from({ length: FINE + 1 }, (_, light) => Math.round(255 * encoded(light / FINE))),
  };
}
