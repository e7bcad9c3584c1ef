"""What a worker makes of a picture for people: a recipe in full size, a preview, a frame."""

import pytest
import pyvips
from tests.imaging.hostile import HOSTILE
from tests.imaging.pictures import ASCII, SHORT, exif_app1, flat, inserted, jpeg
from tests.imaging.running import pieces

from photohq.imaging import exif, jpeg_header
from photohq.photos.geometry import Size
from photohq.photos.pictures import Reason, Unreadable
from photohq.photos.recipe import Crop, Recipe, Resize, Sharpen, Vignette

QUALITY = 92
ORIENTED = (0x0112, SHORT, 6)


def decoded(drawn):
    image = pyvips.Image.jpegload_buffer(drawn.data)
    assert (image.width, image.height) == (drawn.width, drawn.height)
    return image


def render(pictures, data, **changes):
    return pictures.render(pieces(data), len(data), Recipe(recipe=1, **changes), quality=QUALITY)


def test_a_recipe_is_carried_out_in_full_size(pictures):
    data = jpeg(640, 480)
    brighter = decoded(render(pictures, data, exposure=1.0, rotate=90))
    assert (brighter.width, brighter.height) == (480, 640)
    assert brighter.avg() > pyvips.Image.jpegload_buffer(data).avg() + 10


@pytest.mark.slow
def test_everything_at_once_on_as_many_pixels_as_are_allowed_fits_the_memory(pictures):
    everything = {
        "straighten": 1.0,
        "noise_reduction": 50,
        "exposure": 1.0,
        "vignette": Vignette(amount=-50),
        "sharpen": Sharpen(amount=50, radius=3.0),
        "resize": Resize(long_edge=11_000),
    }
    drawn = render(pictures, flat(12_000, 10_000, components=3), **everything)
    assert (drawn.width, drawn.height) == (11_000, 9168)


def test_what_was_edited_has_the_metadata_of_its_original(pictures):
    described = inserted(jpeg(640, 480), exif_app1([(0x0110, ASCII, b"K-1\0"), ORIENTED]))
    drawn = render(pictures, described, exposure=1.0)
    assert (drawn.restored, drawn.dropped) == (("exif",), ())
    image = decoded(drawn)
    assert image.get("exif-ifd0-Model").startswith("K-1")
    assert (image.width, image.height) == (480, 640)
    assert image.get("orientation") == 1


def test_what_was_edited_says_its_own_size(pictures):
    size = [(0xA002, SHORT, 640), (0xA003, SHORT, 480)]
    original = inserted(jpeg(640, 480), exif_app1([ORIENTED], size))
    drawn = render(
        pictures, original, exposure=1.0, crop=Crop(left=0, top=0, width=0.5, height=0.5)
    )
    said = exif.read(jpeg_header.read(drawn.data).exif).fields
    assert (said["PixelXDimension"], said["PixelYDimension"]) == (drawn.width, drawn.height)


def test_a_crop_beside_the_picture_is_refused(pictures):
    corner = Crop(left=0, top=0, width=0.01, height=0.01)
    with pytest.raises(Unreadable) as refused:
        render(pictures, jpeg(640, 480), straighten=45.0, crop=corner)
    assert refused.value.reason is Reason.CROP_OUTSIDE


@pytest.mark.parametrize("name", ["text", "truncated at 50 %", "20,000 x 14,000 in a megabyte"])
def test_what_is_no_picture_is_not_edited_either(pictures, name):
    with pytest.raises(Unreadable) as refused:
        render(pictures, HOSTILE[name].build(), exposure=1.0)
    assert refused.value.reason in HOSTILE[name].outcomes


def test_a_preview_has_the_size_that_is_asked_for(pictures):
    data = jpeg(640, 480)
    recipe = Recipe(recipe=1, exposure=1.0)
    drawn = pictures.preview(
        pieces(data), len(data), recipe, full=Size(6400, 4800), to_srgb=None, long_edge=320
    )
    assert (drawn.width, drawn.height) == (320, 240)
    assert decoded(drawn).avg() > pyvips.Image.jpegload_buffer(data).avg() + 10


def test_a_frame_is_filled_as_far_as_the_picture_goes(pictures):
    data = jpeg(640, 480)
    image = decoded(pictures.framed(pieces(data), len(data), frame=Size(400, 600)))
    assert (image.width, image.height) == (400, 600)
    for y in (10, 590):
        assert all(abs(value - 128) < 4 for value in image(200, y))
    middle = image.crop(0, 160, 400, 280)
    expected = pyvips.Image.jpegload_buffer(data).resize(400 / 640).crop(0, 10, 400, 280)
    assert (middle - expected).abs().avg() < 6


def test_a_worker_draws_and_processes_in_turns(pictures):
    data = jpeg(320, 240)
    for _ in range(2):
        render(pictures, data, exposure=0.5)
        assert pictures.process(pieces(data), len(data)).picture.width == 320
