"""An edited file gets back what its editor has dropped, as it fits the pixels."""

import pytest
import pyvips
from tests.imaging.hostile import HOSTILE
from tests.imaging.pictures import ASCII, SHORT, exif_app1, inserted, jpeg, painted

from photohq.imaging import exif, facts, jpeg_header
from photohq.imaging.renditions import upright
from photohq.photos.pictures import Unreadable

MODEL = (0x0110, ASCII, b"K-1\0")
WIDE, SQUARE = (640, 480), (480, 480)


def oriented(orientation, size=WIDE):
    """An original whose pixels lie as its orientation says."""
    return inserted(jpeg(*size), exif_app1([MODEL, (0x0112, SHORT, orientation)]))


def saved(image):
    """What an editor makes of it: lighter, and without metadata."""
    return (image * 0.8 + 40).cast("uchar").jpegsave_buffer(Q=85, keep="none")


def orientation_of(carried):
    return facts.read(jpeg_header.read(carried.data)).orientation


def test_an_edited_file_gets_its_metadata_back_and_keeps_its_pixels(pictures):
    original, edited = oriented(6), jpeg(480, 640)
    carried = pictures.carry(original, edited)
    assert carried.restored == ("exif",)
    assert carried.data.endswith(edited[20:])
    image = pyvips.Image.jpegload_buffer(carried.data)
    assert image.get("exif-ifd0-Model").startswith("K-1")
    assert pictures.carry(original, original).data is None
    assert pictures.carry(edited, edited).data is None


@pytest.mark.parametrize("name", ["text", "truncated at 50 %", "20,000 x 14,000 in a megabyte"])
def test_nothing_is_carried_to_what_is_no_picture(pictures, name):
    with pytest.raises(Unreadable) as refused:
        pictures.carry(oriented(1), HOSTILE[name].build())
    assert refused.value.reason in HOSTILE[name].outcomes


@pytest.mark.parametrize("size", [WIDE, SQUARE], ids=["wide", "square"])
@pytest.mark.parametrize("own", range(2, 9))
def test_the_orientation_comes_back_where_the_pixels_lie_as_the_originals(pictures, own, size):
    stored = painted(*size)
    for as_stored in (stored, stored.resize(0.37), stored.colourspace("b-w")):
        assert orientation_of(pictures.carry(oriented(own, size), saved(as_stored))) == own


@pytest.mark.parametrize("size", [WIDE, SQUARE], ids=["wide", "square"])
@pytest.mark.parametrize("own", range(2, 9))
def test_the_orientation_is_reset_where_the_pixels_were_turned(pictures, own, size):
    shown = upright(painted(*size), own)
    crop = shown.crop(0, 20, shown.width, shown.width * size[1] // size[0] - 40)
    for turned in (shown, shown.resize(0.37), crop):
        assert orientation_of(pictures.carry(oriented(own, size), saved(turned))) == 1


@pytest.mark.parametrize("own", range(2, 9))
def test_a_crop_in_the_shape_of_the_stored_pixels_is_no_sign_of_them(pictures, own):
    shown = upright(painted(*WIDE), own)
    crop = shown.crop(0, 100, 320, 240)
    assert orientation_of(pictures.carry(oriented(own), saved(crop))) == 1


@pytest.mark.parametrize(
    "unlike", [painted(640, 480).invert(), pyvips.Image.black(640, 480, bands=3)]
)
def test_what_looks_like_neither_is_taken_for_upright(pictures, unlike):
    assert orientation_of(pictures.carry(oriented(3), saved(unlike))) == 1


def test_a_size_that_only_stored_pixels_have_is_enough(pictures):
    assert orientation_of(pictures.carry(oriented(6), saved(painted(640, 480).invert()))) == 6


@pytest.mark.parametrize(("own", "expected"), [(None, 6), (1, 1), (3, 3)])
def test_what_the_edited_file_says_of_its_orientation_stays(pictures, own, expected):
    said = [(0x0112, SHORT, own)] if own else []
    edited = inserted(jpeg(640, 480), exif_app1([*said, (0x0131, ASCII, b"An Editor\0")]))
    carried = pictures.carry(oriented(6), edited)
    assert carried.restored == ("exif",)
    assert orientation_of(carried) == expected
    assert exif.read(jpeg_header.read(carried.data).exif).fields["Software"] == "An Editor"


def test_an_original_that_does_not_decode_gives_its_metadata_all_the_same(pictures):
    original = oriented(3)
    broken = original[: len(original) // 2] + original[-2:]
    assert orientation_of(pictures.carry(broken, jpeg(640, 480))) == 1
