/** Work that takes a while: a line with a bar, and a way to stop it. */

import { html, render } from "../vendor/lit-html/lit-html.js";

/**
 * Shows work while it is done.
 * @template T
 * @param {(done: number) => string} says what is shown once so much is done
 * @param {number | null} total how much there is to do, where that is known
 * @param {(step: (count: number) => void, signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function job(says, total, work) {
  const stop = new AbortController();
  const element = document.createElement("div");
  element.className = "toast job";
  element.ariaLive = "off";
  document.getElementById("toasts")?.append(element);
  let done = 0;
  const draw = () =>
    render(
      html`<div>
          <span>${says(done)}</span>
          ${total ? html`<progress aria-label="Progress" max=${total} .value=${done}></progress>` : html`<progress aria-label="Progress"></progress>`}
        </div>
        <button type="button" class="plain" @click=${() => stop.abort(new DOMException("Stopped", "AbortError"))}>Stop</button>`,
      element,
    );
  draw();
  try {
    return await work((count) => {
      done += count;
      draw();
    }, stop.signal);
  } finally {
    element.remove();
  }
}
