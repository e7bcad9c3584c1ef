"""Tone and colour as one table, looked up by the smallest and the largest channel of a pixel.

Both are moved by monotone curves and the third keeps its place between them, so that the hue (HSV)
stays. With the luma l a pixel e becomes e * P + l * Q + R.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import pyvips

from photohq.imaging.recipes import curves
from photohq.imaging.recipes.parts import lookup
from photohq.photos.recipe import Recipe

_STEPS = 2048
"""Of T, where it is taken for the smallest channel."""
_MAX = 255


class Table(NamedTuple):
    """P, Q and R by `smallest + largest * (largest + 1) / 2` of a pixel's codes, each as one row.

    R is in levels of 0 to 255. `q` is None where it is nothing but zeros.
    """

    p: pyvips.Image
    q: pyvips.Image | None
    r: pyvips.Image


def table(recipe: Recipe, values: Sequence[float]) -> Table:
    """Make the table for channels whose codes mean `values`, which rise from 0.

    Every pair of codes that can be is a pixel of a row; what is used twice is kept in memory.
    """
    head, tail, white = curves.head(recipe), curves.tail(recipe), curves.white(recipe)
    moved = [head(value) for value in values]
    fine = [tail(white * step / _STEPS) for step in range(_STEPS + 1)]
    rises = [after - before for before, after in zip(fine, [*fine[1:], fine[-1]], strict=True)]

    smallest = lookup(chain.from_iterable(values[: at + 1] for at in range(len(values))))
    largest = _by_largest(values)
    top = _by_largest(map(tail, moved))
    step = _by_largest(
        [at / (white * (value or 1)) * _STEPS for at, value in zip(moved, values, strict=True)]
    )
    place = (smallest * step).clamp(min=0, max=_STEPS).copy_memory()
    below = place.floor().cast("ushort")
    rise = below.maplut(lookup(rises))
    low = (below.maplut(lookup(fine)) + (place - below) * rise).copy_memory()
    # Where all channels are the same, rounding apart, they go with the tone curve.
    apart = largest - smallest
    slope = (apart > 0).ifthenelse((top - low) / apart, rise * step).copy_memory()
    base = low - smallest * slope
    if not (recipe.saturation or recipe.vibrance):
        return Table(_row(slope), None, _row(base * _MAX))
    k, towards_luma, towards_top = _mix(recipe, top, low)
    return Table(
        _row(k * slope),
        _row(towards_luma * slope),
        _row(((k + towards_luma) * base + towards_top * top) * _MAX),
    )


def _by_largest(values: Iterable[float]) -> pyvips.Image:
    """Repeat what the largest channel decides for every smallest one that it can have."""
    return lookup(chain.from_iterable(repeat(value, at + 1) for at, value in enumerate(values)))


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
    return image.cast("float").copy_memory()
