"""Tone and colour: from an image of 8 bits to planes of levels in sRGB's curve, and back."""

from array import array
from bisect import bisect_left
from typing import NamedTuple

import pyvips

from photohq.imaging.recipes import curves
from photohq.imaging.recipes.curves import Triple
from photohq.imaging.recipes.parts import MAX, Planes, joined, lookup, mixed, nearest
from photohq.imaging.recipes.profiles import CODES, Space
from photohq.imaging.recipes.table import Table, table
from photohq.photos.recipe import Monochrome, Recipe
from photohq.photos.recipe_rules import Points

_BY_TABLE = (
    "exposure",
    "shadows",
    "highlights",
    "whites",
    "blacks",
    "contrast",
    "saturation",
    "vibrance",
)
_MOST = 360
"""The largest code of what white balance has made: as many as pairs of them are 16 bits."""
_FINE = 1 << 15
"""What white counts where a curve is looked up by 16 bits."""


class Tables(NamedTuple):
    """What white balance makes of each channel's codes, as levels and as codes of the table, and
    the table; None where there is nothing to do."""

    levels: list[pyvips.Image] | None
    codes: list[pyvips.Image] | None
    table: Table | None


def tables(recipe: Recipe, space: Space) -> Tables:
    """Make what white balance, H, T, saturation and vibrance need to know of a recipe."""
    levels = codes = None
    values = [code / MAX for code in range(MAX + 1)]
    if recipe.temperature or recipe.tint or space.values:
        balanced = _balanced(recipe, space)
        levels = [lookup(MAX * value for value in channel) for channel in balanced]
        peak = max(1.0, *(channel[-1] for channel in balanced))
        codes = [_nearest_codes(channel, peak) for channel in balanced]
        values = [peak * code / _MOST for code in range(_MOST + 1)]
    curve = recipe.tone_curve and recipe.tone_curve.rgb
    if curve or values[-1] > 1 or any(getattr(recipe, name) for name in _BY_TABLE):
        return Tables(levels, codes, table(recipe, values))
    return Tables(levels, codes, None)


def toned(image: pyvips.Image, by: Tables, weights: Triple) -> Planes:
    """Apply tables to an image that can be had again.

    The planes are still of 8 bits where nothing of this is asked for.
    """
    codes: list[pyvips.Image] = image.bandsplit()
    channels = codes
    if by.levels and by.codes:
        channels = [band.maplut(lut) for band, lut in zip(codes, by.levels, strict=True)]
        codes = [band.maplut(lut) for band, lut in zip(codes, by.codes, strict=True)]
    light = mixed(channels, weights)
    planes = [*channels, light]
    if by.table is None:
        return planes
    p, q, r = by.table
    pairs = _pairs(codes)
    rest = pairs.maplut(r)
    if q:
        rest += pairs.maplut(q) * light
    return [pairs.maplut(p) * plane + rest for plane in planes]


def grey(planes: Planes, mix: Monochrome) -> Planes:
    """Mix the channels into one."""
    whole = mix.red + mix.green + mix.blue
    weights = mix.red / whole, mix.green / whole, mix.blue / whole
    return [mixed(planes[:3], weights).clamp(min=0, max=MAX)] * 4


def finished(planes: Planes, recipe: Recipe, space: Space) -> pyvips.Image:
    """Apply the curves of single channels and the file's own; answers 8 bits."""
    drawn = recipe.tone_curve.channels if recipe.tone_curve else (None, None, None)
    files = space.values or (None, None, None)
    return joined(
        [
            _last(plane, points, values)
            for plane, points, values in zip(planes[:3], drawn, files, strict=True)
        ]
    )


def _balanced(recipe: Recipe, space: Space) -> list[list[float]]:
    """Answer what white balance makes of each channel's codes."""
    gains = curves.gains(recipe, space.weights)
    plain = [half / (2 * CODES - 2) for half in range(2 * CODES - 1)]
    return [
        [min(curves.encoded(curves.linear(value) * gain), curves.PEAK) for value in channel[::2]]
        for channel, gain in zip(space.values or (plain,) * 3, gains, strict=True)
    ]


def _nearest_codes(values: list[float], peak: float) -> pyvips.Image:
    codes = array("H", (int(value / peak * _MOST + 0.5) for value in values))
    return pyvips.Image.new_from_memory(codes.tobytes(), len(codes), 1, 1, "ushort")


def _pairs(codes: list[pyvips.Image]) -> pyvips.Image:
    """Answer where the table holds the smallest and the largest channel of each pixel."""
    red, green, blue = codes
    smallest = red.minpair(green).minpair(blue)
    largest = red.maxpair(green).maxpair(blue)
    starts = array("H", (largest * (largest + 1) // 2 for largest in range(_MOST + 1)))
    begins = largest.maplut(
        pyvips.Image.new_from_memory(starts.tobytes(), len(starts), 1, 1, "ushort")
    )
    return (begins + smallest).cast("ushort")


def _last(plane: pyvips.Image, points: Points | None, values: list[float] | None) -> pyvips.Image:
    """Apply a channel's own curve, then the inverse of the file's."""
    if not (points or values):
        return nearest(plane)
    curve = curves.through(points) if points else None
    codes = _inverse(values) if values else None
    out = bytearray(_FINE + 1)
    for at in range(_FINE + 1):
        value = curve(at / _FINE) if curve else at / _FINE
        out[at] = codes[int(value * _FINE + 0.5)] if codes else int(value * MAX + 0.5)
    lut = pyvips.Image.new_from_memory(bytes(out), len(out), 1, 1, "uchar")
    return plane.linear(_FINE / MAX, 0.5).cast("ushort").maplut(lut)


def _inverse(values: list[float]) -> bytes:
    """Answer the nearest codes of 0 to 1, which counts _FINE."""
    edges = [value * _FINE for value in values[1::2]]
    return bytes(bisect_left(edges, at) for at in range(_FINE + 1))
