/** The tone curve: points that are moved by a pointer or by keys, for all channels and for each. */

import { through } from "./curves.js";
import { isStraight } from "./recipe.js";

/** @typedef {import("./recipe.js").ToneCurve} ToneCurve */
/** @typedef {"rgb" | "red" | "green" | "blue"} Channel */

/** @type {[Channel, string][]} */
const CHANNELS = [["rgb", "All"], ["red", "Red"], ["green", "Green"], ["blue", "Blue"]];
const STRAIGHT = [[0, 0], [255, 255]];
const MOST = 16;
/** Pixels around a point that belong to it. */
const NEAR = 16;
const DARK = matchMedia("(prefers-color-scheme: dark)");

/** @type {Record<string, number[]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class CurveEditor {
  /** @param {(curves: ToneCurve) => void} changed @param {() => void} ended */
  constructor(changed, ended) {
    this.changed = changed;
    this.ended = ended;
    /** @type {ToneCurve} */
    this.curves = {};
    /** @type {Channel} */
    this.channel = "rgb";
    /** What was drawn last. */
    this.drawn = "";
    this.element = document.createElement("div");
    this.element.className = "curve";
    this.choice = document.createElement("div");
    this.choice.className = "channels";
    this.choice.role = "group";
    this.choice.ariaLabel = "Channel";
    for (const [channel, label] of CHANNELS) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.dataset.channel = channel;
      button.onclick = () => {
        this.channel = channel;
        this.show(this.curves);
      };
      this.choice.append(button);
    }
    this.box = document.createElement("div");
    this.box.className = "curve-box";
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = 512;
    this.box.append(this.canvas);
    this.box.addEventListener("pointerdown", (event) => this.#down(event));
    this.hint = document.createElement("p");
    this.hint.className = "hint";
    this.hint.textContent = "Click to add a point, double-click to remove it.";
    this.element.append(this.choice, this.box, this.hint);
    /** @type {HTMLButtonElement[]} */
    this.handles = [];
  }

  get points() {
    return this.curves[this.channel] ?? STRAIGHT;
  }

  /** @param {ToneCurve | undefined} curves */
  show(curves) {
    // A slider that moves draws no curve anew.
    const key = JSON.stringify([curves, this.channel, document.documentElement.dataset.theme, DARK.matches]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.curves = curves ?? {};
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.choice.querySelectorAll("button"))) {
      const channel = /** @type {Channel} */ (button.dataset.channel);
      button.ariaPressed = String(channel === this.channel);
      button.classList.toggle("changed", Boolean(this.curves[channel] && !isStraight(this.curves[channel])));
    }
    this.#draw();
    this.#handles();
  }

  #draw() {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const side = this.canvas.width;
    this.box.dataset.channel = this.channel;
    const { color, borderTopColor } = getComputedStyle(this.box);
    context.clearRect(0, 0, side, side);
    context.strokeStyle = borderTopColor;
    context.lineWidth = 2;
    for (const part of [0.25, 0.5, 0.75]) {
      context.strokeRect(side * part, -2, 0, side + 4);
      context.strokeRect(-2, side * part, side + 4, 0);
    }
    context.beginPath();
    context.moveTo(0, side);
    context.lineTo(side, 0);
    context.stroke();
    const curve = through(this.points);
    context.strokeStyle = color;
    context.lineWidth = 4;
    context.beginPath();
    for (let x = 0; x <= side; x += 2) context.lineTo(x, side * (1 - curve(x / side)));
    context.stroke();
  }

  #handles() {
    const { points } = this;
    while (this.handles.length > points.length) this.handles.pop()?.remove();
    while (this.handles.length < points.length) {
      const handle = document.createElement("button");
      handle.type = "button";
      handle.className = "point";
      handle.title = "Arrows move it, + adds one beside it, Delete removes it";
      handle.addEventListener("keydown", (event) => this.#keyed(event, this.handles.indexOf(handle)));
      handle.addEventListener("dblclick", () => this.remove(this.handles.indexOf(handle)));
      this.handles.push(handle);
      this.box.append(handle);
    }
    for (const [at, [x, y]] of points.entries()) {
      this.handles[at].style.left = `${(x / 255) * 100}%`;
      this.handles[at].style.top = `${(1 - y / 255) * 100}%`;
      this.handles[at].ariaLabel = `Point ${at + 1} of ${points.length}: ${x} becomes ${y}`;
    }
  }

  /** Moves a point as far as its neighbours let it. @param {number} at @param {number} x @param {number} y */
  move(at, x, y) {
    const points = this.points.map((point) => [...point]);
    const [before, after] = [points[at - 1], points[at + 1]];
    const rises = this.channel === "rgb";
    points[at] = [
      between(x, before ? before[0] + 1 : 0, after ? after[0] - 1 : 255),
      between(y, rises && before ? before[1] : 0, rises && after ? after[1] : 255),
    ];
    this.#set(points);
  }

  /** @param {number} at */
  remove(at) {
    if (this.points.length <= 2 || at === 0 || at === this.points.length - 1) return;
    this.#set(this.points.filter((_, other) => other !== at));
    this.ended();
  }

  /** @param {number[][]} points */
  #set(points) {
    this.show({ ...this.curves, [this.channel]: points });
    this.changed(this.curves);
  }

  /** @param {{clientX: number, clientY: number}} event */
  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.box.getBoundingClientRect();
    return [Math.round(((clientX - left) / width) * 255), Math.round((1 - (clientY - top) / height) * 255), width / 255];
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button) return;
    event.preventDefault();
    const [x, y, scale] = this.#place(event);
    const far = this.points.map((point) => Math.hypot(point[0] - x, point[1] - y) * scale);
    let at = far.indexOf(Math.min(...far));
    if (far[at] > NEAR * (event.pointerType === "touch" ? 1.5 : 1)) {
      at = this.#added(x, y);
      if (at < 0) return;
    }
    this.handles[at].focus({ preventScroll: true });
    this.box.setPointerCapture(event.pointerId);
    this.box.onpointermove = (moved) => {
      const [toX, toY] = this.#place(moved);
      this.move(at, toX, toY);
    };
    this.box.onpointerup = this.box.onpointercancel = () => {
      this.box.onpointermove = null;
      this.ended();
    };
  }

  /** Adds a point; answers which it is, or -1. @param {number} x @param {number} y */
  #added(x, y) {
    const { points } = this;
    if (points.length >= MOST || points.some((point) => point[0] === x) || x < 0 || x > 255) return -1;
    const at = points.filter((point) => point[0] < x).length;
    this.#set([...points.slice(0, at), [x, Math.round(through(points)(x / 255) * 255)], ...points.slice(at)]);
    this.move(at, x, y);
    return at;
  }

  /** @param {KeyboardEvent} event @param {number} at */
  #keyed(event, at) {
    const step = MOVES[event.key];
    if (step && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const by = event.shiftKey ? 10 : 1;
      const [x, y] = this.points[at];
      this.move(at, x + by * step[0], y + by * step[1]);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.remove(at);
      this.handles[Math.min(at, this.handles.length - 1)].focus();
    } else if (event.key === "+" || event.key === "Insert") {
      event.preventDefault();
      const next = this.points[at + 1] ?? this.points[at - 1];
      const x = Math.round((this.points[at][0] + next[0]) / 2);
      const added = this.#added(x, Math.round(through(this.points)(x / 255) * 255));
      if (added >= 0) this.handles[added].focus();
    }
  }
}

/** @param {number} value @param {number} least @param {number} most */
const between = (value, least, most) => Math.min(Math.max(value, least), most);
