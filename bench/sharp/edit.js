// Carries a recipe much like ours out: `node edit.js FILE` prints wall and CPU seconds and the
// process's peak memory as JSON. Light is brightened in linear light, and not bent:
// there are no curves.

import { readFileSync } from "node:fs";
import sharp from "sharp";

const MARGIN = 0.05;
const data = readFileSync(process.argv[2]);
const SATURATION = 1.1;
const LUMA = [0.2126, 0.7152, 0.0722];
const matrix = [0, 1, 2].map((channel) =>
  LUMA.map((weight, at) => (1 - SATURATION) * weight + (at === channel ? SATURATION : 0)),
);
sharp.cache(false);
sharp.concurrency(2);

async function edit() {
  const image = sharp(data, { failOn: "error" });
  const { autoOrient } = await image.metadata();
  const [width, height] = [autoOrient.width, autoOrient.height].map((side) =>
    Math.round((1 - 2 * MARGIN) * side),
  );
  const { data: turned, info } = await image
    .autoOrient()
    .rotate(2, { background: "#000" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const [left, top] = [(info.width - width) >> 1, (info.height - height) >> 1];
  return sharp(turned, { raw })
    .pipelineColourspace("scrgb")
    .extract({ left, top, width, height })
    .linear([1.35, 1.31, 1.24], [0, 0, 0])
    .recomb(matrix)
    .sharpen({ sigma: 1 })
    .jpeg({ quality: 92, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

const began = performance.now();
const before = process.cpuUsage();
await edit();
const { user, system } = process.cpuUsage(before);
const spent = { wall: (performance.now() - began) / 1e3, cpu: (user + system) / 1e6 };
const [, peak] = readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s*(\d+)/);
console.log(JSON.stringify({ ...spent, peak: Number(peak) / 1024 }));
