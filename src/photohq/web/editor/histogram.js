/** How many pixels have which level, and the drawing of it. */

/** Every so many pixels one is counted. */
const STRIDE = 3;

/** Counts red, green, blue: 3 x 256 numbers. @param {Uint8ClampedArray} data */
export function histogram(data) {
  const counts = new Uint32Array(768);
  for (let at = 0; at < data.length; at += 4 * STRIDE) {
    counts[data[at]] += 1;
    counts[256 + data[at + 1]] += 1;
    counts[512 + data[at + 2]] += 1;
  }
  return counts;
}

/** Draws the counts, the channels' light added. @param {HTMLCanvasElement} canvas @param {Uint32Array} counts */
export function drawHistogram(canvas, counts) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = canvas;
  // What is clipped at the ends may be much more than all else.
  const inner = Array.from(counts).filter((_, at) => at % 256 > 2 && at % 256 < 253);
  const most = Math.max(1, inner.sort((one, other) => one - other)[Math.floor(inner.length * 0.995)] * 1.08);
  context.globalCompositeOperation = "source-over";
  context.fillStyle = "#101010";
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "lighter";
  for (const [channel, colour] of [[0, "#803329"], [1, "#205129"], [2, "#1d3b69"]]) {
    context.fillStyle = String(colour);
    context.beginPath();
    context.moveTo(0, height);
    for (let level = 0; level < 256; level += 1) {
      const count = counts[256 * Number(channel) + level];
      context.lineTo((level / 255) * width, height - Math.min(1, count / most) ** 0.7 * (height - 4));
    }
    context.lineTo(width, height);
    context.fill();
  }
}

/** The level below which so large a part of the luma lies, 0 to 1. @param {Uint32Array} counts @param {number} part */
export function percentile(counts, part) {
  const levels = Array.from({ length: 256 }, (_, at) => 0.2126 * counts[at] + 0.7152 * counts[256 + at] + 0.0722 * counts[512 + at]);
  const whole = levels.reduce((one, other) => one + other, 0);
  let sum = 0;
  for (let level = 0; level < 256; level += 1) {
    sum += levels[level];
    if (sum >= part * whole) return level / 255;
  }
  return 1;
}
