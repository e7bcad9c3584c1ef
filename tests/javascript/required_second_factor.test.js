// Both clients where everybody has to have a second factor: PHOTOHQ_MFA=required.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as amplify from "aws-amplify/auth";

import { confirmedUser, DONE, moveTo } from "./amplify.js";
import { authenticator, listing, PASSWORD, wrongCode } from "./deployment.js";
import * as identity from "./identity.js";

for (const flow of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
  test(`aws-amplify sets an app up at the first sign-in by ${flow}`, async () => {
    moveTo();
    const username = await confirmedUser();
    const options = { authFlowType: flow };
    const signIn = () => amplify.signIn({ username, password: PASSWORD, options });
    const answer = (challengeResponse) => amplify.confirmSignIn({ challengeResponse });
    const { nextStep } = await signIn();
    assert.equal(nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
    const nextCode = authenticator(nextStep.totpSetupDetails.sharedSecret);
    const code = nextCode();
    await assert.rejects(answer(wrongCode(code)), { name: "EnableSoftwareTokenMFAException" });
    assert.deepEqual(await answer(code), DONE);
    const { tokens } = await amplify.fetchAuthSession();
    assert.equal(await listing(tokens.accessToken), 200);

    moveTo();
    assert.equal((await signIn()).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
    assert.deepEqual(await answer(nextCode()), DONE);
  });

  test(`cognito-identity-js sets an app up at the first sign-in by ${flow}`, async () => {
    const email = await identity.confirmedUser();
    const user = identity.userOn(email);
    assert.equal((await identity.signIn(user, { flow })).name, "mfaSetup");
    const nextCode = await identity.addApp(user);
    assert.equal(await listing(identity.accessToken(user)), 200);

    const again = identity.userOn(email);
    assert.equal((await identity.signIn(again, { flow })).name, "totpRequired");
    assert.equal((await identity.sendCode(again, nextCode())).name, "onSuccess");
  });
}
