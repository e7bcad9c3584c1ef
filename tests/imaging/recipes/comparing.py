"""Recipes held against the definition in `reference.py`, which another Python carries out."""

import json
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

import pyvips
from tests.imaging.emulators import PYTHON

from photohq.imaging.recipes import profiles
from photohq.imaging.recipes.render import edited
from photohq.photos.recipe import read

REFERENCE = Path(__file__).with_name("reference.py")


class Case(NamedTuple):
    """A recipe for a picture of 8 bits; `gamma` is the curve of its profile, None sRGB's."""

    picture: pyvips.Image
    recipe: dict
    orientation: int = 1
    weights: tuple = profiles.SRGB.weights
    gamma: float | None = None


class Apart(NamedTuple):
    """How far pixels are from those that should be, in levels of 0 to 255."""

    mean: float
    most: float


def compared(cases: list[Case], folder: Path) -> list[Apart]:
    """Carry recipes out both ways; fails where a size is another one."""
    told = []
    sources = {}
    for number, case in enumerate(cases):
        source = sources.setdefault(id(case.picture), f"picture{len(sources)}")
        _write(folder / f"{source}.in", case.picture)
        recipe = read({"recipe": 1, **case.recipe})
        _write(folder / f"{number}.out", edited(case.picture, case.orientation, recipe))
        told.append(
            {
                "name": str(number),
                "source": source,
                "recipe": case.recipe,
                "orientation": case.orientation,
                "weights": case.weights,
                "gamma": case.gamma,
            }
        )
    (folder / "cases.json").write_text(json.dumps(told))
    done = subprocess.run(
        [PYTHON, REFERENCE, folder], capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    for case, answer in zip(cases, answers, strict=True):
        assert "sizes" not in answer, (case.recipe, answer)
    return [Apart(**answer) for answer in answers]


def _write(file: Path, image: pyvips.Image) -> None:
    assert (image.format, image.bands) == ("uchar", 3)
    head = struct.pack("<II", image.width, image.height)
    file.write_bytes(head + bytes(image.write_to_memory()))
