/**
 * Where tiles go: rows of one height and full width, a heading above each month. Photos are added
 * page by page, and only the last row is ever laid out again.
 */

/**
 * @typedef {{ratio: number, month: string}} Shape of a photo: width by height, and its month
 * @typedef {{kind: "row", top: number, height: number, scale: number, start: number, end: number}} Row
 *   of photos; `scale` is its height before it was rounded
 * @typedef {{kind: "heading", top: number, height: number, start: number, month: string}} Heading
 * @typedef {{left: number, width: number}} Box
 * @typedef {{width: number, rowHeight: number, gap: number, headingHeight: number}} Measures
 */

/** The narrowest and the widest tile, as ratios: beyond, a tile shows a part of its photo. */
const NARROWEST = 0.45;
const WIDEST = 3.4;

export class Layout {
  /** @param {Measures} measures */
  constructor(measures) {
    this.measures = measures;
    /** @type {(Row | Heading)[]} from the top down */
    this.lines = [];
    /** @type {number[]} */
    this.ratios = [];
    this.height = 0;
    this.month = "";
  }

  /** How many photos are laid out. */
  get count() {
    return this.ratios.length;
  }

  /** Adds photos at the end. @param {Shape[]} shapes */
  append(shapes) {
    const { width, rowHeight, gap, headingHeight } = this.measures;
    const open = this.lines.at(-1);
    let start = this.count;
    if (open?.kind === "row" && shapes[0]?.month === this.month) {
      this.lines.pop();
      start = open.start;
      this.height = open.top;
    }
    let at = this.count;
    for (const { ratio } of shapes) this.ratios.push(Math.min(WIDEST, Math.max(NARROWEST, ratio)));
    let sum = 0;
    for (let index = start; index < at; index += 1) sum += this.ratios[index];
    for (const { month } of shapes) {
      if (month !== this.month) {
        this.#close(start, at, sum, false);
        if (this.lines.length) this.height += 24;
        this.lines.push({ kind: "heading", top: this.height, height: headingHeight, start: at, month });
        this.height += headingHeight;
        this.month = month;
        start = at;
        sum = 0;
      }
      const ratio = this.ratios[at];
      const room = width - gap * (at - start);
      const taller = sum ? (room + gap) / sum : Infinity;
      // The row is full; the photo belongs to it if that leaves the row nearer to its height.
      if ((sum + ratio) * rowHeight >= room) {
        if (taller - rowHeight > rowHeight - room / (sum + ratio)) {
          this.#close(start, at + 1, sum + ratio, true);
          [start, sum] = [at + 1, 0];
        } else {
          this.#close(start, at, sum, true);
          [start, sum] = [at, ratio];
        }
      } else {
        sum += ratio;
      }
      at += 1;
    }
    this.#close(start, at, sum, false);
  }

  /** Ends a row. @param {number} start @param {number} end @param {number} sum @param {boolean} full */
  #close(start, end, sum, full) {
    if (start === end) return;
    const { width, rowHeight, gap } = this.measures;
    const fitting = (width - gap * (end - start - 1)) / sum;
    const scale = full ? fitting : Math.min(fitting, rowHeight);
    const height = Math.round(scale);
    this.lines.push({ kind: "row", top: this.height, height, scale, start, end });
    this.height += height + gap;
  }

  /** The boxes of a row's photos. @param {Row} row @returns {Box[]} */
  boxes({ start, end, scale }) {
    let left = 0;
    return this.ratios.slice(start, end).map((ratio) => {
      const right = left + ratio * scale;
      const box = { left: Math.round(left), width: Math.round(right) - Math.round(left) };
      left = right + this.measures.gap;
      return box;
    });
  }

  /** The first line whose end is below `y`. @param {number} y */
  lineAt(y) {
    return this.#search((line) => line.top + line.height > y);
  }

  /** The row that holds a photo. @param {number} index @returns {Row | undefined} */
  rowOf(index) {
    const line = this.lines[this.#search((found) => (found.kind === "row" ? found.end > index : found.start > index))];
    return line?.kind === "row" ? line : undefined;
  }

  /** The photo above or below one: the nearest in the next row. @param {number} index @param {-1 | 1} way */
  beside(index, way) {
    const row = this.rowOf(index);
    if (!row) return index;
    let at = this.lines.indexOf(row) + way;
    while (this.lines[at]?.kind === "heading") at += way;
    const next = this.lines[at];
    if (next?.kind !== "row") return index;
    const own = this.boxes(row)[index - row.start];
    const middle = own.left + own.width / 2;
    const distances = this.boxes(next).map(({ left, width }) => Math.abs(left + width / 2 - middle));
    return next.start + distances.indexOf(Math.min(...distances));
  }

  /** The first line for which `holds`, as it does for all behind it. @param {(line: Row | Heading) => boolean} holds */
  #search(holds) {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.lines[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
