"""Seamless textures of fractal noise, which can be looked up anywhere on an endless plane."""

import random
from dataclasses import dataclass

import pyvips

SIZE = 1024
"""The edge of a tile in pixels."""
_MARGIN = 2  # repeated pixels around a tile, for interpolation across its seam


class Tile:
    """A texture that repeats without a seam: its value, and its slope along x and along y.

    Values run over about -1..1; slopes are for each edge length of the tile.
    """

    def __init__(self, value: pyvips.Image) -> None:
        value = value.cast("float").copy_memory()
        slopes = [
            (value.wrap(x=SIZE - 1, y=0) - value.wrap(x=1, y=0)) * (SIZE / 2),
            (value.wrap(x=0, y=SIZE - 1) - value.wrap(x=0, y=1)) * (SIZE / 2),
        ]
        around = SIZE + 2 * _MARGIN
        self._bands = (
            value.bandjoin(slopes)
            .replicate(3, 3)
            .crop(SIZE - _MARGIN, SIZE - _MARGIN, around, around)
            .copy_memory()
        )
        self._value = self._bands[0].copy_memory()

    def at(self, places: pyvips.Image, lie: "Lie") -> pyvips.Image:
        """Answer value, slope along u and slope along v at places, an image of u and v."""
        return self._bands.mapim(lie.pixels(places)) * [1, 1 / lie.along_u, 1 / lie.along_v]

    def value_at(self, places: pyvips.Image, lie: "Lie") -> pyvips.Image:
        """Answer only the value at places, an image of u and v."""
        return self._value.mapim(lie.pixels(places))


@dataclass(frozen=True)
class Lie:
    """How a tile lies on the plane."""

    along_u: float
    along_v: float
    """The lengths of its edges on the plane; negative ones mirror it."""
    shift_u: float = 0.0
    shift_v: float = 0.0
    """How far it is moved, in edges."""

    def pixels(self, places: pyvips.Image) -> pyvips.Image:
        """Answer which pixel of a tile, margin included, lies at each place."""
        moved = places.linear(
            [SIZE / self.along_u, SIZE / self.along_v], [SIZE * self.shift_u, SIZE * self.shift_v]
        )
        return moved % SIZE + _MARGIN


def lie(dice: random.Random, span: float) -> Lie:
    """Lay a tile with edges of `span` somewhere, mirrored or not."""
    return Lie(
        span * dice.choice((-1, 1)), span * dice.choice((-1, 1)), dice.random(), dice.random()
    )


def _warped(value: pyvips.Image, dice: random.Random) -> pyvips.Image:
    """Bend a texture: noise on a lattice shows the lattice's axes, bent noise looks eroded."""
    bends = [
        pyvips.Image.perlin(SIZE, SIZE, cell_size=cell, seed=dice.getrandbits(31)) * (cell * 0.4)
        + pyvips.Image.perlin(SIZE, SIZE, cell_size=cell // 4, seed=dice.getrandbits(31))
        * (cell * 0.06)
        for cell in (256, 256)
    ]
    places = (pyvips.Image.xyz(SIZE, SIZE) + bends[0].bandjoin(bends[1])).cast("float")
    return Tile(value).value_at(places.copy_memory(), Lie(SIZE, SIZE))


def _octaves(dice: random.Random, count: int, coarsest: int) -> list[pyvips.Image]:
    return [
        pyvips.Image.perlin(
            SIZE, SIZE, cell_size=max(2, coarsest >> octave), seed=dice.getrandbits(31)
        )
        for octave in range(count)
    ]


def smooth(dice: random.Random, coarsest: int = 256, octaves: int = 7, gain: float = 0.5) -> Tile:
    """Make rolling noise: each octave is twice as fine and `gain` times as strong."""
    total = pyvips.Image.black(SIZE, SIZE)
    for octave, layer in enumerate(_octaves(dice, octaves, coarsest)):
        total = total + layer * (1.5 * gain**octave)
    return Tile(_warped(total, dice))


def ridged(dice: random.Random, coarsest: int = 256, octaves: int = 7, gain: float = 0.5) -> Tile:
    """Make mountains: sharp crests, finer where the land is high and calm in the valleys."""
    total = pyvips.Image.black(SIZE, SIZE)
    weight = total + 1
    for octave, layer in enumerate(_octaves(dice, octaves, coarsest)):
        crest = 1 - layer.abs() * 1.6
        signal = (crest * crest * weight).copy_memory()
        total = total + signal * (gain**octave)
        weight = (signal * 1.8).clamp(min=0.0, max=1.0).copy_memory()
    return Tile(_warped(total * 0.8 - 0.6, dice))


def bumps(dice: random.Random, spacing: int) -> Tile:
    """Make a crowd of round bumps, `spacing` pixels apart: crowns of trees, boulders."""
    distance = pyvips.Image.worley(SIZE, SIZE, cell_size=spacing, seed=dice.getrandbits(31))
    # Cells at the edge know nothing of the other side, so both sides fade into each other.
    return Tile(1 - distance * (1.6 / spacing))
