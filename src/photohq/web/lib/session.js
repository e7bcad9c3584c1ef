/**
 * Who is signed in. The tokens lie in localStorage, a place for each API: uploads go on after a
 * reload or in another tab, and a strict policy keeps foreign scripts out. They are never part of
 * an address.
 */

import * as cognito from "./cognito.js";
import { apiUrl } from "./deployment.js";

/** @typedef {{email: string, access: string, refresh: string, expires: number}} Session */

/** Seconds before its end from which a token is not used any more. */
const MARGIN = 60;
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Promise<string> | undefined} */
let refreshing;
let left = false;

/** @returns {Session | null} */
export function current() {
  const text = localStorage.getItem(key());
  return text ? JSON.parse(text) : null;
}

/** Whether the last session was ended by its user, here; else it has expired. */
export const wasLeft = () => left;

/** Begins a session. @param {string} email @param {cognito.Tokens} tokens */
export function begin(email, tokens) {
  left = false;
  keep(email, tokens.RefreshToken ?? "", tokens);
  announce();
}

/** Ends the session here, and at the user pool where that can be reached. */
export async function signOut() {
  const session = current();
  left = true;
  forget();
  if (session) await cognito.revoke(session.refresh).catch(() => undefined);
}

/** Calls `listener` whenever a session begins or ends. @param {() => void} listener */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * A token for the next request, refreshed where it is about to end.
 * @param {{not?: string}} [options] `not`: a token that was refused
 * @throws {cognito.Refusal} where the session has ended
 */
export async function accessToken({ not } = {}) {
  const session = current();
  if (!session) throw new cognito.Refusal("SignedOut", "You are signed out.");
  if (session.access !== not && session.expires - MARGIN > Date.now() / 1000) return session.access;
  refreshing ??= renew(session).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

/** @param {Session} session */
async function renew(session) {
  try {
    const { AuthenticationResult: tokens } = await cognito.refresh(session.refresh);
    if (!tokens) throw new cognito.Refusal("NotAuthorizedException", "Sign in again.");
    keep(session.email, tokens.RefreshToken ?? session.refresh, tokens);
    return tokens.AccessToken;
  } catch (error) {
    if (error instanceof cognito.Refusal && error.code === "NotAuthorizedException") forget();
    throw error;
  }
}

/** @param {string} email @param {string} refresh @param {cognito.Tokens} tokens */
function keep(email, refresh, tokens) {
  const expires = Date.now() / 1000 + tokens.ExpiresIn;
  localStorage.setItem(key(), JSON.stringify({ email, access: tokens.AccessToken, refresh, expires }));
}

function forget() {
  localStorage.removeItem(key());
  announce();
}

function announce() {
  for (const listener of listeners) listener();
}

function key() {
  return `photohq:session:${apiUrl().href}`;
}

addEventListener("storage", (event) => {
  if (event.key === key() && Boolean(event.oldValue) !== Boolean(event.newValue)) announce();
});
