/** The key of an authenticator app: a QR code to be scanned, and the key itself for those who can't. */

import { html, svg } from "../vendor/lit-html/lit-html.js";
import { encode } from "../vendor/uqr/uqr.js";

const ISSUER = "Photo HQ";
/** Modules around a QR code that have to be white: scanners look for them. */
const QUIET = 4;

/**
 * What an app reads: six digits, new each thirty seconds, which is what apps take for granted.
 * https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 * @param {string} email @param {string} secret in base32
 */
export function keyUri(email, secret) {
  const label = `${encodeURIComponent(ISSUER)}:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(ISSUER)}`;
}

/** @param {string} email @param {string} secret */
export function appKey(email, secret) {
  const uri = keyUri(email, secret);
  return html`<div class="app-key">
    ${drawn(uri)}
    <div>
      <p>Can't scan it? Type this key into the app:</p>
      <p class="secret">${spaced(secret)}</p>
      <a class="button on-touch" href=${uri}>Open the app on this device</a>
    </div>
  </div>`;
}

/** A QR code, black on white in the dark, too. @param {string} text */
function drawn(text) {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const box = `${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`;
  return html`<svg class="qr" role="img" aria-label="The key, to be scanned by an authenticator app" viewBox=${box} shape-rendering="crispEdges">
    ${svg`<path d=${data.flatMap(runs).join("")}></path>`}
  </svg>`;
}

/** The black runs of a row, as a path. @param {boolean[]} row @param {number} y */
function runs(row, y) {
  const path = [];
  for (let x = 0; x < row.length; x += 1) {
    const from = x;
    while (row[x]) x += 1;
    if (x > from) path.push(`M${from} ${y}h${x - from}v1h${from - x}z`);
  }
  return path;
}

/** Writes a key in groups of four. @param {string} secret */
function spaced(secret) {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
