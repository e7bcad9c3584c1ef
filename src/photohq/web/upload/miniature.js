/** The small pictures in the queue: drawn of the file itself, one at a time, for what is shown. */

import { html } from "../vendor/lit-html/lit-html.js";
import { icon } from "../lib/icon.js";

/** @typedef {import("./state.js").Item} Item */

const EDGE = 80;
/** @type {WeakMap<Item, HTMLCanvasElement | null>} */
const drawn = new WeakMap();
let before = Promise.resolve();

/** @param {Item} item */
export function miniature(item) {
  if (item.file && item.state === "running" && !drawn.has(item)) {
    drawn.set(item, null);
    before = before.then(() => paint(item)).catch(() => undefined);
  }
  return html`<span class="miniature">${drawn.get(item) ?? icon("image")}</span>`;
}

/** @param {Item} item */
async function paint(item) {
  if (!item.file || !["running", "ready"].includes(item.state)) return;
  const picture = await createImageBitmap(item.file, { resizeWidth: EDGE, resizeQuality: "low" });
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = EDGE;
  const edge = Math.min(picture.width, picture.height);
  const [x, y] = [(picture.width - edge) / 2, (picture.height - edge) / 2];
  canvas.getContext("2d")?.drawImage(picture, x, y, edge, edge, 0, 0, EDGE, EDGE);
  picture.close();
  drawn.set(item, canvas);
}
