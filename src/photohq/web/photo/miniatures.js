/**
 * What versions look like, small. The current one's rendition is known with the photo; the original's
 * is asked for where an edit stands in front of it; and what a recipe made of it in the past is drawn
 * here, by the editor's preview. Of an earlier edit that was uploaded there is nothing small.
 */

import { call } from "../lib/api.js";
import { upright } from "./words.js";

/**
 * @typedef {import("./record.js").Photo} Photo
 * @typedef {import("./record.js").Version} Version
 */

/** The longer edge that is asked for, and that is drawn. */
const SMALL = 256;
const DRAWN = 144;
/** Milliseconds that somebody has to stay with a photo: whoever turns pages needs none of this. */
const STAY = 400;

export class Miniatures {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Map<string, HTMLCanvasElement>} by version */
    this.drawn = new Map();
    this.key = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  leave() {
    this.key = "";
    clearTimeout(this.timer);
  }

  /** The picture of a version, as far as there is one. @param {Photo} photo @param {Version} version @returns {string | HTMLCanvasElement | undefined} an address, or a drawing */
  of(photo, version) {
    const shown = isEdited(photo) ? photo.edited?.version_id : photo.edited ? undefined : idOfOriginal([version]);
    return version.version_id === shown ? photo.renditions?.[0]?.url : this.drawn.get(version.version_id);
  }

  /** Has the missing ones made. @param {Photo} photo @param {Version[]} versions */
  want(photo, versions) {
    const past = versions.filter(({ is_current, recipe }) => !is_current && recipe);
    const isThere = photo.renditions?.length && (isEdited(photo) || !photo.edited);
    const isNeeded = isThere && (photo.edited || past.length) && idOfOriginal(versions);
    const key = isNeeded ? [photo.photo_id, photo.edited?.version_id, ...past.map(({ version_id }) => version_id)].join() : "";
    if (key === this.key) return;
    this.key = key;
    clearTimeout(this.timer);
    if (key) this.timer = setTimeout(() => void this.#make(key, photo, idOfOriginal(versions), past).catch(() => undefined), STAY);
  }

  /** @param {string} key @param {Photo} photo @param {string} originalId @param {Version[]} past */
  async #make(key, photo, originalId, past) {
    const original = this.drawn.get(originalId) ?? (await originalOf(photo));
    if (!original || this.key !== key) return;
    this.drawn.set(originalId, original);
    this.changed();
    const missing = past.filter(({ version_id }) => !this.drawn.has(version_id));
    if (!missing.length) return;
    const { drawRecipes } = await import("../editor/miniature.js");
    const fullEdge = Math.max(photo.width ?? 0, photo.height ?? 0);
    const recipes = missing.map(({ recipe }) => recipe);
    for await (const [at, drawing] of drawRecipes(original, /** @type {any[]} */ (recipes), photo.to_srgb, DRAWN, fullEdge)) {
      if (this.key !== key) return;
      this.drawn.set(missing[at].version_id, drawing);
      this.changed();
    }
  }
}

/** Whether the edited version is what the photo's renditions show. @param {Photo} photo */
const isEdited = ({ edited }) => edited?.status === "ready";

/** @param {Version[]} versions */
const idOfOriginal = (versions) => versions.find(({ version_type }) => version_type === "original")?.version_id ?? "";

/** The original, small. @param {Photo} photo */
async function originalOf(photo) {
  const size = upright(photo);
  if (!size) return undefined;
  const url = photo.edited ? (await call("GET", `photos/${photo.photo_id}/compare?size=${SMALL}`)).original.url : photo.renditions?.[0]?.url;
  const response = await fetch(url, { credentials: "omit" });
  if (!response.ok) return undefined;
  const picture = await createImageBitmap(await response.blob());
  // Beside an edit of another shape it stands in the middle of a frame that takes both.
  const by = Math.min(picture.width / size.width, picture.height / size.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(size.width * by);
  canvas.height = Math.round(size.height * by);
  canvas.getContext("2d")?.drawImage(picture, (canvas.width - picture.width) / 2, (canvas.height - picture.height) / 2);
  return canvas;
}
