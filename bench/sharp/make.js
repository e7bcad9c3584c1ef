// Makes three renditions of a file, each out of the next larger one, as `renditions.py` does:
// `node make.js FILE TIMES` prints CPU seconds a picture.

import { readFileSync } from "node:fs";
import sharp from "sharp";

const [file, times] = [process.argv[2], Number(process.argv[3])];
const data = readFileSync(file);
const SIZES = [2048, 1024, 256];
sharp.cache(false);
sharp.concurrency(1);

async function make() {
  let shown = sharp(data, { failOn: "error" }).rotate();
  const files = [];
  for (const size of SIZES) {
    const { data: pixels, info } = await shown
      .resize(size, size, { fit: "inside", withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    files.push(await sharp(pixels, { raw }).jpeg({ quality: 82 }).toBuffer());
    shown = sharp(pixels, { raw });
  }
  return files;
}

await make();
const before = process.cpuUsage();
for (let time = 0; time < times; time += 1) await make();
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1e6 / times);
