/** The photos beside one in the list that somebody came from; their pictures are fetched ahead. */

import { call } from "../lib/api.js";
import { renditionOf } from "./stage.js";

/** @typedef {import("./record.js").Photo} Photo */

/** @param {import("../library/photos.js").Photos} photos @param {string} id */
export async function neighbours(photos, id) {
  const around = await photos.neighbours(id).catch(() => ({ previous: undefined, next: undefined }));
  for (const other of [around.next, around.previous]) if (other) void preload(other);
  return around;
}

/** @type {Set<string>} */
const fetched = new Set();

/** @param {string} id */
async function preload(id) {
  if (fetched.has(id) || /** @type {any} */ (navigator).connection?.saveData) return;
  fetched.add(id);
  try {
    /** @type {Photo} */
    const photo = await call("GET", `photos/${id}/metadata`);
    const rendition = renditionOf(photo);
    if (rendition) new Image().src = rendition.url;
  } catch {
    fetched.delete(id);
  }
}
