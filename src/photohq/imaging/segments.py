"""What describes a photo, carried from its original to an edited version: marker segments of JPEG
files, without touching a pixel of either.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from photohq.imaging import exif, jpeg_header
from photohq.imaging.exif_merge import merged
from photohq.imaging.jpeg_header import EXIF, ICC, PHOTOSHOP, XMP, Header

_SOS, _APP0, _APP1, _APP2, _APP13, _COMMENT = 0xDA, 0xE0, 0xE1, 0xE2, 0xED, 0xFE
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_KINDS = (
    (_APP1, EXIF, "exif"),
    (_APP1, XMP, "xmp"),
    (_APP1, _EXTENDED_XMP, "extended_xmp"),
    (_APP13, PHOTOSHOP, "iptc"),
    (_APP2, ICC, "icc"),
    (_APP2, b"MPF\0", "multi_picture"),
    (_APP2, b"urn:iso:std:iso:ts:21496:-1\0", "gain_map"),
    (_COMMENT, b"", "comment"),
)
_CARRIED = ("exif", "xmp", "extended_xmp", "iptc", "icc")
_DESCRIPTIVE = {*range(_APP1, 0xEE), 0xEF, _COMMENT}
"""All but JFIF's segment and Adobe's, which belong to the pixels."""
_HEAD = 4
"""Bytes of a segment's marker and length."""
_MAX_CONTENT = 65_533

_ORIENTATION = 0x0112
_THUMBNAIL = ((0x0201, 0x0202), (0x0111, 0x0117))
"""Where a thumbnail is and how long: compressed, or in strips (TIFF 6.0)."""
_ENTRY = 12
_FIELDS = (("H", 0), ("H", 2), ("I", 4))
_WIDTHS = {3: "H", 4: "I"}
"""Of TIFF's SHORT and LONG."""
_SRGB = 1
"""EXIF's name for it."""
_PROFILE_SPACE = slice(len(ICC) + 2 + 16, len(ICC) + 2 + 20)
"""Where a profile's first segment names the colours that it is of (ICC.1:2022, 7.2.6)."""
_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
"""The colours of a JPEG by the number of their components."""
_RESOURCE = b"8BIM"
_THUMBNAIL_RESOURCES = {0x0409, 0x040C}

