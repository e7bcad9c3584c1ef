/** Base64, as JSON carries bytes. */

/** @param {string} text */
export function bytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} data */
export function base64(data) {
  return btoa(String.fromCharCode(...data));
}
