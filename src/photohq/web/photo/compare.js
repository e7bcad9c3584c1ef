/**
 * The original and the edited version in one frame, with a line between them that can be moved. Both
 * are zoomed as one picture; the line stays where it is in the part that is seen.
 */

import { icon } from "../lib/icon.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

/** @typedef {import("../lib/api.js").Schemas["Comparison"]} Comparison */

/** @type {Record<string, (at: number) => number>} */
const STEPS = {
  ArrowLeft: (at) => at - 2,
  ArrowRight: (at) => at + 2,
  ArrowDown: (at) => at - 2,
  ArrowUp: (at) => at + 2,
  PageDown: (at) => at - 10,
  PageUp: (at) => at + 10,
  Home: () => 0,
  End: () => 100,
};

export class Compared {
  /**
   * Fills the host with both pictures; the line stands in the middle.
   * @param {HTMLElement} host @param {import("./zoom.js").Zoom} zoom @param {Comparison} pictures
   */
  constructor(host, zoom, { original, edited }) {
    this.host = host;
    this.zoom = zoom;
    this.at = 50;
    render(
      html`<div class="half"><div class="plate"><img src=${original.url} alt="The original" draggable="false" /></div></div>
        <div class="half"><div class="plate"><img src=${edited.url} alt="The edited version" draggable="false" /></div></div>
        <span class="chip left" aria-hidden="true">Original</span>
        <span class="chip right" aria-hidden="true">Edited</span>
        <div
          class="divider"
          role="slider"
          tabindex="0"
          aria-label="How much of the original is shown"
          aria-valuemin="0"
          aria-valuemax="100"
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#keyed(event)}
        >
          <span class="knob">${icon("chevrons-left-right")}</span>
        </div>`,
      host,
    );
    const found = (/** @type {string} */ name) => /** @type {HTMLElement[]} */ ([...host.querySelectorAll(name)]);
    this.plates = found(".plate");
    this.above = found(".half")[1];
    this.chips = found(".chip");
    this.divider = found(".divider")[0];
    host.onpointerdown = (event) => this.#down(event);
    host.onpointerup = host.onpointercancel = () => {
      host.onpointermove = null;
    };
    this.place();
    this.#move(50);
    this.divider.focus({ preventScroll: true });
  }

  /** Puts both pictures where the zoom has them; the frame is what is seen of them. */
  place() {
    const { stage, size, scale, x, y } = this.zoom;
    const [left, top] = [Math.max(0, x), Math.max(0, y)];
    const right = Math.min(stage.clientWidth, x + size.width * scale);
    const bottom = Math.min(stage.clientHeight, y + size.height * scale);
    Object.assign(this.host.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    for (const { style } of this.plates) {
      style.width = `${size.width}px`;
      style.height = `${size.height}px`;
      style.transform = `translate(${x - left}px, ${y - top}px) scale(${scale})`;
    }
  }

  /** Puts a file itself over its rendition. @param {"original" | "edited"} version @param {HTMLImageElement} image */
  sharpen(version, image) {
    this.plates[version === "original" ? 0 : 1].append(image);
  }

  leave() {
    this.host.onpointerdown = this.host.onpointermove = null;
    render("", this.host);
  }

  /** @param {number} percent */
  #move(percent) {
    this.at = Math.min(100, Math.max(0, percent));
    this.divider.style.left = `${this.at}%`;
    this.divider.ariaValueNow = String(Math.round(this.at));
    this.divider.ariaValueText = `${Math.round(this.at)} % original`;
    this.above.style.clipPath = `inset(0 0 0 ${this.at}%)`;
    this.chips[0].style.opacity = this.at < 12 ? "0" : "1";
    this.chips[1].style.opacity = this.at > 88 ? "0" : "1";
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#move(step(this.at));
  }

  /** Fitted, the line is had from anywhere; in a zoomed picture only by itself. @param {PointerEvent} event */
  #down(event) {
    const isLine = event.target instanceof Element && this.divider.contains(event.target);
    if (!isLine && !this.zoom.isFitted) return;
    event.preventDefault();
    this.host.setPointerCapture(event.pointerId);
    this.divider.focus({ preventScroll: true });
    this.#dragged(event);
    this.host.onpointermove = (moved) => this.#dragged(moved);
  }

  /** @param {PointerEvent} event */
  #dragged(event) {
    // Two fingers zoom.
    if (this.zoom.pointers.size > 1) return;
    const { left, width } = this.host.getBoundingClientRect();
    this.#move(((event.clientX - left) / width) * 100);
  }
}
