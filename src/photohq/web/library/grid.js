/**
 * The grid: of all lines only those near the window are in the document. Written by hand, since
 * every line of it runs while somebody scrolls.
 */

import { monthHeading } from "./heading.js";
import { Layout } from "./layout.js";
import { Tile } from "./tile.js";

/**
 * @typedef {import("./photos.js").Entry} Entry
 * @typedef {import("./layout.js").Row} Row
 * @typedef {import("./layout.js").Heading} Heading
 */

/** CSS pixels that a browser can be trusted with for one element; beyond, scrolling is scaled. */
const TALLEST = 7_000_000;
/** Pixels a second from which pictures wait until scrolling slows. */
const FAST = 5000;
/** Milliseconds a frame that may go into new rows, and into pictures; layout and paint come on top. */
const BUDGET = 5;
/** Milliseconds without a movement after which nothing moves. */
const REST = 200;

export class Grid {
  /**
   * @param {HTMLElement} element
   * @param {import("./photos.js").Photos} photos
   * @param {import("./selection.js").Selection} selection
   */
  constructor(element, photos, selection) {
    this.element = element;
    this.photos = photos;
    this.selection = selection;
    this.active = 0;
    /** @type {Map<Row | Heading, HTMLElement>} */
    this.shown = new Map();
    /** @type {Map<string, Tile>} */
    this.tiles = new Map();
    /** Called when pictures have settled. @type {(tiles: Tile[]) => void} */
    this.settled = () => undefined;
    /** Where on the page the grid begins. */
    this.offset = element.offsetTop;
    this.layout = new Layout(this.#measures());
    this.lastY = scrollY;
    this.lastTime = performance.now();
    /** Pixels a second, and which way. */
    this.speed = 0;
    this.way = 1;
    this.frame = 0;
    /** When something moved last. */
    this.moved = 0;
    /** How far lines are above their place, since scrolling is scaled. */
    this.shift = 0;
    this.settling = 0;
    this.waiting = 0;
    this.observer = new ResizeObserver(() => {
      if (element.clientWidth !== this.layout.measures.width) this.rebuild();
    });
    this.scrolled = () => this.#scrolled();
    addEventListener("scroll", this.scrolled, { passive: true });
    addEventListener("resize", this.scrolled, { passive: true });
    this.observer.observe(element);
    this.extend();
  }

  leave() {
    removeEventListener("scroll", this.scrolled);
    removeEventListener("resize", this.scrolled);
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settling);
    clearTimeout(this.waiting);
  }

  /** Lays out what was added at the end. */
  extend() {
    this.layout.append(this.photos.entries.slice(this.layout.count));
    for (const [line, element] of this.shown) {
      const counted = element.querySelector(".count");
      if (line.kind === "heading" && counted) counted.textContent = this.#count(line);
    }
    this.#sized();
    if (this.shown.size) this.#soon();
    else this.render();
  }

  /** Lays out everything again; what is in the window stays where it is, unless that is the top. */
  rebuild() {
    const anchor = this.#anchor();
    this.offset = this.element.offsetTop;
    this.layout = new Layout(this.#measures());
    this.layout.append(this.photos.entries);
    this.active = Math.max(0, Math.min(this.active, this.layout.count - 1));
    this.#sized();
    if (anchor) this.#settleAt(anchor);
    this.render();
  }

  /** @returns {{id: string, offset: number} | null} */
  #anchor() {
    const top = this.#top();
    const line = this.layout.lines[this.layout.lineAt(Math.max(0, top))];
    const first = [...this.tiles.values()].find((tile) => tile.element.parentElement === (line && this.shown.get(line)));
    return top > 100 && line && first ? { id: first.entry.photo.photo_id, offset: line.top - top } : null;
  }

