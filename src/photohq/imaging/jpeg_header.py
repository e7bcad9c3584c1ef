"""The header of a JPEG file (ITU-T T.81, annex B), read before any decoder sees a byte of it.

It tells what decoding would cost, and sets apart what only describes the photo: a decoder is given
the file without it.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from photohq.photos.pictures import Reason, Unreadable

MAX_METADATA = 1024 * 1024
MAX_PROFILE = 4 * 1024 * 1024
"""Bytes of an ICC profile; a larger one is left out."""
MAX_SEGMENTS = 4096
"""No camera writes a hundred; 50 MB of metadata are 800."""
MAX_EDGE = 65_500
"""What libjpeg takes, in pixels."""
MAX_SCANS = 1000
"""A decoder goes over the whole picture for each; encoders write a dozen."""
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_APP2 = 0xE2
_DESCRIPTIVE = {*range(0xE1, 0xEE), 0xEF, 0xFE}
"""All but JFIF's segment and Adobe's, which tell how to read the colours."""
_ALONE = {0x01, *range(0xD0, 0xD8)}
EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
PHOTOSHOP = b"Photoshop 3.0\0"
ICC = b"ICC_PROFILE\0"
_START, _SCAN, _END = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"
_FILL = re.compile(rb"\xff+")


class Header(msgspec.Struct, kw_only=True):
    """What a file says of itself before its pixels.

    `components` are those of the colours: 1 for grey, 3 for RGB and the like, 4 for CMYK.
    `coefficients` is what a decoder has to hold of the whole picture at once, in bytes: nothing
    where it is told row by row. `scans` are counted where there may be several. `kept` are the
    segments that a decoder needs, `scan` is where the pixels begin. `exif`, `xmp` and `photoshop`
    are what describes the photo, MAX_METADATA in all.
    """

    width: int
    height: int
    components: int
    progressive: bool
    coefficients: int
    scans: int
    has_profile: bool
    kept: bytes
    scan: int
    exif: bytes
    xmp: bytes
    photoshop: bytes


def read(data: bytes | bytearray) -> Header:
    """Read up to the first scan.

    Raises Unreadable: NOT_A_JPEG, TRUNCATED where the data ends before the picture does, CORRUPT.
    """
    if data[:2] != _START:
        raise Unreadable(Reason.NOT_A_JPEG)
    found = _Found()
    for marker, start, end in segments(data):
        if marker == _SOS:
            if data.rfind(_END, end) < 0:
                raise Unreadable(Reason.TRUNCATED)
            header = found.header(start - 4, scanned=data[start] if end > start else 0)
            header.scans = data.count(_SCAN, header.scan) if header.coefficients else 1
            return header
        found.add(marker, bytes(data[start:end]), bytes(data[start - 4 : end]))
    raise Unreadable(Reason.TRUNCATED)


def judge(header: Header, max_pixels: int, max_coefficients: int) -> None:
    """Raise Unreadable where a picture is beyond the limits.

    TOO_MANY_PIXELS, TOO_MUCH_MEMORY, and TOOK_TOO_LONG for scans that no picture needs.
    """
    if header.width * header.height > max_pixels or max(header.width, header.height) > MAX_EDGE:
        raise Unreadable(Reason.TOO_MANY_PIXELS)
    if header.coefficients > max_coefficients:
        raise Unreadable(Reason.TOO_MUCH_MEMORY)
    if header.scans > MAX_SCANS:
        raise Unreadable(Reason.TOOK_TOO_LONG)


def stripped(data: bytearray, header: Header) -> memoryview:
    """Answer the file as a decoder needs it, without what describes the photo.

    It is written over the head of `data`, so that nothing is copied.
    """
    start = header.scan - len(header.kept)
    data[start : header.scan] = header.kept
    return memoryview(data)[start:]


def segments(data: bytes | bytearray) -> Iterator[tuple[int, int, int]]:
    """Answer each segment's marker, and where its content starts and ends."""
    position = 2
    for _ in range(MAX_SEGMENTS):
        # Decoders pass over what is between segments, as long as the first one is where it should.
        fill = _FILL.search(data, position)
        if position == 2 < len(data) and (fill is None or fill.start() > 2):
            raise Unreadable(Reason.NOT_A_JPEG)
        if fill is None or fill.end() >= len(data):
            raise Unreadable(Reason.TRUNCATED)
        marker = data[fill.end()]
        position = fill.end() + 1
        if marker in {0x00, _SOI, _EOI}:
            raise Unreadable(Reason.CORRUPT)
        if marker in _ALONE:
            continue
        if position + 2 > len(data):
            raise Unreadable(Reason.TRUNCATED)
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2:
            raise Unreadable(Reason.CORRUPT)
        if position + length > len(data):
            raise Unreadable(Reason.TRUNCATED)
        yield marker, position + 2, position + length
        position += length
    raise Unreadable(Reason.CORRUPT)


