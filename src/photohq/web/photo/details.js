/** The panel beside a photo: what can be said of it, and what the camera said. */

import { icon, iconButton } from "../lib/icon.js";
import { size } from "../lib/sizes.js";
import { toast } from "../lib/toast.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { body, exposure, position, takenAt, upright } from "./words.js";

/**
 * @typedef {import("./record.js").Photo} Photo
 * @typedef {object} Does
 * @property {(change: Record<string, unknown>) => void} patch
 * @property {() => void} force saves the refused change all the same
 * @property {() => void} forgo
 */

/** @param {Photo} photo @param {Does} does @param {boolean} conflict */
export const details = (photo, does, conflict) => html`
  ${conflict ? refused(does) : nothing} ${stars(photo, does)}
  <div class="field">
    <label for="description">Description</label>
    <textarea
      id="description"
      rows="2"
      maxlength="2000"
      .value=${photo.description ?? ""}
      @change=${(/** @type {Event} */ event) => {
        const text = /** @type {HTMLTextAreaElement} */ (event.target).value.trim();
        if (text !== (photo.description ?? "")) does.patch({ description: text || null });
      }}
    ></textarea>
  </div>
  ${tags(photo, does)} ${camera(photo)}
`;

/** @param {Does} does */
const refused = (does) => html`
  <div class="conflict" role="alert">
    <p>This photo was changed somewhere else meanwhile. What you see is how it is now; your change was not saved.</p>
    <div class="actions">
      <button type="button" @click=${does.force}>Save mine all the same</button>
      <button type="button" class="plain" @click=${does.forgo}>Leave it</button>
    </div>
  </div>
`;

/** @param {Photo} photo @param {Does} does */
function stars(photo, does) {
  const rating = photo.rating ?? 0;
  const rate = (/** @type {number} */ count) => does.patch({ rating: count === rating ? null : count });
  return html`<div class="stars" role="group" aria-label="Rating">
    ${[1, 2, 3, 4, 5].map(
      (count) => html`<button
        type="button"
        class="icon-button plain ${count <= rating ? "on" : ""}"
        aria-label=${`${count} ${count === 1 ? "star" : "stars"}`}
        aria-pressed=${String(count === rating)}
        @click=${() => rate(count)}
      >
        ${icon(count <= rating ? "star-filled" : "star")}
      </button>`,
    )}
  </div>`;
}

/** @param {Photo} photo @param {Does} does */
function tags(photo, does) {
  const known = photo.tags ?? [];
  const add = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("tag"));
    const more = input.value.split(",").map((tag) => tag.trim()).filter(Boolean);
    if (!more.length) return;
    input.value = "";
    does.patch({ tags: [...new Set([...known, ...more])] });
  };
  return html`<div class="field">
    <label for="tag">Tags</label>
    <ul class="tags">
      ${known.map(
        (tag) => html`<li>
          <span>${tag}</span>
          ${iconButton("x", `Remove the tag ${tag}`, () => does.patch({ tags: known.filter((other) => other !== tag) }))}
        </li>`,
      )}
      <li class="new">
        <form @submit=${add}>
          <input id="tag" name="tag" maxlength="200" placeholder="Add tag" autocomplete="off" enterkeyhint="done" />
        </form>
      </li>
    </ul>
  </div>`;
}

/** @param {Photo} photo */
function camera(photo) {
  const info = photo.camera_info;
  const strip = info ? exposure(info) : [];
  const pixels = upright(photo);
  const place = photo.geolocation;
  const rows = [
    ["Body", info ? body(info) : ""],
    ["Lens", info?.lens ?? ""],
    ["Taken", photo.taken_at ? takenAt(photo.taken_at) : ""],
    ["Size", `${pixels ? `${pixels.width} × ${pixels.height}, ` : ""}${size(photo.original.file_size)}`],
  ].filter(([, value]) => value);
  return html`<section>
    <h2>Camera</h2>
    ${strip.length
      ? html`<ul class="exposure">
          ${strip.map(([value, unit]) => html`<li><strong>${value}</strong><span>${unit}</span></li>`)}
        </ul>`
      : nothing}
    <dl class="facts">
      ${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      ${place
        ? html`<div>
            <dt>Position</dt>
            <dd class="position">${position(place)} ${iconButton("copy", "Copy the position", () => copy(position(place)))}</dd>
          </div>`
        : nothing}
    </dl>
  </section>`;
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Position copied.", { seconds: 3 });
  } catch {
    toast("The browser doesn't let pages copy here; the text can be selected.");
  }
}
