/** The forms on the way in: their fields, what they send, and where one can go from them. */

import { html } from "../vendor/lit-html/lit-html.js";
import * as cognito from "../lib/cognito.js";

/**
 * @typedef {import("./sign_in.js").State} State
 * @typedef {(form: keyof typeof FORMS, change?: Partial<State>) => void} Turn
 * @typedef {{state: State, turn: Turn, enter: (email: string, answer: cognito.Answer) => Promise<void>}} Means
 * @typedef {object} Form
 * @property {string} title
 * @property {(state: State) => unknown} [lead]
 * @property {(state: State) => unknown} fields
 * @property {string} button
 * @property {(fields: Record<string, string>, means: Means) => Promise<void>} submit
 * @property {(state: State) => {label: string, run: (means: {turn: Turn, set: (change: Partial<State>) => void}) => unknown}[]} ways
 */

/** @param {State} state */
const emailField = ({ email }) => html`
  <div class="field">
    <label for="email">Email</label>
    <input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false" .value=${email} required autofocus />
  </div>
`;

/** @param {string} label @param {"current-password" | "new-password"} purpose @param {string} [hint] */
const passwordField = (label, purpose, hint) => html`
  <div class="field">
    <label for="password">${label}</label>
    <input id="password" name="password" type="password" autocomplete=${purpose} aria-describedby="password-hint" required />
    <p class="hint" id="password-hint">${hint ?? ""}</p>
  </div>
`;

/** @param {string} label */
export const codeField = (label) => html`
  <div class="field">
    <label for="code">${label}</label>
    <input id="code" name="code" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required />
  </div>
`;

const RULE = "At least 8 characters, with a capital and a small letter, a digit and a symbol.";
const BACK = { label: "Back to sign-in", run: (/** @type {{turn: Turn}} */ { turn }) => turn("signIn", { password: "" }) };

/** @param {Record<string, string>} fields */
const email = (fields) => (fields.email ?? "").trim();
/** @param {Record<string, string>} fields */
const code = (fields) => (fields.code ?? "").replace(/\s/g, "");

/** @type {Record<"signIn" | "signUp" | "confirm" | "secondFactor" | "setUpApp" | "forgot" | "reset", Form>} */
export const FORMS = {
  signIn: {
    title: "Sign in",
    fields: (state) => [emailField(state), passwordField("Password", "current-password")],
    button: "Sign in",
    async submit(fields, { enter }) {
      await enter(email(fields), await cognito.signIn(email(fields), fields.password));
    },
    ways: () => [
      { label: "Create an account", run: ({ turn }) => turn("signUp") },
      { label: "Forgotten your password?", run: ({ turn }) => turn("forgot") },
    ],
  },
  signUp: {
    title: "Create an account",
    fields: (state) => [emailField(state), passwordField("Password", "new-password", RULE)],
    button: "Create account",
    async submit(fields, { turn }) {
      await cognito.signUp(email(fields), fields.password);
      turn("confirm", { email: email(fields), password: fields.password });
    },
    ways: () => [{ ...BACK, label: "Sign in instead" }],
  },
  confirm: {
    title: "Confirm your address",
    lead: (state) => html`A code of six digits was sent to <strong>${state.email}</strong>.`,
    fields: () => codeField("Code"),
    button: "Confirm",
    async submit(fields, { state, turn, enter }) {
      await cognito.confirmSignUp(state.email, code(fields));
      if (state.password) await enter(state.email, await cognito.signIn(state.email, state.password));
      else turn("signIn", { message: "Your address is confirmed." });
    },
    ways: (state) => [
      {
        label: "Send a new code",
        async run({ set }) {
          await cognito.resendCode(state.email).then(
            () => set({ error: "", message: "A new code is on its way." }),
            (error) => set({ error: error.message, message: "" }),
          );
        },
      },
      BACK,
    ],
  },
  secondFactor: {
    title: "Second factor",
    lead: () => "Enter the code that your authenticator app shows now.",
    fields: () => codeField("Code"),
    button: "Continue",
    async submit(fields, { state, turn, enter }) {
      const responses = { SOFTWARE_TOKEN_MFA_CODE: code(fields) };
      try {
        await enter(state.email, await cognito.respond("SOFTWARE_TOKEN_MFA", state.email, state.session, responses));
      } catch (error) {
        // A session is good for one answer: what comes next begins with the password again.
        if (!(error instanceof cognito.Refusal) || error.code !== "NotAuthorizedException") throw error;
        turn("signIn", { error: "That took too long. Sign in again." });
      }
    },
    ways: () => [BACK],
  },
  setUpApp: {
    title: "Set up a second factor",
    lead: () => "This server asks for one. Scan this with an authenticator app, then enter the code that the app shows.",
    fields: (state) => [state.key, codeField("Code")],
    button: "Continue",
    async submit(fields, { state, enter }) {
      const verified = await cognito.verifyApp({ Session: state.session }, code(fields));
      await enter(state.email, await cognito.respond("MFA_SETUP", state.email, verified.Session));
    },
    ways: () => [BACK],
  },
  forgot: {
    title: "Choose a new password",
    lead: () => "If there is an account with your address, a code is sent there.",
    fields: emailField,
    button: "Send the code",
    async submit(fields, { turn }) {
      await cognito.forgotPassword(email(fields));
      turn("reset", { email: email(fields) });
    },
    ways: () => [BACK],
  },
  reset: {
    title: "Choose a new password",
    lead: (state) => html`A code of six digits was sent to <strong>${state.email}</strong>, if there is such an account.`,
    fields: () => [codeField("Code"), passwordField("New password", "new-password", RULE)],
    button: "Set the password",
    async submit(fields, { state, turn }) {
      await cognito.resetPassword(state.email, code(fields), fields.password);
      turn("signIn", { message: "The new password is set. Sign in with it.", password: "" });
    },
    ways: () => [BACK],
  },
};
