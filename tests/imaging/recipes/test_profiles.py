"""The colours of a file by its profile."""

import pytest
import pyvips
from tests.imaging.pictures import (
    ADOBE_RGB,
    builtin_profile,
    matrix_profile,
    painted,
    parametric,
    with_profile,
)
from tests.imaging.running import process

from photohq.imaging.recipes import profiles
from photohq.imaging.recipes.render import edited
from photohq.photos.recipe import read

D65 = (0.9505, 1.0, 1.0891)
STRANGE = {
    "a power of black below zero": matrix_profile(ADOBE_RGB, parametric(0, -1)),
    "more than numbers can tell": matrix_profile(ADOBE_RGB, parametric(3, 9999, 9999, 0, 0, 0)),
    "black below black": matrix_profile(ADOBE_RGB, parametric(4, 2.2, 1, 0, 1, 0, -0.5, -0.5)),
    "one grey": matrix_profile(ADOBE_RGB, 0),
    "two primaries in one": matrix_profile([ADOBE_RGB[0], *ADOBE_RGB[:2]], 2.2),
}


@pytest.mark.parametrize(
    ("profile", "weights"),
    [
        (builtin_profile("srgb"), (0.2126, 0.7152, 0.0722)),
        (builtin_profile("p3"), (0.2290, 0.6917, 0.0793)),
        (matrix_profile(ADOBE_RGB, 563 / 256, white=D65), (0.2973, 0.6274, 0.0753)),
    ],
    ids=["sRGB", "Display P3", "Adobe RGB"],
)
def test_the_luma_is_that_of_the_primaries_in_their_own_white(profile, weights):
    assert profiles.read(profile).weights == pytest.approx(weights, abs=1e-4)


@pytest.mark.parametrize("profile", STRANGE.values(), ids=STRANGE)
def test_colours_that_can_t_be_worked_on_have_no_space_and_their_picture_is_ready(
    pictures, profile
):
    assert profiles.read(profile) is None
    made = process(pictures, with_profile(painted(64, 48), profile))
    assert made.picture.to_srgb is None
    assert made.files


def test_what_is_brought_to_srgb_comes_back():
    there = profiles.read(builtin_profile("p3")).to_srgb
    back = profiles.inverse(there)
    for row, units in zip(there, ((1, 0, 0), (0, 1, 0), (0, 0, 1)), strict=True):
        product = [
            sum(a * b for a, b in zip(row, column, strict=True))
            for column in zip(*back, strict=True)
        ]
        assert product == pytest.approx(units, abs=1e-9)


def test_a_profile_whose_darks_are_all_black_keeps_them_so():
    # ICC's type 3: what is below 0.2 is 0 times as bright.
    profile = matrix_profile(ADOBE_RGB, parametric(3, 2.2, 1.25, -0.25, 0, 0.2))
    ramp = pyvips.Image.identity(bands=3).copy(interpretation="srgb")
    ramp.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    developed = edited(ramp, 1, read({"recipe": 1, "exposure": 1, "saturation": 50}))
    greys = list(developed.write_to_memory())[::3]
    assert greys == sorted(greys)
    assert greys[0] == greys[50] < greys[120] < greys[255]
