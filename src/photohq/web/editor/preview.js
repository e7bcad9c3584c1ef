/**
 * Asks the worker for drawings: one at a time, and of those that wait only the last. What takes long
 * is drawn roughly at first, and exactly once nothing more is asked for.
 */

import { startWorker } from "../lib/worker.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {{width: number, height: number, data: Uint8ClampedArray, counts: Uint32Array}} Drawing
 * @typedef {{recipe: Recipe, edge: number, fullEdge: number, isWhole: boolean, isPlain: boolean, isExact?: boolean}} Wish
 */

/** Milliseconds without another wish after which a rough drawing is made an exact one. */
const QUIET = 120;

export class Preview {
  /** @param {(drawing: Drawing, wish: Wish) => void} drawn @param {(isOutside: boolean) => void} failed */
  constructor(drawn, failed) {
    this.drawn = drawn;
    this.failed = failed;
    this.worker = startWorker("editor/preview.worker.js");
    /** @type {Wish | undefined} */
    this.running = undefined;
    /** @type {Wish | undefined} */
    this.waiting = undefined;
    this.id = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.exact = undefined;
    /** @type {((told: any) => void) | undefined} */
    this.opened = undefined;
    this.worker.addEventListener("message", ({ data }) => this.#told(data));
    this.worker.addEventListener("error", () => failed(false));
  }

  /**
   * Opens a picture in sRGB, whose original's primaries a matrix brings there; answers its size.
   * @param {Blob} file @param {import("./primaries.js").Matrix | null} toSrgb
   * @returns {Promise<{width: number, height: number}>}
   */
  open(file, toSrgb) {
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new Error("The photo's picture can't be read here."));
      this.opened = (told) => (told.width ? resolve(told) : refuse());
      this.worker.addEventListener("error", refuse, { once: true });
      this.worker.postMessage({ file, toSrgb });
    });
  }

  /** @param {Wish} wish */
  ask(wish) {
    clearTimeout(this.exact);
    this.waiting = wish;
    if (!this.running) this.#next();
  }

  leave() {
    clearTimeout(this.exact);
    this.worker.terminate();
  }

  #next() {
    this.running = this.waiting;
    this.waiting = undefined;
    if (!this.running) return;
    this.worker.postMessage({ ...this.running, id: (this.id += 1) });
  }

  /** @param {any} told */
  #told(told) {
    if (told.id === undefined) {
      this.opened?.(told);
      return;
    }
    const wish = this.running;
    this.#next();
    if (told.isRough && wish && !this.running) this.exact = setTimeout(() => this.ask({ ...wish, isExact: true }), QUIET);
    if (told.data && wish) this.drawn(told, wish);
    else this.failed(Boolean(told.isOutside));
  }
}
