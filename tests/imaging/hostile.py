"""Files that are no pictures, broken ones, bombs and traps; and odd pictures that are fine.

Each is a builder and what may become of it: READY, or one of several reasons.
"""

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.imaging.pictures import (
    ASCII,
    EOI,
    SHORT,
    adobe_rgb,
    builtin_profile,
    exif_app1,
    flat,
    frame_at,
    inserted,
    jpeg,
    painted,
    segment,
    sized,
    tiff,
    with_profile,
    xmp_app1,
)

from photohq.photos.pictures import Reason

READY = "ready"


@dataclass(frozen=True)
class Hostile:
    """A file, made when it is asked for, and the outcomes that are right for it."""

    build: Callable[[], bytes]
    outcomes: frozenset[str]


def _truncated(percent: int) -> bytes:
    data = jpeg()
    return data[: len(data) * percent // 100]


def _flipped() -> bytes:
    data = bytearray(jpeg())
    data[len(data) // 2] ^= 0x10
    return bytes(data)


def _saved(suffix: str) -> bytes:
    return bytes(painted().write_to_buffer(suffix))


def _grey() -> bytes:
    return bytes(painted()[0].jpegsave_buffer())


def _pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _gif() -> bytes:
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def _zip_tail() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello" * 1000)
    return jpeg() + file.getvalue()


def mpo() -> bytes:
    """Two pictures in one file, by CIPA DC-007."""
    second = jpeg(320, 240)
    index = struct.pack("<4sIH", b"II*\0", 8, 3)
    index += struct.pack("<HHI4s", 0xB000, 7, 4, b"0100")
    index += struct.pack("<HHII", 0xB001, 4, 1, 2)
    index += struct.pack("<HHII", 0xB002, 7, 32, 50) + bytes(4)
    first = jpeg()
    length = len(first) + 4 + 4 + 50 + 32
    entries = struct.pack("<IIIHH", 0x20030000, length, 0, 0, 0)
    entries += struct.pack("<IIIHH", 0x00000000, len(second), length - 8, 0, 0)
    return inserted(first, segment(0xE2, b"MPF\0" + index + entries)) + second


def gain_map() -> bytes:
    """What phones write for bright screens: a second JPEG behind the first, and XMP about it."""
    told = xmp_app1("", 'hdrgm:Version="1.0"')
    return inserted(jpeg(), told) + inserted(jpeg(160, 120), told)


def said_to_be_of(profile: bytes) -> bytes:
    """A picture with a profile that libvips would not write into it."""
    parts = [profile[start : start + 60_000] for start in range(0, len(profile), 60_000)]
    return inserted(
        jpeg(),
        *(
            segment(0xE2, b"ICC_PROFILE\0" + bytes([number, len(parts)]) + part)
            for number, part in enumerate(parts, 1)
        ),
    )


def cmyk(profile: bytes | None) -> bytes:
    image = painted().icc_transform("cmyk", input_profile="srgb")
    image = image.copy()
    image.remove("icc-profile-data")
    return image.jpegsave_buffer(keep="none") if profile is None else with_profile(image, profile)


def _bomb(width: int, height: int, *, progressive: bool) -> bytes:
    return sized(jpeg(16, 16, progressive=progressive), width, height)


def _much_metadata() -> bytes:
    whole = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"m" * 65000)
    return inserted(jpeg(), *([exif_app1([(0x010F, ASCII, b"Maker\0")])] + [whole] * 800))


def _exif_loops() -> bytes:
    """Directories that point at themselves and at each other."""
    data = bytearray(tiff([(0x010F, ASCII, b"Maker\0")], [(0x8769, 4, 8)], [(0x8825, 4, 8)]))
    data += struct.pack("<I", 8)
    return inserted(jpeg(), segment(0xE1, b"Exif\0\0" + bytes(data)))


def _exif_wild() -> bytes:
    """Offsets beyond the end, and counts beyond any memory."""
    entries = b"".join(
        struct.pack("<HHII", tag, kind, 0xFFFFFFFF, 0xFFFFFFF0)
        for tag, kind in ((0x010E, 2), (0x010F, 5), (0x8769, 4), (0x8825, 4), (0x927C, 7))
    )
    data = b"II*\0" + struct.pack("<IH", 8, 0xFFFF) + entries
    return inserted(jpeg(), segment(0xE1, b"Exif\0\0" + data))


def _xml_bomb() -> bytes:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    xml = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'
    return inserted(jpeg(), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xml.encode()))


def _many_scans() -> bytes:
    """A progressive picture that goes on with thousands of scans which add nothing."""
    ends_many_blocks = segment(0xC4, b"\x10\x01" + bytes(15) + b"\xe0")
    scan = segment(0xDA, b"\x01\x01\0\x01\x01\0") + bytes(4)
    return jpeg(1600, 1200, progressive=True)[:-2] + ends_many_blocks + scan * 5000 + EOI


def _one_scan_for_each_colour() -> bytes:
    """A baseline file that a decoder holds as a whole, since its scans tell one colour each."""
    data = sized(jpeg(16, 16), 12000, 9900)
    scan = data.index(b"\xff\xda")
    return data[:scan] + segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\0" * 64 + EOI


def _hollow() -> bytes:
    """A progressive header of 118 megapixels with hardly anything behind it."""
    return sized(jpeg(16, 16, progressive=True), 12000, 9900)


