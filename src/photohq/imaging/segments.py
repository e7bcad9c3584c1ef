"""What describes a photo, carried from its original to an edited version: marker segments of JPEG
files, without touching a pixel of either.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from photohq.imaging import exif, jpeg_header
from photohq.imaging.exif_merge import merged
from photohq.imaging.fitting import MAX_CONTENT, Frame, fitted, orientation_of
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
_SRGB = 1
"""EXIF's name for it."""
_PROFILE_SPACE = slice(len(ICC) + 2 + 16, len(ICC) + 2 + 20)
"""Where a profile's first segment names the colours that it is of (ICC.1:2022, 7.2.6)."""
_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
"""The colours of a JPEG by the number of their components."""


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
    pictures; size and orientation become those of the edited file, and where its EXIF tells none
    `orientation`: 1, or the original's where the pixels still lie as its do. The ICC profile comes
    along only where `profile` says that the edited pixels still mean the original's colours, and
    nothing in the edited file speaks against it.

    EXIF stands before all else but JFIF's segment: there are readers who look no further than the
    first APP1. Raises Unreadable where one is not a JPEG.
    """
    header = jpeg_header.read(edited)
    theirs = list(_segments(edited))
    found: dict[str, list[_Segment]] = {}
    for segment in _segments(original):
        if segment.kind:
            found.setdefault(segment.kind, []).append(segment)
    own = next((one for one in theirs if one.kind == "exif"), None)
    orientation = (orientation_of(own.content) if own else None) or orientation
    frame = Frame(header.width, header.height, orientation)
    carried: list[bytes] = []
    done, dropped = set(), found.keys() - {*_CARRIED, *(one.kind for one in theirs)}
    for kind in _CARRIED:
        if kind not in found or any(one.kind == kind for one in theirs):
            continue
        if kind == "icc" and not (profile and _means(found, header)):
            dropped.add(kind)
            continue
        contents, left = fitted(kind, [one.content for one in found[kind]], frame)
        marker = found[kind][0].marker
        carried += [_written(marker, content) for content in contents]
        done.add(kind)
        dropped |= left
    at = own.end if own else _start(theirs)
    head = edited[:at]
    if own and "exif" in found:
        whole = merged(
            own.content[len(EXIF) :],
            found["exif"][0].content[len(EXIF) :],
            orientation=orientation != 1,
        )
        content = EXIF + whole.data
        dropped |= whole.dropped
        if len(content) > MAX_CONTENT:
            dropped |= whole.restored
        elif whole.restored:
            done |= whole.restored
            head = edited[: at - len(own.content) - _HEAD] + _written(own.marker, content)
    data = b"".join((head, *carried, edited[at:]))
    return Restored(data, tuple(sorted(done)), tuple(sorted(dropped)))


def _segments(data: bytes) -> Iterator[_Segment]:
    for marker, start, end in jpeg_header.segments(data):
        if marker == _SOS:
            return
        yield _Segment(marker, data[start:end], end)


def _start(segments: list[_Segment]) -> int:
    """Answer where segments may begin: behind JFIF's, which is the first one."""
    at = 2
    for segment in segments:
        if segment.marker != _APP0:
            break
        at = segment.end
    return at


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
