/** A page that only says something. */

import { html } from "../vendor/lit-html/lit-html.js";

/** @param {string} title @param {string} text @param {{label: string, run: () => unknown}} [action] */
export const notice = (title, text, action) => html`
  <main class="notice">
    <h1>${title}</h1>
    <p>${text}</p>
    ${action ? html`<button type="button" class="accent" @click=${action.run}>${action.label}</button>` : ""}
  </main>
`;
