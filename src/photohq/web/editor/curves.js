/**
 * The curves of a recipe: from the values of a channel, 0 to 1 in sRGB's curve, to others. What is
 * brighter than white is above 1. They are the server's, formula by formula (docs/edits.md).
 */

/** @typedef {import("./recipe.js").Recipe} Recipe */
/** @typedef {(value: number) => number} Curve */

/** How much each channel of sRGB counts for the luma. */
export const WEIGHTS = [0.2126, 0.7152, 0.0722];
/** What white balance may make of a value at most. */
export const PEAK = 2;

/** Undoes sRGB's curve. @param {number} value */
export function linear(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Applies sRGB's curve. @param {number} light */
export function encoded(light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** What white balance multiplies each channel's light with; greys keep theirs. @param {Recipe} recipe @param {number[]} weights */
export function gains(recipe, weights) {
  const t = (recipe.temperature ?? 0) / 100;
  const n = (recipe.tint ?? 0) / 100;
  const raw = [2 ** (0.4 * t + 0.2 * n), 2 ** (-0.05 * t - 0.4 * n), 2 ** (-0.8 * t + 0.2 * n)];
  const whole = raw.reduce((sum, gain, at) => sum + weights[at] * gain, 0);
  return raw.map((gain) => gain / whole);
}

/** What exposure makes of white, before the shoulder. @param {Recipe} recipe */
export function white(recipe) {
  return Math.max(1, encoded(2 ** (recipe.exposure ?? 0)));
}

/**
 * The curve H of the largest channel: exposure, shadows, highlights. The others keep their ratio.
 * @param {Recipe} recipe @returns {Curve}
 */
export function head(recipe) {
  const gain = 2 ** (recipe.exposure ?? 0);
  const top = white(recipe);
  const shadows = (1.4 * (recipe.shadows ?? 0)) / 100;
  const highlights = (1.4 * (recipe.highlights ?? 0)) / 100;
  return (value) => {
    let u = encoded(gain * linear(value)) / top;
    u *= 2 ** (shadows * (1 - Math.min(u, 1)) ** 4);
    u = 1 - (1 - u) * 2 ** (-highlights * Math.min(u, 1) ** 4);
    return u * top;
  };
}

/**
 * The curve T of the largest and the smallest channel: the shoulder of an exposure, whites, blacks,
 * contrast, the tone curve.
 * @param {Recipe} recipe @returns {Curve}
 */
export function tail(recipe) {
  const gain = 2 ** (recipe.exposure ?? 0);
  const top = white(recipe);
  const whites = (recipe.whites ?? 0) / 100;
  const blacks = (recipe.blacks ?? 0) / 100;
  const contrast = (recipe.contrast ?? 0) / 100;
  const drawn = recipe.tone_curve?.rgb;
  const last = drawn ? through(drawn) : clamped;
  return (given) => {
    let value = Math.min(given, top);
    if (gain > 1) value = encoded(shoulder(linear(value), gain));
    value = stretched(clamped(value), whites);
    value = clamped(1 - stretched(1 - value, -blacks));
    value += contrast * (3 * value ** 2 - 2 * value ** 3 - value);
    return last(value);
  };
}

/**
 * The monotone cubic through points of 0 to 255, constant beyond its ends (Fritsch and Butland's
 * slopes, three points at the ends).
 * @param {number[][]} points @returns {Curve}
 */
export function through(points) {
  const xs = points.map(([x]) => x / 255);
  const ys = points.map(([, y]) => y / 255);
  const tangents = slopes(xs, ys);
  const end = xs.length - 1;
  return (value) => {
    if (value <= xs[0]) return ys[0];
    if (value >= xs[end]) return ys[end];
    let at = 0;
    while (xs[at + 1] <= value) at += 1;
    const width = xs[at + 1] - xs[at];
    const rise = ys[at + 1] - ys[at];
    const t = (value - xs[at]) / width;
    const begin = tangents[at] * width;
    const finish = tangents[at + 1] * width;
    const bend = begin + finish - 2 * rise;
    return ((bend * t + 3 * rise - 2 * begin - finish) * t + begin) * t + ys[at];
  };
}

/** @param {number[]} xs @param {number[]} ys */
function slopes(xs, ys) {
  const widths = xs.slice(1).map((x, at) => x - xs[at]);
  const secants = ys.slice(1).map((y, at) => (y - ys[at]) / widths[at]);
  if (secants.length === 1) return [secants[0], secants[0]];
  const inner = secants.slice(1).map((rising, at) => {
    const falling = secants[at];
    if (falling * rising <= 0) return 0;
    const one = 2 * widths[at + 1] + widths[at];
    const other = widths[at + 1] + 2 * widths[at];
    return (one + other) / (one / falling + other / rising);
  });
  const [w, s] = [widths.toReversed(), secants.toReversed()];
  return [endSlope(widths[0], widths[1], secants[0], secants[1]), ...inner, endSlope(w[0], w[1], s[0], s[1])];
}

/** @param {number} near @param {number} far @param {number} secant @param {number} beyond */
function endSlope(near, far, secant, beyond) {
  const slope = ((2 * near + far) * secant - near * beyond) / (near + far);
  if (slope * secant <= 0) return 0;
  return secant * beyond <= 0 && Math.abs(slope) > 3 * Math.abs(secant) ? 3 * secant : slope;
}

/** Whites; from the other end, blacks. @param {number} value @param {number} amount */
function stretched(value, amount) {
  if (amount > 0) return shoulder(value * 2 ** (0.3 * amount * value ** 2), 2 ** (0.3 * amount));
  return amount ? value * 2 ** (0.16 * amount * value ** 2) : value;
}

/** Bends what ends at `gain` so that it ends at 1. @param {number} value @param {number} gain */
function shoulder(value, gain) {
  return value / (1 + (gain - 1) * (value / gain) ** (gain / (gain - 1)));
}

/** @param {number} value */
function clamped(value) {
  return Math.min(Math.max(value, 0), 1);
}
