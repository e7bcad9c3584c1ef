/** Dialogs: modal, closed by Escape or a click beside them; the focus goes back where it was. */

import { html, render } from "../vendor/lit-html/lit-html.js";
import { iconButton } from "./icon.js";
import { boundKeys, printed } from "./keys.js";

/**
 * Opens a dialog and answers, once it is closed, what `close` was called with.
 * @template T
 * @param {string} title
 * @param {(close: (value?: T) => void) => unknown} content
 * @param {{wide?: boolean}} [options]
 * @returns {Promise<T | undefined>}
 */
export function openDialog(title, content, { wide = false } = {}) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "dialog-title");
    if (wide) dialog.className = "wide";
    /** @type {T | undefined} */
    let answer;
    /** @param {T} [value] */
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.addEventListener("pointerdown", (event) => {
      if (event.target === dialog) close();
    });
    document.body.append(dialog);
    render(
      html`<div class="dialog">
        <header>
          <h2 id="dialog-title">${title}</h2>
          ${iconButton("x", "Close", () => close())}
        </header>
        ${content(close)}
      </div>`,
      dialog,
    );
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.dispatchEvent(new Event("focus"));
  });
}

/** Shows what the keys do here and now. */
export function openHelp() {
  return openDialog("Keyboard", () => html`
    <div class="help">
      ${boundKeys().map(({ title, bindings }) => html`
        <section>
          <h3>${title}</h3>
          <dl>
            ${bindings.map(({ keys, shown = keys, says }) => html`
              <div>
                <dt>${shown.map((key, at) => html`${at ? html`<i>or</i>` : ""}${printed(key).map((word) => html`<kbd>${word}</kbd>`)}`)}</dt>
                <dd>${says}</dd>
              </div>
            `)}
          </dl>
        </section>
      `)}
    </div>
  `, { wide: true });
}