def _cut_and_closed() -> bytes:
    data = jpeg()
    return data[: len(data) * 2 // 3] + EOI


def _noise_between() -> bytes:
    data = jpeg()
    frame = frame_at(data)
    return data[:frame] + b"noise" + data[frame:]


def _all_segments() -> bytes:
    """Millions of empty segments, which would keep a slow reader busy."""
    return jpeg()[:2] + b"\xff\xe5\0\x02" * 2_000_000 + jpeg()[2:]


def _all_fill() -> bytes:
    return jpeg()[:2] + b"\xff" * 8_000_000 + jpeg()[2:]


def _turned_upside_down() -> bytes:
    return inserted(jpeg(), exif_app1([(0x0112, SHORT, 99)]))


def _arithmetic() -> bytes:
    data = bytearray(jpeg())
    data[frame_at(jpeg()) + 1] = 0xC9
    return bytes(data)


def _is(build: Callable[[], bytes], *outcomes: str) -> Hostile:
    return Hostile(build, frozenset(outcomes))


_BROKEN = (Reason.CORRUPT, Reason.TRUNCATED)

HOSTILE: dict[str, Hostile] = {
    "empty": _is(lambda: b"", Reason.NOT_A_JPEG),
    "zeros": _is(lambda: bytes(100_000), Reason.NOT_A_JPEG),
    "text": _is(lambda: b"hello world\n" * 1000, Reason.NOT_A_JPEG),
    "html": _is(lambda: b"<!doctype html><script>alert(1)</script>", Reason.NOT_A_JPEG),
    "svg": _is(
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', Reason.NOT_A_JPEG
    ),
    "png": _is(lambda: _saved(".png"), Reason.NOT_A_JPEG),
    "pdf": _is(_pdf, Reason.NOT_A_JPEG),
    "gif": _is(_gif, Reason.NOT_A_JPEG),
    "tiff": _is(lambda: _saved(".tif"), Reason.NOT_A_JPEG),
    "only the start": _is(lambda: b"\xff\xd8", Reason.TRUNCATED),
    "start and end": _is(lambda: b"\xff\xd8\xff\xd9", *_BROKEN),
    "start and text": _is(lambda: b"\xff\xd8hello world", Reason.NOT_A_JPEG),
    "one bit flipped": _is(_flipped, READY, *_BROKEN),
    "cut, with an end": _is(_cut_and_closed, *_BROKEN),
    "noise between segments": _is(_noise_between, READY),
    "zeros before the end": _is(lambda: jpeg()[:-2] + bytes(7) + EOI, READY),
    "zip behind": _is(_zip_tail, READY),
    "mpo": _is(mpo, READY),
    "cmyk with a profile": _is(lambda: cmyk(builtin_profile("cmyk")), READY),
    "cmyk without one": _is(lambda: cmyk(None), READY),
    "adobe rgb": _is(lambda: with_profile(painted(), adobe_rgb()), READY),
    "display p3": _is(lambda: with_profile(painted(), builtin_profile("p3")), READY),
    "profile of cmyk in rgb": _is(lambda: said_to_be_of(builtin_profile("cmyk")), READY),
    "broken profile": _is(lambda: said_to_be_of(b"no profile" * 50), READY),
    "cut profile": _is(lambda: said_to_be_of(builtin_profile("p3")[:200]), READY),
    "gain map": _is(gain_map, READY),
    "1 x 1": _is(lambda: jpeg(1, 1), READY),
    "65,535 x 1": _is(lambda: flat(65535, 1), Reason.TOO_MANY_PIXELS),
    "65,500 x 1": _is(lambda: flat(65500, 1), READY),
    "1 x 65,500": _is(lambda: flat(1, 65500), READY),
    "grey": _is(_grey, READY),
    "progressive": _is(lambda: jpeg(progressive=True), READY),
    "header of 50,000 x 50,000": _is(
        lambda: _bomb(50_000, 50_000, progressive=False), Reason.TOO_MANY_PIXELS
    ),
    "progressive header of 50,000 x 50,000": _is(
        lambda: _bomb(50_000, 50_000, progressive=True), Reason.TOO_MANY_PIXELS
    ),
    "20,000 x 14,000 in a megabyte": _is(lambda: flat(20_000, 14_000), Reason.TOO_MANY_PIXELS),
    "no height": _is(lambda: sized(jpeg(), 640, 0), Reason.CORRUPT),
    "arithmetic coding that is none": _is(_arithmetic, READY, *_BROKEN),
    "hollow progressive": _is(_hollow, *_BROKEN, Reason.TOO_MUCH_MEMORY, Reason.TOOK_TOO_LONG),
    "a scan for each colour": _is(
        _one_scan_for_each_colour, *_BROKEN, Reason.TOO_MUCH_MEMORY, Reason.TOOK_TOO_LONG
    ),
    "thousands of scans": _is(_many_scans, Reason.TOOK_TOO_LONG, Reason.CORRUPT),
    "millions of segments": _is(_all_segments, Reason.CORRUPT),
    "megabytes of fill": _is(_all_fill, READY, Reason.CORRUPT),
    "50 MB of metadata": _is(_much_metadata, READY),
    "exif loops": _is(_exif_loops, READY),
    "exif with wild offsets": _is(_exif_wild, READY),
    "exif of noise": _is(
        lambda: inserted(jpeg(), segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + b"\x81\x77" * 9000)),
        READY,
    ),
    "orientation 99": _is(_turned_upside_down, READY),
    "xmp of a billion laughs": _is(_xml_bomb, READY),
    "xmp that breaks off": _is(
        lambda: inserted(jpeg(), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta")), READY
    ),
    **{
        f"truncated at {percent} %": _is(
            lambda percent=percent: _truncated(percent), Reason.TRUNCATED
        )
        for percent in (1, 2, 3, 5, 10, 25, 50, 75, 90, 99)
    },
}
"""By name."""

TRUNCATED = {
    percent: _is(lambda p=percent: _truncated(p), Reason.TRUNCATED) for percent in range(1, 100)
}
"""One for each percent that is left."""
