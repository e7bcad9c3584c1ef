/**
 * Saving photos: into a folder where the browser can write to one, else as downloads, one after the
 * other. Each is whole before the next one is asked for: downloads that are begun together would be
 * dropped by some browsers, and their addresses could expire while they wait.
 */

import { openDialog } from "../lib/dialog.js";
import { job } from "../lib/job.js";
import { pause } from "../lib/api.js";
import { size } from "../lib/sizes.js";
import { toast } from "../lib/toast.js";
import { html } from "../vendor/lit-html/lit-html.js";
import { operate, walk } from "./bulk.js";

/** @typedef {import("./bulk.js").Operation} Operation */

/** Downloads that nobody is asked about first. */
const FEW = 10;
/** Milliseconds between two of them, and that a browser may take to take one over. */
const BREATH = 300;
const TAKEN = 40_000;

/**
 * @param {import("./photos.js").Photos} photos @param {import("./selection.js").Selection} selection
 * @param {string} until
 */
export async function saveAll(photos, selection, until) {
  const total = selection.isAll ? null : selection.ids.size;
  const isMany = total === null || total > FEW;
  const picker = /** @type {any} */ (globalThis).showDirectoryPicker;
  /** @type {any} */
  const folder = picker && isMany ? await picker({ mode: "readwrite" }) : null;
  if (isMany && !folder && !(await isMeant(total, bytesOf(photos, selection)))) return;
  const names = new Set();
  let saved = 0;
  let failed = 0;
  let reason = "";
  await job((count) => `Downloading: ${count}${total ? ` of ${total}` : ""}`, total, async (step, signal) => {
    for await (const chunk of walk(photos, selection, until)) {
      const operations = chunk.map(({ photo_id, has_edited_version }) => ({
        op: "get",
        photo_id,
        version: has_edited_version ? "edited" : "original",
      }));
      for (const { status_code: status, body, photo_id: id } of await operate(operations, signal)) {
        signal.throwIfAborted();
        try {
          if (status >= 400) throw new Error(body?.detail ?? body?.title ?? "It is not there.");
          const again = operations.find((operation) => operation.photo_id === id) ?? operations[0];
          const response = await fetched(body, again, signal);
          if (folder) await write(folder, unique(body.metadata.filename, names), response, signal);
          else await hand(body.metadata.filename, await response.blob(), signal);
          saved += 1;
        } catch (error) {
          if (signal.aborted) throw error;
          failed += 1;
          reason ||= error instanceof Error ? error.message : String(error);
        }
        step(1);
      }
    }
  });
  if (failed) toast(`${saved} downloaded, ${failed} not: ${reason}`, { kind: "danger", seconds: 10 });
  else toast(`${saved} downloaded.`);
}

/** Asks whether so many downloads are meant. @param {number | null} total @param {number | null} bytes */
async function isMeant(total, bytes) {
  const photos = total === null ? "All photos" : `${total} photos`;
  return /** @type {Promise<boolean | undefined>} */ (
    openDialog(`Download ${photos.toLowerCase()}?`, (close) => html`
      <p>
        This browser can't write into a folder. ${photos} come as single downloads, one
        after the other${bytes ? `, about ${size(bytes)} in all` : ""}. The browser may ask once whether this page may save several files.
      </p>
      <p>Keep the page open until it is done. You can go on working in it, or stop.</p>
      <div class="actions">
        <button type="button" @click=${() => close(false)}>Cancel</button>
        <button type="button" class="accent" autofocus @click=${() => close(true)}>Download</button>
      </div>
    `)
  );
}

/** How much is selected, where that is known. @param {import("./photos.js").Photos} photos @param {import("./selection.js").Selection} selection */
function bytesOf(photos, selection) {
  if (selection.isAll) return null;
  return [...selection.ids].reduce((sum, id) => sum + (photos.byId.get(id)?.photo.file_size ?? 0), 0);
}

/**
 * The answer to a download's address, or to a fresh one where that has expired meanwhile.
 * @param {any} download @param {Operation} again @param {AbortSignal} signal
 */
async function fetched(download, again, signal) {
  const options = /** @type {const} */ ({ signal, credentials: "omit" });
  let response = await fetch(download.download_url, options);
  if (response.status === 403) {
    const [{ body }] = await operate([again], signal);
    if (body?.download_url) response = await fetch(body.download_url, options);
  }
  if (!response.ok) throw new Error(`${download.metadata.filename} could not be downloaded (${response.status}).`);
  return response;
}

/** Hands a file over to the browser's downloads. @param {string} name @param {Blob} file @param {AbortSignal} signal */
async function hand(name, file, signal) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN);
  await pause(BREATH, signal);
}

/** @param {any} folder @param {string} name @param {Response} response @param {AbortSignal} signal */
async function write(folder, name, response, signal) {
  const file = await folder.getFileHandle(name, { create: true });
  await response.body?.pipeTo(await file.createWritable(), { signal });
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
