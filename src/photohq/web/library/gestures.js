/** What pointer and keyboard do with tiles: open, select, select a range. */

/**
 * @typedef {object} Means
 * @property {import("./grid.js").Grid} grid
 * @property {import("./photos.js").Photos} photos
 * @property {import("./selection.js").Selection} selection
 * @property {(id: string) => void} open
 * @property {() => void} changed the selection is another one
 */

/** Milliseconds after which a touch is meant to select. */
const LONG = 450;

/** @param {Means} means */
export function gestures({ grid, photos, selection, open, changed }) {
  const { element } = grid;
  let anchor = 0;
  let hovered = -1;
  let touch = 0;
  let held = false;

  /** @param {number} index */
  const idAt = (index) => photos.entries[index]?.photo.photo_id;

  /** @param {number} index */
  function toggle(index) {
    const id = idAt(index);
    if (!id) return;
    selection.set(id, !selection.has(id));
    anchor = index;
    changed();
  }

  /** Selects from where the last one was selected; the places in the list count. @param {number} index */
  function range(index) {
    for (let at = Math.min(anchor, index); at <= Math.max(anchor, index); at += 1) selection.set(idAt(at), true);
    changed();
  }

  /** Shows which photos a click with Shift would select. @param {boolean} on */
  function preview(on) {
    const [low, high] = [Math.min(anchor, hovered), Math.max(anchor, hovered)];
    for (const tile of grid.tiles.values()) {
      const index = Number(tile.element.dataset.index);
      tile.element.classList.toggle("previewed", on && hovered >= 0 && !selection.isEmpty && index >= low && index <= high);
    }
  }

  /** Selects a month, all of it, or takes it out of the selection. @param {string} month */
  async function selectMonth(month) {
    while (!photos.isWhole && photos.entries.at(-1)?.month === month) await photos.more();
    const ids = photos.entries.filter((entry) => entry.month === month).map(({ photo }) => photo.photo_id);
    const on = !ids.every((id) => selection.has(id));
    for (const id of ids) selection.set(id, on);
    changed();
  }

  /** @param {Event} event */
  function indexOf({ target }) {
    const tile = target instanceof Element ? target.closest(".tile") : null;
    return tile instanceof HTMLElement ? Number(tile.dataset.index) : -1;
  }

  element.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const month = target.closest("button")?.dataset.month;
    if (month) return void selectMonth(month);
    const index = indexOf(event);
    if (index < 0 || held) return;
    grid.focus(index);
    if (event.shiftKey && !selection.isEmpty) range(index);
    else if (!selection.isEmpty || event.ctrlKey || event.metaKey || event.shiftKey || target.closest(".tick")) toggle(index);
    else open(idAt(index));
  });
  element.addEventListener("pointerover", (event) => {
    hovered = indexOf(event);
    preview(event.shiftKey);
  });
  element.addEventListener("pointerdown", (event) => {
    held = false;
    const index = indexOf(event);
    if (event.pointerType !== "touch" || index < 0) return;
    touch = setTimeout(() => {
      held = true;
      toggle(index);
    }, LONG);
  });
  for (const end of ["pointerup", "pointercancel", "pointermove"]) {
    element.addEventListener(end, (event) => {
      const { movementX, movementY } = /** @type {PointerEvent} */ (event);
      if (end !== "pointermove" || Math.abs(movementX) + Math.abs(movementY) > 4) clearTimeout(touch);
    });
  }
  element.addEventListener("contextmenu", (event) => {
    if (held) event.preventDefault();
  });
  element.addEventListener("focusin", (event) => {
    const index = indexOf(event);
    if (index >= 0) grid.activate(index);
  });
  /** @param {KeyboardEvent} event */
  const shifted = (event) => {
    if (event.key === "Shift") preview(event.type === "keydown");
  };
  addEventListener("keydown", shifted);
  addEventListener("keyup", shifted);

  /** The photo that keys are for. */
  function current() {
    const focused = document.activeElement?.closest(".tile");
    return focused ? grid.active : -1;
  }

  /** Moves the focus; without one, it comes to the window. @param {(from: number) => number} step @param {boolean} [extends_] */
  function move(step, extends_ = false) {
    const from = current();
    if (from < 0) return grid.focus(grid.firstInWindow());
    const to = Math.max(0, Math.min(photos.entries.length - 1, step(from)));
    if (extends_ && selection.isEmpty) toggle(from);
    grid.focus(to);
    if (extends_) range(to);
  }

  /** @param {number} from @param {-1 | 1} way a screenful */
  function page(from, way) {
    const row = grid.layout.rowOf(from);
    if (!row) return from;
    const line = grid.layout.lines[Math.min(grid.layout.lines.length - 1, grid.layout.lineAt(Math.max(0, row.top + way * (innerHeight - 120))))];
    return line.start;
  }

  /** @type {import("../lib/keys.js").Binding[]} */
  const bindings = [
    { keys: ["ArrowLeft", "ArrowRight"], says: "Photo before, behind", run: ({ key }) => move((from) => from + (key === "ArrowLeft" ? -1 : 1)) },
    { keys: ["ArrowUp", "ArrowDown"], says: "Photo above, below", run: ({ key }) => move((from) => grid.layout.beside(from, key === "ArrowUp" ? -1 : 1)) },
    { keys: ["PageUp", "PageDown"], says: "A screenful", run: ({ key }) => move((from) => page(from, key === "PageUp" ? -1 : 1)) },
    { keys: ["Home", "End"], says: "First, last loaded", run: ({ key }) => grid.focus(key === "Home" ? 0 : photos.entries.length - 1) },
    {
      keys: ["Enter"],
      says: "Open",
      run: () => (current() < 0 ? false : open(idAt(current()))),
    },
    { keys: ["x", " "], says: "Select", run: () => (current() < 0 ? false : toggle(current())) },
    {
      keys: ["Shift+ArrowLeft", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"],
      shown: ["Shift+Arrow"],
      says: "Select on the way",
      run: ({ key }) => {
        const way = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
        move((from) => (key === "ArrowLeft" || key === "ArrowRight" ? from + way : grid.layout.beside(from, way)), true);
      },
    },
    { keys: ["Shift+x", "Shift+ "], says: "Select up to here", run: () => (current() < 0 ? false : range(current())) },
  ];

  return {
    bindings,
    /** Whether keys belong to the library: to nothing, to a tile, or to what was just taken away. */
    isHere: () => !document.activeElement || document.activeElement === document.body || current() >= 0,
    /** The photo that has the focus, if one has. */
    current: () => (current() < 0 ? undefined : idAt(current())),
    leave() {
      removeEventListener("keydown", shifted);
      removeEventListener("keyup", shifted);
      clearTimeout(touch);
    },
  };
}
