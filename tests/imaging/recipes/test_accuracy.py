"""Pixels as the definition wants them: held against NumPy, which knows no table and no 8 bits."""

import random
from pathlib import Path

import pytest
import pyvips
from tests.imaging.pictures import ADOBE_RGB, builtin_profile, matrix_profile, painted
from tests.imaging.recipes.comparing import Case, compared
from tests.photos.recipes import EXAMPLE, SLIDERS

REAL = Path(__file__).parents[4] / "shared/photos"
CROP = {"left": 0.1, "top": 0.2, "width": 0.7, "height": 0.65}
CURVE = [[0, 0], [64, 20], [130, 180], [255, 240]]
ROUNDED = 1
"""Levels: what lies between two may be rounded to either."""
WORST = 4
"""Levels of one pixel where what several stages have rounded adds up."""
D65 = (0.9505, 1.0, 1.0891)
P3 = (0.2290, 0.6917, 0.0793)
"""The luma's weights, as the definition has them."""


def small():
    return painted(96, 64)


def tones():
    for name in SLIDERS:
        yield {name: -100}
        yield {name: 100}
    yield {"exposure": -5}
    yield {"exposure": 5}
    yield {"tone_curve": {"rgb": CURVE}}
    yield {"tone_curve": {"red": CURVE, "green": [[20, 255], [235, 0]]}}
    yield {"monochrome": {"red": 100, "green": -50, "blue": 30}}
    yield {"vignette": {"amount": -100, "midpoint": 0}}
    yield {"vignette": {"amount": 100, "midpoint": 100}}
    yield {"sharpen": {"amount": 100, "radius": 0.5}}
    yield {"sharpen": {"amount": 100, "radius": 3}}
    yield {"noise_reduction": 1}
    yield {"noise_reduction": 100}


def frames():
    for number in range(1, 9):
        yield Case(small(), {"crop": CROP}, orientation=number)
    for flip in ("horizontal", "vertical"):
        yield Case(small(), {"flip": flip, "rotate": 90, "crop": CROP}, orientation=6)
    yield Case(small(), {"rotate": 180})


def in_adobe_rgb(picture, recipe):
    profile = matrix_profile(ADOBE_RGB, 563 / 256, white=D65)
    weights = (0.2973, 0.6274, 0.0753)
    return Case(profiled(profile, picture), recipe, weights=weights, gamma=563 / 256)


@pytest.mark.parametrize("case_of", [Case, in_adobe_rgb])
def test_each_control_at_both_ends_is_within_a_level(tmp_path, case_of):
    cases = [case_of(small(), recipe) for recipe in tones()]
    for case, apart in zip(cases, compared(cases, tmp_path), strict=True):
        assert apart.most <= ROUNDED, case.recipe
        assert apart.mean < 0.05, case.recipe


def test_turns_flips_and_crops_move_pixels_and_change_none(tmp_path):
    for apart in compared(list(frames()), tmp_path):
        assert apart.most == 0


def test_straightening_and_resizing_are_within_the_promise(tmp_path):
    turned = [
        Case(small(), {"straighten": 2}),
        Case(small(), {"straighten": -17, "crop": CROP}, orientation=5),
        Case(small(), {"straighten": 45, "rotate": 270}),
    ]
    smaller = [
        Case(small(), {"resize": {"long_edge": 50}}),
        Case(small(), {"straighten": 3, "resize": {"long_edge": 50}, "crop": CROP}),
    ]
    apart = compared([*turned, *smaller], tmp_path)
    assert all(one.mean < 0.1 and one.most <= 2 for one in apart[: len(turned)])
    assert all(one.mean < 0.35 and one.most <= WORST for one in apart[len(turned) :])


def test_everything_at_once_is_within_the_promise(tmp_path):
    everything = {
        **EXAMPLE,
        "rotate": 90,
        "tint": -15,
        "saturation": 30,
        "whites": 20,
        "blacks": -20,
        "noise_reduction": 40,
        "vignette": {"amount": -30, "midpoint": 40},
    }
    for apart in compared([Case(small(), EXAMPLE), Case(small(), everything, 6)], tmp_path):
        assert apart.mean < 0.35
        assert apart.most <= WORST


def test_wide_colours_are_worked_on_in_their_own_primaries(tmp_path):
    def in_p3(picture, recipe):
        return Case(profiled(builtin_profile("p3"), picture), recipe, weights=P3)

    cases = [
        case_of(small(), recipe)
        for case_of in (in_p3, in_adobe_rgb)
        for recipe in (
            {"saturation": -100},
            {"exposure": 0.5, "temperature": 30, "vibrance": 40},
            {"vignette": {"amount": -50}},
            {"tone_curve": {"blue": CURVE}},
        )
    ]
    for case, apart in zip(cases, compared(cases, tmp_path), strict=True):
        assert apart.mean < 0.35, case.recipe
        assert apart.most <= WORST, case.recipe


def test_darks_of_a_gamma_are_not_crushed(tmp_path):
    dark = small().linear(0.08, 0, uchar=True)
    cases = [
        in_adobe_rgb(dark, recipe)
        for recipe in ({"exposure": 0.01}, {"exposure": 3}, {"contrast": 1})
    ]
    for case, apart in zip(cases, compared(cases, tmp_path), strict=True):
        assert apart.most <= ROUNDED, case.recipe
        assert apart.mean < 0.05, case.recipe


def profiled(profile, image):
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def moderate(chance):
    """What somebody may want of a photo, by chance: no curve that jumps, no mix that amplifies."""

    def bends():
        inner = [[x, x + chance.randint(-30, 30)] for x in (64, 128, 192)]
        return [[0, chance.randint(0, 30)], *inner, [255, chance.randint(225, 255)]]

    everything = {
        **{name: chance.randint(-100, 100) for name in SLIDERS},
        "exposure": chance.randint(-300, 300) / 100,
        "straighten": chance.randint(-1000, 1000) / 100,
        "crop": {"left": 0.2, "top": 0.1, "width": chance.uniform(0.3, 0.7), "height": 0.7},
        "tone_curve": {"rgb": bends(), "red": bends()},
        "monochrome": {name: chance.randint(10, 100) for name in ("red", "green", "blue")},
        "vignette": {"amount": chance.randint(-100, 100), "midpoint": chance.randint(0, 100)},
        "sharpen": {"amount": chance.randint(1, 100), "radius": chance.randint(5, 30) / 10},
        "noise_reduction": chance.randint(0, 100),
        "rotate": 90,
        "flip": "vertical",
    }
    return {name: value for name, value in everything.items() if chance.random() < 0.5}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_random_recipes_are_within_the_promise_on_photos(tmp_path):
    photos = [painted(320, 240)]
    if REAL.exists():
        names = ("deb_casa-mila", "deb_oakland-zoo-otters", "deb_tea-gardens")
        photos += [
            pyvips.Image.thumbnail(str(REAL / f"{name}.jpg"), 480).copy_memory() for name in names
        ]
    chance = random.Random(1)
    cases = [
        Case(photos[number % len(photos)], moderate(chance), chance.randint(1, 8))
        for number in range(200)
    ]
    means = sorted(apart.mean for apart in compared(cases, tmp_path))
    assert sum(means) / len(means) < 0.05
    assert means[-1] < 0.35
