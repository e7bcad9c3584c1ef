/** Recipes drawn small, one after the other, away from the page's own thread. */

import { Preview } from "./preview.js";

/**
 * Draws what recipes make of a picture; answers each with its place among them. What can't be drawn
 * is left out.
 * @param {HTMLCanvasElement} picture @param {import("./recipe.js").Recipe[]} recipes
 * @param {import("./primaries.js").Matrix | null} toSrgb the photo's own
 * @param {number} edge the longer edge that is drawn at most @param {number} fullEdge that of the photo itself
 * @returns {AsyncGenerator<[number, HTMLCanvasElement]>}
 */
export async function* drawRecipes(picture, recipes, toSrgb, edge, fullEdge) {
  const file = await new Promise((resolve) => picture.toBlob(resolve));
  if (!file) return;
  /** @type {(drawing: import("./preview.js").Drawing | null) => void} */
  let told = () => undefined;
  const preview = new Preview((drawing) => told(drawing), () => told(null));
  try {
    await preview.open(file, toSrgb);
    for (const [at, recipe] of recipes.entries()) {
      /** @type {import("./preview.js").Drawing | null} */
      const drawing = await new Promise((resolve) => {
        told = resolve;
        preview.ask({ recipe, edge, fullEdge, isWhole: false, isPlain: false });
      });
      if (drawing) yield [at, painted(drawing)];
    }
  } finally {
    preview.leave();
  }
}

/** @param {import("./preview.js").Drawing} drawing */
function painted({ width, height, data }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(/** @type {any} */ (data), width, height), 0, 0);
  return canvas;
}
