"""Who is signed in: tokens that are renewed before they end."""

import threading
from collections.abc import Callable

from photohq.client.errors import IdentityRefused, NotSignedIn
from photohq.client.user_pool import Tokens, UserPool

MARGIN = 60
"""Seconds before its end from which a token is renewed: requests take time, and clocks differ."""


class Session:
    """The tokens of one user. Threads may share it; one of them renews for all.

    With `credentials`, an email address and a password, it begins by itself, and anew where it has
    come to its end.
    """

    def __init__(
        self,
        pool: Callable[[], UserPool],
        tokens: Tokens | None,
        clock: Callable[[], float],
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._credentials = credentials
        self._lock = threading.Lock()
        self.tokens = tokens

    def access_token(self, refused: str | None = None) -> str:
        """Answer a token that is good for a while, and that is not `refused`.

        Raises NotSignedIn, IdentityRefused where the session has come to its end, and
        ChallengeRequired where it can't begin by a password alone.
        """
        with self._lock:
            tokens = self.tokens
            if tokens is None:
                self.tokens = tokens = self._begin()
            ending = tokens.expires_at - MARGIN <= self._clock()
            if ending or tokens.access_token == refused:
                self.tokens = tokens = self._renew(tokens)
            return tokens.access_token

    def _begin(self) -> Tokens:
        if self._credentials is None:
            raise NotSignedIn("Sign in first")
        return self._pool().sign_in(*self._credentials)

    def _renew(self, tokens: Tokens) -> Tokens:
        try:
            return self._pool().refresh(tokens.refresh_token)
        except IdentityRefused:
            if self._credentials is None:
                raise
            return self._begin()
