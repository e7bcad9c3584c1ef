/** What the user pool's refusals mean, for people. */

import { Refusal } from "../lib/cognito.js";

/** @type {Record<string, string>} */
const SENTENCES = {
  UserNotFoundException: "Incorrect email address or password.",
  UsernameExistsException: "There is an account with this address. Sign in, or choose a new password.",
  CodeMismatchException: "This is not the code. Look again, or have a new one sent.",
  ExpiredCodeException: "This code has ended or was used. Have a new one sent.",
  EnableSoftwareTokenMFAException: "This is not the code that the app shows now.",
  LimitExceededException: "That was tried too often. Wait a while, then try again.",
  TooManyRequestsException: "Too much at once. Wait a moment, then try again.",
  TooManyFailedAttemptsException: "That was tried too often. Wait a while, then try again.",
};

/** @type {Record<string, string>} */
const BY_MESSAGE = {
  "Incorrect username or password.": "Incorrect email address or password.",
  "Password attempts exceeded": "Too many attempts. Wait a moment, then try again.",
  "Invalid session for the user, session is expired.": "That took too long. Sign in again.",
  "Username should be an email.": "This is not an email address.",
  "Your software token has already been used once.": "This code was used already. Wait for the next one.",
};

/** @type {[RegExp, string][]} */
const PARTS = [
  [/not long enough/, "at least 8 characters"],
  [/uppercase/, "a capital letter"],
  [/lowercase/, "a small letter"],
  [/numeric/, "a digit"],
  [/symbol/, "a symbol"],
];

/** Says an error in a sentence. @param {unknown} error */
export function said(error) {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
  if (BY_MESSAGE[error.message]) return BY_MESSAGE[error.message];
  if (error.code === "InvalidPasswordException") {
    const missing = PARTS.find(([form]) => form.test(error.message));
    return missing ? `The password needs ${missing[1]}.` : error.message;
  }
  if (SENTENCES[error.code]) return SENTENCES[error.code];
  return /^1 validation error/.test(error.message) ? "Something is missing, or not in the form it has to have." : error.message;
}
