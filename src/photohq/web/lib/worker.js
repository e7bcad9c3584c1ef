/** Starts workers of this page. */

import { HOME } from "./deployment.js";

const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
const policy = trustedTypes?.createPolicy("photohq", {
  /** @param {string} url */
  createScriptURL(url) {
    if (!url.startsWith(new URL("web/", HOME).href)) throw new TypeError(`${url} is no worker of this page`);
    return url;
  },
});

/** @param {string} path beneath `web/`, such as `upload/hash.worker.js` */
export function startWorker(path) {
  const url = new URL(`web/${path}`, HOME).href;
  return new Worker(policy ? policy.createScriptURL(url) : url, { type: "module" });
}
