/** The history of a photo: what was edited when, what can be had back, and until when. */

import { icon, iconButton } from "../lib/icon.js";
import { size } from "../lib/sizes.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { day, doings, when } from "./words.js";

/**
 * @typedef {import("./record.js").Photo} Photo
 * @typedef {import("./record.js").Version} Version
 * @typedef {object} Does
 * @property {(version: Version) => void} restore
 * @property {(version: Version) => void} save
 * @property {() => void} backToOriginal
 * @property {(version: Version) => string | HTMLCanvasElement | undefined} picture an address or a drawing, where there is one
 */

/** @param {Photo} photo @param {Version[]} versions @param {Does} does */
export function history(photo, versions, does) {
  const edit = photo.edited?.pending ?? photo.edited;
  const status = edit && edit.status !== "ready" ? edit : null;
  return html`<section>
    <h2>Versions</h2>
    ${status ? html`<p class="pending" role="status">${said(status)}</p>` : nothing}
    <ul class="versions">
      ${versions.map((version) => row(photo, version, does))}
    </ul>
    ${photo.edited && !photo.edited.pending
      ? html`<button type="button" class="wide" @click=${does.backToOriginal}>${icon("rotate-ccw")} Back to original</button>`
      : nothing}
  </section>`;
}

/** @param {import("../lib/api.js").Schemas["VersionDetails"]} edit */
function said(edit) {
  if (edit.status === "failed") return edit.status_message ?? "The edited version could not be made.";
  if (edit.status === "pending_upload") return "A new edited version is on its way …";
  return "The edited version's pictures are being made …";
}

/** @param {Photo} photo @param {Version} version @param {Does} does */
function row(photo, version, does) {
  const isOriginal = version.version_type === "original";
  const steps = doings(version.recipe);
  const title = isOriginal ? "Original" : steps ? `Edited: ${steps}` : "Edited";
  const author = version.author ? (version.author === photo.user_id ? ", by you" : ", by somebody else") : "";
  const fate = isOriginal
    ? ", never changed"
    : version.is_current
      ? ", current"
      : version.expires_at
        ? `, kept until ${day(version.expires_at)}`
        : "";
  const name = isOriginal ? "the original" : `the edit of ${when(version.created_at)}`;
  return html`<li>
    <span class="kind">${seen(does.picture(version), isOriginal)}</span>
    <div>
      <p>${title}</p>
      <p class="meta">${when(version.created_at)}, ${size(version.file_size)}${author}${fate}</p>
    </div>
    ${isOriginal || version.is_current
      ? iconButton("download", `Download ${name}`, () => does.save(version))
      : html`<button type="button" aria-label=${`Restore ${name}`} @click=${() => does.restore(version)}>Restore</button>`}
  </li>`;
}

/** @param {string | HTMLCanvasElement | undefined} picture @param {boolean} isOriginal */
function seen(picture, isOriginal) {
  if (!picture) return icon(isOriginal ? "image" : "sliders-horizontal");
  return typeof picture === "string" ? html`<img src=${picture} alt="" draggable="false" />` : picture;
}
