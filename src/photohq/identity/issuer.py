"""The users of an OpenID Connect provider, Amazon Cognito among them, by their access tokens."""

import math
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, Literal

import jwt
import msgspec

from photohq.identity.issuer_documents import Published, fetch
from photohq.identity.issuer_keys import IssuerKeys
from photohq.identity.port import Caller, PoolDescription
from photohq.identity.remembered import Remembered
from photohq.photos.errors import Unauthenticated
from photohq.photos.times import Clock

LEEWAY = 30
"""Seconds by which the provider's clock may be wrong."""
_LONGEST = 16 * 1024
_COGNITO = re.compile(r"(https://cognito-idp\.([a-z0-9-]+)\.amazonaws\.com)/(\2_[A-Za-z0-9]+)")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_ACCESS = "access"
_ACCESS_TYPES = {"at+jwt", "application/at+jwt"}
_TYPES = {"jwt", "application/jwt", *_ACCESS_TYPES}
_OTHER_USES = {"id", "refresh", "offline", "logout"}


class _Header(msgspec.Struct, frozen=True):
    """`crit` and `b64` change what a signature means (RFC 7515, 4.1.11, RFC 7797)."""

    alg: Literal["RS256", "ES256", "EdDSA"]
    kid: str | msgspec.UnsetType = msgspec.UNSET
    typ: str = "JWT"
    crit: Any = msgspec.UNSET
    b64: Any = msgspec.UNSET


class _Claims(msgspec.Struct, frozen=True):
    """What is looked at; `client_id` has several names, `nonce` and the hashes say ID token."""

    iss: str
    sub: str
    exp: float
    nbf: float | None = None
    iat: float | None = None
    aud: str | tuple[str, ...] | None = None
    token_use: str | None = None
    typ: str | None = None
    client_id: str | None = None
    azp: str | None = None
    cid: str | None = None
    appid: str | None = None
    nonce: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    at_hash: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    c_hash: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    events: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET

    @property
    def audiences(self) -> tuple[str, ...]:
        return (self.aud,) if isinstance(self.aud, str) else self.aud or ()

    @property
    def clients(self) -> set[str]:
        """The client that the token was made for, by whatever name."""
        return {name for name in (self.client_id, self.azp, self.cid, self.appid) if name}


class _Good(msgspec.Struct, frozen=True):
    """A token that was verified with the keys that were known then."""

    caller: Caller
    exp: float
    keys: tuple[object, ...]


