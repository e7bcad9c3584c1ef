/** The steps of an edit, to be undone and done again. A slider that is dragged is one step. */

import { same, tidy } from "./recipe.js";

/** @typedef {import("./recipe.js").Recipe} Recipe */

const LONGEST = 200;
/** Milliseconds in which presses of a key on one control are one step. */
const TOGETHER = 900;

export class History {
  /** @param {Recipe} recipe @param {(recipe: Recipe) => void} changed */
  constructor(recipe, changed) {
    /** @type {Recipe[]} */
    this.steps = [tidy(recipe)];
    this.at = 0;
    this.changed = changed;
    this.last = { control: "", time: 0 };
  }

  get recipe() {
    return this.steps[this.at];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.steps.length - 1;
  }

  /**
   * Takes a recipe over. Changes that one control makes in a row are one step, as long as they come
   * quickly or `end` has not been called.
   * @param {Record<string, any>} given @param {string} [control]
   */
  set(given, control = "") {
    const recipe = tidy(given);
    if (same(recipe, this.recipe)) return;
    const now = performance.now();
    const goesOn = control && control === this.last.control && now - this.last.time < TOGETHER && this.at > 0;
    this.steps.length = this.at + 1;
    if (goesOn) this.steps[this.at] = recipe;
    else this.steps.push(recipe);
    if (this.steps.length > LONGEST) this.steps.shift();
    this.at = this.steps.length - 1;
    this.last = { control, time: now };
    this.changed(recipe);
  }

  /** The next change is a step of its own. */
  end() {
    this.last = { control: "", time: 0 };
  }

  undo() {
    this.#go(this.at - 1);
  }

  redo() {
    this.#go(this.at + 1);
  }

  /** @param {number} at */
  #go(at) {
    if (at < 0 || at >= this.steps.length) return;
    this.at = at;
    this.end();
    this.changed(this.recipe);
  }
}
