/**
 * Drafts: what was changed and not saved yet is kept on this device, a recipe a photo, so that a
 * closed tab loses nothing. Copied settings lie here too.
 */

import { apiUrl } from "../lib/deployment.js";
import { looksOf, tidy } from "./recipe.js";

/** @typedef {import("./recipe.js").Recipe} Recipe */
/** @typedef {{recipe: Recipe, time: number}} Draft */

/** Drafts that are kept; the oldest go. */
const MOST = 100;
const prefix = () => `photohq:draft:${apiUrl().href}`;
const COPIED = "photohq:settings";

/** @param {string} id @returns {Recipe | null} */
export function draftOf(id) {
  return read(prefix() + id)?.recipe ?? null;
}

/** @param {string} id @param {Recipe} recipe */
export function keepDraft(id, recipe) {
  try {
    localStorage.setItem(prefix() + id, JSON.stringify({ recipe, time: Date.now() }));
    thin();
    return true;
  } catch {
    return false;
  }
}

/** @param {string} id */
export function dropDraft(id) {
  localStorage.removeItem(prefix() + id);
}

function thin() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix()));
  if (keys.length <= MOST) return;
  const age = (/** @type {string} */ key) => read(key)?.time ?? 0;
  keys.sort((one, other) => age(one) - age(other));
  for (const key of keys.slice(0, keys.length - MOST)) localStorage.removeItem(key);
}

/** @param {string} key @returns {Draft | null} */
function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null");
    return draft && { recipe: tidy(draft.recipe), time: draft.time };
  } catch {
    return null;
  }
}

/** Copies tone, colour and detail for other photos. @param {Recipe} recipe */
export function copySettings(recipe) {
  localStorage.setItem(COPIED, JSON.stringify(looksOf(recipe)));
}

/** @returns {Recipe | null} */
export function copiedSettings() {
  try {
    const copied = JSON.parse(localStorage.getItem(COPIED) ?? "null");
    return copied && tidy(copied);
  } catch {
    return null;
  }
}
