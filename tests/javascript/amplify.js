// aws-amplify v6, set up for the deployment. Its functions speak for whoever is signed in on the
// device where they are called.

import { Amplify } from "aws-amplify";
import { confirmSignUp, signUp } from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";

import { config, Device, mailedCode, newEmail, PASSWORD } from "./deployment.js";

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: config.user_pool_id,
      userPoolClientId: config.client_id,
      userPoolEndpoint: config.identity_endpoint,
    },
  },
});

export const DONE = { isSignedIn: true, nextStep: { signInStep: "DONE" } };

/** Goes on at a device; a new one where none is named. */
export function moveTo(device = new Device()) {
  cognitoUserPoolsTokenProvider.setKeyValueStorage(device);
  return device;
}

export async function confirmedUser() {
  const email = newEmail();
  await signUp({ username: email, password: PASSWORD });
  await confirmSignUp({ username: email, confirmationCode: await mailedCode(email) });
  return email;
}
