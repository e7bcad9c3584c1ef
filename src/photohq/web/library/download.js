/** Saving photos: a few as downloads, many into a folder, where the browser can write to one. */

import { job } from "../lib/job.js";
import { pause } from "../lib/api.js";
import { toast } from "../lib/toast.js";
import { operate, walk } from "./bulk.js";

/** Downloads that a browser takes one after the other without being a nuisance. */
const FEW = 10;

/**
 * @param {import("./photos.js").Photos} photos @param {import("./selection.js").Selection} selection
 * @param {string} until
 */
export async function saveAll(photos, selection, until) {
  const total = selection.isAll ? null : selection.ids.size;
  const picker = /** @type {any} */ (globalThis).showDirectoryPicker;
  /** @type {any} */
  const folder = picker && (total === null || total > FEW) ? await picker({ mode: "readwrite" }) : null;
  const names = new Set();
  let saved = 0;
  let failed = 0;
  await job((count) => `Downloading: ${count}${total ? ` of ${total}` : ""}`, total, async (step, signal) => {
    for await (const chunk of walk(photos, selection, until)) {
      const results = await operate(chunk.map(({ photo_id, has_edited_version }) => ({
        op: "get",
        photo_id,
        version: has_edited_version ? "edited" : "original",
      })), signal);
      for (const { status_code: status, body } of results) {
        signal.throwIfAborted();
        if (status >= 400) failed += 1;
        else if (folder) await write(folder, unique(body.metadata.filename, names), body.download_url, signal);
        else await follow(body.download_url, signal);
        if (status < 400) saved += 1;
        step(1);
      }
    }
  });
  const missing = failed ? `, ${failed} not there` : "";
  toast(`${saved} downloaded${missing}.`);
}

/** Lets the browser download. @param {string} url @param {AbortSignal} signal */
async function follow(url, signal) {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
  await pause(400, signal);
}

/** @param {any} folder @param {string} name @param {string} url @param {AbortSignal} signal */
async function write(folder, name, url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body) throw new Error(`${name} could not be downloaded (${response.status}).`);
  const file = await folder.getFileHandle(name, { create: true });
  await response.body.pipeTo(await file.createWritable(), { signal });
}

/** A name that is not taken: a number goes before its ending. @param {string} name @param {Set<string>} taken */
export function unique(name, taken) {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${stem} (${number})${ending}`;
  taken.add(free.toLowerCase());
  return free;
}
