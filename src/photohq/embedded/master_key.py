"""The master key: 32 bytes in a file of their own, kept outside the data folder.

It wraps the keys of objects and whatever in the database must not be read by someone who holds a
copy of the data folder alone. Subkeys are derived for each purpose by HKDF (RFC 5869).
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LENGTH = 32
_NONCE = 12


class WrongMasterKey(Exception):
    """What is to be unwrapped was wrapped with another key, or was altered."""


class MasterKey:
    """Wraps and derives; the bytes themselves never leave it."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != LENGTH:
            raise ValueError(f"A master key has {LENGTH} bytes")
        self._secret = secret
        self._wrapping = AESGCM(self.derive("wrapping"))

    @classmethod
    def from_file(cls, path: Path) -> "MasterKey":
        """Read the key, making the file (mode 0600) where there is none.

        Raises OSError where it can't be read or made, ValueError where it is no master key.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _create(path, os.urandom(LENGTH).hex())
        try:
            return cls(bytes.fromhex(path.read_text().strip()))
        except ValueError as error:
            raise ValueError(f"{path} does not hold a master key (64 hex digits)") from error

    @property
    def fingerprint(self) -> str:
        """Tell keys apart without revealing them."""
        return sha256(self.derive("fingerprint")).hexdigest()[:16]

    def derive(self, purpose: str) -> bytes:
        """Answer the 32-byte subkey of a purpose."""
        return HKDF(SHA256(), LENGTH, salt=None, info=f"photohq {purpose}".encode()).derive(
            self._secret
        )

    def wrap(self, secret: bytes, context: str) -> bytes:
        """Encrypt `secret`, bound to the context (the row or file that it belongs to)."""
        nonce = os.urandom(_NONCE)
        return nonce + self._wrapping.encrypt(nonce, secret, context.encode())

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """Undo `wrap`; raises WrongMasterKey."""
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context.encode())
        except InvalidTag as error:
            raise WrongMasterKey from error


def _create(path: Path, text: str) -> None:
    """Write a file whole or not at all; where two processes try, the first one's stands."""
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)  # mode 0600
    temporary = Path(name)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
