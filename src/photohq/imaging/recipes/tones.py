"""Tone and colour as tables: what the codes of a file become in sRGB's curve, and back.

The table of tone and colour is looked up by the largest and the smallest channel of a pixel. With
the luma l a channel e becomes e * P + l * Q + R.
"""

from array import array
from bisect import bisect_left
from typing import NamedTuple

from photohq.imaging.recipes import curves
from photohq.imaging.recipes.curves import Triple
from photohq.imaging.recipes.native import library
from photohq.imaging.recipes.pixels import MAX
from photohq.imaging.recipes.profiles import CODES, Channels, Space
from photohq.photos.recipe import Recipe
from photohq.photos.recipe_rules import Points

FINE = 1 << 15
"""What white counts where a channel's last curve is looked up."""
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
_MOST = 511
"""The largest code of channels that white balance or a profile has moved apart."""
_STEPS = 2048
"""Of T, where it is taken for the smallest channel."""


class Tones(NamedTuple):
    """What is looked up, as `native.h` describes it; nothing finishes where levels are rounded."""

    levels: "array[float]"
    codes: "array[int]"
    table: "array[float]"
    finish: tuple[bytes | None, bytes | None, bytes | None]


def tones(recipe: Recipe, space: Space) -> Tones:
    """Make the tables of a recipe."""
    values: Channels | None = None
    if recipe.temperature or recipe.tint or space.values:
        values = _balanced(recipe, space)
    plain = [code / MAX for code in range(CODES)]
    channels = values or (plain, plain, plain)
    peak = max(1.0, *(channel[-1] for channel in channels))
    curve = recipe.tone_curve and recipe.tone_curve.rgb
    if curve or peak > 1 or any(getattr(recipe, name) for name in _BY_TABLE):
        if channels[0] == channels[1] == channels[2]:
            codes, meant = 3 * list(range(CODES)), channels[0]
        else:
            codes = [int(value / peak * _MOST + 0.5) for channel in channels for value in channel]
            meant = [peak * code / _MOST for code in range(_MOST + 1)]
        table = _table(recipe, meant)
    else:
        codes, table = [0] * (3 * CODES), array("f", (1, 0, 0, 0))  # nothing is changed
    return Tones(_levels(channels, space.weights), array("H", codes), table, _finish(recipe, space))


def _balanced(recipe: Recipe, space: Space) -> Channels:
    """Answer what white balance makes of each channel's codes, in sRGB's curve."""
    gains = curves.gains(recipe, space.weights)
    plain = [half / (2 * MAX) for half in range(2 * MAX + 1)]
    red, green, blue = (
        [min(curves.encoded(curves.linear(value) * gain), curves.PEAK) for value in channel[::2]]
        for channel, gain in zip(space.values or (plain, plain, plain), gains, strict=True)
    )
    return red, green, blue


def _levels(channels: Channels, weights: Triple) -> "array[float]":
    levels = array("f")
    for at, (channel, weight) in enumerate(zip(channels, weights, strict=True)):
        for value in channel:
            parts = [0.0, 0.0, 0.0, MAX * value * weight]
            parts[at] = MAX * value
            levels.extend(parts)
    return levels


def _table(recipe: Recipe, values: list[float]) -> "array[float]":
    """Make the table for codes that mean `values`, which rise."""
    ffi, lib = library()
    head, tail, white = curves.head(recipe), curves.tail(recipe), curves.white(recipe)
    moved = [head(value) for value in values]
    table = array("f", bytes(16 * (len(values) * (len(values) + 1) // 2)))
    lib.photohq_table(
        ffi.from_buffer("float[]", table, require_writable=True),
        len(values),
        values,
        moved,
        [tail(value) for value in moved],
        [tail(white * step / _STEPS) for step in range(_STEPS + 1)],
        _STEPS,
        white,
        recipe.saturation / 100,
        recipe.vibrance / 100,
    )
    return table


def _finish(recipe: Recipe, space: Space) -> tuple[bytes | None, bytes | None, bytes | None]:
    """Make the curves of single channels, followed by the inverse of the file's own."""
    drawn = recipe.tone_curve.channels if recipe.tone_curve else (None, None, None)
    files = space.values or (None, None, None)
    red, green, blue = (_codes(points, values) for points, values in zip(drawn, files, strict=True))
    return red, green, blue


def _codes(points: Points | None, values: list[float] | None) -> bytes | None:
    if not (points or values):
        return None
    curve = curves.through(points) if points else None
    inverse = _inverse(values) if values else None
    codes = bytearray(FINE + 1)
    for at in range(FINE + 1):
        value = curve(at / FINE) if curve else at / FINE
        codes[at] = inverse[int(value * FINE + 0.5)] if inverse else int(value * MAX + 0.5)
    return bytes(codes)


def _inverse(values: list[float]) -> bytes:
    """Answer the nearest codes of 0 to 1, which counts FINE."""
    edges = [value * FINE for value in values[1::2]]
    return bytes(bisect_left(edges, at) for at in range(FINE + 1))
