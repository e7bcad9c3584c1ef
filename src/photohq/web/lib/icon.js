/** Icons of the sprite, and buttons that carry one. */

import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { HOME } from "./deployment.js";

const SPRITE = new URL("web/icons.svg", HOME).pathname;

/** @param {string} name */
export const icon = (name) =>
  html`<svg class="icon" aria-hidden="true" focusable="false">${svg`<use href="${SPRITE}#${name}"></use>`}</svg>`;

/**
 * A button that is an icon; `label` names it for everybody who doesn't see it.
 * @param {string} name @param {string} label @param {(event: Event) => unknown} run
 * @param {{pressed?: boolean, disabled?: boolean, className?: string}} [options]
 */
export const iconButton = (name, label, run, { pressed, disabled = false, className = "" } = {}) => html`
  <button
    type="button"
    class="icon-button ${className}"
    aria-label=${label}
    title=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    ?disabled=${disabled}
    @click=${run}
  >
    ${icon(name)}
  </button>
`;
