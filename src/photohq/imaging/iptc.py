"""IPTC-IIM 4.2: captions and keywords, inside the resources that Photoshop writes."""

import struct

from photohq.imaging import exif

KEYWORDS, DATE, TIME, COPYRIGHT, CAPTION = 25, 55, 60, 116, 120
MAX_VALUES = 200

_RESOURCE = b"8BIM"
_IPTC = 0x0404
_APPLICATION = 2
_CHARACTER_SET = (1, 90)
_UTF8 = b"\x1b%G"


def read(photoshop: bytes) -> dict[int, list[str]]:
    """Answer the texts of the application record, by the numbers of their data sets."""
    values: dict[int, list[str]] = {}
    data = _resource(photoshop)
    position, left, utf8 = 0, MAX_VALUES, False
    while position + 5 <= len(data) and data[position] == 0x1C and left:
        _, record, number, length = struct.unpack_from(">BBBH", data, position)
        position += 5
        if length & 0x8000:  # longer than any text here may be
            break
        raw = data[position : position + length]
        position += length
        left -= 1
        if (record, number) == _CHARACTER_SET:
            utf8 = raw == _UTF8
        elif record == _APPLICATION and number in {KEYWORDS, DATE, TIME, COPYRIGHT, CAPTION}:
            value = exif.clean(raw.decode("utf-8", "replace")) if utf8 else exif.text(raw)
            if value:
                values.setdefault(number, []).append(value)
    return values


def _resource(photoshop: bytes) -> bytes:
    """Find the resource with IPTC in it."""
    position = 0
    while photoshop.startswith(_RESOURCE, position) and position + 12 <= len(photoshop):
        (identity,) = struct.unpack_from(">H", photoshop, position + 4)
        name = photoshop[position + 6] + 1
        position += 6 + name + name % 2
        if position + 4 > len(photoshop):
            break
        (length,) = struct.unpack_from(">I", photoshop, position)
        position += 4
        if identity == _IPTC:
            return photoshop[position : position + length]
        position += length + length % 2
    return b""
