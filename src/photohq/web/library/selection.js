/**
 * What is selected: some photos, or all of a filter but some. 'All' is no list: it holds for photos
 * that are not loaded yet, and is walked when something is done with it.
 */

export class Selection {
  constructor() {
    this.isAll = false;
    /** @type {Set<string>} the selected photos; with `isAll`, the exceptions */
    this.ids = new Set();
  }

  get isEmpty() {
    return !this.isAll && this.ids.size === 0;
  }

  /** @param {string} id */
  has(id) {
    return this.ids.has(id) !== this.isAll;
  }

  /** @param {string} id @param {boolean} on */
  set(id, on) {
    if (on === this.isAll) this.ids.delete(id);
    else this.ids.add(id);
  }

  selectAll() {
    this.isAll = true;
    this.ids.clear();
  }

  clear() {
    this.isAll = false;
    this.ids.clear();
  }

  /** What is selected, as it is now: later changes don't reach it. */
  copy() {
    const copy = new Selection();
    copy.isAll = this.isAll;
    copy.ids = new Set(this.ids);
    return copy;
  }

  /** In words. @param {number} [gone] exceptions that are no photos any more */
  said(gone = 0) {
    if (!this.isAll) return `${this.ids.size} selected`;
    const but = this.ids.size - gone;
    return but > 0 ? `All but ${but} selected` : "All selected";
  }
}
