/** A photo as the API knows it: read, changed with care for others' changes, watched while it is worked on. */

import { Problem, call } from "../lib/api.js";

/**
 * @typedef {import("../lib/api.js").Schemas} Schemas
 * @typedef {Schemas["Metadata"]} Photo
 * @typedef {Schemas["VersionItem"]} Version
 */

/** Milliseconds between two looks at a picture that is being made; they grow while nothing happens. */
const WATCH = 1000;
const SLOWEST = 15_000;
const UNDER_WAY = ["uploaded", "processing"];

/** Somebody else changed the photo since it was read. */
export class Conflict extends Error {}

/** A key for a request that may be sent again. */
export const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

export class PhotoRecord {
  /** @param {string} id @param {() => void} changed */
  constructor(id, changed) {
    this.id = id;
    this.changed = changed;
    /** @type {Photo} */
    this.photo = /** @type {any} */ (undefined);
    /** @type {Version[]} */
    this.versions = [];
    this.left = false;
    this.wait = WATCH;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Reads the photo; its history comes when it comes. */
  async load() {
    this.#take(await call("GET", `photos/${this.id}/metadata`));
    void this.loadVersions();
  }

  async loadVersions() {
    const { versions } = await call("GET", `photos/${this.id}/versions`).catch(() => ({ versions: this.versions }));
    if (this.left) return;
    this.versions = versions;
    this.changed();
  }

  /** Ends the watch. */
  leave() {
    this.left = true;
    clearTimeout(this.timer);
  }

  /**
   * Changes what is known of the photo. What somebody else changed meanwhile is left alone, unless it
   * is the same field.
   * @param {Record<string, unknown>} change a merge patch @param {{force?: boolean}} [options]
   * @throws {Conflict} what they made of it is read then
   */
  async patch(change, { force = false } = {}) {
    const before = this.photo;
    const send = () => call("PATCH", `photos/${this.id}/metadata`, { body: change, headers: force ? {} : this.#ifMatch() });
    try {
      await this.#write(send);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const field = (/** @type {Photo} */ photo, /** @type {string} */ name) => JSON.stringify(/** @type {any} */ (photo)[name] ?? null);
      if (Object.keys(change).some((name) => field(before, name) !== field(this.photo, name))) throw error;
      await this.#write(send);
    }
  }

  /** Makes an earlier edit the current one. @param {string} versionId */
  async restore(versionId) {
    const headers = { ...this.#ifMatch(), "Idempotency-Key": newKey() };
    const path = `photos/${this.id}/versions/${encodeURIComponent(versionId)}/restore`;
    await this.#write(() => call("POST", path, { headers, repeats: true }));
    await this.loadVersions();
  }

  async backToOriginal() {
    await this.#write(() => call("DELETE", `photos/${this.id}/edited`, { headers: this.#ifMatch() }));
    await this.loadVersions();
  }

  async processAgain() {
    await call("POST", `photos/${this.id}/process`, { headers: { "Idempotency-Key": newKey() }, repeats: true });
    this.#take(await call("GET", `photos/${this.id}/metadata`));
  }

  /** Whether a picture is still being made. */
  get isUnderWay() {
    const { status, edited } = this.photo;
    const edit = edited?.pending ?? edited;
    return UNDER_WAY.includes(status) || Boolean(edit && UNDER_WAY.includes(edit.status)) || Boolean(edited?.pending);
  }

  #ifMatch() {
    return { "If-Match": `"${this.photo.revision}"` };
  }

  /** @param {() => Promise<Photo>} send */
  async #write(send) {
    try {
      this.#take(await send());
    } catch (error) {
      if (!(error instanceof Problem && error.status === 412)) throw error;
      this.#take(await call("GET", `photos/${this.id}/metadata`));
      throw new Conflict("This photo was changed somewhere else meanwhile.");
    }
  }

  /** @param {Photo} photo */
  #take(photo) {
    if (this.left) return;
    const before = this.photo;
    this.photo = photo;
    if (before && before.edited?.version_id !== photo.edited?.version_id) void this.loadVersions();
    this.changed();
    this.wait = before && stateOf(before) === stateOf(photo) ? Math.min(this.wait * 1.25, SLOWEST) : WATCH;
    clearTimeout(this.timer);
    if (this.isUnderWay) this.timer = setTimeout(() => void this.#look(), this.wait);
  }

  async #look() {
    try {
      this.#take(await call("GET", `photos/${this.id}/metadata`));
    } catch {
      if (!this.left) this.timer = setTimeout(() => void this.#look(), SLOWEST);
    }
  }
}

/** Where the versions stand. @param {Photo} photo */
const stateOf = ({ status, edited }) => [status, edited?.status, edited?.version_id, edited?.pending?.status].join();

/** Leave to download a version. @param {string} id @param {"original" | "edited"} version @param {string} [versionId] */
export function download(id, version, versionId) {
  const query = versionId ? `version_id=${encodeURIComponent(versionId)}` : `version=${version}`;
  return /** @type {Promise<Schemas["Download"]>} */ (call("GET", `photos/${id}?${query}`));
}

/** Lets the browser save a version. @param {string} id @param {"original" | "edited"} version @param {string} [versionId] */
export async function save(id, version, versionId) {
  const { download_url: url } = await download(id, version, versionId);
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
