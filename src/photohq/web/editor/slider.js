/**
 * A slider: its name, its value, and a track that is filled from where it does nothing. Written by
 * hand, because it is redrawn at every move of a pointer. The wheel never changes it.
 */

import { shown } from "./controls.js";

/**
 * @typedef {import("./controls.js").Control} Control
 * @typedef {{element: HTMLElement, set: (value: number, isAble?: boolean) => void}} Slider
 */

/**
 * @param {Control} control @param {(value: number) => void} moved @param {() => void} ended
 * @returns {Slider}
 */
export function slider(control, moved, ended) {
  const { path, label, least, most, step, neutral, track } = control;
  const element = document.createElement("div");
  element.className = "slider";
  const name = document.createElement("label");
  name.htmlFor = `slider-${path}`;
  name.textContent = label;
  const output = document.createElement("output");
  output.htmlFor.add(name.htmlFor);
  const input = document.createElement("input");
  input.type = "range";
  input.id = name.htmlFor;
  input.min = String(least);
  input.max = String(most);
  input.step = String(step);
  input.title = "Double-click puts it back";
  if (track) input.classList.add(track);
  element.append(name, output, input);

  let shownValue = NaN;

  /** @param {number} value @param {boolean} [isAble] */
  function set(value, isAble = true) {
    if (value === shownValue && isAble !== input.disabled) return;
    shownValue = value;
    input.value = String(value);
    input.disabled = !isAble;
    const said = shown(control, value);
    output.textContent = said;
    input.setAttribute("aria-valuetext", said);
    element.classList.toggle("changed", value !== neutral && isAble);
    const part = (/** @type {number} */ at) => (at - least) / (most - least);
    const [one, other] = [part(Math.min(value, neutral)), part(Math.max(value, neutral))];
    input.style.setProperty("--from", String(one));
    input.style.setProperty("--to", String(other));
  }

  input.addEventListener("input", () => {
    set(Number(input.value));
    moved(Number(input.value));
  });
  input.addEventListener("change", ended);
  const reset = () => {
    set(neutral);
    moved(neutral);
    ended();
  };
  element.addEventListener("dblclick", reset);
  input.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const by = event.shiftKey ? 10 : 1;
    const next = Math.min(most, Math.max(least, Math.round((Number(input.value) + way * by * step) / step) * step));
    const exact = Number(next.toFixed(2));
    set(exact);
    moved(exact);
  });
  return { element, set };
}
