/** The library. */

import { html, render } from "../vendor/lit-html/lit-html.js";
import { call } from "../lib/api.js";

/** @type {import("../app.js").Show} */
export async function show(host) {
  /** @type {import("../lib/api.js").Schemas["PhotoList"]} */
  const page = await call("GET", "photos?limit=100");
  document.title = "Photo HQ";
  render(
    html`<header class="bar"><a class="mark" href="#/"><img src="web/mark.svg" alt="" /><span>Photo HQ</span></a><span class="spacer"></span><a class="button" href="#/account">Account</a></header>
      <main>
        <ul>
          ${page.photos.map((photo) => html`<li><a href="#/photo/${photo.photo_id}">${photo.filename}</a></li>`)}
        </ul>
      </main>`,
    host,
  );
  return () => undefined;
}
