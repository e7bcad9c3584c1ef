// aws-amplify v6, as its Auth documentation shows it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  autoSignIn,
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  confirmUserAttribute,
  deleteUser,
  fetchAuthSession,
  fetchMFAPreference,
  fetchUserAttributes,
  getCurrentUser,
  resendSignUpCode,
  resetPassword,
  sendUserAttributeVerificationCode,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  updatePassword,
  updateUserAttributes,
  verifyTOTPSetup,
} from "aws-amplify/auth";

import { confirmedUser, DONE, moveTo } from "./amplify.js";
import {
  authenticator,
  listing,
  mailedCode,
  newEmail,
  OTHER_PASSWORD,
  PASSWORD,
  wrongCode,
} from "./deployment.js";

async function signedInUser() {
  const email = await confirmedUser();
  await signIn({ username: email, password: PASSWORD });
  return email;
}

const tokens = async (options) => (await fetchAuthSession(options)).tokens;
const accessToken = async () => (await tokens()).accessToken.toString();

beforeEach(() => {
  moveTo();
});

test("a user signs up, confirms the address and signs in", async () => {
  const email = newEmail();
  const signedUp = await signUp({
    username: email,
    password: PASSWORD,
    options: { userAttributes: { email } },
  });
  assert.equal(signedUp.isSignUpComplete, false);
  assert.equal(signedUp.nextStep.signUpStep, "CONFIRM_SIGN_UP");
  assert.deepEqual(signedUp.nextStep.codeDeliveryDetails, {
    attributeName: "email",
    deliveryMedium: "EMAIL",
    destination: "u***@e***",
  });
  const confirmed = await confirmSignUp({
    username: email,
    confirmationCode: await mailedCode(email),
  });
  assert.equal(confirmed.isSignUpComplete, true);
  assert.deepEqual(await signIn({ username: email, password: PASSWORD }), DONE);
  assert.equal((await getCurrentUser()).userId, signedUp.userId);
});

