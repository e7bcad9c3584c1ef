"""The user pool: Amazon Cognito's JSON protocol, as far as a client of the API needs it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from photohq.client.errors import ChallengeRequired, IdentityRefused, UnexpectedAnswer
from photohq.client.transport import Transport

TARGET = "AWSCognitoIdentityProviderService."
NAMELESS = frozenset({"GetUser", "AssociateSoftwareToken", "VerifySoftwareToken"})
"""Actions that name no client: their token or session tells it."""
REPEATABLE = frozenset({"InitiateAuth", "RevokeToken", "GetUser"})


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A session. `expires_at` is the access token's end, in seconds since the epoch."""

    access_token: str
    refresh_token: str
    expires_at: float

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at!r})"  # the rest is nobody's business


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """A second factor that is being set up: `secret` (base32) goes into an authenticator app."""

    secret: str
    session: str
    email: str

    @property
    def address(self) -> str:
        """What apps read from a QR code."""
        return (
            f"otpauth://totp/Photo%20HQ:{quote(self.email)}?secret={self.secret}&issuer=Photo%20HQ"
        )


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in; `second_factor` tells whether an authenticator app is asked for."""

    user_id: str
    email: str
    second_factor: bool


class _Attribute(msgspec.Struct, frozen=True, rename="pascal"):
    name: str
    value: str = ""


class _GotUser(msgspec.Struct, frozen=True, rename="pascal"):
    username: str
    user_attributes: tuple[_Attribute, ...] = ()
    methods: tuple[str, ...] = msgspec.field(default=(), name="UserMFASettingList")


class _SignedUp(msgspec.Struct, frozen=True, rename="pascal"):
    user_sub: str


class _Result(msgspec.Struct, frozen=True, rename="pascal"):
    access_token: str
    expires_in: int
    refresh_token: str | None = None


class _Started(msgspec.Struct, frozen=True, rename="pascal"):
    authentication_result: _Result | None = None
    challenge_name: str = ""
    session: str = ""


class _Associated(msgspec.Struct, frozen=True, rename="pascal"):
    secret_code: str
    session: str


class _Verified(msgspec.Struct, frozen=True, rename="pascal"):
    session: str


class _Nothing(msgspec.Struct, frozen=True):
    pass


class _Refusal(msgspec.Struct, frozen=True):
    name: str = msgspec.field(default="", name="__type")
    message: str = ""


A = TypeVar("A", bound=msgspec.Struct)


class UserPool:
    """The actions of one user pool; each raises IdentityRefused and Unreachable."""

    def __init__(
        self,
        transport: Transport,
        endpoint: str,
        client_id: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._transport = transport
        self._endpoint = endpoint
        self._client_id = client_id
        self._clock = clock

    def sign_up(self, email: str, password: str) -> str:
        """Make a user and answer its id; a code is on its way to the address."""
        answer = self._call(
            "SignUp",
            _SignedUp,
            Username=email,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        return answer.user_sub

    def confirm(self, email: str, code: str) -> None:
        """Confirm the address with the code that was sent there."""
        self._call("ConfirmSignUp", _Nothing, Username=email, ConfirmationCode=code)

    def sign_in(self, email: str, password: str) -> Tokens:
        """Start a session. Raises ChallengeRequired where a password is not enough."""
        parameters = {"USERNAME": email, "PASSWORD": password}
        return self._tokens("USER_PASSWORD_AUTH", parameters, email=email)

    def answer(self, name: str, session: str, email: str, code: str) -> Tokens:
        """Go on with a challenge, by the six digits of an authenticator app.

        Sessions are good for three minutes.
        """
        asked_at = self._clock()
        answer = self._call(
            "RespondToAuthChallenge",
            _Started,
            ChallengeName=name,
            Session=session,
            ChallengeResponses={
                "USERNAME": email,
                "SOFTWARE_TOKEN_MFA_CODE": code,
            },
        )
        return _tokens_of(answer, asked_at, email=email)

    def begin_set_up(self, session: str, email: str) -> SetUp:
        """Begin to set a second factor up, where a sign-in demands one (MFA_SETUP)."""
        answer = self._call("AssociateSoftwareToken", _Associated, Session=session)
        return SetUp(secret=answer.secret_code, session=answer.session, email=email)

    def finish_set_up(self, begun: SetUp, code: str) -> Tokens:
        """Prove by six digits that the app has the secret, and be signed in."""
        verified = self._call(
            "VerifySoftwareToken", _Verified, Session=begun.session, UserCode=code
        )
        asked_at = self._clock()
        answer = self._call(
            "RespondToAuthChallenge",
            _Started,
            ChallengeName="MFA_SETUP",
            Session=verified.session,
            ChallengeResponses={"USERNAME": begun.email},
        )
        return _tokens_of(answer, asked_at, email=begun.email)

    def refresh(self, refresh_token: str) -> Tokens:
        """Go on with a session: a new access token."""
        parameters = {"REFRESH_TOKEN": refresh_token}
        return self._tokens("REFRESH_TOKEN_AUTH", parameters, refresh_token=refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """End a session: its refresh token, and the access tokens that came of it."""
        self._call("RevokeToken", _Nothing, Token=refresh_token)

    def user(self, access_token: str) -> User:
        """Answer whose session it is."""
        answer = self._call("GetUser", _GotUser, AccessToken=access_token)
        attributes = {one.name: one.value for one in answer.user_attributes}
        return User(
            user_id=attributes.get("sub", answer.username),
            email=attributes.get("email", ""),
            second_factor=bool(answer.methods),
        )

    def _tokens(
        self, flow: str, parameters: dict[str, str], *, email: str = "", refresh_token: str = ""
    ) -> Tokens:
        asked_at = self._clock()
        answer = self._call("InitiateAuth", _Started, AuthFlow=flow, AuthParameters=parameters)
        return _tokens_of(answer, asked_at, email=email, refresh_token=refresh_token)

    def _call(self, action: str, gives: type[A], **parameters: Any) -> A:
        if action not in NAMELESS:
            parameters["ClientId"] = self._client_id
        body = msgspec.json.encode(parameters)
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET + action}
        return self._transport.send(
            lambda: self._transport.build("POST", self._endpoint, content=body, headers=headers),
            lambda response, _: _receive(response, gives),
            # A second SignUp or ConfirmSignUp would be refused because of the first.
            repeatable=action in REPEATABLE,
        )


def _tokens_of(answer: _Started, asked_at: float, *, email: str, refresh_token: str = "") -> Tokens:
    result = answer.authentication_result
    if result is None:
        raise ChallengeRequired(answer.challenge_name, answer.session, email)
    return Tokens(
        access_token=result.access_token,
        refresh_token=result.refresh_token or refresh_token,
        expires_at=asked_at + result.expires_in,
    )


def _receive(response: httpx.Response, gives: type[A]) -> A:
    content = response.read()
    try:
        if response.is_success:
            return msgspec.json.decode(content, type=gives)
        refusal = msgspec.json.decode(content, type=_Refusal)
    except msgspec.DecodeError as error:
        raise UnexpectedAnswer(
            f"The user pool answered {response.status_code} with what is not Cognito's: {error}"
        ) from error
    # Some services put a namespace before the name.
    raise IdentityRefused(refusal.name.rpartition("#")[2], refusal.message)
