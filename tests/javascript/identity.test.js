// amazon-cognito-identity-js 6, as its README shows it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CognitoUserAttribute } from "amazon-cognito-identity-js";

import {
  Device,
  listing,
  mailedCode,
  newEmail,
  OTHER_PASSWORD,
  PASSWORD,
  wrongCode,
} from "./deployment.js";
import {
  accessToken,
  addApp,
  attributesOf,
  confirm,
  confirmedUser,
  outcome,
  poolOn,
  prefer,
  refresh,
  result,
  sendCode,
  signedInUser,
  signIn,
  signUp,
  userOn,
} from "./identity.js";

test("a user signs up, confirms the address and signs in", async () => {
  const email = newEmail();
  const { user, userConfirmed, userSub, codeDeliveryDetails } = await signUp(email);
  assert.equal(userConfirmed, false);
  assert.equal(codeDeliveryDetails.DeliveryMedium, "EMAIL");
  assert.equal(await confirm(user, await mailedCode(email)), "SUCCESS");
  const signedIn = await signedInUser(email);
  assert.equal((await attributesOf(signedIn)).sub, userSub);
});

test("an address signs up once", async () => {
  await assert.rejects(signUp(await confirmedUser()), { code: "UsernameExistsException" });
});

test("a weak password is refused", async () => {
  await assert.rejects(signUp(newEmail(), "too-weak"), { code: "InvalidPasswordException" });
});

test("a wrong code is refused, and a code that was sent again confirms", async () => {
  const email = newEmail();
  const { user } = await signUp(email);
  const first = await mailedCode(email);
  await assert.rejects(confirm(user, wrongCode(first)), { code: "CodeMismatchException" });
  await result((done) => user.resendConfirmationCode(done));
  const code = await mailedCode(email, { otherThan: first });
  assert.equal(await confirm(user, code), "SUCCESS");
});

for (const flow of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
  test(`a user signs in by ${flow}`, async () => {
    const email = await confirmedUser();
    const { name, values } = await signIn(userOn(email), { flow });
    assert.equal(name, "onSuccess");
    const [session] = values;
    assert.equal(session.isValid(), true);
    assert.equal(session.getIdToken().payload.email, email);
    assert.equal(await listing(session.getAccessToken().getJwtToken()), 200);
  });

  test(`a wrong password and an unknown user are refused alike by ${flow}`, async () => {
    for (const email of [await confirmedUser(), newEmail()]) {
      await assert.rejects(signIn(userOn(email), { flow, password: OTHER_PASSWORD }), {
        code: "NotAuthorizedException",
        message: "Incorrect username or password.",
      });
    }
  });

  test(`an unconfirmed user has to confirm first, by ${flow}`, async () => {
    const email = newEmail();
    await signUp(email);
    await assert.rejects(signIn(userOn(email), { flow }), { code: "UserNotConfirmedException" });
  });

  test(`a second factor is asked for by ${flow}`, async () => {
    const email = await confirmedUser();
    const nextCode = await addApp(await signedInUser(email));

    const user = userOn(email);
    assert.equal((await signIn(user, { flow })).name, "totpRequired");
    const code = nextCode();
    await assert.rejects(sendCode(user, wrongCode(code)), { code: "CodeMismatchException" });
    assert.equal((await sendCode(user, code)).name, "onSuccess");
    assert.equal(await listing(accessToken(user)), 200);
  });
}

test("a second factor is shown, and can be turned off", async () => {
  const email = await confirmedUser();
  const user = await signedInUser(email);
  await addApp(user);
  const fresh = { bypassCache: true };
  const enabled = await result((done) => user.getUserData(done, fresh));
  assert.equal(enabled.PreferredMfaSetting, "SOFTWARE_TOKEN_MFA");
  assert.deepEqual(enabled.UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);

  await prefer(user, false);
  const disabled = await result((done) => user.getUserData(done, fresh));
  assert.equal(disabled.PreferredMfaSetting, undefined);
  assert.equal((await signIn(userOn(email))).name, "onSuccess");
});

