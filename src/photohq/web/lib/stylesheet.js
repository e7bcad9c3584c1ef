/** Style sheets that a view brings along, so that the first one doesn't wait for them. */

import { HOME } from "./deployment.js";

/** Loads a style sheet once. @param {string} path beneath `web/` @returns {Promise<void>} */
export function loadStyle(path) {
  const href = new URL(`web/${path}`, HOME).href;
  const loaded = [...document.querySelectorAll("link")].some((link) => link.href === href && link.sheet);
  if (loaded) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`${path} can't be loaded`));
    document.head.append(link);
  });
}
