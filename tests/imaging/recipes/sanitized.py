"""Recipes by chance on small pictures of all shapes: `python -m tests.imaging.recipes.sanitized
LIBRARY` carries them out with a library whose compiler watches each access to memory.
"""

import contextlib
import random
import sys
from pathlib import Path

import pyvips
from tests.imaging.pictures import ADOBE_RGB, matrix_profile, painted
from tests.imaging.recipes.test_accuracy import moderate
from tests.photos.recipes import SLIDERS

from photohq.imaging.recipes import native
from photohq.imaging.recipes.render import edited
from photohq.photos.geometry import CropOutside
from photohq.photos.recipe import read

RECIPES = 24
EDGES = (1, 2, 3, 4, 5, 7, 16, 31, 32, 33, 64, 65, 90)
ANGLES = (0.01, 2, -17, 45)
GAMMA = matrix_profile(ADOBE_RGB, 563 / 256)
EXTREME = {
    **dict.fromkeys(SLIDERS, 100),
    "exposure": 5,
    "sharpen": {"amount": 100, "radius": 3},
    "vignette": {"amount": 100, "midpoint": 0},
    "noise_reduction": 100,
}


def main() -> None:
    native.compiled = Path(sys.argv[1])
    chance = random.Random(2)
    shapes = [(chance.choice(EDGES), chance.choice(EDGES)) for _ in range(RECIPES)]
    for number, shape in enumerate([*shapes, (1, 1), (90, 90), (1, 900), (900, 1)]):
        picture = painted(*shape)
        if number % 3 == 0:
            picture = picture.copy()
            picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", GAMMA)
        turned = {"straighten": chance.choice(ANGLES)}
        wanted = EXTREME if number % 4 == 0 else moderate(chance)
        carry_out(picture, chance.randint(1, 8), {**wanted, **turned, "crop": None})
        carry_out(picture, 1, wanted)
        carry_out(picture[0], 1, turned)
        carry_out(picture.bandjoin(picture[0]), 1, {"straighten": 45})


def carry_out(picture: pyvips.Image, orientation: int, said: dict) -> None:
    with contextlib.suppress(CropOutside):
        edited(picture, orientation, read({"recipe": 1, **said})).avg()


if __name__ == "__main__":
    main()
