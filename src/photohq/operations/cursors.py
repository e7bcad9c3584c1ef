"""Cursors: where a page ended, as an opaque text that is good for one caller and one filter only.

The check is no secret. It catches cursors that were altered, cut or meant for another list; a
forged one still reaches nothing but the caller's own photos.
"""

import base64
import binascii
from hashlib import sha256

import msgspec

from photohq.catalog.port import PageKey
from photohq.photos.errors import FieldError, InvalidInput

_CHECK_BYTES = 9
_MAX_PART = 64
"""Characters of a time or an id, both of which we have written ourselves."""


def encode(key: PageKey, *bound_to: str) -> str:
    """Write a cursor, URL-safe without padding."""
    place = msgspec.json.encode((key.created_at, key.photo_id))
    return base64.urlsafe_b64encode(_check(place, bound_to) + place).rstrip(b"=").decode()


def decode(cursor: str, *bound_to: str) -> PageKey:
    """Read a cursor; raises InvalidInput where it is not exactly what `encode` answered."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        created_at, photo_id = msgspec.json.decode(raw[_CHECK_BYTES:], type=tuple[str, str])
    except (binascii.Error, ValueError):
        raise _not_a_cursor() from None
    key = PageKey(created_at=created_at, photo_id=photo_id)
    possible = all(0 < len(part) <= _MAX_PART for part in (created_at, photo_id))
    if not possible or encode(key, *bound_to) != cursor:
        raise _not_a_cursor()
    return key


def _check(place: bytes, bound_to: tuple[str, ...]) -> bytes:
    return sha256("\0".join((*bound_to, "")).encode() + place).digest()[:_CHECK_BYTES]


def _not_a_cursor() -> InvalidInput:
    field = "last_evaluated_key"
    return InvalidInput(FieldError(field, f"{field} is not a cursor of this list"))