_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation(?:\s*=\s*[\"']|>\s*))[1-8]")
_XMP_GAIN = re.compile(rb"\shdrgm:\w+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_XMP_GAIN_ELEMENT = re.compile(rb"<(hdrgm:\w+|Container:Directory|GContainer:Directory)\b[^<>]*>")
_XMP_THUMBNAILS = re.compile(rb"<(xmp:Thumbnails)\b[^<>]*>")


class Restored(NamedTuple):
    """An edited file with what describes its original.

    Both lists are sorted. Restored may be `dates`, `exif`, `extended_xmp`, `gps`, `icc`, `iptc` and
    `xmp`; dropped `comment`, `gain_map`, `icc`, `maker_notes`, `multi_picture`, `thumbnail` and
    others by their marker, `app11` for one.
    """

    data: bytes
    restored: tuple[str, ...]
    dropped: tuple[str, ...]


class _Segment(NamedTuple):
    marker: int
    content: bytes
    end: int

    @property
    def kind(self) -> str | None:
        for marker, start, kind in _KINDS:
            if self.marker == marker and self.content.startswith(start):
                return kind
        return f"app{self.marker - _APP0}" if self.marker in _DESCRIPTIVE else None


def restored(original: bytes, edited: bytes, *, profile: bool, orientation: int = 1) -> Restored:
    """Put the original's EXIF, XMP, IPTC and ICC profile into the edited file, byte for byte.

    A kind that the edited file has of its own stays as it is there, but that EXIF gets the fields
    that it lacks. What no longer fits the pixels is left out: thumbnails, gain maps, further
    pictures; the orientation becomes that of the edited file, and where its EXIF tells none
    `orientation`: 1, or the original's where the pixels still lie as its do. The ICC profile comes
    along only where `profile` says that the edited pixels still mean the original's colours, and
    nothing in the edited file speaks against it. Raises Unreadable where one is not a JPEG.
    """
    header = jpeg_header.read(edited)
    theirs = list(_segments(edited))
    found: dict[str, list[_Segment]] = {}
    for segment in _segments(original):
        if segment.kind:
            found.setdefault(segment.kind, []).append(segment)
    own = next((one for one in theirs if one.kind == "exif"), None)
    orientation = (_orientation(own.content) if own else None) or orientation
    carried: list[bytes] = []
    done, dropped = set(), set(found) - set(_CARRIED)
    for kind in _CARRIED:
        if kind not in found or any(one.kind == kind for one in theirs):
            continue
        if kind == "icc" and not (profile and _means(found, header)):
            dropped.add(kind)
            continue
        contents, left = _adjusted(kind, [one.content for one in found[kind]], orientation)
        marker = found[kind][0].marker
        carried += [_written(marker, content) for content in contents]
        done.add(kind)
        dropped |= left
    at = 2
    for segment in theirs:
        if segment.marker != _APP0:
            break
        at = segment.end
    rest = edited[at:]
    if own and "exif" in found:
        whole = merged(
            own.content[len(EXIF) :],
            found["exif"][0].content[len(EXIF) :],
            orientation=orientation != 1,
        )
        content = EXIF + whole.data
        dropped |= whole.dropped
        if whole.restored and len(content) <= _MAX_CONTENT:
            done |= whole.restored
            start = own.end - len(own.content) - _HEAD
            rest = edited[at:start] + _written(own.marker, content) + edited[own.end :]
    data = b"".join((edited[:at], *carried, rest))
    return Restored(data, tuple(sorted(done)), tuple(sorted(dropped)))


def _segments(data: bytes) -> Iterator[_Segment]:
    for marker, start, end in jpeg_header.segments(data):
        if marker == _SOS:
            return
        yield _Segment(marker, data[start:end], end)


def _means(found: dict[str, list[_Segment]], header: Header) -> bool:
    """Whether the colours of an edited file can be those of the original's profile.

    They can't where there are more or fewer of them, or where the edited file says that it is in
    sRGB and the original doesn't: then its editor has converted them.
    """
    if found["icc"][0].content[_PROFILE_SPACE] != _SPACES.get(header.components):
        return False
    before = found["exif"][0].content[len(EXIF) :] if "exif" in found else b""
    spaces = [exif.read(tiff).fields.get("ColorSpace") for tiff in (header.exif, before)]
    return spaces[0] != _SRGB or spaces[1] == _SRGB


def _written(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _adjusted(kind: str, contents: list[bytes], orientation: int) -> tuple[list[bytes], set[str]]:
    """Answer the contents as they fit the edited pixels, and what was left out of them."""
    if kind == "exif":
        fitted = [_without_thumbnail(content, orientation) for content in contents]
    elif kind == "xmp":
        fitted = [_without_pictures(content, orientation) for content in contents]
    elif kind == "iptc":
        return _without_resources(contents)
    else:
        return contents, set()
    return [content for content, _ in fitted], set().union(*(left for _, left in fitted))


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


def _orientation(content: bytes) -> int | None:
    """Answer what EXIF tells; 1 where that makes no sense."""
    tiff = _Tiff(content)
    place = tiff.values(tiff.first).get(_ORIENTATION)
    if place is None:
        return None
    told = tiff.number(place)
    return told if 1 <= told <= 8 else 1


def _without_thumbnail(content: bytes, orientation: int) -> tuple[bytes, set[str]]:
    tiff = _Tiff(content)
    if place := tiff.values(tiff.first).get(_ORIENTATION):
        tiff.put(place, orientation)
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


def _without_pictures(content: bytes, orientation: int) -> tuple[bytes, set[str]]:
    packet = _XMP_ORIENTATION.sub(rb"\g<1>%d" % orientation, content)
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
    room = _MAX_CONTENT - len(PHOTOSHOP)
    return [PHOTOSHOP + data[at : at + room] for at in range(0, len(data), room)], left
