"""What a user pool promises to the rest: it turns an access token into a caller."""

from typing import Protocol

import msgspec


class Caller(msgspec.Struct, frozen=True):
    """Who asks: `user_id` is a UUID that never changes, and stands in keys of objects."""

    user_id: str


class PoolDescription(msgspec.Struct, frozen=True):
    """What a client needs to sign in; URLs are absolute.

    Of an issuer that doesn't speak Cognito's protocol, region, pool and endpoint are None; of one
    that did not answer yet, `jwks_uri` may be.
    """

    region: str | None
    user_pool_id: str | None
    client_id: str | None
    identity_endpoint: str | None
    issuer: str
    jwks_uri: str | None


class UserPool(Protocol):
    def caller(self, access_token: str) -> Caller:
        """Verify an access token; raises Unauthenticated where it is none of this pool's, has
        expired or was revoked, and Unavailable where that can't be told just now."""

    def describe(self) -> PoolDescription:
        """Say where and how to sign in."""

    def check(self) -> None:
        """Raise Unavailable where no token can be verified."""


class Departed(Protocol):
    """A pool that tells of users who are gone, so that their photos go too."""

    def pending(self) -> list[str]:
        """Answer the ids of users whose photos are still to be looked for."""

    def settled(self, user_id: str) -> None:
        """Take note that all photos that a user had are deleted."""
