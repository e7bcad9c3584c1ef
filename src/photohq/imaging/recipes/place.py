"""The frame of a picture: turned, straightened, cropped, resized, with 8 bits in and out."""

import math
from typing import NamedTuple

import pyvips

from photohq.imaging.recipes.parts import nearest
from photohq.imaging.renditions import upright
from photohq.photos import geometry
from photohq.photos.geometry import Cut, Size
from photohq.photos.recipe import Recipe


class _Place(NamedTuple):
    """Where the first pixel of a part lies from the middle of the picture, and the part's size."""

    x: float
    y: float
    width: int
    height: int


def placed(image: pyvips.Image, own: int, recipe: Recipe) -> pyvips.Image:
    """Answer what a recipe keeps of an image, which may come row by row; `own` is EXIF's
    orientation.

    What the kept pixels are made of is in memory, and once more where it costs more than to look a
    pixel up. Raises CropOutside.
    """
    stored = Size(image.width, image.height)
    size = geometry.output(*stored, own, recipe)
    turned = geometry.orientation(own, recipe)
    whole = geometry.frame(*stored, own, recipe)
    cut = geometry.cut(whole, recipe)
    source = geometry.unturned(geometry.source(whole, recipe), whole, turned)
    image = image.crop(*source).copy_memory()
    if recipe.straighten:
        matrix = _matrix(recipe.straighten, turned)
        image = _moved(image, matrix, _from_middle(source, stored), _from_middle(cut, whole))
        image = image.copy_memory()
    else:
        image = upright(image, turned)
    if size != (cut.width, cut.height):
        across, down = size.width / cut.width, size.height / cut.height
        image = image.resize(across, vscale=down, kernel="lanczos3", gap=0).copy_memory()
    return image


def _from_middle(part: Cut, whole: Size) -> _Place:
    x, y = part.left - (whole.width - 1) / 2, part.top - (whole.height - 1) / 2
    return _Place(x, y, part.width, part.height)


def _matrix(degrees: float, turned: int) -> list[float]:
    """Answer by rows where a stored point comes to lie: turned, then straightened."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    (a, d), (b, e) = geometry.shown(turned, 1, 0), geometry.shown(turned, 0, 1)
    return [c * a - s * d, c * b - s * e, s * a + c * d, s * b + c * e]


def _moved(image: pyvips.Image, matrix: list[float], source: _Place, cut: _Place) -> pyvips.Image:
    """Interpolate cubically what of an image comes to lie in the cut.

    In 8 bits that would round twice; of the other formats doubles are the fastest.
    """
    moved = image.cast("double").affine(
        matrix,
        interpolate=pyvips.Interpolate.new("bicubic"),
        idx=source.x,
        idy=source.y,
        oarea=[0, 0, cut.width, cut.height],
        odx=-cut.x,
        ody=-cut.y,
        extend="copy",
    )
    return nearest(moved)