test("a session is kept on the device and refreshed", async () => {
  const device = new Device();
  const before = accessToken(await signedInUser(undefined, device));

  const user = poolOn(device).getCurrentUser();
  const kept = await result((done) => user.getSession(done));
  assert.equal(kept.getAccessToken().getJwtToken(), before);
  const refreshed = await refresh(user);
  const after = refreshed.getAccessToken().getJwtToken();
  assert.notEqual(after, before);
  assert.equal(await listing(after), 200);
  await refresh(user);
});

test("a new address counts once its code is back", async () => {
  const [former, email] = [await confirmedUser(), newEmail()];
  const user = await signedInUser(former);
  const attributes = [new CognitoUserAttribute({ Name: "email", Value: email })];
  await result((done) => user.updateAttributes(attributes, done));
  assert.equal((await attributesOf(user)).email, former);

  const first = await mailedCode(email);
  await outcome((callbacks) => user.getAttributeVerificationCode("email", callbacks));
  const code = await mailedCode(email, { otherThan: first });
  await outcome((callbacks) => user.verifyAttribute("email", code, callbacks));
  assert.equal((await attributesOf(user)).email, email);

  assert.equal((await signIn(userOn(email))).name, "onSuccess");
  await assert.rejects(signIn(userOn(former)), { code: "NotAuthorizedException" });
});

test("a new password ends the other sessions", async () => {
  const email = await confirmedUser();
  const [here, elsewhere] = [await signedInUser(email), await signedInUser(email)];
  await assert.rejects(
    result((done) => here.changePassword(OTHER_PASSWORD, PASSWORD, done)),
    { code: "NotAuthorizedException" },
  );
  await result((done) => here.changePassword(PASSWORD, OTHER_PASSWORD, done));
  assert.equal((await attributesOf(here)).email, email);
  await assert.rejects(attributesOf(elsewhere), { code: "NotAuthorizedException" });
  const { name } = await signIn(userOn(email), { password: OTHER_PASSWORD });
  assert.equal(name, "onSuccess");
});

test("signing out ends this session only", async () => {
  const email = await confirmedUser();
  const device = new Device();
  const [here, elsewhere] = [await signedInUser(email, device), await signedInUser(email)];
  const former = accessToken(here);
  await new Promise((resolve, reject) => {
    here.signOut((error) => (error ? reject(error) : resolve()));
  });
  assert.equal(poolOn(device).getCurrentUser(), null);
  assert.equal(await listing(former), 401);
  assert.equal((await attributesOf(elsewhere)).email, email);
});

test("signing out everywhere ends the other sessions", async () => {
  const email = await confirmedUser();
  const [here, elsewhere] = [await signedInUser(email), await signedInUser(email)];
  await outcome((callbacks) => here.globalSignOut(callbacks));
  assert.equal(await listing(accessToken(elsewhere)), 401);
  await assert.rejects(attributesOf(elsewhere), {
    code: "NotAuthorizedException",
    message: "Access Token has been revoked",
  });
  await assert.rejects(refresh(elsewhere), { code: "NotAuthorizedException" });
});

test("a forgotten password is set anew", async () => {
  const email = await confirmedUser();
  const user = userOn(email);
  const first = await mailedCode(email);
  const { name } = await outcome((callbacks) => user.forgotPassword(callbacks));
  assert.equal(name, "inputVerificationCode");
  const code = await mailedCode(email, { otherThan: first });
  const set = (given) =>
    outcome((callbacks) => user.confirmPassword(given, OTHER_PASSWORD, callbacks));
  await assert.rejects(set(wrongCode(code)), { code: "CodeMismatchException" });
  await set(code);
  assert.equal((await signIn(user, { password: OTHER_PASSWORD })).name, "onSuccess");
});

test("a user who leaves is gone", async () => {
  const email = await confirmedUser();
  const device = new Device();
  const user = await signedInUser(email, device);
  const former = accessToken(user);
  assert.equal(await result((done) => user.deleteUser(done)), "SUCCESS");
  assert.equal(poolOn(device).getCurrentUser(), null);
  assert.equal(await listing(former), 401);
  await assert.rejects(signIn(userOn(email)), { code: "NotAuthorizedException" });
});
