/** The photos of a filter, newest first, fetched page by page while somebody scrolls. */

import { thumbHashToApproximateAspectRatio } from "../vendor/thumbhash/thumbhash.js";
import { call } from "../lib/api.js";
import { bytes } from "../lib/base64.js";

/** @typedef {import("../lib/api.js").Schemas["PhotoItem"]} Photo */
/** @typedef {"" | "original" | "edited"} Filter */
/**
 * @typedef {object} Entry
 * @property {Photo} photo
 * @property {string} page the cursor that fetched it
 * @property {number} ratio width by height, upright
 * @property {string} month such as `2026-11`, where the page's reader is
 */

const PAGE = 100;
/** Base64 characters of a placeholder that hold its shape. */
const SHAPE = 8;
/** Pages that are looked through for what is new. */
const NEWS = 4;

export class Photos {
  /** @param {Filter} filter */
  constructor(filter) {
    this.filter = filter;
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Map<string, Entry>} */
    this.byId = new Map();
    /** Photos that are listed and not known to have arrived. @type {Set<string>} */
    this.coming = new Set();
    /** @type {string | undefined} the next page's cursor; "" begins, undefined is the end */
    this.next = "";
    /** Photos that are not shown, although the API still has them. @type {Set<(photo: Photo) => boolean>} */
    this.hidden = new Set();
    /** @type {Set<(change: "more" | "other") => void>} */
    this.listeners = new Set();
    /** @type {Promise<boolean> | undefined} */
    this.loading = undefined;
    /** @type {Map<string, Promise<void>>} */
    this.renewing = new Map();
  }

  get isWhole() {
    return this.next === undefined;
  }

  /** Fetches the next page; answers whether there was one. */
  more() {
    if (this.isWhole) return Promise.resolve(false);
    this.loading ??= this.#more().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  async #more() {
    const cursor = this.next ?? "";
    const page = await fetchPage(this.filter, cursor);
    this.next = page.last_evaluated_key ?? undefined;
    for (const photo of page.photos) this.#add(photo, cursor);
    this.#announce("more");
    return true;
  }

  /** @param {Photo} photo @param {string} cursor */
  #add(photo, cursor) {
    if (photo.status === "pending_upload") return void this.coming.add(photo.photo_id);
    this.coming.delete(photo.photo_id);
    if (this.byId.has(photo.photo_id) || this.#hides(photo)) return;
    const entry = { photo, page: cursor, ratio: ratioOf(photo), month: monthOf(photo) };
    this.byId.set(photo.photo_id, entry);
    this.entries.push(entry);
  }

  /** Looks for photos that are new, and for changes of those on top. */
  async refresh() {
    if (this.next === "") return void (await this.more());
    let cursor = "";
    let changed = false;
    for (let turn = 0; turn < NEWS; turn += 1) {
      const page = await fetchPage(this.filter, cursor);
      const before = this.entries.length;
      changed = this.#renew(page.photos) || changed;
      for (const photo of page.photos) this.#add(photo, cursor);
      changed = changed || this.entries.length > before;
      if (this.entries.length === before || !page.last_evaluated_key) break;
      cursor = page.last_evaluated_key;
    }
    if (!changed) return;
    this.entries.sort(newestFirst);
    this.#announce("other");
  }

  /** Takes what is known anew of photos; answers whether that shows. @param {Photo[]} photos */
  #renew(photos) {
    let shows = false;
    for (const photo of photos) {
      const entry = this.byId.get(photo.photo_id);
      if (!entry) continue;
      const ratio = ratioOf(photo);
      shows ||= ratio !== entry.ratio || photo.revision !== entry.photo.revision || !photo.thumbnail_url !== !entry.photo.thumbnail_url;
      Object.assign(entry, { photo, ratio });
    }
    return shows;
  }

  /** Fetches an entry's page again: its thumbnail's address has expired. @param {Entry} entry */
  renew(entry) {
    const running = this.renewing.get(entry.page);
    if (running) return running;
    const renewal = fetchPage(this.filter, entry.page)
      .then((page) => void this.#renew(page.photos))
      // Tiles ask one after the other: they share one answer.
      .finally(() => setTimeout(() => this.renewing.delete(entry.page), 2000));
    this.renewing.set(entry.page, renewal);
    return renewal;
  }

  /** @param {Photo} photo */
  #hides(photo) {
    for (const hides of this.hidden) if (hides(photo)) return true;
    return false;
  }

  /** Takes photos out of sight; answers those that were there. @param {(photo: Photo) => boolean} hides */
  hide(hides) {
    this.hidden.add(hides);
    const taken = this.entries.filter(({ photo }) => hides(photo));
    for (const { photo } of taken) this.byId.delete(photo.photo_id);
    this.entries = this.entries.filter(({ photo }) => this.byId.has(photo.photo_id));
    this.#announce("other");
    return taken;
  }

  /** Hides them no more, and puts entries back among the others. @param {(photo: Photo) => boolean} hides @param {Entry[]} entries */
  show(hides, entries) {
    this.hidden.delete(hides);
    for (const entry of entries) if (!this.#hides(entry.photo)) this.byId.set(entry.photo.photo_id, entry);
    this.entries = [...this.byId.values()].sort(newestFirst);
    this.#announce("other");
  }

  /** Changes what is known of a photo. @param {string} id @param {Partial<Photo>} change */
  change(id, change) {
    const entry = this.byId.get(id);
    if (entry) entry.photo = { ...entry.photo, ...change };
  }

  /** The ids of the photos before and behind one. @param {string} id */
  async neighbours(id) {
    let at = this.entries.findIndex(({ photo }) => photo.photo_id === id);
    while (at === this.entries.length - 1 && (await this.more()));
    at = this.entries.findIndex(({ photo }) => photo.photo_id === id);
    return {
      previous: this.entries[at - 1]?.photo.photo_id,
      next: at < 0 ? undefined : this.entries[at + 1]?.photo.photo_id,
    };
  }

  /** @param {"more" | "other"} change */
  #announce(change) {
    for (const listener of this.listeners) listener(change);
  }
}

