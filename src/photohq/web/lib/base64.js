/** Base64, as JSON carries bytes. */

/** @param {string} text */
export function bytes(text) {
  const characters = atob(text);
  const data = new Uint8Array(characters.length);
  for (let at = 0; at < data.length; at += 1) data[at] = characters.charCodeAt(at);
  return data;
}

/** @param {Uint8Array} data */
export function base64(data) {
  return btoa(String.fromCharCode(...data));
}
