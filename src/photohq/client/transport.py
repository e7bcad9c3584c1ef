"""Requests that are repeated while that is safe and promises something."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import httpx
import msgspec

from photohq.client.errors import Unreachable

R = TypeVar("R")
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
THROTTLED = 429
UNAVAILABLE = 503
PASSING = frozenset({502, UNAVAILABLE, 504})


class Retries(msgspec.Struct, frozen=True, kw_only=True):
    """How often a request is made, and the pauses between (in seconds).

    The pause doubles from `first` up to `most`, and each is drawn from its upper half, so that
    clients who were refused together don't come back together. A server that asks for a longer one
    (`Retry-After`) gets it, up to `patience`; past that its refusal is final.
    """

    attempts: int = 5
    first: float = 0.25
    most: float = 8.0
    patience: float = 30.0

    def pause(self, attempt: int, asked: float | None = None) -> float | None:
        """Answer the pause after the `attempt`-th request, or None where it was the last."""
        if attempt >= self.attempts or (asked or 0) > self.patience:
            return None
        longest = min(self.most, self.first * 2.0 ** (attempt - 1))
        return max(longest * random.uniform(0.5, 1), asked or 0)  # noqa: S311


class Transport:
    """Sends requests. It may be shared by threads."""

    def __init__(
        self,
        http: httpx.Client,
        retries: Retries | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._http = http
        self._retries = retries or Retries()
        self._sleep = sleep

    def send(
        self,
        request: Callable[[], httpx.Request],
        receive: Callable[[httpx.Response, int], R],
        *,
        repeatable: bool = True,
    ) -> R:
        """Answer what `receive` makes of the response and the number of attempts it took.

        Repeated is what surely was not done: connections that were not made, 429, and 503 that says
        when to come back. Where the request is `repeatable` also connections that broke, during
        `receive` too, and 502 to 504. `request` makes a fresh request for each attempt. The last
        response goes to `receive` whatever its status. Raises Unreachable.
        """
        attempt = 0
        while True:
            attempt += 1
            made = request()
            try:
                response = self._http.send(made, stream=True)
                try:
                    pause = self._pause_for(response, attempt, repeatable)
                    if pause is None:
                        return receive(response, attempt)
                finally:
                    response.close()
            except httpx.TransportError as error:
                again = isinstance(error, NEVER_SENT) or (
                    repeatable and not isinstance(error, httpx.UnsupportedProtocol)
                )
                pause = self._retries.pause(attempt) if again else None
                if pause is None:
                    raise Unreachable(_sentence(made, error)) from error
            self._sleep(pause)

    def build(self, method: str, url: str, **parts: object) -> httpx.Request:
        """Build a request; `parts` are those of httpx. Raises Unreachable for what is no URL."""
        try:
            return self._http.build_request(method, url, **parts)  # type: ignore[arg-type]
        except httpx.InvalidURL as error:
            raise Unreachable(f"{url} is not a URL: {error}") from error

    def _pause_for(self, response: httpx.Response, attempt: int, repeatable: bool) -> float | None:
        status = response.status_code
        invited = status == UNAVAILABLE and "retry-after" in response.headers
        if status == THROTTLED or invited or (repeatable and status in PASSING):
            return self._retries.pause(attempt, retry_after(response))
        return None


def retry_after(response: httpx.Response) -> float | None:
    """Answer the seconds that a server asks for; its dates are passed over."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None


def _sentence(request: httpx.Request, error: httpx.TransportError) -> str:
    place = request.url.copy_with(query=None)  # a presigned URL's query is a credential
    if isinstance(error, httpx.TimeoutException):
        return f"No answer in time from {place}"
    return f"No answer from {place}: {error or type(error).__name__}"
