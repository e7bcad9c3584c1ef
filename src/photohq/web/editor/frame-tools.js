/** The tools of the frame: ratios, straightening, turns and mirrors. */

import { icon } from "../lib/icon.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { CONTROLS, valueOf, withValue } from "./controls.js";
import { asCrop, mirrored, ofRatio, shownCrop, turnedBy90 } from "./cropping.js";
import { turnedSize } from "./frame.js";
import { FRAME } from "./recipe.js";
import { slider } from "./slider.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("./frame.js").Size} Size
 */

/** @type {[string, (frame: Size) => number | null][]} */
const RATIOS = [
  ["Free", () => null],
  ["Original", ({ width, height }) => width / height],
  ["1:1", () => 1],
  ["3:2", () => 3 / 2],
  ["4:3", () => 4 / 3],
  ["16:9", () => 16 / 9],
];

export class FrameTools {
  /** @param {import("./panel.js").Edit} edit @param {() => Size} size of the photo, upright */
  constructor(edit, size) {
    this.edit = edit;
    this.size = size;
    this.chosen = "Free";
    /** Whether the ratio stands upright. */
    this.isTurned = false;
    this.element = document.createElement("section");
    this.top = document.createElement("div");
    this.bottom = document.createElement("div");
    const [straighten] = CONTROLS.crop;
    this.slider = slider(
      straighten,
      (value) => edit.set(withValue(edit.recipe(), straighten, value), "straighten"),
      () => edit.end(),
    );
    this.element.append(this.top, this.slider.element, this.bottom);
  }

  get frame() {
    return turnedSize(this.size(), this.edit.recipe());
  }

  /** Width by height that a crop is held to; null where it is free. @returns {number | null} */
  get ratio() {
    const ratio = RATIOS.find(([name]) => name === this.chosen)?.[1](this.frame) ?? null;
    return ratio && this.isTurned ? 1 / ratio : ratio;
  }

  /** Chooses a ratio; once more turns it. @param {string} name */
  #choose(name) {
    const { frame } = this;
    const wide = frame.width >= frame.height;
    this.isTurned = name === this.chosen && !["Free", "1:1"].includes(name) ? !this.isTurned : !wide && !["Free", "Original", "1:1"].includes(name);
    this.chosen = name;
    const recipe = this.edit.recipe();
    if (this.ratio) {
      const rectangle = ofRatio(shownCrop(frame, recipe), this.ratio, frame, recipe.straighten ?? 0);
      this.edit.set({ ...recipe, crop: asCrop(frame, rectangle) });
    }
    this.show();
  }

  #reset() {
    this.chosen = "Free";
    const kept = Object.entries(this.edit.recipe()).filter(([name]) => !FRAME.includes(name) || name === "resize");
    this.edit.set(Object.fromEntries(kept));
    this.show();
  }

  #turn() {
    this.isTurned = !this.isTurned && !["Free", "Original", "1:1"].includes(this.chosen);
    this.edit.set(turnedBy90(this.edit.recipe()));
  }

  show() {
    const recipe = this.edit.recipe();
    const [straighten] = CONTROLS.crop;
    this.slider.set(valueOf(recipe, straighten));
    render(
      html`<div class="ratios" role="group" aria-label="Ratio">
        ${RATIOS.map(
          ([name]) => html`<button type="button" aria-pressed=${String(name === this.chosen)} @click=${() => this.#choose(name)}>
            ${name === this.chosen && this.isTurned && name.includes(":") ? name.split(":").reverse().join(":") : name}
          </button>`,
        )}
      </div>`,
      this.top,
    );
    const mirror = (/** @type {"horizontal" | "vertical"} */ way) => () => this.edit.set(mirrored(this.edit.recipe(), way));
    render(
      html`<div class="turns">
        <button type="button" aria-label="Rotate clockwise" @click=${() => this.#turn()}>${icon("rotate-cw")} Rotate</button>
        <button type="button" aria-label="Flip left and right" @click=${mirror("horizontal")}>${icon("flip-vertical-2")} Flip</button>
        <button type="button" aria-label="Flip top and bottom" @click=${mirror("vertical")}>${icon("flip-horizontal-2")} Flip</button>
        <button type="button" aria-label="Reset the frame" @click=${() => this.#reset()}>${icon("rotate-ccw")} Reset</button>
      </div>`,
      this.bottom,
    );
  }
}
