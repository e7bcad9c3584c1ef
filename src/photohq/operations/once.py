"""Idempotency-Key: what was asked once and is asked again is answered as at first, not done twice.

The claim on the key is stored by the very write that does what was asked, so that a request which
is refused does not use up its key. What has several steps (`Once.part`) claims its own as it
begins, to be gone on with.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from photohq.catalog.port import CLAIM_AGE, Claim, Claimed
from photohq.operations.app import App
from photohq.operations.views import View
from photohq.photos.errors import IdempotencyKeyReused
from photohq.photos.photo import Photo

V = TypeVar("V", bound=View)


class Begun(View, frozen=True):
    """A request of which each step keeps its own first answer."""


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """A request that carries an Idempotency-Key.

    `key` holds the user and the route beside the caller's own key, `fingerprint` tells two bodies
    apart.
    """

    key: str
    fingerprint: str

    def part(self, number: int) -> "Once":
        """Answer the same for one step of a request that has several."""
        return Once(key=f"{self.key}#{number}", fingerprint=self.fingerprint)

    def claim(self, app: App, answer: View) -> Claim:
        """Claim the key for the answer that this request gets."""
        return Claim(
            key=self.key,
            fingerprint=self.fingerprint,
            answer=msgspec.json.encode(answer),
            expires_at=app.clock() + CLAIM_AGE,
        )

    def read(self, earlier: Claim, shape: type[V]) -> V:
        """Read the answer that the request got at first.

        Raises IdempotencyKeyReused where that was another request.
        """
        if earlier.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused
        return msgspec.json.decode(earlier.answer, type=shape)


def once_only(
    app: App,
    once: Once | None,
    shape: type[V],
    act: Callable[[], V],
    again: Callable[[V], V] = lambda answer: answer,
    *,
    look_first: bool = True,
) -> V:
    """Do what is asked, or make anew (`again`) of the first answer what does not last.

    Not looking for the claim first saves a call where nothing but the write itself can refuse.
    """
    if once is None:
        return act()
    earlier = app.catalog.find_claim(once.key, app.clock()) if look_first else None
    if earlier is None:
        try:
            return act()
        except Claimed as claimed:
            earlier = claimed.earlier
    return again(once.read(earlier, shape))


def claim_with(
    app: App, once: Once | None, answer: Callable[[Photo], View]
) -> Callable[[Photo], Claim] | None:
    """Answer what makes the claim of the photo that a request has made or changed."""
    if once is None:
        return None
    return lambda photo: once.claim(app, answer(photo))


def store_claim(app: App, once: Once | None, answer: V) -> V:
    """Claim the key for an answer where there is nothing else to write, and answer it.

    Raises Claimed where the key is in use.
    """
    if once:
        app.catalog.claim(once.claim(app, answer))
    return answer
