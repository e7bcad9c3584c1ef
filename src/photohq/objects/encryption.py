"""Encryption at rest: AES-256-GCM in frames of 1 MiB, so that a range is read without the rest.

The nonce of a frame is its number and whether it is the last one, as in the STREAM construction
(Hoang, Reyhanitabar, Rogaway, Vizar: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, CRYPTO 2015). Frames that are altered, moved, dropped or cut off don't open. It
is safe because every object has a key of its own, drawn at random and used for one writing.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME = 1024 * 1024
"""Bytes of plain text in every frame but the last, which may be shorter."""
TAG = 16
"""Bytes that a frame grows by."""
_KEY = 32


class Corrupt(Exception):
    """The bytes are not those that were written, or the key is not theirs."""


def new_key() -> bytes:
    """Draw the key of one object."""
    return os.urandom(_KEY)


def frames_in(size: int) -> int:
    """Count the frames of an object; one without bytes has one, which says that it is whole."""
    return max(1, -(-size // FRAME))


def sealed_size(size: int) -> int:
    """Answer how many bytes an object takes on disk."""
    return size + frames_in(size) * TAG


class Sealer:
    """Encrypts an object of `size` bytes, frame after frame."""

    def __init__(self, key: bytes, size: int) -> None:
        self._cipher = AESGCM(key)
        self._size = size
        self._last = frames_in(size) - 1
        self._number = 0

    def seal(self, frame: bytes | memoryview, into: memoryview) -> memoryview:
        """Encrypt the next frame into a buffer of FRAME + TAG bytes; answers the part it fills.

        Raises ValueError where the frame's length is not that of the frame that is next.
        """
        if self._number > self._last or len(frame) != _length(self._number, self._size):
            raise ValueError(f"Frame {self._number} has {len(frame)} bytes")
        sealed = into[: len(frame) + TAG]
        self._cipher.encrypt_into(_nonce(self._number, self._last), frame, None, sealed)
        self._number += 1
        return sealed


class Opener:
    """Decrypts the frames of an object of `size` bytes in any order."""

    def __init__(self, key: bytes, size: int) -> None:
        self._cipher = AESGCM(key)
        self._size = size
        self._last = frames_in(size) - 1

    def open(self, number: int, sealed: bytes | memoryview) -> bytes:
        """Decrypt frame `number` (from 0); raises Corrupt."""
        if len(sealed) != _length(number, self._size) + TAG:
            raise Corrupt(f"Frame {number} has {len(sealed)} bytes on disk")
        try:
            return self._cipher.decrypt(_nonce(number, self._last), sealed, None)
        except InvalidTag as error:
            raise Corrupt(f"Frame {number} does not open") from error


def _length(number: int, size: int) -> int:
    return min(FRAME, size - number * FRAME)


def _nonce(number: int, last: int) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if number == last else b"\x00")
