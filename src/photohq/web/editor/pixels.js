/**
 * A recipe's pixels, as the server makes them: 8 bits in and out, RGBA, with sRGB's curve. Noise reduction is
 * left out: it is to be judged at full size, as in the server's own preview.
 */

import { PEAK, WEIGHTS, encoded, gains, linear, through } from "./curves.js";
import { sharpen, vignetting } from "./detail.js";
import { placed } from "./place.js";
import { PLAIN, spread, table } from "./table.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("./place.js").Pixels} Pixels
 */

/** @type {(keyof Recipe)[]} */
const BY_TABLE = ["exposure", "shadows", "highlights", "whites", "blacks", "contrast", "saturation", "vibrance"];
/** What white counts where a channel's own curve is looked up. */
const FINE = 1 << 15;
const NO_VIGNETTE = { strengths: new Float32Array(1), across: new Float32Array(1), down: new Float32Array(1), added: 0 };
/** A radius of sharpening below which nothing can be seen of it. */
const LEAST_RADIUS = 0.3;

/** Carries a recipe out; null where its crop lies outside. @param {Pixels} source @param {Recipe} recipe */
export function rendered(source, recipe) {
  const picture = placed(source, recipe);
  return picture && toned(picture, recipe);
}

/**
 * The recipe for a smaller picture: sharpening shrinks with it, or can't be seen.
 * @param {Recipe} recipe @param {number} by @returns {Recipe}
 */
export function forSmaller(recipe, by) {
  const { sharpen: wanted, ...rest } = recipe;
  const radius = (wanted?.radius ?? 1) * by;
  return wanted && radius >= LEAST_RADIUS ? { ...rest, sharpen: { ...wanted, radius } } : rest;
}

/**
 * Applies tone, colour, vignette and sharpening; the weights are those of the channels for the luma.
 * @param {Pixels} picture @param {Recipe} recipe @returns {Pixels}
 */
export function toned(picture, recipe, weights = WEIGHTS) {
  const { width, height } = picture;
  const stages = prepared(recipe, width, height, weights);
  const data = new Uint8ClampedArray(4 * width * height);
  if (!stages) return { width, height, data: picture.data };
  const planes = recipe.sharpen?.amount ? newPlanes(width * height) : null;
  const { mix, last, table: numbers } = stages;
  if (numbers && !mix && !last && !planes) quick(picture, stages, numbers, data);
  else paint(picture, stages, new Uint32Array(data.buffer), planes);
  if (planes && recipe.sharpen) {
    sharpen(planes, recipe.sharpen, width, height);
    const { red, green, blue } = planes;
    const out = new Uint32Array(data.buffer);
    for (let at = 0; at < out.length; at += 1) out[at] = word(red[at], green[at], blue[at], last);
  }
  return { width, height, data };
}

/** @typedef {NonNullable<ReturnType<typeof prepared>>} Stages */

/**
 * What is looked up for each pixel; null where nothing is done.
 * @param {Recipe} recipe @param {number} width @param {number} height @param {number[]} weights
 */
function prepared(recipe, width, height, weights) {
  const balance = recipe.temperature || recipe.tint ? balanced(recipe, weights) : null;
  const peak = balance ? Math.max(1, balance[0][255], balance[1][255], balance[2][255]) : 1;
  const byTable = Boolean(recipe.tone_curve?.rgb) || peak > 1 || BY_TABLE.some((name) => recipe[name]);
  const vignette = recipe.vignette?.amount ? vignetting(recipe.vignette, width, height) : null;
  const last = finishing(recipe);
  const mix = recipe.monochrome;
  if (!balance && !byTable && !vignette && !mix && !last && !recipe.sharpen?.amount) return null;
  const values = balance && byTable ? spread(recipe, peak) : PLAIN;
  const channels = balance ?? [PLAIN, PLAIN, PLAIN];
  const whole = mix ? mix.red + mix.green + mix.blue : 1;
  return {
    weights,
    plain: !balance,
    levels: channels.map((channel) => Float32Array.from(channel, (value) => 255 * value)),
    codes: channels.map((channel) => nearestCodes(channel, values)),
    table: byTable ? table(recipe, values) : null,
    mix: mix ? [mix.red / whole, mix.green / whole, mix.blue / whole] : null,
    vignette,
    last,
  };
}

/**
 * White balance, the table and a vignette alone: what most sliders come to.
 * @param {Pixels} picture @param {Stages} stages @param {Float32Array} numbers @param {Uint8ClampedArray} out
 */
function quick({ width, height, data }, { weights, plain, levels, codes, vignette }, numbers, out) {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
  const words = new Uint32Array(out.buffer);
  const [wr, wg, wb] = weights;
  const [reds, greens, blues] = levels;
  const [redCodes, greenCodes, blueCodes] = codes;
  const { strengths, across, down, added } = vignette ?? NO_VIGNETTE;
  for (let y = 0, at = 0; y < height; y += 1) {
    const far = vignette ? down[y] + 0.5 : 0;
    for (let x = 0; x < width; x += 1, at += 1) {
      const pixel = pixels[at];
      let r = pixel & 255;
      let g = (pixel >> 8) & 255;
      let b = (pixel >> 16) & 255;
      const cr = plain ? r : redCodes[r];
      const cg = plain ? g : greenCodes[g];
      const cb = plain ? b : blueCodes[b];
      if (!plain) {
        r = reds[r];
        g = greens[g];
        b = blues[b];
      }
      const least = cr < cg ? (cr < cb ? cr : cb) : cg < cb ? cg : cb;
      const most = cr > cg ? (cr > cb ? cr : cb) : cg > cb ? cg : cb;
      const pair = ((most << 8) | least) << 2;
      let p = numbers[pair];
      let rest = numbers[pair + 1] * (wr * r + wg * g + wb * b) + numbers[pair + 2];
      if (vignette) {
        const strength = strengths[(across[x] + far) | 0];
        p *= 1 - strength;
        rest += (added - rest) * strength;
      }
      rest += 0.5;
      let red = (p * r + rest) | 0;
      let green = (p * g + rest) | 0;
      let blue = (p * b + rest) | 0;
      if ((red | green | blue) & ~255) {
        red = red < 0 ? 0 : red > 255 ? 255 : red;
        green = green < 0 ? 0 : green > 255 ? 255 : green;
        blue = blue < 0 ? 0 : blue > 255 ? 255 : blue;
      }
      words[at] = 0xff000000 | (blue << 16) | (green << 8) | red;
    }
  }
}

