"""Cognito's actions: from the members of a request to a call of the pool and an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from photohq.identity import shapes
from photohq.identity.pool import Pool
from photohq.identity.refusals import (
    InvalidParameter,
    NotAuthorized,
    ResourceNotFound,
    UnknownOperation,
)
from photohq.identity.shapes import Member
from photohq.identity.sign_in import SignedIn
from photohq.identity.tokens import LIFETIME
from photohq.identity.users import is_email, user_name

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    members: Mapping[str, Member]
    run: Callable[[Pool, dict[str, Any]], Answer]


def act(pool: Pool, name: str, body: Mapping[str, Any]) -> Answer:
    """Do what a request asks for, and answer the members of the response; raises Refused.

    Members that only concern Lambda triggers, analytics, client secrets or devices are ignored, as
    a Cognito pool without those ignores them.
    """
    action = ACTIONS.get(name)
    if action is None:
        raise UnknownOperation(f"The operation {name} is not supported." if name else "")
    members = shapes.validated(action.members, body)
    client_id = members.get("ClientId", pool.client_id)
    if client_id != pool.client_id:
        raise ResourceNotFound(f"User pool client {client_id} does not exist.")
    return action.run(pool, members)


def hashes_a_password(name: str, body: Mapping[str, Any]) -> bool:
    """Tell whether a request will cost the time and memory of an Argon2id hash."""
    return name == "SignUp" or (
        name == "InitiateAuth" and body.get("AuthFlow") == "USER_PASSWORD_AUTH"
    )


def _sign_up(pool: Pool, members: dict[str, Any]) -> Answer:
    username = members["Username"]
    if not is_email(username):
        raise InvalidParameter("Username should be an email.")
    for attribute in members["UserAttributes"] or ():
        if attribute["Name"] != "email":
            raise NotAuthorized("A client attempted to write unauthorized attribute")
        if user_name(attribute.get("Value") or "") != user_name(username):
            raise InvalidParameter("The email attribute must be the username.")
    user = pool.sign_up.sign_up(username, members["Password"])
    return {"UserConfirmed": False, "UserSub": user.sub, **_delivery(username)}


def _confirm_sign_up(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.sign_up.confirm(members["Username"], members["ConfirmationCode"])
    return {}


def _resend_confirmation_code(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.sign_up.resend_code(members["Username"])
    return _delivery(members["Username"])


def _initiate_auth(pool: Pool, members: dict[str, Any]) -> Answer:
    flow = members["AuthFlow"]
    parameters = members["AuthParameters"] or {}

    def parameter(name: str) -> str:
        if not parameters.get(name):
            raise InvalidParameter(f"Missing required parameter {name}")
        return str(parameters[name])

    match flow:
        case "USER_PASSWORD_AUTH":
            signed_in = pool.sign_in.with_password(parameter("USERNAME"), parameter("PASSWORD"))
        case "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN":
            signed_in = pool.sign_in.with_refresh_token(parameter("REFRESH_TOKEN"))
        case "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH":
            raise InvalidParameter("Initiate Auth method not supported.")
        case _:
            raise InvalidParameter(f"{flow} is not enabled for the client.")
    return {"AuthenticationResult": _authentication_result(signed_in), "ChallengeParameters": {}}


def _get_user(pool: Pool, members: dict[str, Any]) -> Answer:
    user = pool.sign_in.user(members["AccessToken"])
    attributes = {
        "sub": user.sub,
        "email": user.email,
        "email_verified": "true" if user.confirmed else "false",
    }
    return {
        "Username": user.sub,
        "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
    }


def _revoke_token(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.sign_in.revoke(members["Token"])
    return {}


def _global_sign_out(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.sign_in.sign_out_everywhere(members["AccessToken"])
    return {}


def _authentication_result(signed_in: SignedIn) -> Answer:
    result = {
        "AccessToken": signed_in.access_token,
        "ExpiresIn": LIFETIME,
        "TokenType": "Bearer",
        "IdToken": signed_in.id_token,
    }
    if signed_in.refresh_token:
        result["RefreshToken"] = signed_in.refresh_token
    return result


def _delivery(username: str) -> Answer:
    """Say where a code went, masked as Cognito does; the same for an unknown user."""
    local, _, domain = user_name(username).partition("@")
    return {
        "CodeDeliveryDetails": {
            "AttributeName": "email",
            "DeliveryMedium": "EMAIL",
            "Destination": f"{local[:1]}***@{domain[:1]}***",
        }
    }


ACTIONS: Mapping[str, Action] = {
    "SignUp": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "Username": shapes.USERNAME,
            "Password": shapes.NEW_PASSWORD,
            "UserAttributes": shapes.USER_ATTRIBUTES,
        },
        _sign_up,
    ),
    "ConfirmSignUp": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "Username": shapes.USERNAME,
            "ConfirmationCode": shapes.CONFIRMATION_CODE,
        },
        _confirm_sign_up,
    ),
    "ResendConfirmationCode": Action(
        {"ClientId": shapes.CLIENT_ID, "Username": shapes.USERNAME}, _resend_confirmation_code
    ),
    "InitiateAuth": Action(
        {
            "ClientId": shapes.CLIENT_ID,
            "AuthFlow": shapes.AUTH_FLOW,
            "AuthParameters": shapes.AUTH_PARAMETERS,
        },
        _initiate_auth,
    ),
    "GetUser": Action({"AccessToken": shapes.TOKEN}, _get_user),
    "RevokeToken": Action({"ClientId": shapes.CLIENT_ID, "Token": shapes.TOKEN}, _revoke_token),
    "GlobalSignOut": Action({"AccessToken": shapes.TOKEN}, _global_sign_out),
}
