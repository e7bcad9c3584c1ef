"""What describes an original is put into its edited version, and no pixel is touched."""

import json
import shutil
import struct
import subprocess
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.imaging.pictures import (
    ASCII,
    LONG,
    SHORT,
    builtin_profile,
    exif_app1,
    flat,
    inserted,
    iptc_app13,
    jpeg,
    painted,
    segment,
    tiff,
    with_profile,
    xmp_app1,
)

from photohq.imaging import facts, jpeg_header
from photohq.imaging.segments import restored
from photohq.photos.pictures import Unreadable

MAKE, ORIENTATION = 0x010F, 0x0112
THUMBNAIL = b"\xff\xd8" + b"thumbnail" * 20 + b"\xff\xd9"
EXIF = exif_app1([(MAKE, ASCII, b"NIKON CORPORATION\0"), (ORIENTATION, SHORT, 6)])
XMP = xmp_app1("<dc:creator>Zoe</dc:creator>", 'tiff:Orientation="6"').replace(
    b"xmlns:dc", b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:dc'
)
IPTC = iptc_app13((80, b"Zoe"))
SRGB, UNCALIBRATED = 1, 0xFFFF


def sized(content):
    """A segment whose length is what it should be."""
    return segment(content[1], content[4:])


def original(*segments):
    return inserted(jpeg(64, 48), *segments)


def edit():
    return jpeg(48, 48)


def profile_app2(colours):
    return segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(16) + colours + bytes(108))


def bare():
    """An edit without JFIF's segment, too."""
    data = edit()
    _, _, end = next(jpeg_header.segments(data))
    return data[:2] + data[end:]


def told(data):
    return facts.read(jpeg_header.read(data))


def with_thumbnail(behind=b""):
    """EXIF whose second directory has a thumbnail, and perhaps something behind it."""
    for order in "<>":
        main = tiff([(MAKE, ASCII, b"NIKON CORPORATION\0"), (ORIENTATION, SHORT, 6)], order=order)
        data = bytearray(main)
        struct.pack_into(f"{order}I", data, 8 + 2 + 24, len(data))
        second = struct.pack(f"{order}H", 2)
        start = len(data) + 2 + 24 + 4
        for tag, value in ((0x0201, start), (0x0202, len(THUMBNAIL))):
            second += struct.pack(f"{order}HHII", tag, 4, 1, value)
        data += second + bytes(4) + THUMBNAIL + behind
        yield segment(0xE1, b"Exif\0\0" + data)


def test_exif_xmp_iptc_and_profile_come_along_byte_for_byte():
    profile = builtin_profile("p3")
    photo = inserted(with_profile(painted(64, 48), profile), EXIF, sized(XMP), IPTC)
    done = restored(photo, edit(), profile=True)
    assert done.restored == ("exif", "icc", "iptc", "xmp")
    assert done.dropped == ()
    upright = EXIF.replace(
        struct.pack("<HHIH", 0x0112, 3, 1, 6), struct.pack("<HHIH", 0x0112, 3, 1, 1)
    )
    assert upright != EXIF
    for part in (
        upright,
        sized(XMP).replace(b'Orientation="6"', b'Orientation="1"'),
        IPTC,
        profile,
    ):
        assert part in done.data


def test_pixels_are_untouched():
    done = restored(original(EXIF, sized(XMP), IPTC), edit(), profile=False)
    header, before = jpeg_header.read(done.data), jpeg_header.read(edit())
    assert done.data[header.scan :] == edit()[before.scan :]
    assert header.kept == before.kept
    assert done.data.startswith(edit()[: before.scan][:2])


@pytest.mark.parametrize("own", range(2, 9))
def test_the_orientation_is_that_of_the_edited_pixels(own):
    photo = original(exif_app1([(ORIENTATION, SHORT, own)]), sized(XMP))
    done = restored(photo, edit(), profile=False)
    assert told(done.data).orientation == 1
    assert b'tiff:Orientation="1"' in done.data
    turned = restored(photo, inserted(edit(), exif_app1([(ORIENTATION, SHORT, 3)])), profile=False)
    assert told(turned.data).orientation == 3
    assert b'tiff:Orientation="3"' in turned.data


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [SHORT, LONG])
def test_the_size_is_that_of_the_edited_pixels(order, kind):
    def sized(width, height):
        both = [[(tag, kind, width), (tag + 1, kind, height)] for tag in (0x0100, 0xA002)]
        return exif_app1(*both, order=order)

    done = restored(original(sized(6000, 4000)), jpeg(48, 40), profile=False)
    assert sized(48, 40) in done.data


