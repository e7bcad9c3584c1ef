"""What an OpenID Connect provider publishes: its configuration, and the keys of its tokens."""

import time
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import jwt
import msgspec

from photohq.photos.errors import Unavailable

WELL_KNOWN = "/.well-known/openid-configuration"
"""Where the configuration lies, below the issuer (OpenID Connect Discovery 1.0, 4)."""
TIMEOUT = httpx.Timeout(3.0, connect=2.0)
SECONDS = 5.0
"""How long one document may take in all."""
MOST = 256 * 1024
"""Bytes of one document."""
WEAKEST = 2048
"""The least length of an RSA key, in bits (RFC 7518, 3.3)."""
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
"""What a key is for, by its `kty` and `crv`; keys for anything else are passed over."""
T = TypeVar("T")


class Jwk(msgspec.Struct, frozen=True, omit_defaults=True):
    """What counts of a public key (RFC 7517)."""

    kty: str
    kid: str | None = None
    use: str | None = None
    alg: str | None = None
    key_ops: tuple[str, ...] | None = None
    crv: str | None = None
    n: str | None = None
    e: str | None = None
    x: str | None = None
    y: str | None = None


class Published(msgspec.Struct, frozen=True):
    """Where the keys lie, and those that can verify a token."""

    jwks_uri: str
    keys: tuple[Jwk, ...]


class _Configuration(msgspec.Struct, frozen=True):
    issuer: str
    jwks_uri: str


class _KeySet(msgspec.Struct, frozen=True):
    keys: tuple[Any, ...]


def fetch(issuer: str) -> Published:
    """Read the two documents of an issuer; raises Unavailable where they are not to be had.

    No redirect is followed, and nobody is asked but the issuer and whom its configuration names.
    """
    try:
        # A client of its own: this is rare, and a kept connection would be gone by then.
        with httpx.Client(timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}) as http:
            configuration = _read(http, issuer.rstrip("/") + WELL_KNOWN, _Configuration)
            if configuration.issuer != issuer:
                raise Unavailable(f"The issuer calls itself {configuration.issuer[:200]!r}")
            if not _may_be_asked(configuration.jwks_uri, issuer):
                raise Unavailable("The issuer's jwks_uri is not an https URL")
            published = _read(http, configuration.jwks_uri, _KeySet).keys
    # ValueError and OSError: a URL that is none, certificates that can't be read.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        raise Unavailable(
            f"The issuer can't be reached: {error or type(error).__name__}"
        ) from error
    keys = tuple(key for key in map(_usable, published) if key)
    if not keys:
        raise Unavailable("The issuer publishes no key for RS256, ES256 or EdDSA")
    return Published(configuration.jwks_uri, keys)


def algorithm(key: Jwk) -> str | None:
    """Answer the only algorithm (RFC 7518, RFC 8037) that a key is used with; None for none."""
    return _ALGORITHMS.get((key.kty, key.crv))


def public_key(key: Jwk) -> jwt.PyJWK:
    """Make a key of its description; raises ValueError where it describes none, or a weak one."""
    described = {name: value for name, value in msgspec.to_builtins(key).items() if value}
    try:
        made = jwt.PyJWK(described, algorithm(key))
    except jwt.PyJWTError as error:
        raise ValueError(str(error)) from None
    if key.kty == "RSA" and made.key.key_size < WEAKEST:
        raise ValueError("A short RSA key")
    return made


def _read(http: httpx.Client, url: str, shape: type[T]) -> T:
    """Read one document; raises Unavailable, and what httpx raises."""
    ends = time.monotonic() + SECONDS
    content = b""
    with http.stream("GET", url, headers={"Accept": "application/json"}) as answer:
        if answer.status_code != 200:
            raise Unavailable(f"The issuer answers {answer.status_code} at {url}")
        # Raw: a small compressed answer can be a huge one.
        for part in answer.iter_raw():
            content += part
            if len(content) > MOST or time.monotonic() > ends:
                raise Unavailable(f"The issuer's answer is too long or too slow at {url}")
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unavailable(f"The issuer's answer is not what it should be at {url}") from None


def _may_be_asked(url: str, issuer: str) -> bool:
    """Tell whether a `jwks_uri` is https; http is for issuers on this machine alone."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    local = issuer.startswith("http://") and host in _LOOPBACK
    return parts.scheme == "https" or (parts.scheme == "http" and local)


def _usable(described: Any) -> Jwk | None:
    """Read a key, if it is one for signatures that are taken here."""
    try:
        key = msgspec.convert(described, Jwk)
        fits = (
            algorithm(key) is not None
            and key.alg in {None, algorithm(key)}
            and key.use in {None, "sig"}
            and (key.key_ops is None or "verify" in key.key_ops)
        )
        if not fits:
            return None
        public_key(key)
    except (msgspec.ValidationError, ValueError):
        return None
    return key
