/** Short messages at the bottom; one may offer to undo what it tells of. */

import { html, render } from "../vendor/lit-html/lit-html.js";

/**
 * Shows a message; answers what takes it away.
 * @param {string} text
 * @param {{seconds?: number, action?: string, run?: () => void, kind?: "plain" | "danger"}} [options]
 */
export function toast(text, { seconds = 6, action, run, kind = "plain" } = {}) {
  const element = document.createElement("div");
  element.className = `toast ${kind}`;
  const leave = () => {
    clearTimeout(timer);
    element.remove();
  };
  const timer = setTimeout(leave, seconds * 1000);
  render(
    html`<span>${text}</span>
      ${action
        ? html`<button type="button" class="plain" @click=${() => {
            leave();
            run?.();
          }}>${action}</button>`
        : ""}`,
    element,
  );
  document.getElementById("toasts")?.append(element);
  return leave;
}

/** Shows what went wrong. @param {unknown} error */
export function toastError(error) {
  toast(error instanceof Error ? error.message : String(error), { kind: "danger", seconds: 8 });
}
