// The deployment under test, and what its users have at hand: an address, mail, a device, an app.
//
// BASE_URL is where the API is. CONFIRM_COMMAND prints the newest code that was mailed to {email},
// such as: photohq outbox --data DIR --latest-code {email}

import assert from "node:assert/strict";
import { exec } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { Secret, TOTP } from "otpauth";

const { BASE_URL, CONFIRM_COMMAND } = process.env;
assert(BASE_URL && CONFIRM_COMMAND, "BASE_URL and CONFIRM_COMMAND say what to test");

export const PASSWORD = "Correct-Horse-7";
export const OTHER_PASSWORD = "Battery-Staple-8";

export const config = await (await fetch(new URL("/config", BASE_URL))).json();

export const newEmail = () => `user-${randomUUID()}@example.com`;

/** Answers the newest code that was mailed to an address, once there is one. */
export async function mailedCode(email, { otherThan } = {}) {
  const command = CONFIRM_COMMAND.replaceAll("{email}", email);
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const { stdout } = await promisify(exec)(command).catch((failed) => failed);
    const code = stdout.trim();
    if (/^\d{6}$/.test(code) && code !== otherThan) return code;
    await sleep(100);
  }
  assert.fail(`no code for ${email} by ${command}`);
}

/** Another code than the right one. */
export const wrongCode = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

/** What a client keeps on one device, in memory. */
export class Device {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, value);
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }
}

/**
 * Answers an authenticator app: each call gives another code, this step's and then the next one's.
 * More than two are refused as too early: each counts once, and clocks may differ by one step.
 */
export function authenticator(seed) {
  const totp = new TOTP({ secret: Secret.fromBase32(seed) });
  let timestamp = Date.now() - 30_000;
  return () => totp.generate({ timestamp: (timestamp += 30_000) });
}

/** Answers with which status the API lists the photos of whoever has the token. */
export async function listing(accessToken) {
  const headers = { Authorization: `Bearer ${accessToken}` };
  return (await fetch(new URL("/photos", BASE_URL), { headers })).status;
}
