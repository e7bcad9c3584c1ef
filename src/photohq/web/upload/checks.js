/** What can be said of a file before anything is sent. */

import { size } from "../lib/sizes.js";

/** How a JPEG file begins. */
const START = [0xff, 0xd8, 0xff];

/**
 * Says why a file can't be uploaded; an empty text where it can.
 * @param {File} file @param {import("../lib/api.js").Schemas["ServiceLimits"]} limits
 */
export async function reasonAgainst(file, limits) {
  const isNamedJpeg = /\.jpe?g$/i.test(file.name);
  if (!(file.type ? limits.content_types.includes(file.type) : isNamedJpeg)) return "Not a JPEG: only JPEG photos can be uploaded.";
  if (file.size < limits.min_file_size) return `Too small: ${size(file.size)}, at least ${size(limits.min_file_size)}.`;
  if (file.size > limits.max_file_size) return `Too large: ${size(file.size)}, at most ${size(limits.max_file_size)}.`;
  try {
    const first = new Uint8Array(await file.slice(0, START.length).arrayBuffer());
    return START.every((byte, at) => first[at] === byte) ? "" : "Not a JPEG inside, whatever its name says.";
  } catch {
    return "It can't be read.";
  }
}
