/** Where files come from: a file dialog, or dropped anywhere on the page. */

import { html, render } from "../vendor/lit-html/lit-html.js";
import { current } from "../lib/session.js";
import { enqueue } from "./queue.js";

/** Lets somebody choose files. */
export function choosePhotos() {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = "image/jpeg,.jpg,.jpeg";
  input.hidden = true;
  input.addEventListener("change", () => {
    void enqueue([...(input.files ?? [])]);
    input.remove();
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

/** Takes files, and folders of files, that are dropped on the page. */
export function takeDrops() {
  const veil = document.createElement("div");
  veil.className = "drop-veil";
  veil.hidden = true;
  render(html`<p>Drop photos to upload them</p>`, veil);
  document.body.append(veil);
  let depth = 0;
  /** @param {DragEvent} event */
  const concerns = (event) => current() !== null && [...(event.dataTransfer?.types ?? [])].includes("Files");
  /** @param {number} by */
  const enter = (by) => {
    depth = Math.max(0, depth + by);
    veil.hidden = depth === 0;
  };
  addEventListener("dragenter", (event) => {
    if (concerns(event)) enter(1);
  });
  addEventListener("dragleave", (event) => {
    if (concerns(event)) enter(-1);
  });
  addEventListener("dragover", (event) => {
    if (concerns(event)) event.preventDefault();
  });
  addEventListener("drop", async (event) => {
    if (!concerns(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    const items = [...(event.dataTransfer?.items ?? [])];
    const entries = items.map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null && entry !== undefined);
    const files = [...(event.dataTransfer?.files ?? [])];
    void enqueue(entries.some((entry) => entry.isDirectory) ? (await Promise.all(entries.map(filesOf))).flat() : files);
  });
}

/** The files of a dropped file or folder. @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesOf(entry) {
  if (entry.isFile) {
    return [await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject))];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const found = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
