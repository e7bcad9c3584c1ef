"""Edited versions and previews as files."""

from itertools import pairwise

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from tests.imaging.pictures import (
    ADOBE_RGB,
    ASCII,
    SHORT,
    builtin_profile,
    exif_app1,
    inserted,
    jpeg,
    matrix_profile,
    painted,
    segment,
    with_profile,
)
from tests.photos.recipes import COLOURS, EXAMPLE, FRAMES, recipes

from photohq.imaging import facts, jpeg_header
from photohq.imaging.recipes import curves, profiles
from photohq.imaging.recipes.render import edited, preview, render
from photohq.imaging.renditions import in_srgb
from photohq.imaging.segments import restored
from photohq.photos import geometry
from photohq.photos.geometry import CropOutside, Size
from photohq.photos.recipe import read

CROP = {"left": 0.1, "top": 0.2, "width": 0.5, "height": 0.5}
WARM = {"temperature": 40, "exposure": 0.5}


def made(data, own=1, **fields):
    return render(data, jpeg_header.read(data), own, read({"recipe": 1, **fields}), 95)


def shown(data):
    return pyvips.Image.jpegload_buffer(data).copy_memory()


def apart(one, other):
    """The mean difference, in levels."""
    return (one.cast("short") - other).abs().avg()


def profile(data):
    image = shown(data)
    return image.get_typeof("icc-profile-data") and image.get("icc-profile-data")


@pytest.mark.parametrize(
    "fields",
    [{}, {"sharpen": {"amount": 0}, "crop": {"left": 0, "top": 0, "width": 1, "height": 1}}],
)
def test_a_recipe_with_nothing_in_it_changes_no_pixel(fields):
    pixels = edited(shown(jpeg()), 1, read({"recipe": 1, **fields}))
    assert apart(pixels, shown(jpeg())) == 0


@pytest.mark.parametrize("own", range(1, 9))
def test_a_photo_of_any_orientation_comes_out_upright(own):
    rendered = made(jpeg(64, 48), own, **WARM)
    assert (rendered.width, rendered.height) == ((64, 48) if own < 5 else (48, 64))
    image = shown(rendered.data)
    assert (image.width, image.height) == (rendered.width, rendered.height)
    assert "exif-data" not in image.get_fields()


@given(recipes(**FRAMES), st.integers(1, 8))
def test_sizes_are_as_promised(said, own):
    recipe = read(said)
    try:
        size = geometry.output(32, 24, own, recipe)
    except CropOutside:
        with pytest.raises(CropOutside):
            made(jpeg(32, 24), own, **said)
        return
    rendered = made(jpeg(32, 24), own, **said)
    assert (rendered.width, rendered.height) == size


def test_a_file_is_read_row_by_row_as_well_as_from_memory():
    everything = {**EXAMPLE, "noise_reduction": 80, "vignette": {"amount": -20}}
    for fields in ({"noise_reduction": 80}, everything):
        pixels = edited(shown(jpeg(320, 240)), 6, read({"recipe": 1, **fields}))
        rendered = made(jpeg(320, 240), 6, **fields)
        assert rendered.data == pixels.jpegsave_buffer(Q=95, keep="icc")


@pytest.mark.parametrize(
    "icc",
    [builtin_profile("p3"), matrix_profile(ADOBE_RGB, 563 / 256)],
    ids=["Display P3", "Adobe RGB"],
)
def test_wide_colours_keep_their_profile(icc):
    data = with_profile(painted(64, 48), icc)
    for fields in ({}, {"rotate": 90}, WARM, {"vignette": {"amount": -50}}, EXAMPLE):
        rendered = made(data, **{**fields, "resize": {"long_edge": 40}})
        assert profile(rendered.data) == icc


def test_other_colours_become_srgb_unless_only_the_frame_changes():
    cmyk = painted(64, 48).icc_transform("cmyk", input_profile="srgb", depth=8)
    data = with_profile(cmyk, builtin_profile("cmyk"))
    assert shown(made(data, rotate=90).data).bands == 4
    assert profile(made(data, crop=CROP).data) == builtin_profile("cmyk")
    warm = shown(made(data, exposure=0.01).data)
    assert warm.bands == 3
    seen = shown(data).icc_transform(
        "srgb", embedded=True, intent="relative", black_point_compensation=True
    )
    assert apart(warm, seen) < 3


def test_grey_stays_grey_where_only_the_frame_changes():
    data = painted(64, 48)[0].jpegsave_buffer(Q=95, keep="none")
    assert shown(made(data, straighten=3).data).bands == 1
    assert shown(made(data, **WARM).data).bands == 3


def test_a_broken_profile_counts_as_none():
    broken, good = (
        with_profile(painted(64, 48), icc) for icc in (b"none" * 99, builtin_profile("srgb"))
    )
    assert apart(shown(made(broken, **WARM).data), shown(made(good, **WARM).data)) < 0.1
    assert not profile(made(broken, **WARM).data)