  /** @param {{id: string, offset: number}} anchor */
  #settleAt({ id, offset }) {
    const index = this.photos.entries.findIndex(({ photo }) => photo.photo_id === id);
    const row = index < 0 ? undefined : this.layout.rowOf(index);
    if (row) this.#scrollTo(row.top - offset);
  }

  #measures() {
    const width = this.element.clientWidth;
    const rowHeight = innerWidth < 600 ? 128 : innerWidth < 1000 ? 180 : 220;
    return { width, rowHeight, gap: innerWidth < 600 ? 3 : 4, headingHeight: 52 };
  }

  #sized() {
    this.element.style.height = `${Math.min(this.layout.height, TALLEST)}px`;
    this.element.setAttribute("aria-rowcount", String(this.photos.isWhole ? this.layout.lines.length : -1));
  }

  /** How many pixels of the layout one pixel of the scroll bar is. */
  #scale() {
    const { height } = this.layout;
    return height > TALLEST ? (height - innerHeight) / (TALLEST - innerHeight) : 1;
  }

  /** Where in the layout the window begins. */
  #top() {
    return (scrollY - this.offset) * this.#scale();
  }

  /** @param {number} top */
  #scrollTo(top) {
    scrollTo({ top: top / this.#scale() + this.offset, behavior: "instant" });
  }

  #scrolled() {
    const now = performance.now();
    const passed = Math.max(1, now - this.lastTime);
    const y = scrollY;
    this.speed = passed > REST ? 0 : (Math.abs(y - this.lastY) / passed) * 1000;
    this.way = y < this.lastY ? -1 : 1;
    [this.lastY, this.lastTime] = [y, now];
    this.#soon();
  }

  /** Waits until nothing moves any more. */
  #settle() {
    this.moved = performance.now();
    // One timer that looks again, not a new one each frame.
    this.settling ||= setTimeout(() => this.#rest(), REST);
  }

  #rest() {
    const left = this.moved + REST - performance.now();
    this.settling = left > 1 ? setTimeout(() => this.#rest(), left) : 0;
    if (this.settling) return;
    const wasFast = this.speed >= FAST;
    this.speed = 0;
    if (wasFast) this.#soon();
    this.#dress();
    this.settled([...this.tiles.values()]);
  }

  #soon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.render(BUDGET);
    });
  }

  /**
   * What belongs into the document, the window's first. Far beyond it nothing is worth its work while
   * somebody races past.
   * @param {number} top @param {number} tall of the window
   */
  #wanted(top, tall) {
    const { lines } = this.layout;
    const [near, far] = this.speed < FAST ? [0.6, 0.6] : [0, 0.3];
    const [before, behind] = this.way < 0 ? [far, near] : [near, far];
    const first = this.layout.lineAt(top);
    const end = top + tall * (1 + behind);
    /** @type {Set<Row | Heading>} */
    const wanted = new Set();
    for (let at = first; at < lines.length && lines[at].top < end; at += 1) wanted.add(lines[at]);
    for (let at = first - 1; at >= 0 && lines[at].top + lines[at].height > top - tall * before; at -= 1) wanted.add(lines[at]);
    const active = this.layout.rowOf(this.active);
    if (active) wanted.add(active);
    return wanted;
  }

  /**
   * Brings into the document what is near the window, and takes out the rest.
   * @param {number} [budget] milliseconds after which new rows wait for the next frame
   */
  render(budget = Infinity) {
    const tall = innerHeight;
    const top = this.#top();
    const shift = top - (scrollY - this.offset);
    const wanted = this.#wanted(top, tall);
    for (const [line, element] of this.shown) {
      if (wanted.has(line)) continue;
      this.shown.delete(line);
      element.remove();
    }
    const started = performance.now();
    /** @type {Map<string, Tile>} */
    const tiles = new Map();
    const isMoved = shift !== this.shift;
    this.shift = shift;
    for (const line of wanted) {
      let element = this.shown.get(line);
      if (!element && performance.now() - started > budget) {
        this.#soon();
        continue;
      }
      const isNew = !element;
      element ??= this.#make(line);
      if (isNew || isMoved) element.style.transform = `translateY(${line.top - shift}px)`;
      if (line.kind === "row") this.#fill(line, element, tiles);
    }
    this.tiles = tiles;
    this.#settle();
    if (this.speed < FAST) this.#dress();
    if (!this.photos.isWhole && top + tall * 3.6 > this.layout.height) this.#more();
  }

  /** Fetches the next page; where that fails, again in a while. */
  #more() {
    if (this.waiting) return;
    this.photos.more().catch(() => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => {
        this.waiting = 0;
        this.render();
      }, 5000);
    });
  }

  /** @param {Row | Heading} line */
  #make(line) {
    const element = document.createElement("div");
    element.role = "row";
    element.className = line.kind;
    element.style.height = `${line.height}px`;
    element.setAttribute("aria-rowindex", String(this.layout.lineAt(line.top) + 1));
    if (line.kind === "heading") element.append(monthHeading(line.month, this.#count(line)));
    this.shown.set(line, element);
    this.element.append(element);
    return element;
  }

  /** How many photos a month has, as far as that is known. @param {Heading} line */
  #count({ start, month }) {
    const { entries, isWhole } = this.photos;
    let end = start;
    while (end < entries.length && entries[end].month === month) end += 1;
    const open = end === entries.length && !isWhole;
    return `${end - start}${open ? "+" : ""} ${end - start === 1 && !open ? "photo" : "photos"}`;
  }

  /** @param {Row} row @param {HTMLElement} element @param {Map<string, Tile>} tiles */
  #fill(row, element, tiles) {
    const isNew = element.childElementCount === 0;
    const boxes = isNew ? this.layout.boxes(row) : [];
    for (let index = row.start; index < row.end; index += 1) {
      const entry = this.photos.entries[index];
      const id = entry.photo.photo_id;
      const known = this.tiles.get(id);
      const tile = known ?? new Tile(entry);
      if (known && isNew) {
        tile.describe();
        tile.element.tabIndex = -1;
      }
      if (isNew) {
        const { left, width } = boxes[index - row.start];
        tile.element.style.left = `${left}px`;
        tile.element.style.width = `${width}px`;
        tile.element.dataset.index = String(index);
        tile.select(this.selection.has(id));
        element.append(tile.element);
      }
      if (isNew && index === this.active) tile.element.tabIndex = 0;
      tiles.set(id, tile);
    }
  }

  /** Makes a tile the one that the Tab key comes to. @param {number} index */
  activate(index) {
    const before = this.tileAt(this.active);
    this.active = index;
    if (before) before.element.tabIndex = -1;
    const tile = this.tileAt(index);
    if (tile) tile.element.tabIndex = 0;
  }

  /** Shows pictures, as many as a frame has time for. */
  #dress() {
    const started = performance.now();
    for (const tile of this.tiles.values()) {
      if (!tile.isPlain) continue;
      tile.dress((entry) => this.photos.renew(entry));
      if (performance.now() - started > BUDGET) return this.#soon();
    }
  }

  /** Shows what is selected. */
  select() {
    for (const [id, tile] of this.tiles) tile.select(this.selection.has(id));
    this.element.classList.toggle("selecting", !this.selection.isEmpty);
  }

  /** Moves the focus to a photo, and the window to it. @param {number} index */
  focus(index) {
    if (!this.layout.count) return;
    this.activate(Math.max(0, Math.min(index, this.layout.count - 1)));
    const row = this.layout.rowOf(this.active);
    if (!row) return;
    const top = this.#top();
    const above = 64;
    if (row.top < top + above) this.#scrollTo(row.top - above);
    else if (row.top + row.height > top + innerHeight - 16) this.#scrollTo(row.top + row.height - innerHeight + 16);
    this.render();
    this.activate(this.active);
    this.tileAt(this.active)?.element.focus({ preventScroll: true });
  }

  /** @param {number} index */
  tileAt(index) {
    return this.tiles.get(this.photos.entries[index]?.photo.photo_id);
  }

  /** The first photo in the window. */
  firstInWindow() {
    const { lines } = this.layout;
    for (let at = this.layout.lineAt(this.#top() + 56); at < lines.length; at += 1) {
      const line = lines[at];
      if (line.kind === "row") return line.start;
    }
    return 0;
  }
}
