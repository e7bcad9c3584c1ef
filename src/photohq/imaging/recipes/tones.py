"""Tone and colour: from an image of 8 bits to planes of levels in sRGB's curve, and back."""

from bisect import bisect_left

import pyvips

from photohq.imaging.recipes import curves
from photohq.imaging.recipes.parts import MAX, Planes, joined, lookup, mixed, nearest
from photohq.imaging.recipes.profiles import CODES, Space
from photohq.imaging.recipes.table import table
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
_FINE = 1 << 15
"""What white counts where a curve is looked up by 16 bits."""


def toned(image: pyvips.Image, recipe: Recipe, space: Space) -> Planes:
    """Apply white balance, H, T, saturation and vibrance to an image that can be had again.

    The planes are still of 8 bits where nothing of this is asked for.
    """
    codes: list[pyvips.Image] = image.bandsplit()
    channels, peak = codes, 1.0
    if recipe.temperature or recipe.tint or space.values:
        balanced = _balanced(recipe, space)
        peak = max(1.0, *(values[-1] for values in balanced))
        tables = [lookup(MAX * value for value in values) for values in balanced]
        channels = [band.maplut(lut) for band, lut in zip(codes, tables, strict=True)]
        codes = [band.maplut(nearest(lut / peak)) for band, lut in zip(codes, tables, strict=True)]
    light = mixed(channels, space.weights)
    planes = [*channels, light]
    curve = recipe.tone_curve and recipe.tone_curve.rgb
    if not (curve or peak > 1 or any(getattr(recipe, name) for name in _BY_TABLE)):
        return planes
    p, q, r = table(recipe, peak)
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


def _pairs(codes: list[pyvips.Image]) -> pyvips.Image:
    """Answer the smallest and the largest channel of each pixel as one number of 16 bits."""
    red, green, blue = codes
    smallest = red.minpair(green).minpair(blue)
    largest = red.maxpair(green).maxpair(blue)
    pair = smallest.bandjoin(largest)  # a number of 16 bits where the lower byte comes first
    return pair.copy(bands=1, format="ushort", interpretation="multiband")


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
