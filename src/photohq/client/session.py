"""Who is signed in: tokens that are renewed before they end."""

import threading
from collections.abc import Callable

from photohq.client.errors import NotSignedIn
from photohq.client.user_pool import Tokens, UserPool

MARGIN = 60
"""Seconds before its end from which a token is renewed: requests take time, and clocks differ."""


class Session:
    """The tokens of one user. Threads may share it; one of them renews for all."""

    def __init__(
        self, pool: Callable[[], UserPool], tokens: Tokens | None, clock: Callable[[], float]
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._lock = threading.Lock()
        self.tokens = tokens

    def access_token(self, refused: str | None = None) -> str:
        """Answer a token that is good for a while, and that is not `refused`.

        Raises NotSignedIn, and IdentityRefused where the session has come to its end.
        """
        with self._lock:
            tokens = self.tokens
            if tokens is None:
                raise NotSignedIn("Sign in first")
            ending = tokens.expires_at - MARGIN <= self._clock()
            if ending or tokens.access_token == refused:
                self.tokens = tokens = self._pool().refresh(tokens.refresh_token)
            return tokens.access_token
