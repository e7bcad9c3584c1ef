/** Calls of the HTTP API, with the session's token; refusals are `Problem`s. */

import { apiUrl } from "./deployment.js";
import { accessToken } from "./session.js";

/** @typedef {import("./schema.d.ts").components["schemas"]} Schemas */
/**
 * @typedef {object} Options
 * @property {unknown} [body] what is sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {boolean} [repeats] whether the request may be sent again where no answer came
 */

const ATTEMPTS = 4;
/** Milliseconds before the second attempt; each further wait is twice as long. */
const PAUSE = 500;

/** What the API refuses: `message` is its sentence, `code` is stable (docs: Errors). */
export class Problem extends Error {
  /** @param {number} status @param {any} body @param {number | null} retryAfter seconds */
  constructor(status, body, retryAfter) {
    super(body?.detail ?? body?.title ?? `The server answers ${status}.`);
    this.status = status;
    this.code = /** @type {string} */ (body?.code ?? "");
    this.errors = /** @type {{field: string, message: string}[]} */ (body?.errors ?? []);
    this.retryAfter = retryAfter;
  }
}

/** No answer came: the network, or a server that is away. */
export class Unreachable extends Error {
  constructor() {
    super("The server can't be reached.");
  }
}

/**
 * Sends a request and answers its body; GET requests, and those that may be repeated, survive a
 * server that is away for some seconds.
 * @param {string} method @param {string} path relative, such as `photos?limit=50`
 * @param {Options} [options] @returns {Promise<any>}
 */
export async function call(method, path, options = {}) {
  const repeats = options.repeats ?? method === "GET";
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await send(method, path, options)).body;
    } catch (error) {
      const passing = error instanceof Unreachable || (error instanceof Problem && [429, 503].includes(error.status));
      if (!passing || !repeats || attempt === ATTEMPTS) throw error;
      const asked = error instanceof Problem ? (error.retryAfter ?? 0) * 1000 : 0;
      await pause(Math.max(asked, PAUSE * 2 ** (attempt - 1)), options.signal);
    }
  }
}

/**
 * Sends a request once and answers body and headers (an `ETag`, for example).
 * @param {string} method @param {string} path @param {Options} [options]
 * @returns {Promise<{body: any, headers: Headers}>}
 */
export async function send(method, path, options = {}) {
  const token = await accessToken();
  let response = await attempt(method, path, options, token);
  if (response.status === 401) {
    response = await attempt(method, path, options, await accessToken({ not: token }));
  }
  const text = await response.text().catch(() => {
    throw new Unreachable();
  });
  const body = parsed(text);
  if (response.ok) return { body, headers: response.headers };
  const wait = Number(response.headers.get("Retry-After"));
  throw new Problem(response.status, body, wait || null);
}

/** Waits; an aborted signal ends the wait by its reason. @param {number} ms @param {AbortSignal} [signal] */
export function pause(ms, signal) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    })
  );
}

/** @param {string} method @param {string} path @param {Options} options @param {string} token */
async function attempt(method, path, { body, headers, signal }, token) {
  try {
    return await fetch(new URL(path, apiUrl()), {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable();
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}
