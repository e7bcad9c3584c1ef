/** The library: the bar, the grid, and what is done with a selection. */

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { openHelp } from "../lib/dialog.js";
import { config } from "../lib/deployment.js";
import { icon, iconButton } from "../lib/icon.js";
import { bindKeys } from "../lib/keys.js";
import { current, onChange } from "../lib/session.js";
import { isDark, toggleTheme } from "../lib/theme.js";
import { choosePhotos } from "../upload/choose.js";
import { onArrival, sinceArrival } from "../upload/state.js";
import { emptyState } from "./empty.js";
import { gestures } from "./gestures.js";
import { Grid } from "./grid.js";
import { forgetPhotos, photosOf } from "./photos.js";
import { Selection } from "./selection.js";
import { sharpen } from "./sharpen.js";

/** @typedef {import("./photos.js").Filter} Filter */
/** @type {[string, string, Filter][]} */
const FILTERS = [
  ["", "All", ""],
  ["originals", "Originals", "original"],
  ["edited", "Edited", "edited"],
];
/** Milliseconds between two looks at photos that are being processed. */
const WATCH = 3000;
/** Milliseconds after an upload in which it is looked for: on AWS it has arrived seconds later. */
const LATE = 60_000;
/** Milliseconds that pass before new photos are looked for. */
const SOON = 700;
/** Where each filter was left: how far down, and at which photo. @type {Map<Filter, {y: number, index: number}>} */
const places = new Map();

onChange(() => {
  if (current()) return;
  forgetPhotos();
  places.clear();
});

