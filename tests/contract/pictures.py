"""Real JPEG files of any length: an 8 by 8 picture, or another, stretched by comment segments."""

import random
from collections.abc import Iterator

MIB = 1024 * 1024
LEAST = 5 * MIB  # the smallest original

_SOI = bytes.fromhex("ffd8")
_JFIF = bytes.fromhex("ffe000104a46494600010100000100010000")
_PICTURE = bytes.fromhex(
    "ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e40445745"
    "3738506d51575f626768673e4d71797064785c656763ffc0000b080008000801011100ffc400140001000000000000"
    "00000000000000000000ffc40014100100000000000000000000000000000000ffda0008010100003f003fffd9"
)
_SEGMENT = 65_537  # marker, length and at most 65,533 bytes


def jpeg(length: int, seed: int = 0) -> bytes:
    """A picture of exactly `length` bytes (from 200 on); another `seed`, other bytes."""
    room = length - len(_SOI) - len(_JFIF) - len(_PICTURE)
    assert room >= 4, "too short for a JPEG with a comment"
    return b"".join([_SOI, _JFIF, *_comments(room, seed), _PICTURE])


def stretched(picture: bytes, length: int, seed: int = 0) -> bytes:
    """The same picture in a file of exactly `length` bytes."""
    tables = picture.index(b"\xff\xdb")  # behind what a file says of itself
    comments = _comments(length - len(picture), seed)
    return b"".join([picture[:tables], *comments, picture[tables:]])


def _comments(room: int, seed: int) -> Iterator[bytes]:
    source = random.Random(seed)
    while room:
        size = min(room, _SEGMENT)
        if 0 < room - size < 4:
            size -= 4
        yield b"\xff\xfe" + (size - 2).to_bytes(2, "big") + source.randbytes(size - 4)
        room -= size
