"""The sheet of every control of a recipe, at both ends and as it is: `make docs` draws it."""

import tempfile
from pathlib import Path

import pyvips
from tests.house.repository import ROOT
from tests.photos.recipes import SLIDERS

from photohq.imaging import font, samples
from photohq.imaging.recipes.render import edited
from photohq.photos.recipe import read

FILE = ROOT / "docs" / "recipe-sheet.jpg"
EDGE, GAP, LABEL = 200, 4, 24
SCENE = 1
"""How many sample photos are painted: the last one is taken."""
INK, PAPER = (40, 40, 40), (250, 250, 250)
CONTROLS = (
    ("exposure", ("-2", -2), ("+2", 2)),
    *((name, ("-100", -100), ("+100", 100)) for name in SLIDERS),
    (
        "tone_curve",
        ("darker", {"rgb": [[0, 0], [128, 80], [255, 255]]}),
        ("brighter", {"rgb": [[0, 0], [128, 176], [255, 255]]}),
    ),
    (
        "monochrome",
        ("of blue", {"red": 0, "green": 0, "blue": 100}),
        ("of red", {"red": 100, "green": 0, "blue": 0}),
    ),
    ("vignette", ("-100", {"amount": -100}), ("+100", {"amount": 100})),
    ("sharpen", ("30", {"amount": 30}), ("100, radius 3", {"amount": 100, "radius": 3.0})),
    ("noise_reduction", ("50", 50), ("100", 100)),
    ("straighten", ("-10", -10), ("+10", 10)),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = samples.write(Path(folder), count=SCENE)[-1]
        photo = pyvips.Image.thumbnail(str(path), EDGE * 2)
        photo = photo.resize(EDGE / photo.width).copy_memory()
    pictures = []
    for name, (less, low), (more, high) in CONTROLS:
        pictures += [
            _labelled(_edited(photo, name, low), less, photo.height),
            _labelled(photo, name, photo.height),
            _labelled(_edited(photo, name, high), more, photo.height),
        ]
    sheet = pyvips.Image.arrayjoin(
        [picture.cast("uchar") for picture in pictures],
        across=6,
        shim=GAP,
        hspacing=EDGE,
        vspacing=photo.height + LABEL,
        background=PAPER,
    )
    sheet.jpegsave(str(FILE), Q=80, keep="none")


def _edited(photo: pyvips.Image, name: str, value: object) -> pyvips.Image:
    return edited(photo, 1, read({"recipe": 1, name: value}))


def _labelled(picture: pyvips.Image, text: str, height: int) -> pyvips.Image:
    """Put a line of text under a picture, whose frame may have become smaller."""
    framed = picture.gravity("centre", EDGE, height, extend="background", background=PAPER)
    words = pyvips.Image.text(text, fontfile=str(font.FILE), font=f"{font.NAME} 10", dpi=100)
    strength = words.embed(4, 4, EDGE, LABEL) / 255
    line = strength * [ink - paper for ink, paper in zip(INK, PAPER, strict=True)] + PAPER
    return framed.join(line.cast("uchar").copy(interpretation="srgb"), "vertical")


if __name__ == "__main__":
    main()
