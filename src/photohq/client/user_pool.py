"""The user pool: Amazon Cognito's JSON protocol, as far as a client of the API needs it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import msgspec

from photohq.client.errors import ChallengeRequired, IdentityRefused, UnexpectedAnswer
from photohq.client.transport import Transport

TARGET = "AWSCognitoIdentityProviderService."


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A session. `expires_at` is the access token's end, in seconds since the epoch."""

    access_token: str
    refresh_token: str
    expires_at: float


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
        return self._tokens("USER_PASSWORD_AUTH", parameters, refresh_token="")

    def refresh(self, refresh_token: str) -> Tokens:
        """Go on with a session: a new access token."""
        parameters = {"REFRESH_TOKEN": refresh_token}
        return self._tokens("REFRESH_TOKEN_AUTH", parameters, refresh_token)

    def _tokens(self, flow: str, parameters: dict[str, str], refresh_token: str) -> Tokens:
        asked_at = self._clock()
        answer = self._call("InitiateAuth", _Started, AuthFlow=flow, AuthParameters=parameters)
        result = answer.authentication_result
        if result is None:
            raise ChallengeRequired(answer.challenge_name, answer.session)
        return Tokens(
            access_token=result.access_token,
            refresh_token=result.refresh_token or refresh_token,
            expires_at=asked_at + result.expires_in,
        )

    def _call(self, action: str, gives: type[A], **parameters: Any) -> A:
        body = msgspec.json.encode({"ClientId": self._client_id, **parameters})
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET + action}
        return self._transport.send(
            lambda: self._transport.build("POST", self._endpoint, content=body, headers=headers),
            lambda response, _: _receive(response, gives),
            # A second SignUp or ConfirmSignUp would be refused because of the first.
            repeatable=action == "InitiateAuth",
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
