"""The font of watermarks, and which characters it has (OpenType's table `cmap`)."""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
NAME = "DejaVu Sans"
_UNICODE = {(0, 3), (0, 4), (3, 1), (3, 10)}
_SEGMENTS, _GROUPS = 4, 12
"""The formats that fonts of today use."""


def lacking(text: str) -> str:
    """Answer the characters of a text that the font has no picture of, each once."""
    ranges = _ranges()
    return "".join(
        character
        for character in dict.fromkeys(text)
        if not any(first <= ord(character) <= last for first, last in ranges)
    )


@cache
def _ranges() -> list[tuple[int, int]]:
    data = FILE.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(tables))
    start = next(offset for name, _, offset, _ in records if name == b"cmap")
    (count,) = struct.unpack_from(">H", data, start + 2)
    found: list[tuple[int, int]] = []
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * index)
        if (platform, encoding) in _UNICODE:
            found += _of_subtable(data, start + offset)
    return found


def _of_subtable(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    (form,) = struct.unpack_from(">H", data, at)
    if form == _GROUPS:
        (count,) = struct.unpack_from(">I", data, at + 12)
        for index in range(count):
            first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * index)
            yield first, last
    elif form == _SEGMENTS:
        (double,) = struct.unpack_from(">H", data, at + 6)
        lasts = struct.unpack_from(f">{double // 2}H", data, at + 14)
        firsts = struct.unpack_from(f">{double // 2}H", data, at + 16 + double)
        yield from zip(firsts, lasts, strict=True)
