/** Where one photo is looked at: its 2048 rendition, at 100 % the file itself, or both versions. */

import { call } from "../lib/api.js";
import { iconButton } from "../lib/icon.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { Compared } from "./compare.js";
import { download } from "./record.js";
import { upright } from "./words.js";
import { Zoom } from "./zoom.js";

/** @typedef {import("./record.js").Photo} Photo */

/** The scale from which on the file itself is shown: its rendition would be soft. */
const SHARP = 0.99;

/** The largest rendition, the smaller file of two. @param {Photo} photo */
export const renditionOf = (photo) => photo.renditions?.at(-1);

export class Stage {
  /** @param {{previous: () => void, next: () => void, again: () => void}} does */
  constructor(does) {
    this.does = does;
    this.element = document.createElement("div");
    this.element.className = "stage";
    this.sheet = document.createElement("div");
    this.sheet.className = "sheet";
    this.pair = document.createElement("div");
    this.pair.className = "pair";
    this.over = document.createElement("div");
    this.over.className = "over";
    this.element.append(this.sheet, this.pair, this.over);
    this.zoom = new Zoom(this.element, this.sheet, () => this.#zoomed());
    /** @type {Photo | undefined} */
    this.photo = undefined;
    this.around = { previous: false, next: false };
    this.shown = "";
    /** The photo of which a list's thumbnail is shown. */
    this.begun = "";
    this.isSharp = false;
    this.isLoading = false;
    /** Both versions, while they are compared. @type {Compared | undefined} */
    this.compared = undefined;
  }

  get isComparing() {
    return this.compared !== undefined;
  }

  leave() {
    this.zoom.leave();
  }

  /** Shows the little that a list knows, until the photo itself is known. @param {import("../library/photos.js").Photo} item */
  begin(item) {
    const size = upright(item);
    if (!size || !item.thumbnail_url || item.has_edited_version) return;
    this.zoom.resize(size);
    this.begun = item.photo_id;
    this.sheet.append(this.#image(item.thumbnail_url, ""));
  }

  /** @param {string} url @param {string} alt */
  #image(url, alt) {
    const image = document.createElement("img");
    image.src = url;
    image.alt = alt;
    image.draggable = false;
    return image;
  }

  /** Shows a photo, anew only where its picture is another. @param {Photo} photo */
  show(photo) {
    const rendition = renditionOf(photo);
    const picture = rendition ? `${photo.photo_id} ${photo.edited?.version_id ?? ""} ${rendition.width} ${new URL(rendition.url).pathname}` : "";
    const isOther = picture !== this.shown || photo.photo_id !== this.photo?.photo_id;
    this.photo = photo;
    if (isOther) {
      this.shown = picture;
      this.isSharp = false;
      this.#dropComparison();
      // What the list knew stays below until there is more to see.
      if (this.begun !== photo.photo_id || photo.edited) this.sheet.replaceChildren();
      this.begun = "";
      if (rendition) {
        this.sheet.append(this.#image(rendition.url, photo.description ?? photo.original.filename));
        this.zoom.resize(this.#pixels(photo) ?? rendition);
      }
    }
    this.zoom.isStill = !rendition;
    this.#draw();
  }

  /** The pixels of the version that is shown. @param {Photo} photo */
  #pixels(photo) {
    const rendition = renditionOf(photo);
    const size = upright(photo.edited?.status === "ready" ? photo.edited : photo);
    // While an edit's renditions are made the original's are shown.
    const fits = size && rendition && Math.abs(Math.log((size.width / size.height / rendition.width) * rendition.height)) < 0.02;
    return fits ? size : upright(photo);
  }

  async compare() {
    if (!this.photo) return;
    const { photo } = this;
    /** @type {import("../lib/api.js").Schemas["Comparison"]} */
    const pictures = await call("GET", `photos/${photo.photo_id}/compare?size=2048`);
    if (this.photo?.photo_id !== photo.photo_id) return;
    this.element.classList.add("comparing");
    // The frame in the original's pixels, so that 100 % are these.
    const frame = pictures.original;
    const pixels = upright(photo) ?? frame;
    const by = Math.max(pixels.width / frame.width, pixels.height / frame.height);
    this.#resize({ width: frame.width * by, height: frame.height * by });
    this.compared = new Compared(this.pair, this.zoom, pictures);
    this.isSharp = false;
    this.#zoomed();
  }

  #dropComparison() {
    this.compared?.leave();
    this.compared = undefined;
    this.element.classList.remove("comparing");
  }

  stopComparing() {
    this.#dropComparison();
    this.isSharp = Boolean(this.sheet.querySelector(".full"));
    const pixels = this.photo && this.#pixels(this.photo);
    if (pixels) this.#resize(pixels);
    this.#zoomed();
  }

  /** Changes to a picture of so many pixels; one of the same size stays where it is. @param {{width: number, height: number}} size */
  #resize(size) {
    const { width } = this.zoom.size;
    if (Math.abs((size.width / devicePixelRatio - width) / width) > 0.01) this.zoom.resize(size);
  }

