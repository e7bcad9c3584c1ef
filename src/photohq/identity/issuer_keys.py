"""The keys of an OpenID Connect provider, as far as they are known, and when to ask again."""

import logging
import threading
import time
from collections.abc import Callable
from math import ceil, inf

import jwt
import msgspec

from photohq.identity.issuer_documents import Published, algorithm, fetch, public_key
from photohq.photos.errors import Unavailable
from photohq.photos.times import Clock

log = logging.getLogger("photohq.identity")
AGAIN = 60.0
"""Seconds between two fetches because of unknown keys: whoever makes tokens up can't cause more."""
RETRY = 5.0
"""Seconds between two fetches as long as no key is known at all."""
AGE = 3600.0
"""Seconds after which keys are fetched anew, so that a withdrawn one is not taken for ever."""
PATIENCE = 1.0
"""Seconds that a request waits for another's fetch, where nothing is known yet."""


class _Key(msgspec.Struct, frozen=True):
    kid: str | None
    algorithm: str
    public: jwt.PyJWK


class IssuerKeys:
    """Fetches when it must, one at a time; what is known goes on being known while a fetch fails.

    `clock` only ever goes forward (`time.monotonic`).
    """

    def __init__(
        self,
        issuer: str,
        clock: Clock = time.monotonic,
        fetch: Callable[[str], Published] = fetch,
    ) -> None:
        self._issuer = issuer
        self._clock = clock
        self._fetch = fetch
        self._published: Published | None = None
        self._keys: tuple[_Key, ...] = ()
        self._fetched_at = -inf
        self._next = -inf
        self._failed = False
        self._fetching = threading.Lock()

    @property
    def jwks_uri(self) -> str | None:
        """Where the keys lie; None until that was heard once."""
        return self._published.jwks_uri if self._published else None

    @property
    def known(self) -> tuple[object, ...]:
        """The keys, which stay the same object for as long as the issuer publishes the same."""
        return self._keys

    def find(self, algorithm: str, kid: str | None) -> jwt.PyJWK | None:
        """Answer the key that a token names, or, where it names none, the only one that fits.

        Raises Unavailable where that can't be told just now.
        """
        if not self._keys or not (kid is None or self._has(kid)):
            self._ask()
        fitting = [
            key.public
            for key in self._keys
            if key.algorithm == algorithm and kid in {None, key.kid}
        ]
        return fitting[0] if len(fitting) == 1 else None

    def check(self) -> None:
        """Raise Unavailable where no key is known."""
        if not self._keys:
            self._ask()

    def renew(self) -> None:
        """Fetch the keys where none are known or they are old; a failure is only logged."""
        if self._keys and self._clock() - self._fetched_at < AGE:
            return
        if self._fetching.acquire(blocking=False):
            try:
                self._take()
            finally:
                self._fetching.release()

    def _has(self, kid: str) -> bool:
        return any(key.kid == kid for key in self._keys)

    def _ask(self) -> None:
        """Fetch because a key is unknown, unless that was done just now.

        Raises Unavailable where the fetch fails, or did just now, or somebody else is still at it.
        """
        before = self._published
        # With keys there are others to serve: the workers must not stand in line here.
        if not self._fetching.acquire(timeout=0 if before else PATIENCE):
            raise Unavailable("The issuer's keys are being fetched")
        try:
            if self._published is not before:
                return
            left = self._next - self._clock()
            if left <= 0:
                self._take()
                # The first keys may be the last before a change: the next fetch is free then.
                left = AGAIN if before else RETRY if self._failed else 0
                self._next = self._clock() + left
            if self._failed:
                raise Unavailable("The issuer's keys are not to be had", retry_after=ceil(left))
        finally:
            self._fetching.release()

    def _take(self) -> None:
        """Fetch, and keep what came."""
        try:
            published = self._fetch(self._issuer)
        except Unavailable as error:
            self._failed = True
            log.warning("the keys of %s are not to be had: %s", self._issuer, error.detail)
            return
        before = self._published
        if before is None or before.keys != published.keys:
            self._keys = tuple(
                _Key(key.kid, name, public_key(key))
                for key in published.keys
                if (name := algorithm(key))
            )
        self._published = published
        self._failed = False
        self._fetched_at = self._clock()