class Issuer:
    """Implements `identity.port.UserPool` with the access tokens of another issuer.

    A user's id is the token's `sub` where that is a UUID, as Cognito's are; else it is the UUID
    (version 5, RFC 9562) of the issuer and the `sub`, also where the `sub` is such a UUID itself,
    lest two users have the same.

    A token is taken where `client_id` is one of its clients and `audience` one of its audiences, as
    far as these are set. Requests go to the issuer and to the `jwks_uri` that it names, whatever a
    token says.
    """

    def __init__(
        self,
        issuer: str,
        *,
        client_id: str = "",
        audience: str = "",
        clock: Clock = time.time,
        steady: Clock = time.monotonic,
        fetch: Callable[[str], Published] = fetch,
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._audience = audience
        self._clock = clock
        self._keys = IssuerKeys(issuer, steady, fetch)
        self._remembered: Remembered[_Good] = Remembered()
        self._namespace = uuid.uuid5(uuid.NAMESPACE_URL, issuer)

    def caller(self, access_token: str) -> Caller:
        if len(access_token) > _LONGEST or not access_token.isascii():
            raise Unauthenticated
        known = self._remembered.get(access_token)
        # With other keys than then, the token's own may have been withdrawn.
        good = known if known and known.keys is self._keys.known else self._verified(access_token)
        if self._clock() >= good.exp + LEEWAY:
            raise Unauthenticated
        if good is not known:
            self._remembered.put(access_token, good)
        return good.caller

    def describe(self) -> PoolDescription:
        cognito = _COGNITO.fullmatch(self._issuer)
        endpoint, region, user_pool_id = cognito.groups() if cognito else (None, None, None)
        jwks_uri = self._keys.jwks_uri
        return PoolDescription(
            region=region,
            user_pool_id=user_pool_id,
            client_id=self._client_id or None,
            identity_endpoint=endpoint,
            issuer=self._issuer,
            jwks_uri=f"{self._issuer}/.well-known/jwks.json" if cognito else jwks_uri,
        )

    def check(self) -> None:
        self._keys.check()

    def renew(self) -> None:
        """Fetch the issuer's keys where they are due; for the janitor."""
        self._keys.renew()

    def _verified(self, token: str) -> _Good:
        """Check a signature and what it signs; raises Unauthenticated and Unavailable."""
        known = self._keys.known  # before the key is looked up: it may be one of newer ones
        try:
            header = _header(token)
            kid = None if header.kid is msgspec.UNSET else header.kid
            key = self._keys.find(header.alg, kid)
            if key is None:
                raise Unauthenticated
            payload = jwt.PyJWS().decode(token, key, algorithms=[header.alg])
            claims = msgspec.json.decode(payload, type=_Claims)
            self._check(header, claims)
            return _Good(Caller(self._user_id(claims.sub)), claims.exp, known)
        # ValueError: base64 and texts that are none; RecursionError: deeply nested JSON.
        except (jwt.PyJWTError, msgspec.MsgspecError, ValueError, RecursionError):
            raise Unauthenticated from None

    def _check(self, header: _Header, claims: _Claims) -> None:
        """Raise Unauthenticated unless this is an access token for us, and for now."""
        now = self._clock()
        audiences = claims.audiences
        proven = (
            claims.token_use == _ACCESS
            or header.typ.lower() in _ACCESS_TYPES
            or claims.typ == "Bearer"
        )
        ours = {self._client_id, *claims.clients} - {""}
        good = (
            claims.iss == self._issuer
            and 0 < len(claims.sub) <= 255
            and math.isfinite(claims.exp)
            and not any(at is not None and at > now + LEEWAY for at in (claims.nbf, claims.iat))
            and (not self._audience or self._audience in audiences)
            and (not self._client_id or self._client_id in claims.clients)
            and not _is_other(header, claims)
            # An ID token's audience is the client (OpenID Connect Core 1.0, 2), and the claims are
            # its own; but some providers put a nonce into access tokens too.
            and (proven or not (ours & set(audiences) or _has_claims_of_id_tokens(claims)))
        )
        if not good:
            raise Unauthenticated

    def _user_id(self, sub: str) -> str:
        found = _UUID.fullmatch(sub)
        return sub if found and found[1] != "5" else str(uuid.uuid5(self._namespace, sub))


def _header(token: str) -> _Header:
    """Read what a token says of its signature; raises as decoding does, and Unauthenticated.

    Keys that a header brings or names by URL (`jwk`, `jku`, `x5c`, `x5u`) are not looked at.
    """
    header = msgspec.convert(jwt.get_unverified_header(token), _Header)
    if header.crit is not msgspec.UNSET or header.b64 is not msgspec.UNSET:
        raise Unauthenticated
    return header


def _is_other(header: _Header, claims: _Claims) -> bool:
    """Tell whether a token says that it is something else than an access token.

    `typ` in the header is RFC 8725's (3.11), in the claims Keycloak's; `token_use` is Cognito's.
    """
    return (
        header.typ.lower() not in _TYPES
        or claims.token_use not in {None, _ACCESS}
        or (claims.typ or "").lower() in _OTHER_USES
        or claims.events is not msgspec.UNSET
    )


def _has_claims_of_id_tokens(claims: _Claims) -> bool:
    told = (claims.nonce, claims.at_hash, claims.c_hash)
    return any(claim is not msgspec.UNSET for claim in told)
