"""Renditions: upright, sRGB, in three sizes."""

from pathlib import Path

import pytest
import pyvips
from tests.imaging.colours import PATCHES, cmyk_by_pillow, farthest, linear_srgb, patches, seen
from tests.imaging.pictures import (
    ADOBE_RGB,
    SHORT,
    adobe_rgb,
    builtin_profile,
    exif_app1,
    inserted,
    jpeg,
    painted,
    with_profile,
)
from tests.imaging.running import process, shown

from photohq.imaging.plan import Plan
from photohq.imaging.processes import PictureProcesses

REAL = Path(__file__).parents[3] / "shared/photos"
QUADRANTS = {
    "red": (0.25, 0.25),
    "green": (0.75, 0.25),
    "blue": (0.25, 0.75),
    "white": (0.75, 0.75),
}
STORED = {1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "gwrb", 7: "wgbr", 8: "brwg"}
"""Where the colours of the upright picture stand in the file, row by row."""
COLOURS = {"r": [255, 0, 0], "g": [0, 255, 0], "b": [0, 0, 255], "w": [255, 255, 255]}


def sizes(processed):
    return [
        (one.rendition.size, one.rendition.width, one.rendition.height) for one in processed.files
    ]


def quadrants(orientation):
    """A picture whose corners are red, green, blue and white once it is upright: 320 x 240."""
    width, height = (320, 240) if orientation < 5 else (240, 320)
    parts = [
        (pyvips.Image.black(width // 2, height // 2) + COLOURS[name]).cast("uchar")
        for name in STORED[orientation]
    ]
    image = pyvips.Image.arrayjoin(parts, across=2).copy(interpretation="srgb")
    return inserted(image.jpegsave_buffer(Q=95), exif_app1([(0x0112, SHORT, orientation)]))


def test_the_longer_edge_is_the_size_and_bytes_are_what_they_are_said_to_be(pictures):
    made = process(pictures, jpeg(3000, 1800))
    assert sizes(made) == [(2048, 2048, 1229), (1024, 1024, 614), (256, 256, 154)]
    for file in made.files:
        image = pyvips.Image.jpegload_buffer(file.data)
        assert (image.width, image.height) == (file.rendition.width, file.rendition.height)
        assert file.rendition.file_size == len(file.data)
        assert file.rendition.content_type == "image/jpeg"


def test_pictures_are_not_enlarged(pictures):
    assert sizes(process(pictures, jpeg(1, 1))) == [(2048, 1, 1), (1024, 1, 1), (256, 1, 1)]
    small = sizes(process(pictures, jpeg(640, 480)))
    assert small == [(2048, 640, 480), (1024, 640, 480), (256, 256, 192)]


@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_comes_out_upright(pictures, orientation):
    made = process(pictures, quadrants(orientation))
    assert made.picture.orientation == orientation
    assert (made.picture.width, made.picture.height) == (
        (320, 240) if orientation < 5 else (240, 320)
    )
    image = shown(made, 256)
    assert (image.width, image.height) == (256, 192)
    for name, (across, down) in QUADRANTS.items():
        pixel = image(int(across * image.width), int(down * image.height))
        assert farthest([pixel], [COLOURS[name[0]]]) < 5, name


@pytest.mark.skipif(not REAL.exists(), reason="the folder of real photos is not on this machine")
@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_real_photos_of_every_orientation_look_the_same(pictures, kind):
    files = [REAL / f"orient_{kind}_{number}.jpg" for number in range(1, 9)]
    first, *others = [process(pictures, file.read_bytes()) for file in files]
    for other in others:
        difference = (shown(other, 256).cast("short") - shown(first, 256)).abs()
        assert difference.avg() < 6
        bits = int(other.picture.perceptual_hash, 16) ^ int(first.picture.perceptual_hash, 16)
        assert bits.bit_count() <= 2


@pytest.mark.parametrize(
    ("profile", "primaries", "gamma"),
    [
        (adobe_rgb(), ADOBE_RGB, 563 / 256),
        (builtin_profile("p3"), "p3", "srgb"),
    ],
    ids=["Adobe RGB", "Display P3"],
)
def test_colours_are_those_that_the_profile_means(pictures, profile, primaries, gamma):
    made = process(pictures, with_profile(patches(), profile))
    meant = [linear_srgb(patch, primaries, gamma) for patch in PATCHES]
    for size in (2048, 256):
        assert farthest(seen(shown(made, size)), meant) < 2.5


def test_colours_without_a_profile_stay_as_they_are(pictures):
    made = process(pictures, patches().jpegsave_buffer(Q=98, keep="none"))
    assert farthest(seen(shown(made)), PATCHES) < 2


def test_cmyk_with_a_profile_is_converted_as_pillow_converts_it(pictures, tmp_path):
    image = patches().icc_transform("cmyk", input_profile="srgb", depth=8)
    file = tmp_path / "cmyk.jpg"
    file.write_bytes(with_profile(image, builtin_profile("cmyk")))
    made = process(pictures, file.read_bytes())
    assert farthest(seen(shown(made)), cmyk_by_pillow(file)) < 3


def test_cmyk_without_a_profile_shows_about_the_colours_that_it_has(pictures):
    image = patches().icc_transform("cmyk", input_profile="srgb", depth=8).copy()
    image.remove("icc-profile-data")
    made = process(pictures, image.jpegsave_buffer(Q=98, keep="none"))
    assert farthest(seen(shown(made)), PATCHES) < 30  # what no ink prints is lost


def test_a_broken_profile_counts_as_none(pictures):
    made = process(pictures, with_profile(patches(), b"no profile" * 50))
    assert farthest(seen(shown(made)), PATCHES) < 2


def test_a_profile_goes_along_where_colours_were_converted_and_only_there(pictures):
    converted = process(pictures, with_profile(painted(), builtin_profile("p3")))
    assert shown(converted).get_typeof("icc-profile-data") != 0
    assert shown(process(pictures, jpeg())).get_typeof("icc-profile-data") == 0


def test_grey_stays_grey(pictures):
    image = shown(process(pictures, painted()[0].jpegsave_buffer()))
    assert image.bands == 1


def test_webp_is_made_beside_where_it_is_asked_for():
    both = PictureProcesses(Plan(formats=("jpeg", "webp")), 1)
    try:
        made = process(both, jpeg())
    finally:
        both.close()
    kinds = [(one.rendition.size, one.rendition.content_type) for one in made.files]
    assert kinds == [
        (size, kind) for size in (2048, 1024, 256) for kind in ("image/jpeg", "image/webp")
    ]
    image = pyvips.Image.webpload_buffer(made.files[-1].data)
    assert (image.width, image.height) == (256, 192)
