"""What may be said in a recipe, and what is kept of it."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.photos.recipes import EXAMPLE, SLIDERS, recipes

from photohq.photos.errors import InvalidInput
from photohq.photos.recipe import MAX_BYTES, Recipe, plain, read, without_neutral

WHOLE = {"left": 0, "top": 0, "width": 1, "height": 1}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def problems(**fields):
    with pytest.raises(InvalidInput) as refused:
        read({"recipe": 1, **fields})
    return {error.field: error.message for error in refused.value.errors}


def test_a_recipe_is_read_and_written_as_it_was_said():
    assert plain(read(EXAMPLE)) == EXAMPLE


def test_every_bad_field_is_named_at_once_nested_ones_too():
    assert problems(
        recipe=2,
        brightness=1,
        exposure=True,
        contrast=1.5,
        straighten=0.001,
        rotate=45,
        flip="x",
        crop={"left": 0.5, "top": -1, "width": 0.6, "z": 1},
        resize={"long_edge": 15},
        tone_curve={"rgb": [[0, 0]], "red": [[0, 256], [1, 2]], "alpha": []},
        monochrome={"red": -1, "green": 0, "blue": 0},
        sharpen={"amount": 1000, "radius": 0.55},
        vignette={"amount": "dark"},
        noise_reduction=-1,
    ) == {
        "brightness": "The body has no field brightness",
        "recipe": "recipe must be 1: the version of recipes that is known here",
        "noise_reduction": "noise_reduction must be between 0 and 100",
        "rotate": "rotate must be 0, 90, 180 or 270",
        "flip": "flip must be one of horizontal, vertical",
        "straighten": "straighten must be a multiple of 0.01",
        "crop.z": "crop has no field z",
        "crop.height": "crop.height is required",
        "crop.width": "crop.width and left must be 1 at most together",
        "crop.top": "crop.top must be between 0 and 1",
        "resize.long_edge": "resize.long_edge must be between 16 and 20000",
        "exposure": "exposure must be a number",
        "contrast": "contrast must be an integer",
        "tone_curve.alpha": "tone_curve has no field alpha",
        "tone_curve.rgb": "tone_curve.rgb must have 2 to 16 points",
        "tone_curve.red": "tone_curve.red must have points between 0 and 255",
        "monochrome.red": "The weights of monochrome must have a sum above 0",
        "vignette.amount": "vignette.amount must be an integer",
        "sharpen.amount": "sharpen.amount must be between 0 and 100",
        "sharpen.radius": "sharpen.radius must be a multiple of 0.1",
    }


@pytest.mark.parametrize("raw", [None, [], "text", 5, [EXAMPLE]])
def test_what_is_no_object_is_refused(raw):
    with pytest.raises(InvalidInput, match="A recipe must be a JSON object"):
        read(raw)


def test_the_version_is_required():
    with pytest.raises(InvalidInput, match="recipe is required"):
        read({})


def test_a_recipe_of_a_megabyte_is_refused():
    with pytest.raises(InvalidInput, match="A recipe may have 8,192 bytes as JSON"):
        read({"recipe": 1, "tone_curve": {"rgb": [[0, 0]] * 200_000}})


@pytest.mark.parametrize("name", SLIDERS)
def test_sliders_go_from_minus_to_plus_100(name):
    assert problems(**{name: 101}) == problems(**{name: -101})
    assert getattr(read({"recipe": 1, name: 100}), name) == 100
    assert getattr(read({"recipe": 1, name: -100}), name) == -100


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1", [], {}, 5.01, -5.01])
def test_an_exposure_that_is_none_is_refused(value):
    assert list(problems(exposure=value)) == ["exposure"]


@pytest.mark.parametrize(
    "crop",
    [
        {**WHOLE, "left": math.nan},
        {**WHOLE, "width": 0},
        {**WHOLE, "height": -0.1},
        {**WHOLE, "width": 1.1},
        {**WHOLE, "top": 0.1},
        {**WHOLE, "left": 1e-8},
        {**WHOLE, "left": True},
        {"left": 0, "top": 0, "width": 1},
        {},
        [],
    ],
)
def test_a_crop_that_is_none_is_refused(crop):
    assert all(name.startswith("crop") for name in problems(crop=crop))


def test_what_doubles_add_to_a_crop_is_let_pass():
    read({"recipe": 1, "crop": {"left": 0.1 + 0.2, "top": 0, "width": 0.7, "height": 1}})


@pytest.mark.parametrize(
    "points",
    [
        [[0, 0]],
        [[0, 0], [0, 255]],
        [[9, 0], [0, 255]],
        [[0, 0], [255, 256]],
        [[0, -1], [255, 255]],
        [[0, 9], [255, 8]],
        [[x, x] for x in range(17)],
        [[0, 0], [255, 255.5]],
        [[0, 0], [255, True]],
        [[0, 0], [255]],
        [[0, 0], 255],
        "line",
    ],
)
def test_a_curve_that_is_none_is_refused(points):
    (name,) = problems(tone_curve={"rgb": points})
    assert name.startswith("tone_curve.rgb")


def test_only_the_curve_of_all_channels_may_not_fall():
    falling = [[0, 255], [255, 0]]
    assert list(problems(tone_curve={"rgb": falling})) == ["tone_curve.rgb"]
    assert read({"recipe": 1, "tone_curve": {"red": falling}}).tone_curve.red


@pytest.mark.parametrize(
    "neutral",
    [
        {"exposure": 0, "straighten": -0.0, "rotate": 0, "contrast": 0, "noise_reduction": 0},
        {"crop": WHOLE},
        {"sharpen": {"amount": 0, "radius": 2.5}},
        {"vignette": {"midpoint": 10}},
        {"tone_curve": {}},
        {"tone_curve": {"rgb": [[0, 0], [100, 100], [255, 255]], "red": [[0, 0], [255, 255]]}},
        {"flip": None, "resize": None},
    ],
)
def test_what_does_nothing_is_left_out(neutral):
    assert plain(read({"recipe": 1, **neutral})) == {"recipe": 1}


@pytest.mark.parametrize(
    "effective",
    [
        {"tone_curve": {"rgb": [[10, 10], [255, 255]]}},
        {"tone_curve": {"blue": [[0, 0], [254, 254]]}},
        {"monochrome": {"red": 100, "green": 0, "blue": 0}},
        {"crop": {**WHOLE, "width": 0.999}},
    ],
)
def test_what_does_something_stays(effective):
    assert plain(read({"recipe": 1, **effective})) == {"recipe": 1, **effective}


@given(recipes())
def test_what_is_stored_is_read_as_the_same_recipe(said):
    recipe = read(said)
    stored = json.dumps(plain(recipe))
    assert len(stored) < MAX_BYTES
    assert read(json.loads(stored)) == recipe == without_neutral(recipe)


@given(st.dictionaries(st.sampled_from(Recipe.__struct_fields__) | st.text(max_size=3), ANYTHING))
def test_whatever_is_said_is_a_recipe_or_refused(said):
    try:
        recipe = read({"recipe": 1, **said})
    except InvalidInput:
        return
    assert read(plain(recipe)) == recipe
