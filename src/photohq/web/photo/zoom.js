/**
 * A picture on a stage: fitted, or at a scale, moved by pointers, wheel and pinch. The sheet is as
 * large as the picture's pixels on this screen; a transform makes it smaller.
 */

const LARGEST = 4;

export class Zoom {
  /**
   * @param {HTMLElement} stage @param {HTMLElement} sheet @param {() => void} changed
   */
  constructor(stage, sheet, changed) {
    this.stage = stage;
    this.sheet = sheet;
    this.changed = changed;
    this.size = { width: 3, height: 2 };
    /** How large the picture is drawn; 1 is a pixel of it for each of the screen's. */
    this.scale = 1;
    this.isFitted = true;
    this.x = 0;
    this.y = 0;
    this.isStill = false;
    /** @type {Map<number, {x: number, y: number}>} */
    this.pointers = new Map();
    this.observer = new ResizeObserver(() => (this.isFitted ? this.fit() : this.#place()));
    this.observer.observe(stage);
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
      stage.addEventListener(name, (event) => this.#up(event));
    }
    stage.addEventListener("dblclick", (event) => this.#twice(event));
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  leave() {
    this.observer.disconnect();
  }

  /** Sets the pixels of the picture; it is fitted. @param {{width: number, height: number}} size */
  resize(size) {
    this.size = { width: size.width / devicePixelRatio, height: size.height / devicePixelRatio };
    this.sheet.style.width = `${this.size.width}px`;
    this.sheet.style.height = `${this.size.height}px`;
    this.fit();
  }

  get #fitting() {
    const { clientWidth, clientHeight } = this.stage;
    const style = getComputedStyle(this.stage);
    const width = clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    return Math.max(0.01, Math.min(width / this.size.width, height / this.size.height));
  }

  fit() {
    this.isFitted = true;
    this.scale = Math.min(this.#fitting, 1);
    this.#place();
  }

  /** Draws the picture at a scale; what is at the point stays there. @param {number} scale @param {{x: number, y: number}} [point] */
  to(scale, point = { x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 }) {
    const least = Math.min(this.#fitting, 1);
    const wanted = Math.min(Math.max(scale, least), LARGEST);
    const by = wanted / this.scale;
    this.x = point.x - (point.x - this.x) * by;
    this.y = point.y - (point.y - this.y) * by;
    this.scale = wanted;
    this.isFitted = wanted <= least * 1.001;
    this.#place();
  }

  /** @param {number} x @param {number} y */
  pan(x, y) {
    this.x += x;
    this.y += y;
    this.#place();
  }

  /** Keeps the picture on the stage and in its middle where it is smaller. */
  #place() {
    const { clientWidth, clientHeight } = this.stage;
    const [width, height] = [this.size.width * this.scale, this.size.height * this.scale];
    this.x = width <= clientWidth ? (clientWidth - width) / 2 : Math.min(0, Math.max(clientWidth - width, this.x));
    this.y = height <= clientHeight ? (clientHeight - height) / 2 : Math.min(0, Math.max(clientHeight - height, this.y));
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.stage.classList.toggle("zoomed", !this.isFitted);
    this.changed();
  }

  /** @param {{clientX: number, clientY: number}} event */
  #point({ clientX, clientY }) {
    const { left, top } = this.stage.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.isStill || (event.target instanceof Element && event.target.closest("button, a, [role=slider]"))) return;
    // One that left the stage without a word is gone by now.
    if (event.isPrimary) this.pointers.clear();
    this.pointers.set(event.pointerId, this.#point(event));
    if (!this.isFitted || this.pointers.size > 1) this.stage.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#point(event);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (other) {
      const by = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      this.to(this.scale * by, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    } else if (!this.isFitted) {
      this.pan(now.x - before.x, now.y - before.y);
    }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    this.pointers.delete(event.pointerId);
  }

  /** To 100 % at the pointer, and back. @param {MouseEvent} event */
  #twice(event) {
    if (this.isStill || (event.target instanceof Element && event.target.closest("button, a, [role=slider]"))) return;
    if (this.isFitted) this.to(1, this.#point(event));
    else this.fit();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (this.isStill) return;
    event.preventDefault();
    const by = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016));
    this.to(this.scale * by, this.#point(event));
  }
}
