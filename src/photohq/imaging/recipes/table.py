"""Tone and colour as one table, looked up by the smallest and the largest channel of a pixel.

Both are moved by monotone curves and the third keeps its place between them, so that the hue (HSV)
stays. With the luma l a pixel e becomes e * P + l * Q + R.
"""

from typing import NamedTuple

import pyvips

from photohq.imaging.recipes import curves
from photohq.imaging.recipes.parts import exact
from photohq.photos.recipe import Recipe

_STEPS = 2048
"""Of T, where it is taken for the smallest channel."""
_MAX = 255


class Table(NamedTuple):
    """P, Q and R by `smallest + 256 * largest`, each as one row.

    The channels count 255 for the peak that the table was made for; R is in levels of 0 to 255.
    `q` is None where it is nothing but zeros.
    """

    p: pyvips.Image
    q: pyvips.Image | None
    r: pyvips.Image


def table(recipe: Recipe, peak: float) -> Table:
    """Make the table for channels of 0 to `peak`, which is 1 unless white balance goes beyond.

    Every pair of channels is a pixel of a small image; what is used twice is kept in memory. Pairs
    that can't be, the smallest above the largest, hold anything.
    """
    head, tail, white = curves.head(recipe), curves.tail(recipe), curves.white(recipe)
    code = peak / _MAX
    moved = [head(largest * code) for largest in range(_MAX + 1)]
    steps = [at / (white * (largest or 1)) * _STEPS for largest, at in enumerate(moved)]
    fine = [tail(white * step / _STEPS) for step in range(_STEPS + 1)]
    rises = [after - before for before, after in zip(fine, [*fine[1:], fine[-1]], strict=True)]

    pairs = pyvips.Image.xyz(_MAX + 1, _MAX + 1).cast("double")
    smallest, largest = pairs[0], pairs[1]
    row = largest.cast("uchar")
    top = row.maplut(exact(map(tail, moved))).copy_memory()
    step = row.maplut(exact(steps)).copy_memory()
    place = (smallest * step).clamp(min=0, max=_STEPS).copy_memory()
    below = place.floor().cast("ushort")
    rise = below.maplut(exact(rises))
    low = (below.maplut(exact(fine)) + (place - below) * rise).copy_memory()
    # Where all channels are the same, rounding apart, they go with the tone curve.
    apart = largest - smallest
    slope = (apart > 0).ifthenelse((top - low) / (apart * code), rise * step / code).copy_memory()
    base = low - smallest * code * slope
    if not (recipe.saturation or recipe.vibrance):
        return Table(_row(slope), None, _row(base * _MAX))
    k, towards_luma, towards_top = _mix(recipe, top, low)
    return Table(
        _row(k * slope),
        _row(towards_luma * slope),
        _row(((k + towards_luma) * base + towards_top * top) * _MAX),
    )


def _mix(
    recipe: Recipe, top: pyvips.Image, low: pyvips.Image
) -> tuple[pyvips.Image, pyvips.Image, pyvips.Image]:
    """Saturation and vibrance: how much of a colour, its luma and its largest channel remain.

    Away from the luma, but the more from the largest channel the brighter that is: nothing leaves 0
    to 1.
    """
    saturation, vibrance = recipe.saturation / 100, recipe.vibrance / 100
    greyness = (top > 0).ifthenelse(low / top, 1.0).copy_memory()
    k = (greyness if saturation > 0 else 1.0) * saturation + 1
    k *= greyness * greyness * vibrance + 1
    k = k.copy_memory()
    by_top = (k > 1).ifthenelse(top * top, 0.0).copy_memory()
    return k, ((1 - k) * (1 - by_top)).copy_memory(), (1 - k) * by_top


def _row(image: pyvips.Image) -> pyvips.Image:
    values = image.cast("float").write_to_memory()
    return pyvips.Image.new_from_memory(values, (_MAX + 1) ** 2, 1, 1, "float")
