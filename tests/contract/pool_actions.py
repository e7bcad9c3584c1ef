"""Every action of the user pool as data: a request that is well formed, and what its members are.

A request of `requests` would be taken, or refused for what it says; never for its shape.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .deployment import PASSWORD, User

Body = dict[str, Any]
GIVEN = "nobody-has-this-address@example.com"


@dataclass(frozen=True)
class Kind:
    """What a member is: `longest` is in characters, None where the protocol has no bound."""

    longest: int | None
    required: bool = True


CLIENT_ID = Kind(128)
USERNAME = Kind(128)
PASSWORD_KIND = Kind(256)
CODE = Kind(2048)
TOKEN = Kind(None)
SESSION = Kind(4096, required=False)
ATTRIBUTE = Kind(32)
DIGITS = Kind(6)


@dataclass(frozen=True)
class Request:
    """`make` answers the body of a client whose requests are all refused.

    `texts` are its members; `parameters` those of the map `within`, where it has one.
    """

    action: str
    make: Callable[[User], Body]
    texts: dict[str, Kind] = field(default_factory=dict)
    within: str = ""
    parameters: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.action


def _client(user: User) -> Body:
    return {"ClientId": user.deployment.client_id}


def _token(user: User) -> Body:
    return {"AccessToken": user.tokens["AccessToken"]}


def _auth(flow: str, **parameters: str) -> Callable[[User], Body]:
    return lambda user: {**_client(user), "AuthFlow": flow, "AuthParameters": parameters}


def _challenge(name: str, session: str | None = None, **responses: str) -> Callable[[User], Body]:
    def make(user: User) -> Body:
        body = {**_client(user), "ChallengeName": name, "ChallengeResponses": responses}
        return body if session is None else {**body, "Session": session}

    return make


def _flow(name: str, make: Callable[[User], Body], *parameters: str) -> Request:
    texts = {"ClientId": CLIENT_ID, "AuthFlow": Kind(100)}
    return Request("InitiateAuth", make, texts, "AuthParameters", parameters, name=name)


def _answer(name: str, make: Callable[[User], Body], *parameters: str) -> Request:
    texts = {"ClientId": CLIENT_ID, "ChallengeName": Kind(100), "Session": SESSION}
    return Request(
        "RespondToAuthChallenge", make, texts, "ChallengeResponses", parameters, name=name
    )


REQUESTS = (
    Request(
        "SignUp",
        lambda user: {**_client(user), "Username": user.email, "Password": PASSWORD},
        {"ClientId": CLIENT_ID, "Username": USERNAME, "Password": PASSWORD_KIND},
        lists=("UserAttributes",),
    ),
    Request(
        "ConfirmSignUp",
        lambda user: {**_client(user), "Username": GIVEN, "ConfirmationCode": "123456"},
        {"ClientId": CLIENT_ID, "Username": USERNAME, "ConfirmationCode": CODE},
    ),
    Request(
        "ResendConfirmationCode",
        lambda user: {**_client(user), "Username": GIVEN},
        {"ClientId": CLIENT_ID, "Username": USERNAME},
    ),
    _flow(
        "USER_PASSWORD_AUTH",
        _auth("USER_PASSWORD_AUTH", USERNAME=GIVEN, PASSWORD=PASSWORD),
        "USERNAME",
        "PASSWORD",
    ),
    _flow(
        "USER_SRP_AUTH",
        _auth("USER_SRP_AUTH", USERNAME=GIVEN, SRP_A="abc123"),
        "USERNAME",
        "SRP_A",
    ),
    _flow(
        "REFRESH_TOKEN_AUTH",
        _auth("REFRESH_TOKEN_AUTH", REFRESH_TOKEN="A" * 64),
        "REFRESH_TOKEN",
    ),
    _answer(
        "PASSWORD_VERIFIER",
        _challenge(
            "PASSWORD_VERIFIER",
            USERNAME=GIVEN,
            PASSWORD_CLAIM_SECRET_BLOCK="AAAA",
            PASSWORD_CLAIM_SIGNATURE="AAAA",
            TIMESTAMP="Tue Nov 24 10:01:11 UTC 2026",
        ),
        "USERNAME",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "PASSWORD_CLAIM_SIGNATURE",
        "TIMESTAMP",
    ),
    _answer(
        "SOFTWARE_TOKEN_MFA",
        _challenge(
            "SOFTWARE_TOKEN_MFA", "A" * 40, USERNAME=GIVEN, SOFTWARE_TOKEN_MFA_CODE="123456"
        ),
        "USERNAME",
        "SOFTWARE_TOKEN_MFA_CODE",
    ),
    _answer("MFA_SETUP", _challenge("MFA_SETUP", "A" * 40, USERNAME=GIVEN), "USERNAME"),
    Request(
        "GetTokensFromRefreshToken",
        lambda user: {**_client(user), "RefreshToken": "A" * 64},
        {"ClientId": CLIENT_ID, "RefreshToken": TOKEN},
    ),
    Request(
        "AssociateSoftwareToken",
        _token,
        {"AccessToken": TOKEN},
    ),
    Request(
        "AssociateSoftwareToken",
        lambda user: {"Session": "A" * 40},
        {"Session": SESSION},
        name="AssociateSoftwareToken by session",
    ),
    Request(
        "VerifySoftwareToken",
        lambda user: {**_token(user), "UserCode": "123456"},
        {"AccessToken": TOKEN, "UserCode": DIGITS},
    ),
    Request(
        "VerifySoftwareToken",
        lambda user: {"Session": "A" * 40, "UserCode": "123456"},
        {"Session": SESSION, "UserCode": DIGITS},
        name="VerifySoftwareToken by session",
    ),
    Request(
        "SetUserMFAPreference",
        lambda user: {**_token(user), "SoftwareTokenMfaSettings": {"Enabled": True}},
        {"AccessToken": TOKEN},
    ),
    Request(
        "ForgotPassword",
        lambda user: {**_client(user), "Username": GIVEN},
        {"ClientId": CLIENT_ID, "Username": USERNAME},
    ),
    Request(
        "ConfirmForgotPassword",
        lambda user: {
            **_client(user),
            "Username": GIVEN,
            "ConfirmationCode": "123456",
            "Password": PASSWORD,
        },
        {
            "ClientId": CLIENT_ID,
            "Username": USERNAME,
            "ConfirmationCode": CODE,
            "Password": PASSWORD_KIND,
        },
    ),
    Request(
        "ChangePassword",
        lambda user: {**_token(user), "PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD},
        {
            "AccessToken": TOKEN,
            "PreviousPassword": PASSWORD_KIND,
            "ProposedPassword": PASSWORD_KIND,
        },
    ),
    Request("GetUser", _token, {"AccessToken": TOKEN}),
    Request(
        "UpdateUserAttributes",
        lambda user: {
            **_token(user),
            "UserAttributes": [{"Name": "email", "Value": user.email}],
        },
        {"AccessToken": TOKEN},
        lists=("UserAttributes",),
    ),
    Request(
        "GetUserAttributeVerificationCode",
        lambda user: {**_token(user), "AttributeName": "email"},
        {"AccessToken": TOKEN, "AttributeName": ATTRIBUTE},
    ),
    Request(
        "VerifyUserAttribute",
        lambda user: {**_token(user), "AttributeName": "email", "Code": "123456"},
        {"AccessToken": TOKEN, "AttributeName": ATTRIBUTE, "Code": CODE},
    ),
    Request(
        "RevokeToken",
        lambda user: {**_client(user), "Token": "A" * 64},
        {"ClientId": CLIENT_ID, "Token": TOKEN},
    ),
    Request("GlobalSignOut", _token, {"AccessToken": TOKEN}),
    Request("DeleteUser", _token, {"AccessToken": TOKEN}),
)
OF_CLIENTS = [request for request in REQUESTS if "ClientId" in request.texts]
OF_USERS = [request for request in REQUESTS if "AccessToken" in request.texts]


def members() -> Iterator[tuple[Request, str, Kind]]:
    """Every text that stands directly in a body."""
    for request in REQUESTS:
        for name, kind in request.texts.items():
            yield request, name, kind


def parameters() -> Iterator[tuple[Request, str]]:
    """Every text that stands in the map of a sign-in's step."""
    for request in REQUESTS:
        for name in request.parameters:
            yield request, name
