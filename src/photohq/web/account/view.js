/** The account: a second factor, the password, signing out. */

import { html, render } from "../vendor/lit-html/lit-html.js";
import * as cognito from "../lib/cognito.js";
import { iconButton } from "../lib/icon.js";
import { bindKeys } from "../lib/keys.js";
import { accessToken, current, signOut } from "../lib/session.js";
import { toast } from "../lib/toast.js";
import { codeField } from "./forms.js";
import { said } from "./sentences.js";

/** @type {import("../app.js").Show} */
export async function show(host) {
  const email = current()?.email ?? "";
  const state = { on: false, key: /** @type {unknown} */ (null), errors: { app: "", password: "" } };
  const unbind = bindKeys("Account", [{ keys: ["Escape"], says: "Back to the library", run: back }]);

  /** Does something, and shows below its form what went wrong. @param {"app" | "password"} part @param {(token: string) => Promise<void>} task */
  async function attempt(part, task) {
    state.errors[part] = "";
    try {
      await task(await accessToken());
    } catch (error) {
      state.errors[part] = said(error);
    }
    draw();
  }

  const begin = () => attempt("app", async (token) => {
    const { appKey } = await import("./authenticator.js");
    state.key = appKey(email, (await cognito.associateApp({ AccessToken: token })).SecretCode);
  });
  const end = () => attempt("app", async (token) => {
    await cognito.preferApp(token, false);
    state.on = false;
    toast("The second factor is off.");
  });
  /** @param {SubmitEvent} event */
  const verify = (event) => submitted(event, (fields) => attempt("app", async (token) => {
    await cognito.verifyApp({ AccessToken: token }, fields.code.replace(/\s/g, ""));
    await cognito.preferApp(token, true);
    Object.assign(state, { on: true, key: null });
    toast("The second factor is on.");
  }));
  /** @param {SubmitEvent} event */
  const change = (event) => submitted(event, (fields, form) => attempt("password", async (token) => {
    await cognito.changePassword(token, fields.before, fields.after);
    form.reset();
    toast("The password is changed.");
  }));

  function draw() {
    render(
      html`<header class="bar">
          ${iconButton("arrow-left", "Back to the library", back)}
          <h1>Account</h1>
        </header>
        <main class="account wide">
          <h2>${email}</h2>
          <p class="lead">Signed in</p>
          <section>
            <h2>Second factor</h2>
            ${state.on
              ? html`<p>On: signing in asks for a code of your authenticator app.</p>
                  <button type="button" @click=${end}>Turn it off</button>`
              : state.key
                ? html`<p>Scan this with your authenticator app, then enter the code that it shows.</p>
                    ${state.key}
                    <form @submit=${verify}>${codeField("Code")}<button type="submit" class="accent">Turn it on</button></form>`
                : html`<p>Off: the password alone signs in.</p>
                    <button type="button" @click=${begin}>Set it up</button>`}
            <p class="error" role="alert">${state.errors.app}</p>
          </section>
          <section>
            <h2>Password</h2>
            <form @submit=${change}>
              <input class="visually-hidden" type="email" autocomplete="username" .value=${email} tabindex="-1" aria-hidden="true" readonly />
              <div class="field">
                <label for="before">Present password</label>
                <input id="before" name="before" type="password" autocomplete="current-password" required />
              </div>
              <div class="field">
                <label for="after">New password</label>
                <input id="after" name="after" type="password" autocomplete="new-password" required />
              </div>
              <p class="error" role="alert">${state.errors.password}</p>
              <button type="submit">Change it</button>
            </form>
          </section>
          <section><button type="button" @click=${() => signOut()}>Sign out</button></section>
        </main>`,
      host,
    );
  }

  draw();
  document.title = "Account - Photo HQ";
  await attempt("app", async (token) => {
    state.on = ((await cognito.user(token)).UserMFASettingList ?? []).length > 0;
  });
  return unbind;
}

function back() {
  location.hash = "#/";
}

/** @param {SubmitEvent} event @param {(fields: Record<string, string>, form: HTMLFormElement) => unknown} run */
function submitted(event, run) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  run(/** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))), form);
}
