/** The panel of the editor: sections of sliders, one, or on a desk several, shown at a time. */

import { icon } from "../lib/icon.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { CONTROLS, valueOf, withValue, without } from "./controls.js";
import { CurveEditor } from "./curve.js";
import { Presets } from "./presets.js";
import { slider } from "./slider.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {import("./controls.js").Control} Control
 * @typedef {"light" | "colour" | "curve" | "detail" | "crop" | "presets"} Tab
 * @typedef {object} Edit what the panel works on
 * @property {() => Recipe} recipe
 * @property {(recipe: Record<string, any>, control?: string) => void} set
 * @property {() => void} end
 * @property {() => void} auto
 * @property {(looks: Recipe) => void} apply
 * @property {() => void} save
 */

/** @type {[Tab, string, string][]} */
const TABS = [
  ["light", "Light", "sun"],
  ["colour", "Colour", "palette"],
  ["curve", "Curve", "spline"],
  ["detail", "Detail", "focus"],
  ["crop", "Crop", "crop"],
  ["presets", "Presets", "sparkles"],
];
/** On a desk the first four are one. @type {[Tab, string, string][]} */
const WIDE_TABS = [["light", "Adjust", "sliders-horizontal"], ...TABS.slice(4)];
export const WIDE = matchMedia("(min-width: 800px)");
const GREY = { red: 40, green: 40, blue: 20 };

export class Panel {
  /** @param {Edit} edit @param {HTMLElement} crop the section that is drawn elsewhere @param {(tab: Tab) => void} turned */
  constructor(edit, crop, turned) {
    this.edit = edit;
    this.turned = turned;
    /** @type {Tab} */
    this.tab = "light";
    /** @type {[Control, import("./slider.js").Slider][]} */
    this.sliders = [];
    this.curve = new CurveEditor((curves) => edit.set({ ...edit.recipe(), tone_curve: curves }, "curve"), () => edit.end());
    this.presets = new Presets(edit);
    this.tabs = document.createElement("div");
    this.tabs.className = "tabs";
    this.tabs.role = "tablist";
    this.tabs.ariaLabel = "Tools";
    this.tabs.addEventListener("keydown", (event) => this.#keyed(event));
    this.body = document.createElement("div");
    this.body.className = "tools";
    this.body.id = "tools";
    this.body.role = "tabpanel";
    this.body.tabIndex = -1;
    this.#build(crop);
    this.leave = this.#watch();
    this.drawTabs();
  }

  /** @param {HTMLElement} crop */
  #build(crop) {
    const { edit } = this;
    const reset = (/** @type {Control[]} */ ...controls) => () => edit.set(without(edit.recipe(), controls));
    const curveOnly = /** @type {any} */ ([{ path: "tone_curve" }]);
    const mono = this.#toggle("Black and white", () => {
      const { monochrome, ...rest } = edit.recipe();
      edit.set(monochrome ? rest : { ...rest, monochrome: GREY });
    });
    this.mono = mono.querySelector("input");
    this.mix = this.#sliders(CONTROLS.mix);
    const presets = document.createElement("section");
    presets.dataset.tab = "presets";
    presets.append(this.presets.element);
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = "Judge sharpening and noise reduction at 100 % once it is rendered: this preview is smaller.";
    crop.dataset.tab = "crop";
    this.body.append(
      this.#section("light", "Light", [["Auto", () => edit.auto()], ["Reset", reset(...CONTROLS.light)]], this.#sliders(CONTROLS.light)),
      this.#section("colour", "Colour", [["Reset", reset(...CONTROLS.colour, ...CONTROLS.mix)]], this.#sliders(CONTROLS.colour), mono, this.mix),
      this.#section("curve", "Curve", [["Reset", reset(...curveOnly)]], this.curve.element),
      this.#section("detail", "Detail", [["Reset", reset(...CONTROLS.detail)]], this.#sliders(CONTROLS.detail), hint),
      crop,
      presets,
    );
  }

  /** @param {Tab} tab @param {string} title @param {[string, () => void][]} actions @param {...HTMLElement} content */
  #section(tab, title, actions, ...content) {
    const section = document.createElement("section");
    section.dataset.tab = tab;
    const head = document.createElement("header");
    const heading = document.createElement("h2");
    heading.textContent = title;
    head.append(heading);
    for (const [label, run] of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = label;
      button.ariaLabel = `${label}: ${title}`;
      button.onclick = run;
      head.append(button);
    }
    section.append(head, ...content);
    return section;
  }

  /** @param {Control[]} controls */
  #sliders(controls) {
    const group = document.createElement("div");
    group.className = "sliders";
    for (const control of controls) {
      const made = slider(
        control,
        (value) => this.edit.set(withValue(this.edit.recipe(), control, value), control.path),
        () => this.edit.end(),
      );
      this.sliders.push([control, made]);
      group.append(made.element);
    }
    return group;
  }

  /** @param {string} label @param {() => void} run */
  #toggle(label, run) {
    const element = document.createElement("label");
    element.className = "toggle";
    const input = document.createElement("input");
    input.type = "checkbox";
    input.addEventListener("change", run);
    element.append(input, label);
    return element;
  }

  /** Shows a recipe. @param {Recipe} recipe */
  show(recipe) {
    for (const [control, { set }] of this.sliders) {
      set(valueOf(recipe, control), !control.needs || Boolean(/** @type {any} */ (recipe)[control.needs]));
    }
    if (this.mono) this.mono.checked = Boolean(recipe.monochrome);
    this.mix?.toggleAttribute("hidden", !recipe.monochrome);
    this.curve.show(recipe.tone_curve);
    if (this.tab === "presets") this.presets.draw();
  }

  /** @param {Tab} tab */
  open(tab) {
    this.tab = tab;
    this.drawTabs();
    this.body.scrollTop = 0;
    if (tab === "presets") void this.presets.open();
    this.turned(tab);
  }

  get #shown() {
    return WIDE.matches ? WIDE_TABS : TABS;
  }

  #watch() {
    const draw = () => this.drawTabs();
    WIDE.addEventListener("change", draw);
    return () => WIDE.removeEventListener("change", draw);
  }

  drawTabs() {
    const isAdjust = !["crop", "presets"].includes(this.tab);
    const current = WIDE.matches && isAdjust ? "light" : this.tab;
    const label = this.#shown.find(([tab]) => tab === current)?.[1] ?? "";
    this.body.ariaLabel = label;
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (this.body.querySelectorAll("section[data-tab]"))) {
      const tab = section.dataset.tab ?? "";
      section.hidden = WIDE.matches && isAdjust ? ["crop", "presets"].includes(tab) : tab !== this.tab;
    }
    render(
      this.#shown.map(
        ([tab, name, symbol]) => html`<button
          type="button"
          role="tab"
          aria-selected=${String(tab === current)}
          aria-controls="tools"
          tabindex=${tab === current ? 0 : -1}
          @click=${() => this.open(tab)}
        >
          ${icon(symbol)} <span>${name}</span>
        </button>`,
      ),
      this.tabs,
    );
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (this.tabs.querySelectorAll("[role=tab]"))];
    const at = buttons.findIndex((button) => button.ariaSelected === "true");
    const next = buttons[(at + way + buttons.length) % buttons.length];
    next.click();
    next.focus();
  }
}
