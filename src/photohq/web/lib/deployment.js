/** Which deployment this page works with, and what that says of itself. */

/** @typedef {import("./schema.d.ts").components["schemas"]} Schemas */
/** @typedef {Schemas["Config"]} Config */

/** Where the page itself is: its files lie beneath. */
export const HOME = new URL(".", document.baseURI);

/** What `?api=` asks for and nobody has allowed. */
export class NotAllowed extends Error {}

/**
 * The API's address, with a slash at its end. A link may name another one by `?api=`, but only one
 * that the operator has listed (PHOTOHQ_WEB_APIS): passwords are typed into this page.
 * @throws {NotAllowed}
 */
export function apiUrl() {
  const asked = new URLSearchParams(location.search).get("api");
  if (asked === null) return HOME;
  /** @type {HTMLMetaElement | null} */
  const meta = document.querySelector('meta[name="photohq-apis"]');
  const listed = (meta?.content ?? "").split(" ").find((url) => url && slashed(url) === slashed(asked));
  if (!listed) throw new NotAllowed(`This page may not be used with ${asked}.`);
  return new URL(slashed(listed));
}

/** @type {Promise<Config> | undefined} */
let reading;

/** What the deployment tells its clients; asked for once. */
export function config() {
  reading ??= read().catch((error) => {
    reading = undefined;
    throw error;
  });
  return reading;
}

async function read() {
  const response = await fetch(new URL("config", apiUrl()), { credentials: "omit" });
  if (!response.ok) throw new Error(`The server answers ${response.status}.`);
  return /** @type {Config} */ (await response.json());
}

/** @param {string} url */
function slashed(url) {
  return url.endsWith("/") ? url : `${url}/`;
}
