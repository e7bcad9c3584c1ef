/**
 * Sharper pictures for tiles that are larger than their thumbnail, asked for once scrolling has
 * ended. A list names the smallest rendition only.
 */

import { call } from "../lib/api.js";

/** The longer edge of a thumbnail, in pixels, and of what replaces it. */
const SMALL = 256;
const LARGER = 1024;
/** How much a thumbnail may be enlarged. */
const LEEWAY = 1.6;

/** @param {import("./tile.js").Tile[]} tiles */
export async function sharpen(tiles) {
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  const soft = tiles.filter((tile) => {
    const { top, bottom, width, height } = tile.element.getBoundingClientRect();
    const isSeen = bottom > 0 && top < innerHeight;
    return isSeen && tile.dressed && tile.sharp !== tile.dressed && Math.max(width, height) * devicePixelRatio > SMALL * LEEWAY;
  });
  if (!soft.length) return;
  for (const tile of soft) tile.sharp = tile.dressed;
  const operations = soft.map(({ entry }) => ({
    op: "get",
    photo_id: entry.photo.photo_id,
    version: "thumbnail",
    size: LARGER,
  }));
  const { results } = await call("POST", "photos/batch", { body: { operations } }).catch(() => ({ results: [] }));
  for (const { index, status_code: status, body } of results) {
    if (status === 200) soft[index].sharpen(body.download_url);
  }
}
