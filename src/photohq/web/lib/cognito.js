/** Amazon Cognito's own protocol, as far as this page needs it, by `fetch`. */

import { config } from "./deployment.js";

/**
 * @typedef {{AccessToken: string, IdToken: string, RefreshToken?: string, ExpiresIn: number}} Tokens
 * @typedef {{AuthenticationResult?: Tokens, ChallengeName?: string, Session?: string}} Answer
 */

/** A refusal of the user pool; `code` is its name, such as `CodeMismatchException`. */
export class Refusal extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Calls one action. @param {string} action @param {object} body @returns {Promise<any>} */
async function call(action, body) {
  const { identity_endpoint: endpoint } = await config();
  if (!endpoint) throw new Refusal("NoUserPool", "Sign-in happens elsewhere on this deployment.");
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}`,
    },
    body: JSON.stringify(body),
    credentials: "omit",
  }).catch(() => {
    throw new Refusal("Unreachable", "The server can't be reached. Try again in a moment.");
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (response.ok) return answer;
  throw new Refusal(String(answer.__type ?? "").split("#").pop() ?? "", answer.message ?? `The server answers ${response.status}.`);
}

/** Calls an action of this page's client. @param {string} action @param {object} body */
async function asClient(action, body) {
  const { client_id: ClientId } = await config();
  return call(action, { ClientId, ...body });
}

/** @param {string} email @param {string} password */
export const signUp = (email, password) =>
  asClient("SignUp", {
    Username: email,
    Password: password,
    UserAttributes: [{ Name: "email", Value: email }],
  });
/** @param {string} email @param {string} code */
export const confirmSignUp = (email, code) =>
  asClient("ConfirmSignUp", { Username: email, ConfirmationCode: code });
/** @param {string} email */
export const resendCode = (email) => asClient("ResendConfirmationCode", { Username: email });
/** @param {string} email */
export const forgotPassword = (email) => asClient("ForgotPassword", { Username: email });
/** @param {string} email @param {string} code @param {string} password */
export const resetPassword = (email, code, password) =>
  asClient("ConfirmForgotPassword", { Username: email, ConfirmationCode: code, Password: password });
/** @param {string} token a refresh token */
export const revoke = (token) => asClient("RevokeToken", { Token: token });

/** @param {string} email @param {string} password @returns {Promise<Answer>} */
export const signIn = (email, password) =>
  asClient("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });
/** @param {string} token a refresh token @returns {Promise<Answer>} */
export const refresh = (token) =>
  asClient("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: token } });
/**
 * @param {string} name the challenge @param {string} email @param {string | undefined} session
 * @param {Record<string, string>} [responses] @returns {Promise<Answer>}
 */
export const respond = (name, email, session, responses = {}) =>
  asClient("RespondToAuthChallenge", {
    ChallengeName: name,
    Session: session,
    ChallengeResponses: { USERNAME: email, ...responses },
  });

/** @param {{AccessToken: string} | {Session?: string}} who @returns {Promise<{SecretCode: string, Session?: string}>} */
export const associateApp = (who) => call("AssociateSoftwareToken", who);
/** @param {object} who @param {string} code @returns {Promise<{Status: string, Session?: string}>} */
export const verifyApp = (who, code) => call("VerifySoftwareToken", { ...who, UserCode: code });
/** @param {string} token an access token @param {boolean} on */
export const preferApp = (token, on) =>
  call("SetUserMFAPreference", {
    AccessToken: token,
    SoftwareTokenMfaSettings: { Enabled: on, PreferredMfa: on },
  });
/** @param {string} token @returns {Promise<{UserMFASettingList?: string[]}>} */
export const user = (token) => call("GetUser", { AccessToken: token });
/** @param {string} token @param {string} before @param {string} after */
export const changePassword = (token, before, after) =>
  call("ChangePassword", { AccessToken: token, PreviousPassword: before, ProposedPassword: after });
