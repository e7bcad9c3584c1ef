/** Asks the worker for checksums. */

import { startWorker } from "../lib/worker.js";

/** @type {Worker | undefined} */
let worker;
let last = 0;
/** @type {Map<number, {resolve: (sum: string) => void, reject: (error: Error) => void}>} */
const waiting = new Map();

/** The SHA-256 of a file, in base64. @param {File} file @returns {Promise<string>} */
export function checksum(file) {
  worker ??= started();
  const id = (last += 1);
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker?.postMessage({ id, file });
  });
}

function started() {
  const fresh = startWorker("upload/hash.worker.js");
  fresh.addEventListener("message", ({ data: { id, sum, error } }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (sum) asked?.resolve(sum);
    else asked?.reject(new Error(error));
  });
  fresh.addEventListener("error", () => {
    for (const { reject } of waiting.values()) reject(new Error("The checksum can't be computed here."));
    waiting.clear();
  });
  return fresh;
}
