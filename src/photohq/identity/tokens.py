"""Access and ID tokens: JSON Web Tokens (RFC 7519) with the claims of Amazon Cognito's."""

import uuid
from typing import Any, Literal

import jwt
import msgspec

from photohq.identity.keys import ALGORITHM, Purpose, SigningKeys
from photohq.identity.refusals import NotAuthorized
from photohq.identity.remembered import Remembered
from photohq.identity.sessions import Session
from photohq.identity.users import User
from photohq.photos.times import Clock

LIFETIME = 3600
"""Seconds that access and ID tokens live."""
_SCOPE = "aws.cognito.signin.user.admin"
_LONGEST = 4096


class AccessClaims(msgspec.Struct, frozen=True):
    """What an access token says that was found to be of this pool."""

    iss: str
    client_id: str
    token_use: Literal["access"]
    sub: str
    origin_jti: str
    exp: int


class Tokens:
    """Signs and verifies for one issuer and one client."""

    def __init__(self, keys: SigningKeys, issuer: str, client_id: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._client_id = client_id
        self._clock = clock
        self._remembered: Remembered[AccessClaims] = Remembered()

    def issue(self, user: User, session: Session) -> tuple[str, str]:
        """Answer a new access token and ID token for a session."""
        now = int(self._clock())
        common = {
            "sub": user.sub,
            "iss": self._issuer,
            "origin_jti": session.origin_jti,
            "event_id": str(uuid.uuid4()),
            "auth_time": session.auth_time,
            "iat": now,
            "exp": now + LIFETIME,
        }
        access = {
            "token_use": "access",
            "client_id": self._client_id,
            "username": user.sub,
            "scope": _SCOPE,
        }
        identity = {
            "token_use": "id",
            "aud": self._client_id,
            "cognito:username": user.sub,
            "email": user.email,
            "email_verified": user.confirmed,
        }
        return self._sign("access", common | access), self._sign("id", common | identity)

    def verify(self, token: str) -> AccessClaims:
        """Read an access token; raises NotAuthorized where it is none of ours, or has expired.

        Whether its session still lives is not looked up here.
        """
        if len(token) > _LONGEST or not token.isascii():
            raise NotAuthorized("Invalid Access Token")
        known = self._remembered.get(token)
        claims = known or self._read(token)
        if claims.exp <= self._clock():
            raise NotAuthorized("Access Token has expired")
        if known is None:
            self._remembered.put(token, claims)
        return claims

    def _sign(self, purpose: Purpose, claims: dict[str, Any]) -> str:
        kid, key = self._keys.signing(purpose)
        named = claims | {"jti": str(uuid.uuid4())}
        return jwt.encode(named, key, algorithm=ALGORITHM, headers={"kid": kid})

    def _read(self, token: str) -> AccessClaims:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = self._keys.public("access", str(kid))
            if key is None:
                raise NotAuthorized("Invalid Access Token")
            # Times are held against the pool's own clock by the caller.
            payload = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                options={
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            claims = msgspec.convert(payload, AccessClaims)
        # RecursionError: deeply nested JSON, which not every PyJWT refuses by itself.
        except (jwt.PyJWTError, msgspec.ValidationError, RecursionError):
            raise NotAuthorized("Invalid Access Token") from None
        if (claims.iss, claims.client_id) != (self._issuer, self._client_id):
            raise NotAuthorized("Invalid Access Token")
        return claims
