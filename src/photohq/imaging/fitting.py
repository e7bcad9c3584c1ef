"""What describes an original, as it fits the pixels of its edited version."""

import re
import struct
from typing import NamedTuple

from photohq.imaging.jpeg_header import EXIF, PHOTOSHOP

MAX_CONTENT = 65_533
"""Bytes of a segment's content."""

_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
_EXIF_IFD, _EXIF_WIDTH, _EXIF_HEIGHT = 0x8769, 0xA002, 0xA003
_THUMBNAIL = ((0x0201, 0x0202), (0x0111, 0x0117))
"""Where a thumbnail is and how long: compressed, or in strips (TIFF 6.0)."""
_ENTRY = 12
_FIELDS = (("H", 0), ("H", 2), ("I", 4))
_WIDTHS = {3: "H", 4: "I", 13: "I"}
"""Of TIFF's SHORT, LONG and IFD."""
_RESOURCE = b"8BIM"
_THUMBNAIL_RESOURCES = {0x0409, 0x040C}

_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation(?:\s*=\s*[\"']|>\s*))[1-8]")
_XMP_SIZE = re.compile(
    rb"\s(?:tiff:Image(?:Width|Length)|exif:Pixel[XY]Dimension)\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')"
)
_XMP_SIZE_ELEMENT = re.compile(rb"<(tiff:Image(?:Width|Length)|exif:Pixel[XY]Dimension)\b[^<>]*>")
_XMP_GAIN = re.compile(rb"\shdrgm:\w+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_XMP_GAIN_ELEMENT = re.compile(rb"<(hdrgm:\w+|Container:Directory|GContainer:Directory)\b[^<>]*>")
_XMP_THUMBNAILS = re.compile(rb"<(xmp:Thumbnails)\b[^<>]*>")


class Frame(NamedTuple):
    """How pixels are stored: EXIF's orientation tells how they are to be turned."""

    width: int
    height: int
    orientation: int


def fitted(kind: str, contents: list[bytes], frame: Frame) -> tuple[list[bytes], set[str]]:
    """Answer the contents of segments as they fit the edited pixels, and what was left out of them;
    what XMP says of a size is left out without a word."""
    if kind == "exif":
        each = [_fitted_exif(content, frame) for content in contents]
    elif kind == "xmp":
        each = [_fitted_xmp(content, frame.orientation) for content in contents]
    elif kind == "iptc":
        return _without_resources(contents)
    else:
        return contents, set()
    return [content for content, _ in each], set().union(*(left for _, left in each))


def orientation_of(content: bytes) -> int | None:
    """Answer what a segment's EXIF tells; 1 where that makes no sense."""
    tiff = _Tiff(content)
    place = tiff.values(tiff.first).get(_ORIENTATION)
    if place is None:
        return None
    told = tiff.number(place)
    return told if 1 <= told <= 8 else 1


class _Tiff:
    """The directories of an EXIF segment, changed in place so that every offset stays true."""

    def __init__(self, content: bytes) -> None:
        self._data = bytearray(content[len(EXIF) :])
        self._order = {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(self._data[:4]), "")
        self.first = self._number("I", 4) if self._order else 0

    def written(self) -> bytes:
        return EXIF + bytes(self._data)

    def values(self, directory: int) -> dict[int, tuple[int, str]]:
        """Answer where the numbers of a directory are and how wide, by their tags."""
        places = {}
        for at in range(directory + 2, self.end(directory), _ENTRY):
            if at + _ENTRY > len(self._data):
                break
            tag, kind, count = (self._number(code, at + by) for code, by in _FIELDS)
            if count == 1 and kind in _WIDTHS:
                places[tag] = (at + 8, _WIDTHS[kind])
        return places

    def number(self, place: tuple[int, str]) -> int:
        return self._number(place[1], place[0])

    def put(self, place: tuple[int, str], value: int) -> None:
        struct.pack_into(self._order + place[1], self._data, place[0], value)

    def next(self, directory: int) -> tuple[int, str] | None:
        """Answer where it stands where the next directory is."""
        end = self.end(directory)
        return (end, "I") if directory and end + 4 <= len(self._data) else None

    def erase(self, start: int, length: int) -> None:
        """Leave nothing of a part; what the data ends with is cut off."""
        end = min(start + length, len(self._data))
        if start >= end:
            return
        if end == len(self._data):
            del self._data[start:]
        else:
            self._data[start:end] = bytes(end - start)

    def end(self, directory: int) -> int:
        """Answer where the link to the next directory is."""
        return directory + 2 + _ENTRY * self._number("H", directory) if directory else 0

    def _number(self, code: str, at: int) -> int:
        if at + struct.calcsize(code) > len(self._data):
            return 0
        (number,) = struct.unpack_from(self._order + code, self._data, at)
        return int(number)


def _fitted_exif(content: bytes, frame: Frame) -> tuple[bytes, set[str]]:
    tiff = _Tiff(content)
    first = tiff.values(tiff.first)
    details = tiff.values(tiff.number(first[_EXIF_IFD])) if _EXIF_IFD in first else {}
    facts = {
        _WIDTH: frame.width,
        _HEIGHT: frame.height,
        _ORIENTATION: frame.orientation,
        _EXIF_WIDTH: frame.width,
        _EXIF_HEIGHT: frame.height,
    }
    for places in (first, details):
        for tag in places.keys() & facts.keys():
            tiff.put(places[tag], facts[tag])
    link = tiff.next(tiff.first)
    second = tiff.number(link) if link else 0
    if link is None or not second:
        return tiff.written(), set()
    places = tiff.values(second)
    parts = [
        (tiff.number(places[start]), tiff.number(places[length]))
        for start, length in _THUMBNAIL
        if start in places and length in places
    ]
    tiff.put(link, 0)
    for start, length in parts:
        if start > link[0]:  # whoever claims that the photo's own fields are a thumbnail keeps them
            tiff.erase(start, length)
    return tiff.written(), {"thumbnail"}


def _fitted_xmp(content: bytes, orientation: int) -> tuple[bytes, set[str]]:
    turned = _XMP_ORIENTATION.sub(rb"\g<1>%d" % orientation, content)
    packet = _XMP_SIZE.sub(b"", _without_elements(turned, _XMP_SIZE_ELEMENT))
    plain = _XMP_GAIN.sub(b"", _without_elements(packet, _XMP_GAIN_ELEMENT))
    small = _without_elements(plain, _XMP_THUMBNAILS)
    left = {"gain_map"} if plain != packet else set()
    return small, left | ({"thumbnail"} if small != plain else set())


def _without_elements(packet: bytes, opening: re.Pattern[bytes]) -> bytes:
    """Leave out elements with all that is in them; one that is not closed stays."""
    kept, at = [], 0
    for match in opening.finditer(packet):
        if match.start() < at:
            continue
        closing = b"</" + match[1] + b">"
        end = match.end()
        if not match[0].endswith(b"/>"):
            found = packet.find(closing, end)
            if found < 0:
                break
            end = found + len(closing)
        kept.append(packet[at : match.start()])
        at = end
    return b"".join((*kept, packet[at:]))


def _without_resources(contents: list[bytes]) -> tuple[list[bytes], set[str]]:
    """Leave Photoshop's thumbnails out of its resources, which go on from segment to segment."""
    data = b"".join(content[len(PHOTOSHOP) :] for content in contents)
    kept, at = [], 0
    left: set[str] = set()
    while data.startswith(_RESOURCE, at) and at + 12 <= len(data):
        (identity,) = struct.unpack_from(">H", data, at + 4)
        name = data[at + 6] + 1
        size_at = at + 6 + name + name % 2
        if size_at + 4 > len(data):
            break
        (size,) = struct.unpack_from(">I", data, size_at)
        end = size_at + 4 + size + size % 2
        if identity in _THUMBNAIL_RESOURCES:
            left.add("thumbnail")
        else:
            kept.append(data[at:end])
        at = end
    if not left:
        return contents, left
    data = b"".join((*kept, data[at:]))
    room = MAX_CONTENT - len(PHOTOSHOP)
    return [PHOTOSHOP + data[at : at + room] for at in range(0, len(data), room)], left
