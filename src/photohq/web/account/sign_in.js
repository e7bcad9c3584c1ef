/** Signing in, and what leads there: signing up, confirming, a second factor, a new password. */

import { html, render } from "../vendor/lit-html/lit-html.js";
import * as cognito from "../lib/cognito.js";
import { HOME, config } from "../lib/deployment.js";
import { notice } from "../lib/notice.js";
import { begin } from "../lib/session.js";
import { said } from "./sentences.js";
import { FORMS } from "./forms.js";

/**
 * @typedef {object} State
 * @property {keyof typeof FORMS} form which form is shown
 * @property {string} email
 * @property {string} password kept while an address is confirmed, so that nobody types it twice
 * @property {string} [session] of a challenge
 * @property {unknown} [key] for an authenticator app, drawn
 * @property {string} error
 * @property {string} message
 * @property {boolean} busy
 */

/** @type {import("../app.js").Show} */
export async function show(host) {
  const { identity_endpoint: pool, issuer } = await config();
  if (!pool) {
    render(notice("Sign-in happens elsewhere", `The accounts of this server are those of ${issuer}: its users come by an app that is made for it.`), host);
    return () => undefined;
  }
  /** @type {State} */
  let state = { form: "signIn", email: "", password: "", error: "", message: "", busy: false };

  /** @param {Partial<State>} change */
  function set(change) {
    const form = state.form;
    state = { ...state, ...change };
    draw();
    if (state.form !== form) {
      /** @type {HTMLElement | null} */ (host.querySelector("input:not([readonly])"))?.focus();
    }
  }

  /** Goes to another form. @param {keyof typeof FORMS} form @param {Partial<State>} [change] */
  function turn(form, change = {}) {
    set({ form, error: "", message: "", ...change });
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    set({ busy: true, error: "", message: "" });
    try {
      await FORMS[state.form].submit(/** @type {Record<string, string>} */ (fields), { state, turn, enter });
    } catch (error) {
      if (error instanceof cognito.Refusal && error.code === "UserNotConfirmedException") {
        await cognito.resendCode(fields.email.toString()).catch(() => undefined);
        turn("confirm", { email: String(fields.email), password: String(fields.password) });
      } else {
        set({ error: said(error) });
        /** @type {HTMLElement | null} */ (host.querySelector("input:not([readonly])"))?.focus();
      }
    }
    set({ busy: false });
  }

  /** Takes what the user pool answers to a password or a code. @param {string} email @param {cognito.Answer} answer */
  async function enter(email, answer) {
    if (answer.AuthenticationResult) {
      begin(email, answer.AuthenticationResult);
    } else if (answer.ChallengeName === "SOFTWARE_TOKEN_MFA") {
      turn("secondFactor", { email, session: answer.Session });
    } else if (answer.ChallengeName === "MFA_SETUP") {
      const { appKey } = await import("./authenticator.js");
      const app = await cognito.associateApp({ Session: answer.Session });
      turn("setUpApp", { email, session: app.Session ?? answer.Session, key: appKey(email, app.SecretCode) });
    } else {
      throw new Error(`This page can't answer what is asked next (${answer.ChallengeName}).`);
    }
  }

  function draw() {
    const form = FORMS[state.form];
    render(
      html`<main class="account">
        <div class="mark"><img src=${new URL("web/mark.svg", HOME).pathname} alt="" /><span>Photo HQ</span></div>
        <h1>${form.title}</h1>
        ${form.lead ? html`<p class="lead">${form.lead(state)}</p>` : ""}
        <form @submit=${submit} novalidate>
          ${form.fields(state)}
          <div role="alert">${state.error ? html`<p class="error">${state.error}</p>` : ""}</div>
          <div role="status">${state.message ? html`<p class="said">${state.message}</p>` : ""}</div>
          <button type="submit" class="accent" ?disabled=${state.busy}>${form.button}</button>
        </form>
        <div class="more">
          ${form.ways(state).map(({ label, run }) => html`
            <button type="button" @click=${() => run({ turn, set })}>${label}</button>
          `)}
        </div>
      </main>`,
      host,
    );
  }

  draw();
  document.title = "Sign in - Photo HQ";
  return () => undefined;
}
