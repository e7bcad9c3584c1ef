"""Amazon Cognito, behind a gateway that has verified the tokens already."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from photohq.identity.port import Caller, PoolDescription
from photohq.photos.errors import Unauthenticated


class Sessions(Protocol):
    def check(self, token_id: str, access_token: str) -> None:
        """Raise Unauthenticated where the session of a token was ended, Unavailable where that
        can't be told just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CognitoPool:
    """Implements `identity.port.UserPool` for one request at a time.

    `claims` are those of the request's access token, as API Gateway's authorizer hands them over
    once it has verified them; without them nobody is a caller. A token whose session was ended goes
    on until it expires, unless `sessions` are asked.
    """

    region: str
    user_pool_id: str
    client_id: str
    endpoint_url: str
    sessions: Sessions | None = None
    claims: Mapping[str, Any] | None = None

    def caller(self, access_token: str) -> Caller:
        claims = self.claims
        if not claims or claims.get("token_use") != "access":
            raise Unauthenticated
        if self.sessions:
            self.sessions.check(claims["jti"], access_token)
        return Caller(user_id=claims["sub"])

    def describe(self) -> PoolDescription:
        issuer = f"{self.endpoint_url}/{self.user_pool_id}"
        return PoolDescription(
            region=self.region,
            user_pool_id=self.user_pool_id,
            client_id=self.client_id,
            identity_endpoint=f"{self.endpoint_url}/",
            issuer=issuer,
            jwks_uri=f"{issuer}/.well-known/jwks.json",
        )

    def check(self) -> None:
        """Tokens are the gateway's to verify: there is nothing here that could fail."""

    def verified(self, claims: Mapping[str, Any] | None) -> "CognitoPool":
        """Answer the pool for a request with these claims."""
        return replace(self, claims=claims)
