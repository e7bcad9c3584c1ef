import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.imaging.pictures import (
    ASCII,
    EOI,
    exif_app1,
    flat,
    inserted,
    iptc_app13,
    jpeg,
    segment,
    sized,
    xmp_app1,
)

from photohq.imaging import jpeg_header
from photohq.photos.pictures import Reason, Unreadable

MARKERS = st.sampled_from([0xC0, 0xC2, 0xC4, 0xDA, 0xDB, 0xD9, 0xD0, 0xE0, 0xE1, 0xE2, 0xED, 0xFE])
SEGMENTS = st.builds(segment, MARKERS, st.binary(max_size=40))
FILES = st.lists(SEGMENTS | st.binary(max_size=8), max_size=12).map(
    lambda parts: b"\xff\xd8" + b"".join(parts) + EOI
)
BY_HEADER = {None, Reason.NOT_A_JPEG, Reason.TRUNCATED, Reason.CORRUPT}


def refusal(act):
    try:
        act()
    except Unreadable as refused:
        return refused.reason
    return None


def test_a_header_tells_the_size_and_how_it_is_stored():
    plain, progressive = jpeg_header.read(jpeg()), jpeg_header.read(jpeg(progressive=True))
    assert (plain.width, plain.height, plain.progressive) == (640, 480, False)
    assert (progressive.width, progressive.height, progressive.progressive) == (640, 480, True)


def test_what_a_decoder_holds_is_three_bytes_a_pixel_with_half_the_colours_and_six_with_all():
    pixels = 640 * 480
    assert jpeg_header.read(jpeg()).coefficients == 0
    assert (
        jpeg_header.read(flat(640, 480, components=3, progressive=True)).coefficients == 6 * pixels
    )
    # 4:2:2 and 4:2:0 lie between a grey picture and one with all of the colours.
    half = sized(jpeg(progressive=True), 4096, 4096)
    assert jpeg_header.read(half).coefficients in {3 * 4096**2, 6 * 4096**2}


@pytest.mark.parametrize(
    ("header", "limits", "reason"),
    [
        (flat(1000, 1000), (999_999, 10**9), Reason.TOO_MANY_PIXELS),
        (flat(1000, 1000), (1_000_000, 0), None),
        (flat(1000, 1000, progressive=True), (1_000_000, 1_999_999), Reason.TOO_MUCH_MEMORY),
        (flat(1000, 1000, progressive=True), (1_000_000, 2_000_000), None),
    ],
)
def test_what_is_beyond_the_limits_is_refused_by_its_header(header, limits, reason):
    told = jpeg_header.read(header)
    assert refusal(lambda: jpeg_header.judge(told, *limits)) == reason


def test_a_decoder_is_given_the_file_without_what_describes_the_photo():
    described = inserted(
        jpeg(),
        segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        exif_app1([(0x013B, ASCII, b"An Artist\0")]),
        xmp_app1("<dc:creator>An Artist</dc:creator>"),
        iptc_app13((80, b"An Artist")),
        segment(0xEF, b"An Artist"),
        segment(0xFE, b"An Artist"),
        segment(0xE2, b"ICC_PROFILE\0\1\1profile"),
    )
    header = jpeg_header.read(described)
    kept = bytes(jpeg_header.stripped(bytearray(described), header))
    assert kept.startswith(b"\xff\xd8")
    assert kept.endswith(described[header.scan :])
    assert b"JFIF" in kept
    assert b"ICC_PROFILE" in kept
    assert b"Artist" not in kept
    assert (b"Artist" in header.exif, b"Artist" in header.xmp) == (True, True)
    assert b"Artist" in header.photoshop


def test_more_than_a_mebibyte_of_metadata_is_not_kept():
    parts = [segment(0xED, b"Photoshop 3.0\0" + b"m" * 60_000) for _ in range(40)]
    header = jpeg_header.read(inserted(jpeg(), *parts))
    assert 900_000 < len(header.photoshop) <= jpeg_header.MAX_METADATA


@given(st.binary(max_size=300) | FILES)
def test_whatever_is_read_is_a_header_or_refused(data):
    refused = refusal(lambda: jpeg_header.read(data))
    assert refused in BY_HEADER
    if refused is None:
        header = jpeg_header.read(data)
        assert header.width > 0
        assert header.height > 0
        assert bytes(jpeg_header.stripped(bytearray(data), header)).startswith(b"\xff\xd8")


@given(st.integers(0, 699), st.binary(min_size=1, max_size=4))
def test_a_damaged_header_is_a_header_or_refused(at, noise):
    data = bytearray(jpeg())
    data[at : at + len(noise)] = noise
    assert refusal(lambda: jpeg_header.read(data)) in BY_HEADER
