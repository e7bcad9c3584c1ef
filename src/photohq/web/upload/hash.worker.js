/** SHA-256 of files, one at a time: memory holds one of them, and the page stays quick. */

import { base64 } from "../lib/base64.js";

/** @param {Uint8Array} data @returns {Promise<Uint8Array>} */
async function digest(data) {
  // Absent on plain http, where a page on a LAN may well come from.
  if (crypto.subtle) return new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {any} */ (data)));
  const { sha256 } = await import("../vendor/noble-hashes/sha2.js");
  return sha256(data);
}

/** @type {Promise<unknown>} */
let before = Promise.resolve();

addEventListener("message", ({ data: { id, file } }) => {
  before = before.then(async () => {
    try {
      const sum = await digest(new Uint8Array(await file.arrayBuffer()));
      postMessage({ id, sum: base64(sum) });
    } catch (error) {
      postMessage({ id, error: String(error) });
    }
  });
});
