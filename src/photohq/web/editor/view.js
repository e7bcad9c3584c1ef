/** Editing a photo. */

import { render } from "../vendor/lit-html/lit-html.js";
import { notice } from "../lib/notice.js";

/** @type {import("../app.js").Show} */
export function show(host, photoId = "") {
  const back = () => {
    location.hash = `#/photo/${photoId}`;
  };
  render(notice("No editor yet", "Photos can be looked at here, and edited elsewhere.", { label: "Back to the photo", run: back }), host);
  return () => undefined;
}