/** @param {Filter} filter @param {string} cursor @returns {Promise<import("../lib/api.js").Schemas["PhotoList"]>} */
export function fetchPage(filter, cursor) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (filter) query.set("version_type", filter);
  if (cursor) query.set("last_evaluated_key", cursor);
  return call("GET", `photos?${query}`);
}

/** @param {Entry} one @param {Entry} other */
function newestFirst({ photo: one }, { photo: other }) {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? 1 : -1;
  return one.photo_id < other.photo_id ? 1 : -1;
}

/**
 * The ratio of what the thumbnail shows. The pixels in a list are the original's, as stored; where
 * an edit was cropped, only its placeholder tells, and roughly.
 * @param {Photo} photo
 */
export function ratioOf({ width, height, orientation, placeholder }) {
  const rough = placeholder ? thumbHashToApproximateAspectRatio(bytes(placeholder.slice(0, SHAPE))) : 0;
  if (!width || !height) return rough || 1.5;
  const exact = (orientation ?? 1) >= 5 ? height / width : width / height;
  const differs = rough && Math.abs(Math.log(rough / exact)) > 0.3;
  return differs ? rough : exact;
}

/** @param {Photo} photo */
function monthOf({ created_at }) {
  const date = new Date(created_at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}`;
}

/** @type {Map<Filter, Photos>} */
const kept = new Map();

/** The filter whose list was asked for last. @type {Filter} */
let latest = "";
/** The address of each filter's list. @type {Record<Filter, string>} */
export const FILTER_PATHS = { "": "", original: "originals", edited: "edited" };

/** The photos of a filter, as they were left. @param {Filter} filter */
export function photosOf(filter) {
  latest = filter;
  const photos = kept.get(filter) ?? new Photos(filter);
  kept.set(filter, photos);
  return photos;
}

/** The list that somebody looked at last: a photo's neighbours are those in it. */
export const latestPhotos = () => photosOf(latest);

/** Forgets all: somebody else signs in. */
export function forgetPhotos() {
  kept.clear();
}

/** Forgets the other lists: what is deleted in one is in them too. @param {Photos} photos */
export function forgetOthers(photos) {
  for (const [filter, other] of kept) if (other !== photos) kept.delete(filter);
}
