"""What all calls of the API have in common: the session, repeats, keys, problem documents."""

import time
import uuid
from collections.abc import Callable
from functools import cached_property
from typing import Any, Self, TypeVar

import httpx
import msgspec

from photohq import __version__
from photohq.client.errors import (
    ChallengeRequired,
    NoUserPool,
    Problem,
    Unauthenticated,
    UnexpectedAnswer,
    refusal,
)
from photohq.client.session import Session
from photohq.client.shapes import Config, Shape
from photohq.client.transport import Retries, Transport, retry_after
from photohq.client.user_pool import SetUp, Tokens, User, UserPool

S = TypeVar("S", bound=Shape)
TIMEOUT = httpx.Timeout(60, connect=10)
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


class Asking:
    """A user of one deployment, who asks it."""

    def __init__(
        self,
        url: str,
        email: str | None = None,
        password: str | None = None,
        *,
        tokens: Tokens | None = None,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._clock = clock
        self._sleep = sleep
        agent = {"User-Agent": f"photohq-python/{__version__}"}
        self._http = httpx.Client(transport=transport, timeout=TIMEOUT, headers=agent)
        self._transport = Transport(self._http, retries, sleep)
        credentials = None if email is None or password is None else (email, password)
        self._session = Session(lambda: self.users, tokens, clock, credentials)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @property
    def url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self._url

    @property
    def tokens(self) -> Tokens | None:
        """The session, to go on with it later."""
        return self._session.tokens

    @cached_property
    def config(self) -> Config:
        """What the deployment says of itself."""
        return self._ask("GET", "/config", Config, public=True)

    @cached_property
    def users(self) -> UserPool:
        """The deployment's user pool: sign up there, and confirm. Raises NoUserPool."""
        config = self.config
        endpoint, client_id = config.identity_endpoint, config.client_id
        if endpoint is None or client_id is None:
            raise NoUserPool(f"Users of this deployment sign in at {config.issuer}")
        return UserPool(self._transport, endpoint, client_id, self._clock)

    def sign_in(self, email: str, password: str) -> None:
        """Start a session; it is renewed as long as the user pool allows.

        Raises IdentityRefused, NoUserPool, and ChallengeRequired: `answer_challenge` goes on where
        its name is SOFTWARE_TOKEN_MFA, `set_up_second_factor` where it is MFA_SETUP.
        """
        self._session.tokens = self.users.sign_in(email, password)

    def answer_challenge(self, asked: ChallengeRequired, code: str) -> None:
        """Go on signing in, with the six digits of an authenticator app.

        Raises IdentityRefused: a CodeMismatchException leaves the challenge open for a next try.
        """
        self._session.tokens = self.users.answer(asked.name, asked.session, asked.email, code)

    def set_up_second_factor(self, asked: ChallengeRequired, code: Callable[[SetUp], str]) -> None:
        """Go on signing in where a second factor is demanded that is not there yet.

        `code` is given the secret for an authenticator app, and answers the six digits that this
        shows. Raises IdentityRefused.
        """
        begun = self.users.begin_set_up(asked.session, asked.email)
        self._session.tokens = self.users.finish_set_up(begun, code(begun))

    def sign_out(self) -> None:
        """End the session, here and at the user pool. Raises IdentityRefused, NoUserPool."""
        tokens, self._session.tokens = self._session.tokens, None
        if tokens is not None:
            self.users.revoke(tokens.refresh_token)

    def me(self) -> User:
        """Answer who is signed in, as the user pool knows it.

        Raises NotSignedIn, NoUserPool, and IdentityRefused where the session is over.
        """
        return self.users.user(self._session.access_token())

    def _ask(
        self,
        method: str,
        path: str,
        gives: type[S],
        *,
        query: dict[str, Any] | None = None,
        body: object = None,
        if_match: int | None = None,
        key: str | None = None,
        content_type: str = JSON,
        public: bool = False,
    ) -> S:
        """Ask the API; `if_match` is the revision that the photo has to have still.

        What makes something new carries an Idempotency-Key, by itself or the `key` that is given,
        so that repeats make it once.
        """
        headers: dict[str, str] = {}
        parts: dict[str, Any] = {"headers": headers}
        if query:
            parts["params"] = {name: value for name, value in query.items() if value is not None}
        if body is not None:
            parts["content"] = msgspec.json.encode(body)
            headers["Content-Type"] = content_type
        if method in {"POST", "PUT"}:
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'

        def request() -> httpx.Request:
            return self._transport.build(method, self._url + path, **parts)

        def receive(response: httpx.Response, attempts: int) -> S:
            return _receive(response, attempts, gives)

        def send() -> S:
            return self._transport.send(request, receive)

        if public:
            return send()
        token = self._session.access_token()
        headers["Authorization"] = f"Bearer {token}"
        try:
            return send()
        except Unauthenticated:
            # Revoked, or this machine's clock is behind: one more with a fresh token.
            headers["Authorization"] = f"Bearer {self._session.access_token(refused=token)}"
            return send()


def _receive(response: httpx.Response, attempts: int, gives: type[S]) -> S:
    content = response.read()
    try:
        if response.is_success:
            return msgspec.json.decode(content, type=gives)
        problem = msgspec.json.decode(content, type=Problem)
        # A gateway's own refusals say less.
        problem = msgspec.structs.replace(problem, status=response.status_code)
    except msgspec.DecodeError as error:
        place = f"{response.request.method} {response.request.url.copy_with(query=None)}"
        kind = response.headers.get("content-type", "nothing")
        raise UnexpectedAnswer(
            f"{place} answered {response.status_code} with {kind} that is not Photo HQ's: {error}"
        ) from error
    raise refusal(problem, retry_after=retry_after(response), attempts=attempts)
