/** The original and the edited version in one frame, with a line between them that can be moved. */

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

/**
 * Fills the host with both pictures; the line stands in the middle.
 * @param {HTMLElement} host @param {Comparison} pictures
 */
export function showComparison(host, { original, edited }) {
  let at = 50;
  render(
    html`<img class="original" src=${original.url} alt="The original" draggable="false" />
      <img class="edited" src=${edited.url} alt="The edited version" draggable="false" />
      <span class="chip left" aria-hidden="true">Original</span>
      <span class="chip right" aria-hidden="true">Edited</span>
      <div
        class="divider"
        role="slider"
        tabindex="0"
        aria-label="How much of the original is shown"
        aria-valuemin="0"
        aria-valuemax="100"
        @keydown=${keyed}
      >
        <span class="knob">${icon("chevrons-left-right")}</span>
      </div>`,
    host,
  );
  const divider = /** @type {HTMLElement} */ (host.querySelector(".divider"));
  const above = /** @type {HTMLElement} */ (host.querySelector(".edited"));
  const chips = [.../** @type {NodeListOf<HTMLElement>} */ (host.querySelectorAll(".chip"))];

  /** @param {number} percent */
  function move(percent) {
    at = Math.min(100, Math.max(0, percent));
    divider.style.left = `${at}%`;
    divider.ariaValueNow = String(Math.round(at));
    divider.ariaValueText = `${Math.round(at)} % original`;
    above.style.clipPath = `inset(0 0 0 ${at}%)`;
    chips[0].style.opacity = at < 12 ? "0" : "1";
    chips[1].style.opacity = at > 88 ? "0" : "1";
  }

  /** @param {KeyboardEvent} event */
  function keyed(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(step(at));
  }

  /** @param {PointerEvent} event */
  function dragged(event) {
    const { left, width } = host.getBoundingClientRect();
    move(((event.clientX - left) / width) * 100);
  }

  host.onpointerdown = (event) => {
    event.preventDefault();
    host.setPointerCapture(event.pointerId);
    divider.focus({ preventScroll: true });
    dragged(event);
    host.onpointermove = dragged;
  };
  host.onpointerup = host.onpointercancel = () => {
    host.onpointermove = null;
  };
  move(50);
  divider.focus({ preventScroll: true });
}
