/** What the library shows where there is nothing. */

import { html } from "../vendor/lit-html/lit-html.js";
import { icon } from "../lib/icon.js";
import { size } from "../lib/sizes.js";
import { choosePhotos } from "../upload/choose.js";

/** @param {import("./photos.js").Filter} filter @param {import("../lib/api.js").Schemas["ServiceLimits"]} limits */
export const emptyState = (filter, limits) =>
  filter === "edited"
    ? html`<div class="empty"><h2>Nothing is edited yet</h2><p>Photos with an edited version are listed here.</p></div>`
    : html`<div class="empty">
        ${icon("images")}
        <h2>Drop photos anywhere on this page</h2>
        <p>JPEG files from ${size(limits.min_file_size)} to ${size(limits.max_file_size)}, as many at once as you like.</p>
        <button type="button" class="accent" @click=${choosePhotos}>${icon("upload")} Choose photos</button>
      </div>`;
