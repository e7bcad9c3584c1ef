"""What recipes may say: the server takes what openapi.json describes, and names what it doesn't."""

import pytest
from jsonschema import Draft202012Validator

from . import expect

CROP = {"left": 0, "top": 0.5, "width": 1, "height": 0.5}
GREY = {"red": 30, "green": 60, "blue": 10}


@pytest.fixture(scope="module")
def described(deployment):
    """Judges a recipe as openapi.json describes it."""
    document = expect.ok(deployment.anonymous.get("/openapi.json"))
    return Draft202012Validator({**document, "$ref": "#/components/schemas/Recipe"})


@pytest.fixture(scope="module")
def owned(deployment):
    """A user and a photo, pending: a recipe is stored with it all the same."""
    user = deployment.new_user()
    return user, user.pending_photo()


def put(user, photo_id, recipe):
    return user.send("PUT", f"/photos/{photo_id}/recipe", recipe)


def messages(answer):
    """What is said of each field that is refused."""
    problem = expect.problem(answer, 400)
    assert problem["code"] == "invalid_input"
    return {one["field"]: one["message"] for one in problem["errors"]}


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("contrast", 20.0, 20),
        ("rotate", 90.0, 90),
        ("exposure", -1, -1.0),
        ("straighten", 0.07, 0.07),
        ("crop", CROP, CROP),
        ("crop", None, None),
        ("flip", None, None),
        ("resize", {"long_edge": 640.0}, {"long_edge": 640}),
        ("tone_curve", {"red": [[0, 9.0], [255.0, 255]]}, {"red": [[0, 9], [255, 255]]}),
        ("monochrome", GREY, GREY),
        ("sharpen", {"amount": 1, "radius": 0.7}, {"amount": 1, "radius": 0.7}),
        ("vignette", {"amount": -5}, {"amount": -5, "midpoint": 50}),
    ],
)
def test_what_is_described_is_taken(owned, described, field, value, kept):
    recipe = {"recipe": 1, field: value}
    assert described.is_valid(recipe)
    stored = expect.ok(put(*owned, recipe))["recipe"]
    assert described.is_valid(stored)
    assert stored.get(field) == kept
    assert type(stored.get(field)) is type(kept)


@pytest.mark.parametrize(
    ("recipe", "field", "message"),
    [
        ({"sepia": 1}, "sepia", "The body has no field sepia"),
        ({"recipe": 2}, "recipe", "recipe must be 1"),
        ({"contrast": None}, "contrast", "contrast must be an integer"),
        ({"contrast": 0.5}, "contrast", "contrast must be an integer"),
        ({"contrast": 101}, "contrast", "contrast must be between -100 and 100"),
        ({"crop": {**CROP, "right": 1}}, "crop.right", "crop has no field right"),
        ({"crop": {**CROP, "width": 0}}, "crop.width", "crop.width must be above 0"),
        ({"resize": {"long_edge": 9}}, "resize.long_edge", "resize.long_edge must be between"),
        ({"resize": {"long_edge": 99, "edge": 9}}, "resize.edge", "resize has no field edge"),
        ({"sharpen": {"amount": 101}}, "sharpen.amount", "sharpen.amount must be between 0"),
        ({"sharpen": {"amount": None}}, "sharpen.amount", "sharpen.amount must be an integer"),
        ({"sharpen": {"size": 1}}, "sharpen.size", "sharpen has no field size"),
        ({"vignette": {"amount": 101}}, "vignette.amount", "vignette.amount must be between"),
        ({"vignette": {"size": 1}}, "vignette.size", "vignette has no field size"),
        ({"monochrome": {**GREY, "grey": 1}}, "monochrome.grey", "monochrome has no field grey"),
        ({"tone_curve": {"alpha": []}}, "tone_curve.alpha", "tone_curve has no field alpha"),
        *(
            ({"tone_curve": {"rgb": points}}, field, f"{field} {problem}")
            for points, field, problem in [
                ([[0, 0]], "tone_curve.rgb", "must have 2 to 16 points"),
                ([[n, n] for n in range(17)], "tone_curve.rgb", "must have 2 to 16 points"),
                ([[0, 0], [256, 256]], "tone_curve.rgb", "must have points between 0 and 255"),
                ([[0, 0, 0], [255, 255]], "tone_curve.rgb[0]", "must be two integers"),
                ([[0, 0], [255]], "tone_curve.rgb[1]", "must be two integers"),
                ([[0, 0], [255, "1"]], "tone_curve.rgb[1]", "must be two integers"),
                ([[0, 0], [255, 0.5]], "tone_curve.rgb[1]", "must be two integers"),
            ]
        ),
    ],
)
def test_what_is_not_described_is_refused_and_named(owned, described, recipe, field, message):
    recipe = {"recipe": 1, **recipe}
    assert not described.is_valid(recipe)
    (told,) = messages(put(*owned, recipe)).items()
    assert told[0] == field
    assert told[1].startswith(message)


@pytest.mark.parametrize(
    ("recipe", "field", "message"),
    [
        ({"exposure": 0.005}, "exposure", "exposure must be a multiple of 0.01"),
        ({"crop": {**CROP, "height": 1}}, "crop.height", "crop.height and top must be 1 at most"),
        (
            {"tone_curve": {"red": [[9, 0], [9, 1]]}},
            "tone_curve.red",
            "tone_curve.red must have points from left to right",
        ),
        ({"monochrome": dict.fromkeys(GREY, 0)}, "monochrome.red", "The weights of monochrome"),
    ],
)
def test_what_a_schema_has_no_words_for_is_refused_and_named(owned, recipe, field, message):
    (told,) = messages(put(*owned, {"recipe": 1, **recipe})).items()
    assert told[0] == field
    assert told[1].startswith(message)


@pytest.mark.parametrize("route", ["preview", "render"])
def test_a_recipe_inside_a_body_is_named_by_where_it_is(owned, route):
    user, photo_id = owned
    body = {"recipe": {"recipe": 1, "sepia": 1, "sharpen": {"amount": 101}}}
    assert messages(user.send("POST", f"/photos/{photo_id}/{route}", body)) == {
        "recipe.sepia": "recipe has no field sepia",
        "recipe.sharpen.amount": "recipe.sharpen.amount must be between 0 and 100",
    }


@pytest.mark.parametrize(
    ("route", "body", "fields"),
    [
        ("preview", {"recipes": {"recipe": 1}}, {"recipes"}),
        ("preview", {"preset": "Warm", "sise": 256, "quality": 9}, {"preset", "sise", "quality"}),
        ("preview", {"size": None}, {"size"}),
        ("render", {"recipes": {"recipe": 1}, "presets": "Warm"}, {"recipes", "presets"}),
        ("render", {"size": 256}, {"size"}),
    ],
)
def test_what_a_rendering_does_not_know_is_not_passed_over(owned, route, body, fields):
    user, photo_id = owned
    assert messages(user.send("POST", f"/photos/{photo_id}/{route}", body)).keys() == fields


def test_what_a_rendering_does_not_know_is_not_passed_over_in_a_batch_either(owned):
    user, photo_id = owned
    (result,) = user.operate({"op": "render", "photo_id": photo_id, "recipes": {"recipe": 1}})
    assert result["status_code"] == 400
    expect.inner_problem(result["body"], "recipes")
