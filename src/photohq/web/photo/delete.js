/** Deleting the photo that is looked at: out of sight at once, and to be had back for a while. */

import { call } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { deleteSelected } from "../library/actions.js";
import { Selection } from "../library/selection.js";
import { html } from "../vendor/lit-html/lit-html.js";

/**
 * Answers whether the photo goes. The library's list takes it out and deletes it once nobody has
 * undone that; a photo that isn't listed has nowhere to come back to, so that is asked first.
 * @param {import("../library/photos.js").Photos} photos @param {string} id
 */
export async function deletePhoto(photos, id) {
  if (photos.byId.has(id)) {
    const selection = new Selection();
    selection.set(id, true);
    void deleteSelected(photos, selection);
    return true;
  }
  const sure = await /** @type {Promise<boolean | undefined>} */ (
    openDialog("Delete this photo?", (close) => html`
      <p>Its edited versions are deleted with it.</p>
      <div class="actions">
        <button type="button" autofocus @click=${() => close(false)}>Keep it</button>
        <button type="button" class="danger-button" @click=${() => close(true)}>Delete it</button>
      </div>
    `)
  );
  if (sure) await call("DELETE", `photos/${id}`);
  return Boolean(sure);
}
