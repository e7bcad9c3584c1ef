/**
 * Tone and colour as one table, looked up by the smallest and the largest channel of a pixel: with
 * the luma l, a channel e becomes e * P + l * Q + R.
 */

import { head, tail, white } from "./curves.js";

/** @typedef {import("./recipe.js").Recipe} Recipe */

const SPREAD = 1024;
const STEPS = 4096;

/** The values that 256 codes stand for where nothing was balanced. */
export const PLAIN = Float64Array.from({ length: 256 }, (_, code) => code / 255);

/**
 * What 256 codes stand for, from 0 to `peak`: the closer the steeper the curves are.
 * @param {Recipe} recipe @param {number} peak
 */
export function spread(recipe, peak) {
  const [up, on] = [head(recipe), tail(recipe)];
  const places = Float64Array.from({ length: SPREAD + 1 }, (_, step) => {
    const value = (peak * step) / SPREAD;
    return value / peak + on(up(value));
  });
  const whole = places[SPREAD] - places[0];
  const codes = new Float64Array(256);
  let above = 1;
  for (let code = 0; code < 255; code += 1) {
    const place = places[0] + (whole * code) / 255;
    while (places[above] <= place) above += 1;
    const part = (place - places[above - 1]) / (places[above] - places[above - 1]);
    codes[code] = ((above - 1 + part) * peak) / SPREAD;
  }
  codes[255] = peak;
  return codes;
}

/**
 * P, Q and R, R in levels, by 4 * (smallest + 256 * largest).
 * @param {Recipe} recipe @param {Float64Array} codes what the codes stand for
 */
export function table(recipe, codes) {
  const [up, on, top] = [head(recipe), tail(recipe), white(recipe)];
  const fine = new Float64Array(STEPS + 3);
  for (let step = 0; step <= STEPS; step += 1) fine[step] = on((top * step) / STEPS);
  fine[STEPS + 1] = fine[STEPS];
  fine[STEPS + 2] = fine[STEPS];
  const saturation = (recipe.saturation ?? 0) / 100;
  const vibrance = (recipe.vibrance ?? 0) / 100;
  const out = new Float32Array(4 << 16);
  for (let row = 0; row < 256; row += 1) {
    const largest = codes[row];
    const moved = up(largest);
    const high = on(moved);
    const step = (moved / (top * (largest || 1))) * STEPS;
    for (let column = 0; column <= row; column += 1) {
      const smallest = codes[column];
      const place = Math.min(smallest * step, STEPS);
      const below = place | 0;
      const rise = fine[below + 1] - fine[below];
      const low = fine[below] + (place - below) * rise;
      const apart = largest - smallest;
      const slope = apart ? (high - low) / apart : rise * step;
      const base = low - smallest * slope;
      // Away from the luma, but the more from the largest channel the brighter that is.
      const greyness = high ? low / high : 1;
      const k = (1 + saturation * (saturation > 0 ? greyness : 1)) * (1 + vibrance * greyness * greyness);
      const byTop = k > 1 ? high * high : 0;
      const towardsLuma = (1 - k) * (1 - byTop);
      const at = 4 * ((row << 8) + column);
      out[at] = k * slope;
      out[at + 1] = towardsLuma * slope;
      out[at + 2] = 255 * ((k + towardsLuma) * base + (1 - k) * byTop * high);
    }
  }
  return out;
}