/** @type {import("../app.js").Show} */
export async function show(host, path = "") {
  const filter = FILTERS.find(([name]) => name === path)?.[2] ?? "";
  const photos = photosOf(filter);
  const selection = new Selection();
  const { limits } = await config();
  document.title = "Photo HQ";

  const frame = document.createElement("div");
  frame.className = "frame";
  const main = document.createElement("main");
  main.className = "library";
  const element = document.createElement("div");
  element.className = "grid";
  element.role = "grid";
  element.ariaLabel = "Photos";
  element.setAttribute("aria-multiselectable", "true");
  let below = document.createElement("div");
  const title = document.createElement("h1");
  title.className = "visually-hidden";
  title.textContent = "Photos";
  main.append(title, element, below);
  const over = document.createElement("div");
  main.append(over);
  host.append(frame, main);

  const grid = new Grid(element, photos, selection);
  /** @param {string} id */
  const open = (id) => {
    location.hash = `#/photo/${id}`;
  };
  const touched = gestures({ grid, photos, selection, open, changed });
  grid.settled = (tiles) => sharpen(tiles);

  function changed() {
    grid.select();
    drawSelection();
  }

  /**
   * Does something with what is selected, or with the photo that has the focus.
   * @param {"tagSelected" | "downloadSelected" | "deleteSelected" | "rateSelected"} name of an action
   * @param {number} [rating]
   */
  function act(name, rating = 0) {
    const chosen = selection.copy();
    const id = touched.current();
    if (chosen.isEmpty && id) chosen.set(id, true);
    if (chosen.isEmpty) return false;
    void import("./actions.js").then(async (actions) => {
      await actions[name](photos, chosen, rating);
      if (name !== "deleteSelected") return;
      clear();
      if (touched.isHere()) grid.focus(grid.active);
    });
  }

  function clear() {
    selection.clear();
    changed();
  }

  function selectAll() {
    selection.selectAll();
    changed();
  }

  function drawBar() {
    render(
      html`<header class="bar">
        <a class="mark" href="#/" aria-label="Photo HQ"><img src="web/mark.svg" alt="" /><span>Photo HQ</span></a>
        <nav class="segments" aria-label="Which photos">
          ${FILTERS.map(([name, label, value]) => html`<a href="#/${name}" aria-current=${value === filter ? "page" : nothing}>${label}</a>`)}
        </nav>
        <span class="spacer"></span>
        ${iconButton("circle-help", "What the keys do", () => openHelp(), { className: "help-button" })}
        ${iconButton(isDark() ? "sun" : "moon", isDark() ? "Light" : "Dark", () => {
          toggleTheme();
          drawBar();
        })}
        <a class="button icon-button" href="#/account" aria-label="Account" title="Account">${icon("circle-user-round")}</a>
        <button type="button" class="accent" @click=${choosePhotos}>${icon("upload")} Upload</button>
      </header>`,
      frame,
    );
  }

  function drawSelection() {
    main.classList.toggle("selecting", !selection.isEmpty);
    render(
      selection.isEmpty
        ? ""
        : html`<div class="selection" role="toolbar" aria-label="Selected photos">
            <strong role="status">${selection.said()}</strong>
            ${selection.isAll ? "" : html`<button type="button" class="plain all" @click=${selectAll}>Select all</button>`}
            <span class="line"></span>
            ${iconButton("tag", "Add tags", () => act("tagSelected"))}
            ${iconButton("download", "Download", () => act("downloadSelected"))}
            ${iconButton("trash-2", "Delete", () => act("deleteSelected"))}
            <span class="line"></span>
            ${iconButton("x", "Clear the selection", clear)}
          </div>`,
      over,
    );
  }

  function drawBelow() {
    element.hidden = photos.isWhole && photos.entries.length === 0;
    // A new element each time: blanks that are pushed down would be a page that jumps.
    const fresh = document.createElement("div");
    below.replaceWith(fresh);
    below = fresh;
    const rows = Array.from({ length: 6 }, () => html`<div class="blank"></div>`);
    render(element.hidden ? emptyState(filter, limits) : photos.isWhole ? "" : html`<div class="blanks" aria-hidden="true">${rows}</div>`, below);
  }

  /** @param {"more" | "other"} change */
  function listed(change) {
    if (change === "more") grid.extend();
    else grid.rebuild();
    drawBelow();
  }

  const unbind = bindKeys("Library", [
    ...touched.bindings,
    { keys: ["Ctrl+a"], says: "Select all", run: selectAll },
    { keys: ["Escape"], says: "Clear the selection", run: () => (selection.isEmpty ? false : clear()) },
    { keys: ["t"], says: "Add tags", run: () => act("tagSelected") },
    { keys: ["0", "1", "2", "3", "4", "5"], shown: ["0 - 5"], says: "Rate", run: ({ key }) => act("rateSelected", Number(key)) },
    { keys: ["d"], says: "Download", run: () => act("downloadSelected") },
    { keys: ["Delete"], says: "Delete", run: () => act("deleteSelected") },
    { keys: ["Ctrl+z"], says: "Undo deleting", run: () => void import("./actions.js").then(({ undo }) => undo()) },
    {
      keys: ["e"],
      says: "Edit",
      run: () => {
        const id = touched.current();
        if (!id) return false;
        location.hash = `#/photo/${id}/edit`;
      },
    },
    { keys: ["u"], says: "Upload", run: choosePhotos },
  ]);
  photos.listeners.add(listed);
  let soon = 0;
  // Photos that arrive one after the other are looked for together.
  const refresh = () => {
    soon ||= setTimeout(() => {
      soon = 0;
      photos.refresh().catch(() => undefined);
    }, SOON);
  };
  const deaf = onArrival(refresh);
  const watching = setInterval(() => {
    const open = photos.entries.slice(0, 400).some(({ photo }) => !photo.thumbnail_url && ["uploaded", "processing"].includes(photo.status));
    const coming = photos.coming.size > 0 && sinceArrival() < LATE;
    if ((open || coming) && !document.hidden) refresh();
  }, WATCH);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", drawBar);

  const leave = () => {
    places.set(filter, { y: scrollY, index: grid.active });
    clearInterval(watching);
    clearTimeout(soon);
    dark.removeEventListener("change", drawBar);
    photos.listeners.delete(listed);
    deaf();
    unbind();
    touched.leave();
    grid.leave();
    scrollTo({ top: 0, behavior: "instant" });
  };

  drawBar();
  drawBelow();
  try {
    if (photos.entries.length || photos.isWhole) refresh();
    else await photos.more();
  } catch (error) {
    leave();
    throw error;
  }
  const place = places.get(filter);
  if (place) {
    scrollTo({ top: place.y, behavior: "instant" });
    grid.render();
    grid.activate(Math.min(place.index, Math.max(0, photos.entries.length - 1)));
    grid.render();
    grid.tileAt(place.index)?.element.focus({ preventScroll: true });
  }

  return leave;
}
