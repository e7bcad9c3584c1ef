/** The frame over the picture that a crop is drawn with: handles, thirds, and the rest dimmed. */

import { dragged } from "./cropping.js";

/**
 * @typedef {import("./cropping.js").Rectangle} Rectangle
 * @typedef {import("./cropping.js").Handle} Handle
 * @typedef {import("./frame.js").Size} Size
 * @typedef {{frame: Size, straighten: number, ratio: number | null, rectangle: Rectangle, scale: number}} Shown
 */

/** @type {[Handle, string][]} */
const HANDLES = [
  ["move", "Move the crop"],
  ["n", ""],
  ["e", ""],
  ["s", ""],
  ["w", ""],
  ["nw", "Top left corner of the crop"],
  ["ne", "Top right corner of the crop"],
  ["sw", "Bottom left corner of the crop"],
  ["se", "Bottom right corner of the crop"],
];
/** @type {Record<string, number[]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class CropFrame {
  /** @param {(rectangle: Rectangle) => void} changed @param {() => void} ended */
  constructor(changed, ended) {
    this.changed = changed;
    this.ended = ended;
    /** @type {Shown | undefined} */
    this.shown = undefined;
    /** What dims the rest; it lies where the picture is clipped. */
    this.shade = document.createElement("div");
    this.shade.className = "shade";
    this.element = document.createElement("div");
    this.element.className = "crop-frame";
    this.element.role = "group";
    this.element.ariaLabel = "Crop";
    for (const line of ["v1", "v2", "h1", "h2"]) {
      const third = document.createElement("i");
      third.className = line;
      this.element.append(third);
    }
    for (const [handle, label] of HANDLES) this.element.append(this.#handle(handle, label));
  }

  /** @param {Handle} handle @param {string} label */
  #handle(handle, label) {
    const element = /** @type {HTMLElement} */ (document.createElement(label ? "button" : "span"));
    element.className = `handle ${handle}`;
    if (label) {
      element.ariaLabel = label;
      /** @type {HTMLButtonElement} */ (element).type = "button";
    }
    element.addEventListener("pointerdown", (event) => this.#down(event, handle));
    element.addEventListener("keydown", (event) => this.#keyed(event, handle));
    return element;
  }

  /** @param {Shown} shown */
  show(shown) {
    this.shown = shown;
    const { rectangle, scale } = shown;
    for (const { style } of [this.element, this.shade]) {
      style.left = `${rectangle.left * scale}px`;
      style.top = `${rectangle.top * scale}px`;
      style.width = `${rectangle.width * scale}px`;
      style.height = `${rectangle.height * scale}px`;
    }
  }

  /** @param {PointerEvent} event @param {Handle} handle */
  #down(event, handle) {
    if (event.button || !this.shown) return;
    event.preventDefault();
    const target = /** @type {HTMLElement} */ (event.currentTarget);
    target.setPointerCapture(event.pointerId);
    target.focus?.({ preventScroll: true });
    const from = this.shown;
    this.element.classList.add("held");
    target.onpointermove = (moved) => {
      const by = [(moved.clientX - event.clientX) / from.scale, (moved.clientY - event.clientY) / from.scale];
      this.#take(dragged(from.rectangle, handle, by[0], by[1], from));
    };
    target.onpointerup = target.onpointercancel = () => {
      target.onpointermove = null;
      this.element.classList.remove("held");
      this.ended();
    };
  }

  /** @param {KeyboardEvent} event @param {Handle} handle */
  #keyed(event, handle) {
    const step = MOVES[event.key];
    if (!step || !this.shown || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { frame, rectangle } = this.shown;
    const by = ((event.shiftKey ? 10 : 1) * Math.max(frame.width, frame.height)) / 200;
    this.#take(dragged(rectangle, handle, step[0] * by, step[1] * by, this.shown));
  }

  /** @param {Rectangle} rectangle */
  #take(rectangle) {
    if (this.shown) this.show({ ...this.shown, rectangle });
    this.changed(rectangle);
  }
}
