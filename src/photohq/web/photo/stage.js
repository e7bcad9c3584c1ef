/** Where one photo is looked at: its 2048 rendition, at 100 % the file itself, or both versions. */

import { call } from "../lib/api.js";
import { iconButton } from "../lib/icon.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { showComparison } from "./compare.js";
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
    this.isComparing = false;
    this.isLoading = false;
    this.observer = new ResizeObserver(() => this.#frame());
    this.observer.observe(this.element);
    /** @type {{width: number, height: number} | undefined} */
    this.frame = undefined;
  }

  leave() {
    this.zoom.leave();
    this.observer.disconnect();
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
      this.stopComparing();
      // What the list knew stays below until there is more to see.
      if (this.begun !== photo.photo_id || photo.edited) this.sheet.replaceChildren();
      this.begun = "";
      if (rendition) {
        this.sheet.append(this.#image(rendition.url, photo.description ?? photo.original.filename));
        this.zoom.resize(this.#pixels(photo) ?? rendition);
      }
    }
    this.zoom.isStill = !rendition || this.isComparing;
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
    /** @type {import("../lib/api.js").Schemas["Comparison"]} */
    const pictures = await call("GET", `photos/${this.photo.photo_id}/compare?size=2048`);
    this.isComparing = true;
    this.frame = pictures.original;
    this.zoom.fit();
    this.zoom.isStill = true;
    this.element.classList.add("comparing");
    this.#frame();
    showComparison(this.pair, pictures);
    this.#draw();
  }

  stopComparing() {
    this.isComparing = false;
    this.frame = undefined;
    this.zoom.isStill = false;
    this.element.classList.remove("comparing");
    render("", this.pair);
    this.#draw();
  }

  /** Fits the frame of a comparison into the stage. */
  #frame() {
    if (!this.frame) return;
    const style = getComputedStyle(this.element);
    const width = this.element.clientWidth - 2 * parseFloat(style.paddingLeft);
    const height = this.element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const by = Math.min(width / this.frame.width, height / this.frame.height, 1);
    this.pair.style.width = `${this.frame.width * by}px`;
    this.pair.style.height = `${this.frame.height * by}px`;
  }

  #zoomed() {
    if (!this.photo) return;
    if (this.zoom.scale >= SHARP && !this.zoom.isFitted && !this.isSharp) void this.#sharpen(this.photo);
    this.#draw();
  }

  /** Puts the file itself over its rendition, once it is there. @param {Photo} photo */
  async #sharpen(photo) {
    this.isSharp = true;
    this.isLoading = true;
    this.#draw();
    const picture = this.shown;
    try {
      const isEdited = photo.edited?.status === "ready";
      const { download_url: url } = await download(photo.photo_id, isEdited ? "edited" : "original");
      const image = this.#image(url, "");
      image.className = "full";
      await image.decode();
      if (this.shown === picture) this.sheet.append(image);
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
        ${renditionOf(photo) && !this.isComparing
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
