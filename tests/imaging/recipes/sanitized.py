"""Recipes by chance on small pictures of all shapes: `python -m tests.imaging.recipes.sanitized
LIBRARY` carries them out with a library whose compiler watches each access to memory.
"""

import contextlib
import random
import sys
from pathlib import Path

import pyvips
from tests.imaging.pictures import painted
from tests.imaging.recipes.test_accuracy import moderate

from photohq.imaging.recipes import native
from photohq.imaging.recipes.render import edited
from photohq.photos.geometry import CropOutside
from photohq.photos.recipe import read

RECIPES = 50
EDGES = (1, 2, 3, 4, 5, 7, 16, 31, 32, 33, 64, 65, 90)
ANGLES = (0.01, 2, -17, 45)


def main() -> None:
    native.compiled = Path(sys.argv[1])
    chance = random.Random(2)
    shapes = [(chance.choice(EDGES), chance.choice(EDGES)) for _ in range(RECIPES)]
    for shape in [*shapes, (1, 1), (90, 90)]:
        picture = painted(*shape)
        turned = {"straighten": chance.choice(ANGLES)}
        carry_out(picture, chance.randint(1, 8), {**moderate(chance), **turned})
        carry_out(picture[0], 1, turned)
        carry_out(picture.bandjoin(picture[0]), 1, {"straighten": 45})


def carry_out(picture: pyvips.Image, orientation: int, said: dict) -> None:
    with contextlib.suppress(CropOutside):
        edited(picture, orientation, read({"recipe": 1, **said})).avg()


if __name__ == "__main__":
    main()
