/** One photo. */

import { html, render } from "../vendor/lit-html/lit-html.js";
import { call } from "../lib/api.js";
import { iconButton } from "../lib/icon.js";
import { bindKeys } from "../lib/keys.js";
import { loadStyle } from "../lib/stylesheet.js";

/** @type {import("../app.js").Show} */
export async function show(host, photoId = "") {
  await loadStyle("photo/photo.css");
  const back = () => {
    location.hash = "#/";
  };
  const unbind = bindKeys("Photo", [{ keys: ["Escape"], says: "Back to the library", run: back }]);
  /** @type {import("../lib/api.js").Schemas["Metadata"]} */
  const photo = await call("GET", `photos/${photoId}/metadata`);
  const shown = photo.renditions?.at(-1);
  const name = photo.original.filename;
  document.title = `${name} - Photo HQ`;
  render(
    html`<header class="bar">
        ${iconButton("arrow-left", "Back to the library", back)}
        <h1>${name}</h1>
      </header>
      <main class="photo-stage">
        ${shown ? html`<img src=${shown.url} alt=${photo.description ?? name} />` : html`<p>Its picture is not made yet.</p>`}
      </main>`,
    host,
  );
  return unbind;
}