  #zoomed() {
    if (!this.photo) return;
    this.compared?.place();
    if (this.zoom.scale >= SHARP && !this.zoom.isFitted && !this.isSharp) void this.#sharpen(this.photo);
    this.#draw();
  }

  /** Puts the file itself over its rendition, or both files, once they are there. @param {Photo} photo */
  async #sharpen(photo) {
    this.isSharp = true;
    this.isLoading = true;
    this.#draw();
    const { shown, compared } = this;
    const full = async (/** @type {"original" | "edited"} */ version) => {
      const { download_url: url } = await download(photo.photo_id, version);
      const image = this.#image(url, "");
      image.className = "full";
      await image.decode();
      if (this.shown !== shown || this.compared !== compared) return;
      if (compared) compared.sharpen(version, image);
      else this.sheet.append(image);
    };
    try {
      if (compared) await Promise.all([full("original"), full("edited")]);
      else await full(photo.edited?.status === "ready" ? "edited" : "original");
    } catch {
      // The rendition stays: softer, but there.
    } finally {
      this.isLoading = false;
      this.#draw();
    }
  }

  /** Zooms in steps. @param {1 | -1} way */
  step(way) {
    this.zoom.to(this.zoom.scale * (way > 0 ? 1.5 : 1 / 1.5));
  }

  /** To 100 % and back. */
  toggle() {
    if (this.zoom.isFitted) this.zoom.to(1);
    else this.zoom.fit();
  }

  #draw() {
    const { photo, zoom } = this;
    if (!photo) return;
    const at = (/** @type {number} */ scale) => !zoom.isFitted && Math.abs(zoom.scale - scale) < 0.005;
    const choice = (/** @type {string} */ label, /** @type {boolean} */ on, /** @type {() => void} */ run) =>
      html`<button type="button" class="plain" aria-pressed=${String(on)} @click=${run}>${label}</button>`;
    render(
      html`
        ${this.around.previous ? iconButton("chevron-left", "Previous photo", this.does.previous, { className: "turn previous" }) : nothing}
        ${this.around.next ? iconButton("chevron-right", "Next photo", this.does.next, { className: "turn next" }) : nothing}
        ${renditionOf(photo) ? nothing : this.#missing(photo)}
        ${renditionOf(photo)
          ? html`<div class="scales" role="group" aria-label="Zoom">
              ${choice("Fit", zoom.isFitted, () => zoom.fit())} ${choice("100 %", at(1), () => zoom.to(1))}
              ${choice("200 %", at(2), () => zoom.to(2))}
            </div>`
          : nothing}
        ${this.isLoading ? html`<p class="chip loading" role="status">Loading the full size …</p>` : nothing}
      `,
      this.over,
    );
  }

  /** @param {Photo} photo */
  #missing(photo) {
    if (photo.status === "failed") {
      return html`<div class="missing" role="alert">
        <h2>This picture could not be made</h2>
        <p>${photo.status_message ?? "Something went wrong while it was processed."}</p>
        <button type="button" @click=${this.does.again}>Process again</button>
      </div>`;
    }
    const says = photo.status === "pending_upload" ? "The file has not arrived yet." : "Its picture is being made …";
    return html`<div class="missing" role="status"><p>${says}</p></div>`;
  }
}
