"""The keys that sign tokens: RSA, one for access tokens and one for ID tokens.

They stand in the database, the private halves wrapped with the master key. A key signs for 90 days;
then a new one takes over, and the old one stays published for three hours more, which is longer
than a token lives.
"""

import uuid
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from jwt.algorithms import RSAAlgorithm

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.schema import row, rows
from photohq.photos.times import Clock

Purpose = Literal["access", "id"]
ALGORITHM = "RS256"
SIGNS_FOR = 90 * 86_400
PUBLISHED_FOR = 3 * 3600
_BITS = 2048


class SigningKeys:
    """Keys are made when they are first needed, so that a start doesn't wait for them."""

    def __init__(self, database: Database, master_key: MasterKey, clock: Clock) -> None:
        self._database = database
        self._master_key = master_key
        self._clock = clock
        self._private: dict[str, rsa.RSAPrivateKey] = {}
        self._public: dict[str, rsa.RSAPublicKey] = {}

    def signing(self, purpose: Purpose) -> tuple[str, rsa.RSAPrivateKey]:
        """Answer the key that signs now, and its `kid`."""
        kid, wrapped = self._current(purpose) or self._renew(purpose)
        if kid not in self._private:
            key = load_der_private_key(self._master_key.unwrap(wrapped, _context(kid)), None)
            assert isinstance(key, rsa.RSAPrivateKey)
            self._private[kid] = key
        return kid, self._private[kid]

    def rotate(self) -> None:
        """Replace the keys that sign now; they stay published as long as tokens of theirs live."""
        with self._database.transaction() as writer:
            writer.execute(
                "UPDATE signing_keys SET replaced_at = ? WHERE replaced_at IS NULL",
                (self._clock(),),
            )
        self.published()

    def public(self, purpose: Purpose, kid: str) -> rsa.RSAPublicKey | None:
        """Answer the published key of a purpose and name, to verify with."""
        query = (
            "SELECT public FROM signing_keys WHERE kid = ? AND purpose = ?"
            " AND (replaced_at IS NULL OR replaced_at > ?)"
        )
        found = row(self._database, query, kid, purpose, self._clock() - PUBLISHED_FOR)
        if found is None:
            return None
        if kid not in self._public:
            self._public[kid] = _loaded(found[0])
        return self._public[kid]

    def published(self) -> list[dict[str, Any]]:
        """Answer the published keys as JSON Web Keys (RFC 7517)."""
        self.signing("access")
        self.signing("id")
        query = (
            "SELECT kid, public FROM signing_keys WHERE replaced_at IS NULL OR replaced_at > ?"
            " ORDER BY created_at, kid"
        )
        return [
            _json_web_key(kid, _loaded(public))
            for kid, public in rows(self._database, query, self._clock() - PUBLISHED_FOR)
        ]

    def _current(self, purpose: Purpose) -> tuple[str, bytes] | None:
        query = (
            "SELECT kid, private FROM signing_keys"
            " WHERE purpose = ? AND replaced_at IS NULL AND created_at > ?"
        )
        found = row(self._database, query, purpose, self._clock() - SIGNS_FOR)
        return found and (found[0], found[1])

    def _renew(self, purpose: Purpose) -> tuple[str, bytes]:
        """Make a key, unless another thread or process has just done it."""
        kid = str(uuid.uuid4())
        key = rsa.generate_private_key(65537, _BITS)
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        wrapped = self._master_key.wrap(private, _context(kid))
        now = self._clock()
        with self._database.transaction() as writer:
            if (current := self._current(purpose)) is not None:
                return current
            writer.execute(
                "DELETE FROM signing_keys WHERE replaced_at <= ?", (now - PUBLISHED_FOR,)
            )
            writer.execute(
                "UPDATE signing_keys SET replaced_at = ? WHERE purpose = ? AND replaced_at IS NULL",
                (now, purpose),
            )
            writer.execute(
                "INSERT INTO signing_keys VALUES (?, ?, ?, ?, ?, NULL)",
                (kid, purpose, public, wrapped, now),
            )
        self._private[kid] = key  # reading it would prove again that its factors are primes
        return kid, wrapped


def _context(kid: str) -> str:
    return f"signing key {kid}"


def _loaded(public: bytes) -> rsa.RSAPublicKey:
    key = load_der_public_key(public)
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def _json_web_key(kid: str, key: rsa.RSAPublicKey) -> dict[str, Any]:
    numbers = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {
        "kid": kid,
        "kty": "RSA",
        "alg": ALGORITHM,
        "use": "sig",
        "n": numbers["n"],
        "e": numbers["e"],
    }
