"""The actions of Cognito that the pool answers, and what their requests look like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from photohq.identity import calls, shapes
from photohq.identity.calls import REFRESH_FLOWS, Answer
from photohq.identity.pool import Pool
from photohq.identity.refusals import ResourceNotFound, UnknownOperation
from photohq.identity.shapes import Member


@dataclass(frozen=True, slots=True)
class Action:
    """`guess`: whether it can be one, and `mails`, whether it makes mail, and so is counted for the
    caller's address.

    `proves`: it looks at a password or at what was made of one, which costs time and memory.
    """

    members: Mapping[str, Member]
    run: Callable[[Pool, dict[str, Any]], Answer | None]
    guess: bool = False
    mails: bool = False
    proves: bool = False


def act(pool: Pool, name: str, body: Mapping[str, Any]) -> Answer | None:
    """Do what a request asks for, and answer the members of the response; raises Refused.

    None is an answer without a body. Members that only concern Lambda triggers, analytics, client
    secrets or devices are ignored, as a Cognito pool without those ignores them.
    """
    action = ACTIONS.get(name)
    if action is None:
        raise UnknownOperation(f"The operation {name} is not supported." if name else "")
    members = shapes.validated(action.members, body)
    client_id = members.get("ClientId", pool.client_id)
    if client_id != pool.client_id:
        raise ResourceNotFound(f"User pool client {client_id} does not exist.")
    return action.run(pool, members)


def costs_a_proof(name: str, body: Mapping[str, Any]) -> bool:
    """Tell whether a request will cost what it takes to look at a password."""
    return name in ACTIONS and ACTIONS[name].proves and not _is_refresh(name, body)


def is_counted(name: str, body: Mapping[str, Any]) -> bool:
    """Tell whether a request is counted for the caller's address, as guessing or making mail."""
    action = ACTIONS.get(name)
    return bool(action and (action.guess or action.mails)) and not _is_refresh(name, body)


def proven_innocent(name: str, body: Mapping[str, Any]) -> int:
    """Answer how many of an address's counted requests a success shows to be no guesses.

    Mail stays counted. So does a handshake that was begun, until its second step succeeds.
    """
    if ACTIONS[name].mails or body.get("AuthFlow") == "USER_SRP_AUTH":
        return 0
    return 2 if body.get("ChallengeName") == "PASSWORD_VERIFIER" else 1


def _is_refresh(name: str, body: Mapping[str, Any]) -> bool:
    return name == "InitiateAuth" and body.get("AuthFlow") in REFRESH_FLOWS


ACTIONS: Mapping[str, Action] = {
    "SignUp": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "Username": shapes.USERNAME,
            "Password": shapes.PASSWORD,
            "UserAttributes": shapes.OPTIONAL_ATTRIBUTES,
        },
        calls.sign_up,
        mails=True,
        proves=True,
    ),
    "ConfirmSignUp": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "Username": shapes.USERNAME,
            "ConfirmationCode": shapes.CONFIRMATION_CODE,
        },
        calls.confirm_sign_up,
        guess=True,
    ),
    "ResendConfirmationCode": Action(
        {"ClientId": shapes.CLIENT_ID, "Username": shapes.USERNAME},
        calls.resend_confirmation_code,
        mails=True,
    ),
    "InitiateAuth": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "AuthFlow": shapes.AUTH_FLOW,
            "AuthParameters": shapes.TEXTS,
        },
        calls.initiate_auth,
        guess=True,
        proves=True,
    ),
    "RespondToAuthChallenge": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "ChallengeName": shapes.CHALLENGE_NAME,
            "Session": shapes.SESSION,
            "ChallengeResponses": shapes.TEXTS,
        },
        calls.respond_to_auth_challenge,
        guess=True,
        proves=True,
    ),
    "GetTokensFromRefreshToken": Action(
        {"ClientId": shapes.CLIENT_ID, "RefreshToken": shapes.TOKEN},
        calls.get_tokens_from_refresh_token,
    ),
    "AssociateSoftwareToken": Action(
        {"AccessToken": shapes.OPTIONAL_TOKEN, "Session": shapes.SESSION},
        calls.associate_software_token,
    ),
    "VerifySoftwareToken": Action(
        {
            "AccessToken": shapes.OPTIONAL_TOKEN,
            "Session": shapes.SESSION,
            "UserCode": shapes.USER_CODE,
        },
        calls.verify_software_token,
        guess=True,
    ),
    "SetUserMFAPreference": Action(
        {
            "AccessToken": shapes.TOKEN,
            "SoftwareTokenMfaSettings": shapes.PREFERENCE,
            "SMSMfaSettings": shapes.PREFERENCE,
            "EmailMfaSettings": shapes.PREFERENCE,
            "WebAuthnMfaSettings": shapes.PREFERENCE,
        },
        calls.set_user_mfa_preference,
    ),
    "ForgotPassword": Action(
        {"ClientId": shapes.CLIENT_ID, "Username": shapes.USERNAME},
        calls.forgot_password,
        mails=True,
    ),
    "ConfirmForgotPassword": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "Username": shapes.USERNAME,
            "ConfirmationCode": shapes.CONFIRMATION_CODE,
            "Password": shapes.PASSWORD,
        },
        calls.confirm_forgot_password,
        guess=True,
        proves=True,
    ),
    "ChangePassword": Action(
        {
            "AccessToken": shapes.TOKEN,
            "PreviousPassword": shapes.PASSWORD,
            "ProposedPassword": shapes.PASSWORD,
        },
        calls.change_password,
        guess=True,
        proves=True,
    ),
    "GetUser": Action({"AccessToken": shapes.TOKEN}, calls.get_user),
    "UpdateUserAttributes": Action(
        {"AccessToken": shapes.TOKEN, "UserAttributes": shapes.USER_ATTRIBUTES},
        calls.update_user_attributes,
        mails=True,
    ),
    "GetUserAttributeVerificationCode": Action(
        {"AccessToken": shapes.TOKEN, "AttributeName": shapes.ATTRIBUTE_NAME},
        calls.get_user_attribute_verification_code,
        mails=True,
    ),
    "VerifyUserAttribute": Action(
        {
            "AccessToken": shapes.TOKEN,
            "AttributeName": shapes.ATTRIBUTE_NAME,
            "Code": shapes.CONFIRMATION_CODE,
        },
        calls.verify_user_attribute,
        guess=True,
    ),
    "RevokeToken": Action(
        {"ClientId": shapes.CLIENT_ID, "Token": shapes.TOKEN}, calls.revoke_token
    ),
    "GlobalSignOut": Action({"AccessToken": shapes.TOKEN}, calls.global_sign_out),
    "DeleteUser": Action({"AccessToken": shapes.TOKEN}, calls.delete_user),
}
