/** Editing a photo: the bar, the surface, the panel, and what keeps them together. */

import { Problem, call } from "../lib/api.js";
import { iconButton } from "../lib/icon.js";
import { bindKeys } from "../lib/keys.js";
import { notice } from "../lib/notice.js";
import { loadStyle } from "../lib/stylesheet.js";
import { toast, toastError } from "../lib/toast.js";
import { latestPhotos } from "../library/photos.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { autoLight } from "./auto.js";
import { dropDraft, keepDraft } from "./draft.js";
import { FrameTools } from "./frame-tools.js";
import { drawHistogram } from "./histogram.js";
import { History } from "./history.js";
import { Panel } from "./panel.js";
import { NEUTRAL, same, tidy, withLooks } from "./recipe.js";
import { renderEdit, saveRecipe } from "./save.js";
import { firstRecipe, picture, storedRecipe } from "./source.js";
import { Surface } from "./surface.js";

/** @typedef {import("./recipe.js").Recipe} Recipe */

/** @type {import("../app.js").Show} */
export async function show(host, photoId = "") {
  await loadStyle("editor/editor.css");
  const bar = document.createElement("header");
  bar.className = "bar editor-bar";
  const main = document.createElement("main");
  main.className = "editor";
  host.append(bar, main);
  const close = () => {
    location.hash = `#/photo/${photoId}`;
  };
  render(iconButton("x", "Close the editor", close), bar);
  try {
    /** @type {import("../photo/record.js").Photo} */
    const photo = await call("GET", `photos/${photoId}/metadata`);
    const [stored, source] = await Promise.all([storedRecipe(photo), picture(photo)]);
    return await edited(bar, main, photo, stored, source, close);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const said = document.createElement("div");
    main.replaceWith(said);
    render(notice("This can't be edited now", error.message, { label: "Back to the photo", run: close }), said);
    return () => undefined;
  }
}

/**
 * @param {HTMLElement} bar @param {HTMLElement} main @param {import("../photo/record.js").Photo} photo
 * @param {Recipe} stored @param {import("./source.js").Source} source @param {() => void} close
 */
