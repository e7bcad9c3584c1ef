// amazon-cognito-identity-js 6, which speaks in callbacks, in promises.

import assert from "node:assert/strict";

import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
} from "amazon-cognito-identity-js";

import { authenticator, config, Device, mailedCode, newEmail, PASSWORD } from "./deployment.js";

export const poolOn = (device) =>
  new CognitoUserPool({
    UserPoolId: config.user_pool_id,
    ClientId: config.client_id,
    endpoint: config.identity_endpoint,
    Storage: device,
  });

/** A user on a device; on a new one where none is named. */
export const userOn = (email, device = new Device()) =>
  new CognitoUser({ Username: email, Pool: poolOn(device), Storage: device });

/** Awaits a call that takes one callback: `(error, result)`. */
export const result = (call) =>
  new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });

/** Awaits a call that takes several callbacks; answers which one it called, and with what. */
export const outcome = (call) =>
  new Promise((resolve, reject) => {
    const calling = (name) => [name, (...values) => resolve({ name, values })];
    const names = [
      "associateSecretCode",
      "inputVerificationCode",
      "mfaSetup",
      "onSuccess",
      "totpRequired",
    ];
    call({ ...Object.fromEntries(names.map(calling)), onFailure: reject });
  });

export const signUp = (email, password = PASSWORD) => {
  const attributes = [new CognitoUserAttribute({ Name: "email", Value: email })];
  return result((done) => poolOn(new Device()).signUp(email, password, attributes, null, done));
};

export const confirm = (user, code) =>
  result((done) => user.confirmRegistration(code, false, done));

export async function confirmedUser() {
  const email = newEmail();
  const { user } = await signUp(email);
  await confirm(user, await mailedCode(email));
  return email;
}

/** Answers how far a sign-in got. */
export function signIn(user, { flow = "USER_SRP_AUTH", password = PASSWORD } = {}) {
  user.setAuthenticationFlowType(flow);
  const details = new AuthenticationDetails({ Username: user.getUsername(), Password: password });
  return outcome((callbacks) => user.authenticateUser(details, callbacks));
}

export async function signedInUser(email, device) {
  const user = userOn(email ?? (await confirmedUser()), device);
  assert.equal((await signIn(user)).name, "onSuccess");
  return user;
}

export const accessToken = (user) => user.getSignInUserSession().getAccessToken().getJwtToken();

export async function attributesOf(user) {
  const attributes = await result((done) => user.getUserAttributes(done));
  return Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value]));
}

/** Adds an authenticator app to a user, and answers it; its first code is used. */
export async function addApp(user) {
  const associated = await outcome((callbacks) => user.associateSoftwareToken(callbacks));
  const nextCode = authenticator(associated.values[0]);
  await outcome((callbacks) => user.verifySoftwareToken(nextCode(), "phone", callbacks));
  await prefer(user, true);
  return nextCode;
}

export const prefer = (user, enabled) =>
  result((done) =>
    user.setUserMfaPreference(null, { Enabled: enabled, PreferredMfa: enabled }, done),
  );

export const sendCode = (user, code) =>
  outcome((callbacks) => user.sendMFACode(code, callbacks, "SOFTWARE_TOKEN_MFA"));

export const refresh = (user) =>
  result((done) => user.refreshSession(user.getSignInUserSession().getRefreshToken(), done));
