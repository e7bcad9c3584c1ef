"""The Secure Remote Password protocol as Amazon Cognito speaks it: the numbers.

SRP-6a (RFC 5054) over the 3072-bit group of RFC 3526 with the generator 2, SHA-256, and a session
key from HKDF. No library does exactly this; its rules stand in the clients that AWS publishes.
Numbers are hashed as `padded` writes them.
"""

import hmac
import secrets
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
GENERATOR = 2
_SECRET_BITS = 256  # RFC 5054, 3.1: at least that many


def padded(number: int) -> bytes:
    """Write a number with as many bytes as it needs, and a zero before a first one over 127."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def verifier(pool_name: str, user_id: str, password: str, salt: int) -> int:
    """Answer what is stored of a password, so that it can be checked and not be used."""
    inner = sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
    return pow(GENERATOR, _hashed(padded(salt), inner), PRIME)


def server_keys(verified: int) -> tuple[int, int]:
    """Begin a handshake: answer the server's secret and its public value B."""
    secret = secrets.randbits(_SECRET_BITS)
    return secret, (_MULTIPLIER * verified + pow(GENERATOR, secret, PRIME)) % PRIME


def scrambler(client_public: int, server_public: int) -> int:
    """Answer u, which binds a handshake to both public values."""
    return _hashed(padded(client_public), padded(server_public))


def session_key(client_public: int, secret: int, scrambled: int, verified: int) -> bytes:
    """Answer the 16 bytes that both sides share where the client knew the password.

    The client's public value must not be a multiple of PRIME (RFC 5054, 2.5.4).
    """
    shared = pow(client_public * pow(verified, scrambled, PRIME), secret, PRIME)
    derived = HKDF(SHA256(), 16, salt=padded(scrambled), info=b"Caldera Derived Key")
    return derived.derive(padded(shared))


def signature(key: bytes, pool_name: str, user_id: str, block: bytes, timestamp: str) -> bytes:
    """Answer the client's proof that it has the session key."""
    message = f"{pool_name}{user_id}".encode() + block + timestamp.encode()
    return hmac.digest(key, message, "sha256")


def _hashed(*parts: bytes) -> int:
    return int.from_bytes(sha256(b"".join(parts)).digest(), "big")


_MULTIPLIER = _hashed(padded(PRIME), padded(GENERATOR))