async function edited(bar, main, photo, stored, source, close) {
  const { photo_id: photoId } = photo;
  const name = photo.original.filename;
  document.title = `Edit ${name} - Photo HQ`;
  let isBusy = false;
  let isKept = true;
  /** @type {Uint32Array | undefined} */
  let plain;

  const past = new History(firstRecipe(photo, stored), changed);
  /** @type {import("./panel.js").Edit} */
  const edit = {
    recipe: () => past.recipe,
    set: (recipe, control) => past.set(recipe, control),
    end: () => past.end(),
    auto: () => plain && past.set({ ...past.recipe, ...autoLight(plain) }),
    apply: (looks) => past.set(withLooks(past.recipe, looks)),
    save: () => void save(),
  };
  const tools = new FrameTools(edit, () => /** @type {import("./frame.js").Size} */ (surface.size));
  /** @type {Surface} */
  const surface = new Surface(edit, () => tools.ratio, counted, failed);
  const panel = new Panel(edit, tools.element, (tab) => {
    surface.isCropping = tab === "crop";
    tools.show();
    surface.draw();
  });
  const graph = document.createElement("canvas");
  graph.className = "histogram";
  graph.width = 576;
  graph.height = 192;
  graph.role = "img";
  graph.ariaLabel = "Histogram";
  const side = document.createElement("aside");
  side.className = "panel";
  side.ariaLabel = "Tools";
  side.append(graph, panel.tabs, panel.body);
  main.append(surface.element, side);

  /** @param {Uint32Array} counts @param {boolean} isPlain */
  function counted(counts, isPlain) {
    if (isPlain) plain ??= counts;
    drawHistogram(graph, counts);
  }

  /** @param {boolean} isOutside */
  function failed(isOutside) {
    const why = isOutside ? "the crop lies outside the picture" : "the preview has stopped; the draft is kept, a reload helps";
    toast(`This can't be shown: ${why}.`, { kind: "danger" });
  }

  function changed() {
    const { recipe } = past;
    if (same(recipe, tidy(stored))) dropDraft(photoId);
    else isKept = keepDraft(photoId, recipe);
    draw();
  }

  function draw() {
    surface.draw();
    panel.show(past.recipe);
    tools.show();
    drawBar();
  }

  /** @param {boolean} on */
  function showOriginal(on) {
    if (surface.isPlain === on) return;
    surface.isPlain = on;
    surface.draw();
    drawBar();
  }

  /** @param {() => Promise<void>} task */
  async function busy(task) {
    if (isBusy) return;
    isBusy = true;
    drawBar();
    try {
      await task();
    } catch (error) {
      toastError(error);
    } finally {
      isBusy = false;
      drawBar();
    }
  }

  /** Stores the recipe; answers whether it is stored now. */
  async function store() {
    const { recipe } = past;
    const saved = await saveRecipe(photo, recipe);
    if (!saved) return false;
    photo = saved;
    stored = recipe;
    if (same(past.recipe, recipe)) dropDraft(photoId);
    return true;
  }

  const save = () =>
    busy(async () => {
      if (await store()) toast("Recipe saved. The edited version stays as it is until you render.", { seconds: 4 });
    });

  const renderNow = () =>
    busy(async () => {
      const { recipe } = past;
      if (!(await store())) return;
      const waited = await renderEdit(photo, recipe);
      const photos = latestPhotos();
      photos.change(photoId, { has_edited_version: true });
      if (!waited) toast("Rendering goes on without you; the photo shows it when it is done.", { seconds: 4 });
      else if (location.hash === `#/photo/${photoId}/edit`) {
        toast("The edited version is ready.", { seconds: 4 });
        close();
      }
    });

  function said() {
    if (isBusy) return "Working …";
    if (!same(past.recipe, tidy(stored))) return isKept ? "Draft kept on this device" : "Not saved: no room on this device";
    return same(past.recipe, NEUTRAL) ? "" : "Saved";
  }

  function drawBar() {
    const isNeutral = same(past.recipe, NEUTRAL);
    const isSaved = same(past.recipe, tidy(stored));
    render(
      html`${iconButton("x", "Close the editor", close)}
        <h1>${name}</h1>
        <span class="spacer"></span>
        <p class="said" role="status">${said()}</p>
        ${iconButton("undo-2", "Undo", () => past.undo(), { disabled: !past.canUndo })}
        ${iconButton("redo-2", "Redo", () => past.redo(), { disabled: !past.canRedo })}
        ${iconButton("eye", "Show the original", () => showOriginal(!surface.isPlain), { pressed: surface.isPlain })}
        <button type="button" class="on-desk" ?disabled=${isBusy || isSaved} @click=${save}>Save recipe</button>
        <button type="button" class="accent" ?disabled=${isBusy || isNeutral} @click=${renderNow}>
          <span>Render<span class="on-desk"> edited version</span></span>
        </button>`,
      bar,
    );
  }

  const unbind = bindKeys("Editor", [
    { keys: ["\\"], says: "Show the original, while held", run: () => showOriginal(true) },
    { keys: ["Ctrl+z"], says: "Undo", run: () => past.undo() },
    { keys: ["Ctrl+Shift+z", "Ctrl+y"], says: "Redo", run: () => past.redo() },
    { keys: ["a"], says: "Adjust", run: () => panel.open("light") },
    { keys: ["c"], says: "Crop", run: () => panel.open("crop") },
    { keys: ["p"], says: "Presets", run: () => panel.open("presets") },
    { keys: ["Ctrl+c"], says: "Copy the settings", run: () => (getSelection()?.toString() ? false : panel.presets.copy()) },
    { keys: ["Ctrl+v"], says: "Paste settings", run: () => panel.presets.paste() },
    { keys: ["Ctrl+s"], says: "Save the recipe", run: () => void save() },
    { keys: ["Escape"], says: "Out of the crop, or the editor", run: () => (panel.tab === "crop" ? panel.open("light") : close()) },
  ]);
  const released = (/** @type {KeyboardEvent} */ event) => event.key === "\\" && showOriginal(false);
  const blurred = () => showOriginal(false);
  addEventListener("keyup", released);
  addEventListener("blur", blurred);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const redraw = () => panel.show(past.recipe);
  dark.addEventListener("change", redraw);
  const themed = new MutationObserver(redraw);
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });

  const leave = () => {
    unbind();
    removeEventListener("keyup", released);
    removeEventListener("blur", blurred);
    dark.removeEventListener("change", redraw);
    themed.disconnect();
    panel.leave();
    surface.leave();
  };
  try {
    drawBar();
    await surface.open(source);
    draw();
  } catch (error) {
    leave();
    throw error;
  }
  return leave;
}
