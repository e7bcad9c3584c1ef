/** One photo: the bar, the stage, and the details beside it. */

import { Problem } from "../lib/api.js";
import { iconButton, icon } from "../lib/icon.js";
import { bindKeys } from "../lib/keys.js";
import { loadStyle } from "../lib/stylesheet.js";
import { toast, toastError } from "../lib/toast.js";
import { FILTER_PATHS, latestPhotos } from "../library/photos.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { deletePhoto } from "./delete.js";
import { details } from "./details.js";
import { Miniatures } from "./miniatures.js";
import { neighbours } from "./neighbours.js";
import { Conflict, PhotoRecord, save } from "./record.js";
import { Stage } from "./stage.js";
import { history as versionsOf } from "./versions.js";
import { day } from "./words.js";

/** Whether the details are open, where there is room for them beside the photo. */
const OPEN = "photohq:details";
/** Swipes that are shorter, in pixels, are none. */
const SWIPE = 60;

/** @type {import("../app.js").Show} */
export async function show(host, photoId = "") {
  await loadStyle("photo/photo.css");
  const photos = latestPhotos();
  /** @type {{previous?: string, next?: string}} */
  let around = {};
  /** @type {Record<string, unknown> | null} */
  let refused = null;
  let isOpen = localStorage.getItem(OPEN) !== "closed";

  const bar = document.createElement("header");
  bar.className = "bar photo-bar";
  const main = document.createElement("main");
  main.className = "photo";
  const panel = document.createElement("aside");
  panel.className = "details";
  panel.ariaLabel = "Details";
  const stage = new Stage({ previous: () => void turn("previous"), next: () => void turn("next"), again: () => void attempt(() => record.processAgain()) });
  main.append(stage.element, panel);
  let record = new PhotoRecord(photoId, draw);
  const miniatures = new Miniatures(draw);

  const back = () => {
    location.hash = `#/${FILTER_PATHS[photos.filter]}`;
  };
  const edit = () => {
    location.hash = `#/photo/${record.id}/edit`;
  };

  /** @param {() => Promise<unknown>} task */
  async function attempt(task) {
    try {
      await task();
    } catch (error) {
      toastError(error);
    }
  }

  /** @param {Record<string, unknown>} change @param {boolean} [force] */
  async function patch(change, force = false) {
    refused = null;
    try {
      await record.patch(change, { force });
      photos.change(record.id, change);
    } catch (error) {
      if (error instanceof Conflict) refused = change;
      else toastError(error);
      draw();
    }
  }

  /** Goes to a photo beside this one, in the same view. @param {"previous" | "next"} way */
  async function turn(way) {
    const id = around[way];
    if (!id) return false;
    record.leave();
    refused = null;
    around = {};
    record = new PhotoRecord(id, draw);
    history.replaceState(null, "", `#/photo/${id}`);
    await attempt(() => open());
  }

  async function open() {
    const mine = record;
    await mine.load();
    void neighbours(photos, mine.id).then((found) => {
      if (record !== mine || mine.left) return;
      around = found;
      draw();
    });
  }

  async function compare() {
    if (stage.isComparing) stage.stopComparing();
    else if (record.photo?.edited) await attempt(() => stage.compare());
    draw();
  }

  function toggleDetails() {
    isOpen = !isOpen;
    localStorage.setItem(OPEN, isOpen ? "open" : "closed");
    draw();
  }

  async function remove() {
    const next = around.next ?? around.previous;
    await attempt(async () => {
      if (!(await deletePhoto(photos, record.id))) return;
      record.leave();
      if (next) await turn(around.next ? "next" : "previous");
      else back();
    });
  }

  async function backToOriginal() {
    await attempt(async () => {
      await record.backToOriginal();
      const kept = record.versions.find((version) => version.version_type === "edited")?.expires_at;
      toast(kept ? `Back to the original. The edit is kept until ${day(kept)}.` : "Back to the original.");
    });
  }

  const current = () => (record.photo?.edited?.status === "ready" ? "edited" : "original");
  const saveCurrent = () => void attempt(() => save(record.id, current()));

  function draw() {
    const { photo } = record;
    if (!photo) return;
    const name = photo.original.filename;
    document.title = `${name} - Photo HQ`;
    const hasEdit = photo.edited?.status === "ready";
    const isReady = photo.status === "ready";
    render(
      html`${iconButton("arrow-left", "Back to the library", back)}
        <h1>${name}</h1>
        <span class="spacer"></span>
        ${hasEdit ? iconButton("columns-2", "Compare with the original", () => void compare(), { pressed: stage.isComparing }) : nothing}
        ${iconButton("download", hasEdit ? "Download the edited version" : "Download the original", saveCurrent)}
        ${iconButton("trash-2", "Delete", () => void remove(), { className: "on-desk" })}
        ${iconButton("info", "Details", toggleDetails, { pressed: isOpen, className: "on-desk" })}
        <button type="button" class="accent" ?disabled=${!isReady} @click=${edit}>${icon("sliders-horizontal")} Edit</button>`,
      bar,
    );
    main.classList.toggle("with-details", isOpen);
    stage.around = { previous: Boolean(around.previous), next: Boolean(around.next) };
    stage.show(photo);
    const does = {
      patch: (/** @type {Record<string, unknown>} */ change) => void patch(change),
      force: () => refused && void patch(refused, true),
      forgo: () => {
        refused = null;
        const words = /** @type {HTMLTextAreaElement | null} */ (panel.querySelector("#description"));
        if (words) words.value = photo.description ?? "";
        draw();
      },
    };
    const past = {
      restore: (/** @type {import("./record.js").Version} */ version) =>
        void attempt(async () => {
          await record.restore(version.version_id);
          toast("The earlier edit is the current one again.");
        }),
      save: (/** @type {import("./record.js").Version} */ version) =>
        void attempt(() => save(record.id, version.version_type, version.version_id)),
      backToOriginal: () => void backToOriginal(),
      picture: (/** @type {import("./record.js").Version} */ version) => miniatures.of(photo, version),
    };
    miniatures.want(photo, record.versions);
    render(
      html`<div class="handle" aria-hidden="true"></div>
        ${details(photo, does, Boolean(refused))} ${versionsOf(photo, record.versions, past)}
        <button type="button" class="danger-button wide on-phone" @click=${() => void remove()}>${icon("trash-2")} Delete</button>`,
      panel,
    );
  }

  const unbind = bindKeys("Photo", [
    { keys: ["ArrowLeft"], says: "Previous photo", run: () => void turn("previous") },
    { keys: ["ArrowRight"], says: "Next photo", run: () => void turn("next") },
    { keys: ["z"], says: "100 %, and back", run: () => stage.toggle() },
    { keys: ["+", "="], shown: ["+"], says: "Larger", run: () => stage.step(1) },
    { keys: ["-"], says: "Smaller", run: () => stage.step(-1) },
    { keys: ["c"], says: "Compare with the original", run: () => void compare() },
    { keys: ["0", "1", "2", "3", "4", "5"], shown: ["0 - 5"], says: "Rate", run: ({ key }) => void patch({ rating: Number(key) || null }) },
    { keys: ["i"], says: "Details", run: toggleDetails },
    { keys: ["d"], says: "Download", run: saveCurrent },
    { keys: ["e"], says: "Edit", run: () => (record.photo?.status === "ready" ? edit() : false) },
    { keys: ["Delete"], says: "Delete", run: () => void remove() },
    { keys: ["Escape"], says: "Back", run: () => leaveStep() },
  ]);

  /** Out of a field, out of the comparison, out of the zoom, and then out of the photo. */
  function leaveStep() {
    const field = document.activeElement;
    if (field instanceof HTMLElement && field.matches("input, textarea")) field.blur();
    else if (stage.isComparing) void compare();
    else if (!stage.zoom.isFitted) stage.zoom.fit();
    else back();
  }

  swipes(stage, (way) => void turn(way));
  host.append(bar, main);
  main.classList.toggle("with-details", isOpen);
  const listed = photos.byId.get(photoId)?.photo;
  if (listed) stage.begin(listed);
  const leave = () => {
    record.leave();
    stage.leave();
    miniatures.leave();
    unbind();
  };
  try {
    await open();
  } catch (error) {
    leave();
    if (!(error instanceof Problem && error.status === 404)) throw error;
    toast("This photo is not there any more.");
    back();
  }
  return leave;
}

/** Fingers that go sideways over a fitted photo turn to the next one. @param {Stage} stage @param {(way: "previous" | "next") => void} turn */
function swipes(stage, turn) {
  let from = 0;
  stage.element.addEventListener("pointerdown", (event) => {
    from = event.pointerType === "touch" && event.isPrimary && stage.zoom.isFitted && !stage.isComparing ? event.clientX : NaN;
  });
  stage.element.addEventListener("pointerup", (event) => {
    const by = event.clientX - from;
    if (stage.zoom.pointers.size === 0 && stage.zoom.isFitted && Math.abs(by) > SWIPE) turn(by > 0 ? "previous" : "next");
    from = NaN;
  });
}
