"""What becomes of the frame, to the pixel."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.photos.recipes import FRAMES, recipes

from photohq.photos import geometry
from photohq.photos.errors import InvalidInput
from photohq.photos.geometry import CropOutside, Cut, Size
from photohq.photos.recipe import read

SIDES = st.integers(1, 9000)
ORIENTATIONS = st.integers(1, 8)


def made(**fields):
    return read({"recipe": 1, **fields})


@pytest.mark.parametrize(
    ("size", "recipe", "result"),
    [
        ((6000, 4000), made(), (6000, 4000)),
        ((6000, 4000), made(rotate=90), (4000, 6000)),
        ((6000, 4000), made(straighten=2), (5704, 3802)),
        ((6000, 4000), made(straighten=-2), (5704, 3802)),
        (
            (101, 51),
            made(crop={"left": 0.5, "top": 0.5, "width": 0.5, "height": 0.5}),
            (101 - 51, 51 - 26),
        ),
        ((6000, 4000), made(resize={"long_edge": 1999}), (1999, 1333)),
        ((6000, 4000), made(resize={"long_edge": 7000}), (6000, 4000)),
        ((9000, 2), made(resize={"long_edge": 100}), (100, 1)),
        (
            (6000, 4000),
            made(straighten=2, crop={"left": 0.05, "top": 0.05, "width": 0.9, "height": 0.9}),
            (5400, 3600),
        ),
    ],
)
def test_sizes_are_as_promised(size, recipe, result):
    assert geometry.output(*size, 1, recipe) == result


@given(SIDES, SIDES, ORIENTATIONS, recipes(**FRAMES))
def test_there_is_a_size_or_nothing_to_show(width, height, own, said):
    recipe = read(said)
    whole = geometry.frame(width, height, own, recipe)
    try:
        size = geometry.output(width, height, own, recipe)
    except CropOutside:
        return
    left, top, wide, high = geometry.cut(whole, recipe)
    assert min(left, top) >= 0
    assert left + wide <= whole.width
    assert top + high <= whole.height
    assert 1 <= size.width <= wide
    assert 1 <= size.height <= high
    if recipe.resize:
        assert max(size) == min(recipe.resize.long_edge, max(wide, high))


@given(st.integers(50, 9000), st.integers(50, 9000), recipes(**FRAMES))
def test_a_fitted_crop_is_the_largest_that_the_picture_covers(width, height, said):
    recipe = read(said)
    assume(recipe.straighten)
    whole = Size(width, height)
    try:
        box = geometry.fitted(whole, recipe)
    except CropOutside:
        return
    crop = recipe.crop
    asked = (crop.width * width, crop.height * height) if crop else (width, height)
    kept = (box.right - box.left) / asked[0]
    assert kept == pytest.approx((box.bottom - box.top) / asked[1], abs=1e-6)
    margin = min(
        side / 2 - abs(at)
        for x in (box.left, box.right)
        for y in (box.top, box.bottom)
        for at, side in zip(
            geometry.before_straightening(recipe.straighten, x - width / 2, y - height / 2),
            whole,
            strict=True,
        )
    )
    assert margin > -1e-6
    assert kept == pytest.approx(1) or margin == pytest.approx(0, abs=1e-6)


@given(ORIENTATIONS, recipes(rotate=FRAMES["rotate"], flip=FRAMES["flip"]))
def test_orientation_rotate_and_flip_are_one_orientation(own, said):
    recipe = read(said)
    x, y = geometry.shown(own, 2, 1)
    for _ in range(recipe.rotate // 90):
        x, y = -y, x
    if recipe.flip == "horizontal":
        x = -x
    if recipe.flip == "vertical":
        y = -y
    turned = geometry.orientation(own, recipe)
    assert geometry.shown(turned, 2, 1) == (x, y)
    assert geometry.stored(turned, x, y) == (2, 1)


def test_a_clockwise_turn_shows_what_was_left_of_the_top_at_the_top():
    x, y = geometry.before_straightening(30, 0, -10)
    assert (x, y) == pytest.approx((-5, -10 * math.cos(math.radians(30))))


@pytest.mark.parametrize(
    "recipe",
    [
        made(straighten=45, crop={"left": 0, "top": 0, "width": 0.02, "height": 0.02}),
        made(crop={"left": 0.5, "top": 0.5, "width": 1e-9, "height": 0.5}),
        made(straighten=1, crop={"left": 0.5, "top": 0.5, "width": 1e-9, "height": 0.5}),
    ],
)
def test_a_crop_with_nothing_to_show_is_refused_by_its_name(recipe):
    with pytest.raises(InvalidInput) as refused:
        geometry.output(6000, 4000, 1, recipe)
    assert refused.value.code == "crop_outside"
    assert [error.field for error in refused.value.errors] == ["crop"]


@given(SIDES, SIDES, recipes(**FRAMES))
def test_all_that_kept_pixels_are_made_of_is_decoded(width, height, said):
    recipe = read(said)
    whole = Size(width, height)
    try:
        kept, source = geometry.cut(whole, recipe), geometry.source(whole, recipe)
    except CropOutside:
        return
    assert source.left >= 0 <= source.top
    assert source.left + source.width <= width
    assert source.top + source.height <= height
    for x in (kept.left + 0.5, kept.left + kept.width - 0.5):
        for y in (kept.top + 0.5, kept.top + kept.height - 0.5):
            across, down = geometry.before_straightening(
                recipe.straighten, x - width / 2, y - height / 2
            )
            reach = 2 if recipe.straighten else 0.5
            left, top = across + width / 2 - reach, down + height / 2 - reach
            assert source.left <= max(left, 0)
            assert source.top <= max(top, 0)
            assert source.left + source.width >= min(left + 2 * reach, width)
            assert source.top + source.height >= min(top + 2 * reach, height)


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_part_is_stored_where_its_pixels_are_shown_from(turned):
    stored = Size(60, 40)
    whole = Size(40, 60) if turned in geometry.TURNED else stored
    part = Cut(3, 5, 20, 30)
    at = geometry.unturned(part, whole, turned)
    for x in (at.left + 0.5, at.left + at.width - 0.5):
        for y in (at.top + 0.5, at.top + at.height - 0.5):
            across, down = geometry.shown(turned, x - stored.width / 2, y - stored.height / 2)
            across, down = across + whole.width / 2, down + whole.height / 2
            assert part.left < across < part.left + part.width
            assert part.top < down < part.top + part.height
    assert at.width * at.height == part.width * part.height