def test_xmp_says_no_size_that_is_not_true():
    xmp = xmp_app1(
        "<dc:creator>Zoe</dc:creator><tiff:ImageWidth>6000</tiff:ImageWidth>"
        "<exif:PixelXDimension>6000</exif:PixelXDimension>",
        'tiff:ImageLength=\'4000\' exif:PixelYDimension = "4000" tiff:Make="K"',
    )
    done = restored(original(xmp), edit(), profile=False)
    assert (done.restored, done.dropped) == (("xmp",), ())
    assert b'rdf:about="" tiff:Make="K"><dc:creator>Zoe</dc:creator></rdf:Desc' in done.data


def test_what_the_edited_file_has_of_its_own_stays():
    theirs = exif_app1([(MAKE, ASCII, b"An Editor\0")])
    done = restored(original(EXIF, IPTC), inserted(edit(), theirs), profile=False)
    assert done.restored == ("iptc",)
    assert theirs in done.data
    assert b"NIKON" not in done.data


@pytest.mark.parametrize("jfif", [b"", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")], ids=len)
@pytest.mark.parametrize("own", [b"", exif_app1([(MAKE, ASCII, b"An Editor\0")])], ids=len)
def test_exif_stands_first_behind_jfif_and_the_rest_behind_it(own, jfif):
    done = restored(original(IPTC, sized(XMP), EXIF), inserted(bare(), jfif, own), profile=False)
    expected = [*([b"JFIF"] if jfif else []), b"Exif", b"http", b"Phot"]
    found = islice(jpeg_header.segments(done.data), len(expected))
    assert [done.data[start : start + 4] for _, start, _ in found] == expected


def test_what_the_edited_file_still_has_is_not_said_to_be_dropped():
    photo = original(EXIF, segment(0xFE, b"Hello"), segment(0xE2, b"MPF\0MM\0*"))
    done = restored(photo, photo, profile=True)
    assert done == (photo, (), ())


def test_what_has_no_room_in_exif_is_said_to_be_dropped():
    full = exif_app1([(MAKE, ASCII, b"An Editor\0")], [(0x9286, 7, bytes(65_400))])
    done = restored(
        original(exif_app1([(0x8298, ASCII, b"Zoe" * 100)])), inserted(edit(), full), profile=True
    )
    assert (done.restored, done.dropped) == ((), ("exif",))


@pytest.mark.parametrize("behind", [b"", b"something else"])
def test_a_thumbnail_is_dropped_and_nothing_of_it_is_left(behind):
    for exif in with_thumbnail(behind):
        done = restored(original(exif), edit(), profile=False)
        assert (done.restored, done.dropped) == (("exif",), ("thumbnail",))
        assert b"thumbnail" not in done.data
        assert behind in done.data
        assert told(done.data).facts.camera_info.make == "NIKON CORPORATION"


def test_photoshops_thumbnail_is_dropped_also_where_it_goes_on_in_another_segment():
    def resource(identity, data):
        size = struct.pack(">I", len(data))
        return (
            b"8BIM" + struct.pack(">H", identity) + b"\0\0" + size + data + b"\0" * (len(data) % 2)
        )

    data = resource(0x03ED, b"abc") + resource(0x040C, b"picture" * 12_000) + IPTC[18:]
    parts = [
        segment(0xED, b"Photoshop 3.0\0" + data[at : at + 60_000])
        for at in range(0, len(data), 60_000)
    ]
    done = restored(original(*parts), edit(), profile=False)
    assert (done.restored, done.dropped) == (("iptc",), ("thumbnail",))
    assert segment(0xED, b"Photoshop 3.0\0" + resource(0x03ED, b"abc") + IPTC[18:]) in done.data


def test_gain_maps_and_further_pictures_are_dropped():
    xmp = xmp_app1(
        "<Container:Directory><rdf:Seq><rdf:li>GainMap</rdf:li></rdf:Seq></Container:Directory>"
        "<dc:creator>Zoe</dc:creator><hdrgm:GainMapMax><rdf:Seq/></hdrgm:GainMapMax>"
        "<xmp:Thumbnails><rdf:Alt>base64</rdf:Alt></xmp:Thumbnails>",
        'hdrgm:Version="1.0" hdrgm:HDRCapacityMax="2"',
    )
    photo = original(
        xmp,
        segment(0xE2, b"MPF\0MM\0*"),
        segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"),
        segment(0xEB, b"JP\0\0"),
        segment(0xFE, b"Hello"),
    )
    done = restored(photo + jpeg(32, 32), edit(), profile=False)
    assert done.restored == ("xmp",)
    assert done.dropped == ("app11", "comment", "gain_map", "multi_picture", "thumbnail")
    assert b"<dc:creator>Zoe</dc:creator></rdf:Description>" in done.data
    for gone in (b"GainMap", b"hdrgm:Version", b"MPF", b"21496", b"base64", b"Hello"):
        assert gone not in done.data


def test_the_profile_comes_along_only_where_the_colours_are_still_its():
    photo = with_profile(painted(64, 48), builtin_profile("p3"))
    kept, left = (restored(photo, edit(), profile=yes) for yes in (True, False))
    assert (kept.restored, kept.dropped) == (("icc",), ())
    assert (left.restored, left.dropped) == ((), ("icc",))
    assert left.data == edit()
    own = with_profile(painted(48, 48), builtin_profile("srgb"))
    assert restored(photo, own, profile=True).data == own


@pytest.mark.parametrize("components", [1, 2, 3, 4])
@pytest.mark.parametrize(("colours", "fitting"), [(b"GRAY", 1), (b"RGB ", 3), (b"CMYK", 4)])
def test_the_profile_comes_along_only_to_as_many_colours_as_it_is_of(colours, fitting, components):
    edited = flat(48, 48, components=components)
    done = restored(original(profile_app2(colours)), edited, profile=True)
    if components == fitting:
        assert (done.restored, done.dropped) == (("icc",), ())
    else:
        assert (done.restored, done.dropped, done.data) == ((), ("icc",), edited)


@pytest.mark.parametrize(
    ("before", "after", "comes"),
    [
        (None, None, True),
        (None, SRGB, False),
        (UNCALIBRATED, SRGB, False),
        (UNCALIBRATED, UNCALIBRATED, True),
        (SRGB, SRGB, True),
        (SRGB, None, True),
    ],
)
def test_the_profile_stays_away_from_what_was_converted_to_srgb(before, after, comes):
    def saying(data, space):
        fields = [] if space is None else [(0xA001, SHORT, space)]
        return inserted(data, exif_app1([(MAKE, ASCII, b"K\0")], fields))

    photo = saying(original(profile_app2(b"RGB ")), before)
    done = restored(photo, saying(edit(), after), profile=True)
    assert ("icc" in done.restored, "icc" in done.dropped) == (comes, not comes)


def test_extended_xmp_comes_along():
    extended = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40 + b"<x/>")
    done = restored(original(sized(XMP), extended), edit(), profile=False)
    assert done.restored == ("extended_xmp", "xmp")
    assert extended in done.data


@pytest.mark.parametrize("pair", [(b"", b"x"), (jpeg(8, 8), b"GIF89a"), (b"GIF89a", jpeg(8, 8))])
def test_what_is_no_jpeg_is_refused(pair):
    with pytest.raises(Unreadable):
        restored(*pair, profile=True)


@given(st.data())
def test_whatever_the_original_says_the_edited_file_stays_a_jpeg_with_its_pixels(data):
    parts = [next(with_thumbnail(b"end")), sized(XMP), IPTC]
    at = data.draw(st.integers(0, 2))
    broken = bytearray(parts[at])
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(4, len(broken) - 1))] = data.draw(st.integers(0, 255))
    parts[at] = bytes(broken)
    done = restored(original(*parts), edit(), profile=False)
    header, before = jpeg_header.read(done.data), jpeg_header.read(edit())
    assert done.data[header.scan :] == edit()[before.scan :]


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
def test_exiftool_reads_the_same_of_both(tmp_path):
    photo = original(next(with_thumbnail()), sized(XMP), IPTC)
    done = restored(photo, edit(), profile=False)
    answers = []
    for number, data in enumerate((photo, done.data)):
        file = tmp_path / f"{number}.jpg"
        file.write_bytes(data)
        said = subprocess.run(
            [
                "exiftool",
                "-json",
                "-G1",
                "-a",
                "-warning",
                "-exif:all",
                "-xmp:all",
                "-iptc:all",
                file,
            ],
            capture_output=True,
            check=True,
            timeout=60,
        )
        (answer,) = json.loads(said.stdout)
        answers.append(
            {
                name: value
                for name, value in answer.items()
                if name != "SourceFile" and not name.startswith("IFD1") and "Thumb" not in name
            }
        )
    before, after = answers
    assert (before.pop("IFD0:Orientation"), after.pop("IFD0:Orientation")) == (
        "Rotate 90 CW",
        "Horizontal (normal)",
    )
    assert before.pop("XMP-tiff:Orientation") != after.pop("XMP-tiff:Orientation")
    assert before == after
    assert before["IFD0:Make"] == "NIKON CORPORATION"