test("a user is signed in by the confirmation where that is asked for", async () => {
  const email = newEmail();
  await signUp({ username: email, password: PASSWORD, options: { autoSignIn: true } });
  const confirmed = await confirmSignUp({
    username: email,
    confirmationCode: await mailedCode(email),
  });
  assert.equal(confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
  assert.deepEqual(await autoSignIn(), DONE);
});

test("an address signs up once", async () => {
  const email = await confirmedUser();
  await assert.rejects(signUp({ username: email, password: PASSWORD }), {
    name: "UsernameExistsException",
  });
});

test("a weak password is refused", async () => {
  await assert.rejects(signUp({ username: newEmail(), password: "too-weak" }), {
    name: "InvalidPasswordException",
  });
});

test("a wrong code is refused, and a code that was sent again confirms", async () => {
  const email = newEmail();
  await signUp({ username: email, password: PASSWORD });
  const first = await mailedCode(email);
  await assert.rejects(confirmSignUp({ username: email, confirmationCode: wrongCode(first) }), {
    name: "CodeMismatchException",
  });
  assert.equal((await resendSignUpCode({ username: email })).deliveryMedium, "EMAIL");
  const confirmationCode = await mailedCode(email, { otherThan: first });
  assert.equal((await confirmSignUp({ username: email, confirmationCode })).isSignUpComplete, true);
});

for (const authFlowType of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
  const options = { authFlowType };

  test(`a user signs in by ${authFlowType}`, async () => {
    const email = await confirmedUser();
    assert.deepEqual(await signIn({ username: email, password: PASSWORD, options }), DONE);
    const { idToken } = await tokens();
    assert.equal(idToken.payload.email, email);
    assert.equal(idToken.payload.email_verified, true);
    assert.equal(await listing(await accessToken()), 200);
  });

  test(`a wrong password and an unknown user are refused alike by ${authFlowType}`, async () => {
    const email = await confirmedUser();
    for (const username of [email, newEmail()]) {
      await assert.rejects(signIn({ username, password: OTHER_PASSWORD, options }), {
        name: "NotAuthorizedException",
        message: "Incorrect username or password.",
      });
    }
  });

  test(`an unconfirmed user has to confirm first, by ${authFlowType}`, async () => {
    const email = newEmail();
    await signUp({ username: email, password: PASSWORD });
    const { isSignedIn, nextStep } = await signIn({ username: email, password: PASSWORD, options });
    assert.equal(isSignedIn, false);
    assert.equal(nextStep.signInStep, "CONFIRM_SIGN_UP");
  });

  test(`a second factor is asked for by ${authFlowType}`, async () => {
    const email = await signedInUser();
    const { sharedSecret } = await setUpTOTP();
    const nextCode = authenticator(sharedSecret);
    await verifyTOTPSetup({ code: nextCode() });
    await updateMFAPreference({ totp: "PREFERRED" });
    assert.deepEqual(await fetchMFAPreference(), { enabled: ["TOTP"], preferred: "TOTP" });

    moveTo();
    const { isSignedIn, nextStep } = await signIn({ username: email, password: PASSWORD, options });
    assert.equal(isSignedIn, false);
    assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
    const challengeResponse = nextCode();
    await assert.rejects(confirmSignIn({ challengeResponse: wrongCode(challengeResponse) }), {
      name: "CodeMismatchException",
    });
    assert.deepEqual(await confirmSignIn({ challengeResponse }), DONE);
    assert.equal(await listing(await accessToken()), 200);
  });
}

test("a code of the second factor counts once", async () => {
  const email = await signedInUser();
  const code = authenticator((await setUpTOTP()).sharedSecret)();
  await verifyTOTPSetup({ code });
  await updateMFAPreference({ totp: "ENABLED" });
  moveTo();
  await signIn({ username: email, password: PASSWORD });
  await assert.rejects(confirmSignIn({ challengeResponse: code }), {
    name: "ExpiredCodeException",
  });
});

test("a second factor can be turned off", async () => {
  const email = await signedInUser();
  const { sharedSecret } = await setUpTOTP();
  await verifyTOTPSetup({ code: authenticator(sharedSecret)() });
  await updateMFAPreference({ totp: "PREFERRED" });
  await updateMFAPreference({ totp: "DISABLED" });
  assert.deepEqual(await fetchMFAPreference(), { enabled: undefined, preferred: undefined });
  moveTo();
  assert.deepEqual(await signIn({ username: email, password: PASSWORD }), DONE);
});

test("a second factor starts with the right code", async () => {
  await signedInUser();
  const { sharedSecret } = await setUpTOTP();
  await assert.rejects(verifyTOTPSetup({ code: wrongCode(authenticator(sharedSecret)()) }), {
    name: "EnableSoftwareTokenMFAException",
  });
  await assert.rejects(updateMFAPreference({ totp: "PREFERRED" }), {
    name: "InvalidParameterException",
  });
});

test("a session is refreshed", async () => {
  await signedInUser();
  const before = await tokens();
  const after = await tokens({ forceRefresh: true });
  assert.notEqual(after.accessToken.toString(), before.accessToken.toString());
  assert.equal(after.accessToken.payload.origin_jti, before.accessToken.payload.origin_jti);
  assert.equal(after.idToken.payload.sub, before.idToken.payload.sub);
  assert.equal(await listing(after.accessToken), 200);
  assert.ok((await tokens({ forceRefresh: true })).accessToken);
});

test("a user looks at the own account", async () => {
  const email = await signedInUser();
  const { userId, signInDetails } = await getCurrentUser();
  assert.deepEqual(await fetchUserAttributes(), { sub: userId, email, email_verified: "true" });
  assert.deepEqual(signInDetails, { loginId: email, authFlowType: "USER_SRP_AUTH" });
});

test("a new address counts once its code is back", async () => {
  const [former, email] = [await signedInUser(), newEmail()];
  const { email: changed } = await updateUserAttributes({ userAttributes: { email } });
  assert.equal(changed.isUpdated, false);
  assert.equal(changed.nextStep.updateAttributeStep, "CONFIRM_ATTRIBUTE_WITH_CODE");
  assert.equal((await fetchUserAttributes()).email, former);

  const first = await mailedCode(email);
  await sendUserAttributeVerificationCode({ userAttributeKey: "email" });
  await confirmUserAttribute({
    userAttributeKey: "email",
    confirmationCode: await mailedCode(email, { otherThan: first }),
  });
  assert.equal((await fetchUserAttributes()).email, email);

  moveTo();
  assert.deepEqual(await signIn({ username: email, password: PASSWORD }), DONE);
  moveTo();
  await assert.rejects(signIn({ username: former, password: PASSWORD }), {
    name: "NotAuthorizedException",
  });
});

test("a new password ends the other sessions", async () => {
  const email = await signedInUser();
  const here = moveTo();
  await signIn({ username: email, password: PASSWORD });
  const elsewhere = moveTo();
  await signIn({ username: email, password: PASSWORD });

  moveTo(here);
  await assert.rejects(updatePassword({ oldPassword: OTHER_PASSWORD, newPassword: PASSWORD }), {
    name: "NotAuthorizedException",
  });
  await updatePassword({ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD });
  assert.equal((await fetchUserAttributes()).email, email);
  moveTo(elsewhere);
  await assert.rejects(fetchUserAttributes(), { name: "NotAuthorizedException" });

  moveTo();
  await assert.rejects(signIn({ username: email, password: PASSWORD }), {
    name: "NotAuthorizedException",
  });
  assert.deepEqual(await signIn({ username: email, password: OTHER_PASSWORD }), DONE);
});

test("signing out ends this session only", async () => {
  const email = await signedInUser();
  const here = await accessToken();
  const elsewhere = moveTo();
  await signIn({ username: email, password: PASSWORD });
  const there = await accessToken();

  await signOut();
  await assert.rejects(getCurrentUser(), { name: "UserUnAuthenticatedException" });
  assert.equal(await tokens(), undefined);
  assert.equal(await listing(there), 401);
  assert.equal(await listing(here), 200);
  moveTo(elsewhere);
  await assert.rejects(fetchUserAttributes(), { name: "UserUnAuthenticatedException" });
});

test("signing out everywhere ends the other sessions", async () => {
  const email = await signedInUser();
  const other = moveTo();
  await signIn({ username: email, password: PASSWORD });
  const there = await accessToken();
  moveTo();
  await signIn({ username: email, password: PASSWORD });
  await signOut({ global: true });

  moveTo(other);
  assert.equal(await listing(there), 401);
  await assert.rejects(fetchUserAttributes(), { name: "NotAuthorizedException" });
  assert.equal(await tokens({ forceRefresh: true }), undefined);
  await assert.rejects(getCurrentUser(), { name: "UserUnAuthenticatedException" });
});

test("a forgotten password is set anew", async () => {
  const email = await confirmedUser();
  const first = await mailedCode(email);
  const { isPasswordReset, nextStep } = await resetPassword({ username: email });
  assert.equal(isPasswordReset, false);
  assert.equal(nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");
  assert.equal(nextStep.codeDeliveryDetails.deliveryMedium, "EMAIL");
  const confirmationCode = await mailedCode(email, { otherThan: first });
  const reset = { username: email, newPassword: OTHER_PASSWORD };
  await assert.rejects(
    confirmResetPassword({ ...reset, confirmationCode: wrongCode(confirmationCode) }),
    { name: "CodeMismatchException" },
  );
  await confirmResetPassword({ ...reset, confirmationCode });
  assert.deepEqual(await signIn({ username: email, password: OTHER_PASSWORD }), DONE);
});

test("a user who leaves is gone", async () => {
  const email = await signedInUser();
  const former = await accessToken();
  await deleteUser();
  assert.equal(await tokens(), undefined);
  assert.equal(await listing(former), 401);
  await assert.rejects(signIn({ username: email, password: PASSWORD }), {
    name: "NotAuthorizedException",
  });
});
