"""The editor's preview makes the pixels that the server renders."""

import base64
import random
from typing import Any

import pytest
import pyvips
from playwright.sync_api import Page
from tests.imaging.pictures import builtin_profile, painted
from tests.photos.recipes import EXAMPLE, SLIDERS

from photohq.imaging.recipes import profiles
from photohq.imaging.recipes.render import edited, in_primaries
from photohq.photos.recipe import read

pytestmark = pytest.mark.browser
RENDER = """
async ([url, width, height, pixels, recipes, toSrgb]) => {
  const { rendered, toned } = await import(`${url}/pixels.js`);
  const { converted, inverse, weightsOf } = await import(`${url}/primaries.js`);
  const inOwn = (picture, recipe) => {
    const made = toned(converted(picture, inverse(toSrgb)), recipe, weightsOf(toSrgb));
    return converted(made, toSrgb);
  };
  const data = Uint8ClampedArray.from(atob(pixels), (letter) => letter.charCodeAt(0));
  return recipes.map((recipe) => {
    const made = (toSrgb ? inOwn : rendered)({ width, height, data }, recipe);
    let text = "";
    for (let at = 0; at < made.data.length; at += 4096)
      text += String.fromCharCode(...made.data.subarray(at, at + 4096));
    return [made.width, made.height, btoa(text)];
  });
}
"""
CROP = {"left": 0.1, "top": 0.2, "width": 0.7, "height": 0.65}
MOST = 7
"""Levels of one pixel where steep curves follow each other; tests/imaging/recipes has the same."""

Apart = tuple[bool, float, float]
"""Whether the size is the same, and the mean and the greatest difference in levels."""


@pytest.fixture
def apart(new_page, server):
    """Answers how far pixels.js is from the server for each recipe: size, mean, most, in levels."""
    page: Page = new_page()
    page.goto(f"{server.url}/web/mark.svg")
    picture = painted(150, 100)
    pixels = base64.b64encode(picture.bandjoin(255).cast("uchar").write_to_memory()).decode()

    def compare(recipes: list[dict[str, Any]], to_srgb: Any = None) -> list[Apart]:
        url = f"{server.url}/web/editor"
        size = picture.width, picture.height
        told = page.evaluate(RENDER, [url, *size, pixels, recipes, to_srgb])
        return [_apart(picture, *one, to_srgb) for one in zip(recipes, told, strict=True)]

    return compare


def _apart(picture, recipe, made, to_srgb):
    should = _rendered(picture.copy(), read({"recipe": 1, **recipe}), to_srgb)
    width, height, text = made
    if (width, height) != (should.width, should.height):
        return False, 255.0, 255.0
    pixels = base64.b64decode(text)
    difference = pyvips.Image.new_from_memory(pixels, width, height, 4, "uchar")[0:3] - should
    return True, difference.abs().avg(), difference.abs().max()


def _rendered(picture, recipe, to_srgb):
    if to_srgb is None:
        return edited(picture, 1, recipe)
    own = in_primaries(profiles.inverse(to_srgb), picture)
    return in_primaries(to_srgb, edited(own, 1, recipe, profiles.with_primaries(to_srgb)))


def by_chance(chance: random.Random) -> dict[str, Any]:
    """Any recipe that changes no frame and reduces no noise."""

    def bends():
        inner = [[x, x + chance.randint(-30, 30)] for x in (64, 128, 192)]
        return [[0, chance.randint(0, 30)], *inner, [255, chance.randint(225, 255)]]

    everything = {
        **{name: chance.randint(-100, 100) for name in SLIDERS},
        "exposure": chance.randint(-300, 300) / 100,
        "tone_curve": {"rgb": bends(), "blue": bends()},
        "monochrome": {name: chance.randint(10, 100) for name in ("red", "green", "blue")},
        "vignette": {"amount": chance.randint(-100, 100), "midpoint": chance.randint(0, 100)},
        "sharpen": {"amount": chance.randint(1, 100), "radius": chance.randint(5, 30) / 10},
    }
    rare = {"monochrome": 0.15, "tone_curve": 0.4, "sharpen": 0.3, "vignette": 0.4}
    return {
        name: value for name, value in everything.items() if chance.random() < rare.get(name, 0.6)
    }


def test_tone_and_colour_are_those_of_the_server(apart):
    chance = random.Random(1839)
    ends = [{name: value} for name in SLIDERS for value in (-100, 100)]
    recipes = [*ends, {"exposure": 5}, *(by_chance(chance) for _ in range(32))]
    for recipe, (fits, mean, most) in zip(recipes, apart(recipes), strict=True):
        assert fits
        assert mean < 0.5, recipe
        assert most <= MOST, recipe


def test_turns_flips_and_crops_are_the_same_pixels(apart):
    recipes = [
        {"rotate": rotate, "crop": CROP, **({"flip": flip} if flip else {})}
        for rotate in (0, 90, 180, 270)
        for flip in (None, "horizontal", "vertical")
    ]
    assert apart(recipes) == [(True, 0, 0)] * len(recipes)


def test_straightened_and_resized_frames_are_the_same_to_the_pixel(apart):
    turned = [
        {"straighten": degrees, "rotate": rotate, **crop}
        for degrees in (0.5, 2, -17.25, 45)
        for rotate in (0, 90)
        for crop in ({}, {"crop": CROP})
    ]
    smaller = [{"resize": {"long_edge": 77}}, {"straighten": 3, "resize": {"long_edge": 90}}]
    for recipe, (fits, mean, _) in zip([*turned, *smaller], apart(turned + smaller), strict=True):
        assert fits, recipe
        assert mean < 0.5, recipe


def test_everything_at_once(apart):
    recipe = {**EXAMPLE, "flip": "vertical", "vignette": {"amount": -30}, "tint": 12}
    ((fits, mean, _),) = apart([{name: recipe[name] for name in recipe if name != "recipe"}])
    assert fits
    assert mean < 0.5


def test_other_primaries(apart):
    chance = random.Random(3)
    recipes = [by_chance(chance) for _ in range(40)]
    to_srgb = profiles.read(builtin_profile("p3")).to_srgb
    means = []
    for recipe, (fits, mean, _) in zip(recipes, apart(recipes, to_srgb), strict=True):
        assert fits, recipe
        assert mean < 1, recipe
        means.append(mean)
    assert sum(means) / len(means) < 0.4  # 8 bits are rounded twice more