class _Frame(NamedTuple):
    marker: int
    height: int
    width: int
    sampling: list[tuple[int, int]]


class _Found:
    """What the segments so far say."""

    def __init__(self) -> None:
        self._frame: _Frame | None = None
        self._kept: list[bytes] = []
        self._profile: list[bytes] = []
        self._metadata: dict[bytes, bytes] = {}
        self._room = MAX_METADATA

    def add(self, marker: int, content: bytes, whole: bytes) -> None:
        if marker in _FRAMES:
            if self._frame is not None:
                raise Unreadable(Reason.CORRUPT)
            self._frame = _frame(marker, content)
        if marker == _APP2 and content.startswith(ICC):
            self._profile.append(whole)
        elif marker not in _DESCRIPTIVE:
            self._kept.append(whole)
        elif len(content) <= self._room:
            self._describe(content)

    def _describe(self, content: bytes) -> None:
        name = next(filter(content.startswith, (EXIF, XMP, PHOTOSHOP)), None)
        # Photoshop's block may be told in several parts; the others are their first ones.
        if name is not None and (name == PHOTOSHOP or name not in self._metadata):
            self._metadata[name] = self._metadata.get(name, b"") + content[len(name) :]
            self._room -= len(content)

    def header(self, scan: int, scanned: int) -> Header:
        if self._frame is None:
            raise Unreadable(Reason.CORRUPT)
        has_profile = 0 < sum(map(len, self._profile)) <= MAX_PROFILE
        return Header(
            width=self._frame.width,
            height=self._frame.height,
            components=len(self._frame.sampling),
            progressive=self._frame.marker in _PROGRESSIVE,
            coefficients=_coefficients(self._frame, scanned),
            scans=1,
            has_profile=has_profile,
            kept=b"".join([_START, *(self._profile if has_profile else ()), *self._kept]),
            scan=scan,
            exif=self._metadata.get(EXIF, b""),
            xmp=self._metadata.get(XMP, b""),
            photoshop=self._metadata.get(PHOTOSHOP, b""),
        )


def _frame(marker: int, content: bytes) -> _Frame:
    if len(content) < 6 or len(content) != 6 + 3 * content[5]:
        raise Unreadable(Reason.CORRUPT)
    _, height, width, _ = struct.unpack_from(">BHHB", content)
    sampling = [(byte >> 4, byte & 15) for byte in content[7::3]]
    if not (width and height and sampling) or any(
        not (1 <= across <= 4 and 1 <= down <= 4) for across, down in sampling
    ):
        raise Unreadable(Reason.CORRUPT)
    return _Frame(marker, height, width, sampling)


def _coefficients(frame: _Frame, scanned: int) -> int:
    """Answer the size of what is held where one scan does not tell everything: 2 bytes a sample."""
    if frame.marker not in _PROGRESSIVE and scanned == len(frame.sampling):
        return 0
    most_across = max(across for across, _ in frame.sampling)
    most_down = max(down for _, down in frame.sampling)
    blocks = 0
    for across, down in frame.sampling:
        wide = -(-frame.width * across // (8 * most_across))
        high = -(-frame.height * down // (8 * most_down))
        blocks += wide * high
    return blocks * 64 * 2
