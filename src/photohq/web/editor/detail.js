/** What looks at a pixel's place or its neighbours: vignette and sharpening, in levels of 0 to 255. */

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {{red: Float32Array, green: Float32Array, blue: Float32Array, light: Float32Array}} Planes
 */

const PLACES = 1 << 14;
const DARKEST = 0.85;

/**
 * How strong a vignette is by the square of the distance from the middle, of which the corners'
 * is 1, and the squares by column and by row.
 * @param {NonNullable<Recipe["vignette"]>} vignette @param {number} width @param {number} height
 */
export function vignetting({ amount, midpoint = 50 }, width, height) {
  const start = (0.7 * midpoint) / 100;
  const strength = (DARKEST * Math.abs(amount)) / 100;
  const strengths = Float32Array.from({ length: PLACES + 1 }, (_, place) => {
    const q = Math.min(Math.max((Math.sqrt(place / PLACES) - start) / (1 - start), 0), 1);
    return strength * q * q * (3 - 2 * q);
  });
  return { strengths, across: squares(width), down: squares(height), added: amount > 0 ? 255 : 0 };
}

/** @param {number} length */
function squares(length) {
  return Float32Array.from({ length }, (_, at) => (PLACES / 2) * ((2 * at + 1) / length - 1) ** 2);
}

/**
 * Adds what the luma has beyond its surroundings.
 * @param {Planes} planes @param {NonNullable<Recipe["sharpen"]>} sharpen @param {number} width @param {number} height
 */
export function sharpen({ red, green, blue, light }, { amount, radius = 1 }, width, height) {
  const strength = (1.5 * amount) / 100;
  const blurred = blur(light, radius, width, height);
  for (let at = 0; at < light.length; at += 1) {
    const d = light[at] - blurred[at];
    const more = (strength * d * d * d) / (d * d + 2.25) / (1 + Math.abs(d) / (0.12 * 255));
    red[at] += more;
    green[at] += more;
    blue[at] += more;
  }
}

/** @param {Float32Array} plane @param {number} radius @param {number} width @param {number} height */
function blur(plane, radius, width, height) {
  const reach = Math.ceil(3 * radius);
  const taps = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-(((at - reach) / radius) ** 2) / 2));
  const sum = taps.reduce((one, other) => one + other, 0);
  const across = new Float32Array(plane.length);
  const padded = new Float32Array(width + 2 * reach);
  for (let row = 0; row < plane.length; row += width) {
    padded.fill(plane[row], 0, reach);
    padded.set(plane.subarray(row, row + width), reach);
    padded.fill(plane[row + width - 1], reach + width);
    for (let tap = 0; tap <= 2 * reach; tap += 1) {
      const weight = taps[tap] / sum;
      for (let x = 0; x < width; x += 1) across[row + x] += weight * padded[x + tap];
    }
  }
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y += 1) {
    for (let tap = -reach; tap <= reach; tap += 1) {
      const from = width * Math.min(Math.max(y + tap, 0), height - 1);
      const weight = taps[tap + reach] / sum;
      for (let x = 0; x < width; x += 1) out[y * width + x] += weight * across[from + x];
    }
  }
  return out;
}