/**
 * The loop that every pixel goes through; what is to be sharpened goes into planes.
 * @param {Pixels} picture @param {Stages} stages @param {Uint32Array} out @param {ReturnType<typeof newPlanes> | null} planes
 */
function paint({ width, height, data }, stages, out, planes) {
  const { weights, mix, vignette, last } = stages;
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const row = new Float32Array(3 * width);
  const [wr, wg, wb] = weights;
  for (let y = 0, at = 0; y < height; y += 1) {
    tint(pixels.subarray(at, at + width), stages, row);
    for (let x = 0, from = 0; x < width; x += 1, at += 1, from += 3) {
      let red = row[from];
      let green = row[from + 1];
      let blue = row[from + 2];
      if (mix) {
        const grey = mix[0] * red + mix[1] * green + mix[2] * blue;
        red = green = blue = grey < 0 ? 0 : grey > 255 ? 255 : grey;
      }
      if (vignette) {
        const strength = vignette.strengths[(vignette.across[x] + vignette.down[y] + 0.5) | 0];
        const kept = 1 - strength;
        const added = vignette.added * strength;
        red = red * kept + added;
        green = green * kept + added;
        blue = blue * kept + added;
      }
      if (planes) {
        planes.red[at] = red;
        planes.green[at] = green;
        planes.blue[at] = blue;
        planes.light[at] = wr * red + wg * green + wb * blue;
      } else {
        out[at] = word(red, green, blue, last);
      }
    }
  }
}

/** White balance and the table, for a row. @param {Uint32Array} pixels @param {Stages} stages @param {Float32Array} row */
function tint(pixels, { weights, levels, codes, table: numbers }, row) {
  const [wr, wg, wb] = weights;
  const [reds, greens, blues] = levels;
  const [redCodes, greenCodes, blueCodes] = codes;
  for (let x = 0, to = 0; x < pixels.length; x += 1, to += 3) {
    const pixel = pixels[x];
    const r = pixel & 255;
    const g = (pixel >> 8) & 255;
    const b = (pixel >> 16) & 255;
    const red = reds[r];
    const green = greens[g];
    const blue = blues[b];
    if (numbers) {
      const cr = redCodes[r];
      const cg = greenCodes[g];
      const cb = blueCodes[b];
      const least = cr < cg ? (cr < cb ? cr : cb) : cg < cb ? cg : cb;
      const most = cr > cg ? (cr > cb ? cr : cb) : cg > cb ? cg : cb;
      const pair = ((most << 8) | least) << 2;
      const p = numbers[pair];
      const rest = numbers[pair + 1] * (wr * red + wg * green + wb * blue) + numbers[pair + 2];
      row[to] = p * red + rest;
      row[to + 1] = p * green + rest;
      row[to + 2] = p * blue + rest;
    } else {
      row[to] = red;
      row[to + 1] = green;
      row[to + 2] = blue;
    }
  }
}

/** Levels as a pixel: rounded, or by the curves of the channels. @param {number} red @param {number} green @param {number} blue @param {(Uint8Array)[] | null} last */
function word(red, green, blue, last) {
  const r = red <= 0 ? 0 : red >= 255 ? 255 : red;
  const g = green <= 0 ? 0 : green >= 255 ? 255 : green;
  const b = blue <= 0 ? 0 : blue >= 255 ? 255 : blue;
  if (!last) return 0xff000000 | ((b + 0.5) << 16) | ((g + 0.5) << 8) | (r + 0.5);
  const scale = FINE / 255;
  return 0xff000000 | (last[2][(b * scale + 0.5) | 0] << 16) | (last[1][(g * scale + 0.5) | 0] << 8) | last[0][(r * scale + 0.5) | 0];
}

/** What white balance makes of each channel's codes. @param {Recipe} recipe @param {number[]} weights */
function balanced(recipe, weights) {
  return gains(recipe, weights).map((gain) => PLAIN.map((value) => Math.min(encoded(linear(value) * gain), PEAK)));
}

/** @param {Float64Array} channel @param {Float64Array} values */
function nearestCodes(channel, values) {
  let code = 0;
  return Uint8Array.from(channel, (value) => {
    while (code < 255 && (values[code] + values[code + 1]) / 2 < value) code += 1;
    return code;
  });
}

/** The curves of single channels, by levels of FINE; null where none is drawn. @param {Recipe} recipe */
function finishing({ tone_curve: curves }) {
  if (!curves?.red && !curves?.green && !curves?.blue) return null;
  return [curves.red, curves.green, curves.blue].map((points) => {
    const curve = points ? through(points) : (/** @type {number} */ value) => value;
    return Uint8Array.from({ length: FINE + 1 }, (_, at) => Math.min(Math.max(curve(at / FINE), 0), 1) * 255 + 0.5);
  });
}

/** @param {number} length */
function newPlanes(length) {
  const [red, green, blue, light] = Array.from({ length: 4 }, () => new Float32Array(length));
  return { red, green, blue, light };
}
