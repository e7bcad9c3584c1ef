/** What is edited, on its surround: the drawing, and for cropping the whole frame with the crop over it. */

import { CropFrame } from "./crop.js";
import { asCrop, shownCrop } from "./cropping.js";
import { outputSize, turnedSize } from "./frame.js";
import { Preview } from "./preview.js";
import { NEUTRAL } from "./recipe.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("./frame.js").Size} Size
 * @typedef {import("./panel.js").Edit} Edit
 */

/** The longer edge that is drawn at most, in pixels of the screen. */
const LARGEST = 1600;

export class Surface {
  /**
   * @param {Edit} edit @param {() => number | null} ratio
   * @param {(counts: Uint32Array, isPlain: boolean) => void} counted @param {(isOutside: boolean) => void} failed
   */
  constructor(edit, ratio, counted, failed) {
    this.edit = edit;
    this.ratio = ratio;
    this.counted = counted;
    /** @type {Size} the photo's pixels, upright */
    this.size = { width: 3, height: 2 };
    this.isCropping = false;
    this.isPlain = false;
    this.element = document.createElement("div");
    this.element.className = "surface";
    this.board = document.createElement("div");
    this.board.className = "board";
    this.canvas = document.createElement("canvas");
    this.canvas.role = "img";
    this.canvas.ariaLabel = "The photo as it is edited";
    this.crop = new CropFrame(
      (rectangle) => edit.set({ ...edit.recipe(), crop: asCrop(this.frame, rectangle) }, "crop"),
      () => edit.end(),
    );
    const clip = document.createElement("div");
    clip.className = "clip";
    clip.append(this.canvas, this.crop.shade);
    this.board.append(clip, this.crop.element);
    this.chip = document.createElement("p");
    this.chip.className = "chip";
    this.chip.textContent = "Original";
    this.chip.hidden = true;
    this.element.append(this.board, this.chip);
    this.preview = new Preview((drawing, wish) => this.#drawn(drawing, wish), failed);
    /** What there is for the drawing, its margins left out. @type {Size} */
    this.room = { width: 0, height: 0 };
    this.asked = "";
    this.observer = new ResizeObserver(([{ contentRect }]) => {
      this.room = contentRect;
      this.draw();
    });
  }

  get frame() {
    return turnedSize(this.size, this.edit.recipe());
  }

  /** Opens a photo. @param {import("./source.js").Source} source */
  async open({ file, size, toSrgb }) {
    const own = await this.preview.open(file, toSrgb);
    this.size = size ?? own;
    this.preview.ask({ recipe: { ...NEUTRAL }, edge: 600, fullEdge: this.#fullEdge, isWhole: true, isPlain: true });
    this.observer.observe(this.element);
  }

  leave() {
    this.observer.disconnect();
    this.preview.leave();
  }

  get #fullEdge() {
    return Math.max(this.size.width, this.size.height);
  }

  /** Asks for a drawing of the recipe as it is now, and puts the crop where it is. */
  draw() {
    const { width, height } = this.room;
    if (width <= 0 || height <= 0) return;
    const recipe = this.edit.recipe();
    const size = this.isCropping ? this.frame : (outputSize(this.size, recipe) ?? this.frame);
    const scale = Math.min(width / size.width, height / size.height, 1);
    this.board.style.width = `${size.width * scale}px`;
    this.board.style.height = `${size.height * scale}px`;
    this.canvas.style.transform = this.isCropping ? `rotate(${recipe.straighten ?? 0}deg)` : "";
    this.element.classList.toggle("cropping", this.isCropping);
    this.chip.hidden = !this.isPlain;
    if (this.isCropping) {
      const straighten = recipe.straighten ?? 0;
      this.crop.show({ frame: size, straighten, ratio: this.ratio(), rectangle: shownCrop(size, recipe), scale });
    }
    const edge = Math.min(LARGEST, Math.ceil(Math.max(size.width, size.height) * scale * devicePixelRatio));
    const wish = { recipe, edge, fullEdge: this.#fullEdge, isWhole: this.isCropping, isPlain: this.isPlain };
    // While somebody crops or straightens the drawing turns below the crop, and stays as it is.
    const { crop, straighten, vignette, ...rest } = recipe;
    const key = JSON.stringify({ ...wish, recipe: this.isCropping ? rest : recipe });
    if (key === this.asked) return;
    this.asked = key;
    this.preview.ask(wish);
  }

  /** @param {import("./preview.js").Drawing} drawing @param {import("./preview.js").Wish} wish */
  #drawn({ width, height, data, counts }, wish) {
    this.counted(counts, wish.isPlain);
    // The first one is for its histogram alone.
    if (wish.isPlain && !this.isPlain) return;
    if (wish.isWhole !== this.isCropping) return;
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext("2d");
    context?.putImageData(new ImageData(/** @type {any} */ (data), width, height), 0, 0);
    this.canvas.dataset.drawn = String(Number(this.canvas.dataset.drawn ?? 0) + 1);
  }
}
