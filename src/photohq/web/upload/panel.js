/** The panel that shows the queue: failed ones first, then what runs and waits; the rest is a count. */

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon, iconButton } from "../lib/icon.js";
import { current, onChange, wasLeft } from "../lib/session.js";
import { duration, size } from "../lib/sizes.js";
import { choosePhotos, takeDrops } from "./choose.js";
import * as uploads from "./queue.js";
import { inState, onQueue, queue } from "./state.js";
import { Speed } from "./speed.js";
import { miniature } from "./miniature.js";

/** @typedef {import("./state.js").Item} Item */

const host = /** @type {HTMLElement} */ (document.getElementById("uploads"));
/** Milliseconds between two drawings: bars move calmly, and uploads are not slowed by them. */
const PACE = 250;
/** Rows of a kind that are shown; more would only be scrolled past. */
const ROWS = 30;
const speed = new Speed();
let due = 0;
/** Whether this tab is the one that takes up what is left. */
let isFirst = false;

/** Begins to take dropped files, and goes on with what an earlier visit left. */
export function startUploads() {
  takeDrops();
  onQueue(() => {
    due ||= setTimeout(() => {
      due = 0;
      draw();
    }, PACE);
  });
  addEventListener("beforeunload", (event) => {
    if (inState("waiting", "hashed", "ready", "running").length) event.preventDefault();
  });
  addEventListener("online", () => {
    if (!queue.paused) uploads.resumeAll();
  });
  let email = current()?.email;
  onChange(() => {
    const now = current()?.email;
    if (!now && !wasLeft()) {
      // The session has expired: whoever signs in again goes on where it stood.
      uploads.pauseAll();
      queue.trouble = "Sign in to go on.";
    } else if (now && now === email) {
      uploads.resumeAll();
    } else {
      uploads.stopAll();
      if (now) takeUp();
      email = now;
    }
  });
  if (email) takeUp();
}

/** Takes up what is left; of several tabs only one does, where the browser can tell them apart. */
function takeUp() {
  if (!navigator.locks || isFirst) return void uploads.restore();
  void navigator.locks.request("photohq-uploads", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    isFirst = true;
    await uploads.restore();
    await new Promise(() => undefined);
  });
}

function draw() {
  const { items, paused, trouble } = queue;
  const open = inState("waiting", "hashed", "ready", "running");
  const bytes = items.reduce((sum, item) => sum + (item.state === "done" ? item.size : item.sent), 0);
  speed.note(bytes, open.length > 0 && !paused);
  host.hidden = items.length === 0;
  if (host.hidden) return render("", host);
  const counted = items.filter(({ state }) => state !== "refused");
  const total = counted.reduce((sum, item) => sum + item.size, 0);
  const failed = inState("failed", "refused");
  const missing = inState("missing");
  render(
    html`<section class="uploads" aria-label="Uploads">
      <header>
        <h2>${title(open.length, counted.length - missing.length, missing.length)}</h2>
        ${open.length
          ? paused
            ? iconButton("play", "Go on", uploads.resumeAll)
            : iconButton("pause", "Pause", uploads.pauseAll)
          : ""}
        ${open.length || missing.length
          ? iconButton("x", "Cancel all", () => uploads.cancel([...open, ...missing]))
          : iconButton("x", "Close", () => uploads.cancel(items))}
      </header>
      <progress aria-label="All uploads" max=${total || 1} .value=${bytes}></progress>
      <p class="sum">
        <span role=${open.length ? nothing : "status"}>${summary(failed.length, open.length)}</span>
        <span>${trouble || (paused ? "Paused" : open.length ? rate(total - bytes) : "")}</span>
      </p>
      ${missing.length ? reminder(missing) : ""}
      <ul>
        ${rows(failed)} ${rows(inState("running"))} ${rows(inState("ready", "hashed", "waiting"))}
      </ul>
    </section>`,
    host,
  );
}

/** @param {number} open @param {number} all @param {number} missing */
function title(open, all, missing) {
  if (open) return `Uploading ${all} ${all === 1 ? "photo" : "photos"}`;
  if (missing) return "Upload interrupted";
  const done = inState("done").length;
  return done ? `${done} ${done === 1 ? "photo" : "photos"} uploaded` : "Nothing uploaded";
}

/** @param {number} failed @param {number} open */
function summary(failed, open) {
  const twice = inState("done").filter(({ duplicate }) => duplicate).length;
  const words = [`${inState("done").length} done`];
  if (twice) words.push(`${twice} of them were here already`);
  if (failed) words.push(`${failed} failed`);
  if (open) words.push(`${open} to go`);
  return words.join(", ");
}

/** @param {number} left bytes */
function rate(left) {
  const pace = speed.bytesPerSecond;
  return pace > 1000 ? `${size(pace)}/s, ${duration(left / pace)} left` : "";
}

/** @param {Item[]} missing */
const reminder = (missing) => html`
  <div class="reminder">
    <p>
      ${missing.length === 1 ? "One photo of an earlier upload is" : `${missing.length} photos of an earlier upload are`} still
      missing: ${missing.slice(0, 3).map(({ name }) => name).join(", ")}${missing.length > 3 ? " ..." : ""}. Drop or choose
      ${missing.length === 1 ? "it" : "them"} again; what has arrived is not sent twice.
    </p>
    <button type="button" @click=${choosePhotos}>Choose ${missing.length === 1 ? "it" : "them"}</button>
  </div>
`;

/** @param {Item[]} items */
const rows = (items) => html`
  ${items.slice(0, ROWS).map(row)}
  ${items.length > ROWS ? html`<li class="rest">and ${items.length - ROWS} more</li>` : ""}
`;

/** @param {Item} item */
function row(item) {
  const bad = item.state === "failed" || item.state === "refused";
  return html`<li class=${item.state}>
    ${miniature(item)}
    <div>
      <span class="name">${item.name}</span>
      ${item.state === "running" ? html`<progress aria-label=${item.name} max=${item.size} .value=${item.sent}></progress>` : ""}
      <span class=${bad ? "error status" : "status"}>${status(item)}</span>
    </div>
    ${item.state === "failed" ? iconButton("rotate-ccw", `Retry ${item.name}`, () => uploads.retry(item)) : ""}
    ${iconButton("x", bad ? `Dismiss ${item.name}` : `Cancel ${item.name}`, () => uploads.cancel([item]))}
  </li>`;
}

/** @param {Item} item */
function status({ state, sent, size: all, error }) {
  if (error) return error;
  if (state === "running") return sent ? `${size(sent)} of ${size(all)}` : `${size(all)}, starting`;
  return `${size(all)}, waiting`;
}
