/** One tile: a colour at once, then the placeholder, then the thumbnail. */

import { thumbHashToAverageRGBA, thumbHashToRGBA } from "../vendor/thumbhash/thumbhash.js";
import { bytes } from "../lib/base64.js";

/** @typedef {import("./photos.js").Entry} Entry */

/** Milliseconds that a thumbnail may take before its placeholder is drawn. */
const PATIENCE = 100;
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
/** Base64 characters of a placeholder that hold its average colour. */
const AVERAGE = 8;
/** Days in words, by their date: putting one into words takes as long as making a tile. @type {Map<string, string>} */
const days = new Map();

export class Tile {
  /** @param {Entry} entry */
  constructor(entry) {
    this.entry = entry;
    this.element = document.createElement("div");
    this.element.className = "tile";
    this.element.role = "gridcell";
    this.element.tabIndex = -1;
    this.picture = document.createElement("div");
    this.picture.className = "picture";
    const tick = document.createElement("span");
    tick.className = "tick";
    this.element.append(this.picture, tick);
    /** What the picture shows: nothing yet, its placeholder, or the thumbnail of that address. */
    this.dressed = "";
    /** The thumbnail that was replaced by a sharper picture. */
    this.sharp = "";
    this.attempts = 0;
    this.describe();
  }

  /** Says what is known of the photo. */
  describe() {
    const { photo } = this.entry;
    const words = [photo.filename, dayOf(photo.created_at)];
    if (photo.has_edited_version) words.push("edited");
    if (photo.status === "failed") words.push("could not be processed");
    this.element.setAttribute("aria-label", words.join(", "));
    this.#pill(photo.has_edited_version ? "Edited" : "");
    const waits = !photo.thumbnail_url;
    this.#note(photo.status === "failed" ? `${photo.filename}: no picture` : waits ? "Being processed" : "");
    if (!this.dressed && photo.placeholder) {
      const { r, g, b } = thumbHashToAverageRGBA(bytes(photo.placeholder.slice(0, AVERAGE)));
      this.picture.style.backgroundColor = `rgb(${Math.round(r * 255)} ${Math.round(g * 255)} ${Math.round(b * 255)})`;
    }
  }

  /** @param {boolean} selected */
  select(selected) {
    this.element.setAttribute("aria-selected", String(selected));
  }

  /** Whether there is something to show that isn't shown. */
  get isPlain() {
    return this.dressed !== (this.entry.photo.thumbnail_url ?? "");
  }

  /** Shows placeholder and thumbnail. @param {(entry: Entry) => Promise<void>} renew gets a fresh address */
  dress(renew) {
    const { placeholder, thumbnail_url: url } = this.entry.photo;
    if (!url || url === this.dressed) return;
    this.dressed = url;
    // A thumbnail that is in the cache comes sooner than its placeholder is drawn.
    if (placeholder && !this.picture.firstChild) {
      setTimeout(() => {
        const isBare = !this.picture.querySelector(".here");
        if (isBare && this.element.isConnected) this.picture.prepend(painted(placeholder));
      }, PATIENCE);
    }
    const image = new Image();
    image.alt = "";
    image.decoding = "async";
    image.draggable = false;
    image.onload = () => {
      image.classList.add("here");
      for (const older of [...this.picture.children]) if (older !== image && older.tagName === "IMG") older.remove();
    };
    image.onerror = async () => {
      image.remove();
      this.attempts += 1;
      if (this.attempts > 3) return;
      await renew(this.entry).catch(() => undefined);
      this.dressed = "";
      if (this.element.isConnected) this.dress(renew);
    };
    image.src = url;
    this.picture.append(image);
  }

  /** Replaces the thumbnail by a sharper one of the same picture. @param {string} url */
  sharpen(url) {
    const image = new Image();
    image.alt = "";
    image.decoding = "async";
    image.draggable = false;
    image.className = "here";
    image.onload = () => this.picture.append(image);
    image.src = url;
  }

  /** @param {string} text */
  #pill(text) {
    const pill = this.element.querySelector(".pill");
    if (!text) pill?.remove();
    else if (!pill) this.element.append(Object.assign(document.createElement("span"), { className: "pill", textContent: text }));
  }

  /** @param {string} text */
  #note(text) {
    this.element.querySelector(".note")?.remove();
    if (text) this.element.append(Object.assign(document.createElement("span"), { className: "note", textContent: text }));
  }
}

/** @param {string} placeholder a thumbhash in base64 */
function painted(placeholder) {
  const { w, h, rgba } = thumbHashToRGBA(bytes(placeholder));
  const canvas = document.createElement("canvas");
  canvas.width = w;
  canvas.height = h;
  const pixels = new Uint8ClampedArray(rgba.length);
  pixels.set(rgba);
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, w, h), 0, 0);
  return canvas;
}

/** The day of a time, where the page's reader is. @param {string} time */
function dayOf(time) {
  // Days begin at a whole hour, or at a half or a quarter of one.
  const quarter = time.slice(0, 14) + Math.floor(Number(time.slice(14, 16)) / 15);
  const known = days.get(quarter);
  if (known) return known;
  const said = DAY.format(new Date(time));
  days.set(quarter, said);
  return said;
}