def test_metadata_stays_out_of_what_is_rendered():
    described = inserted(jpeg(64, 48), segment(0xFE, b"An Artist"))
    assert b"Artist" not in made(described, **WARM).data


def test_the_originals_metadata_is_put_into_what_is_rendered_and_its_profile_stays():
    icc = builtin_profile("p3")
    exif = exif_app1([(0x010F, ASCII, b"NIKON\0"), (0x0112, SHORT, 6)])
    original = inserted(with_profile(painted(64, 48), icc), exif)
    rendered = made(original, 6, **WARM)
    done = restored(original, rendered.data, profile=False)
    assert done.restored == ("exif",)
    assert facts.read(jpeg_header.read(done.data)).orientation == 1
    assert profile(done.data) == icc
    assert apart(shown(done.data), shown(rendered.data)) == 0


def test_a_crop_outside_is_refused():
    with pytest.raises(CropOutside):
        made(jpeg(64, 48), straighten=45, crop={**CROP, "left": 0, "top": 0, "width": 0.02})


def test_a_file_that_breaks_off_is_an_error():
    header = jpeg_header.read(jpeg())
    with pytest.raises(pyvips.Error):
        render(jpeg()[:20_000], header, 1, read({"recipe": 1, **WARM}))


@pytest.mark.parametrize("crop", [None, CROP])
def test_a_preview_looks_like_the_edited_version_made_small(crop):
    photo = painted(640, 480).gaussblur(1.5).copy_memory()
    full = photo.jpegsave_buffer(Q=98, keep="none")
    rendition = photo.resize(0.5, kernel="lanczos3").jpegsave_buffer(Q=98, keep="none")
    fields = {**EXAMPLE, "sharpen": {"amount": 40, "radius": 2.0}, "crop": crop}
    small = preview(rendition, Size(640, 480), read(fields), 100, quality=98)
    assert max(small.width, small.height) == 100
    large = shown(made(full, **fields).data)
    same = large.resize(small.width / large.width, vscale=small.height / large.height)
    assert apart(shown(small.data), same) < 1.5


WIDE = {"p3": builtin_profile("p3"), "adobe": matrix_profile(ADOBE_RGB, 563 / 256)}


@pytest.mark.parametrize("icc", WIDE.values(), ids=WIDE)
def test_a_preview_works_in_the_primaries_of_the_original(icc):
    photo = painted(640, 480).gaussblur(1.5).linear(0.3, 90, uchar=True).copy_memory()
    full = with_profile(photo, icc)
    rendition = in_srgb(shown(full)).jpegsave_buffer(Q=98, keep="none", subsample_mode="off")
    to_srgb = profiles.read(icc).to_srgb
    red = {"monochrome": {"red": 100, "green": 0, "blue": 0}}  # 6 levels apart in sRGB's red
    for fields in (red, {"exposure": 0.8}, {"saturation": 60}, {"temperature": -50}, EXAMPLE):
        said = read({"recipe": 1, **fields})
        options = {"quality": 98, "to_srgb": to_srgb}
        small = shown(preview(rendition, Size(640, 480), said, 320, **options).data)
        large = in_srgb(shown(made(full, **fields).data))
        same = large.resize(small.width / large.width, vscale=small.height / large.height)
        assert apart(small, same) < 1.5, fields


@pytest.mark.parametrize(("edge", "height"), [(256, 171), (300, 200), (512, 341), (600, 400)])
def test_a_preview_has_the_shape_of_the_edited_version(edge, height):
    made = [
        preview(jpeg(*size), Size(1800, 1200), read({"recipe": 1, "exposure": 1}), edge)
        for size in ((900, 600), (901, 600), (600, 400))
    ]
    assert {(small.width, small.height) for small in made} == {(edge, height)}


def test_a_preview_is_no_larger_than_what_there_is():
    sizes = []
    for fields in ({}, {"resize": {"long_edge": 200}}, {"crop": CROP}):
        small = preview(jpeg(320, 240), Size(640, 480), read({"recipe": 1, **fields}), 1024)
        sizes.append((small.width, small.height))
    assert sizes == [(320, 240), (200, 150), (160, 120)]


@given(recipes(**COLOURS))
def test_tone_curves_never_fall(said):
    recipe = read(said)
    steps = [step / 200 for step in range(201)]
    for curve, top in ((curves.head(recipe), 1.0), (curves.tail(recipe), curves.white(recipe))):
        values = [curve(step * top) for step in steps]
        assert all(before <= after + 1e-9 for before, after in pairwise(values))
        assert min(values) >= -1e-9
    assert max(values) <= 1 + 1e-9


@given(recipes(**{name: COLOURS[name] for name in ("temperature", "tint")}))
def test_white_balance_leaves_the_light_of_greys_as_it_is(said):
    weights = (0.2126, 0.7152, 0.0722)
    gains = curves.gains(read(said), weights)
    assert sum(a * b for a, b in zip(gains, weights, strict=True)) == pytest.approx(1)
