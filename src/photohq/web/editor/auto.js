/** Light by itself: an exposure and some ends, from how the levels of the photo are spread. */

import { linear } from "./curves.js";
import { percentile } from "./histogram.js";

/** @param {Uint32Array} counts of the photo as it was @returns {Record<string, number>} */
export function autoLight(counts) {
  const [dark, low, middle, high, bright] = [0.01, 0.1, 0.5, 0.9, 0.99].map((part) => percentile(counts, part));
  // A part of the way from the photo's middle to middle grey: dark photos may want to be dark.
  const stops = 0.45 * Math.log2(0.18 / Math.max(0.004, linear(middle)));
  const room = Math.log2(0.98 / Math.max(0.05, linear(bright)));
  const exposure = Math.min(stops, Math.max(0, room) + 0.35);
  return {
    exposure: Math.round(limited(exposure, -1.2, 1.6) * 100) / 100,
    contrast: Math.round(limited(60 * (0.62 - (high - low)), -15, 30)),
    highlights: Math.round(limited(-220 * (bright - 0.86), -45, 0)),
    shadows: Math.round(limited(180 * (0.2 - low), 0, 40)),
    whites: Math.round(limited(60 * (0.94 - bright), 0, 25)),
    blacks: Math.round(limited(-120 * (dark - 0.02), -30, 0)),
  };
}

/** @param {number} value @param {number} least @param {number} most */
const limited = (value, least, most) => Math.min(Math.max(value, least), most) || 0;
