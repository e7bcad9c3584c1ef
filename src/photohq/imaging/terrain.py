"""A landscape as heights over an endless plane, and what a camera on it sees."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import pyvips

from photohq.imaging.blend import step
from photohq.imaging.noise import Lie, Tile

SLICES = 1023
"""How many distances the ground is cut at; one less than a power of two, for halving."""


@dataclass(frozen=True)
class Camera:
    """A level camera at the origin, looking along v; u runs to the right."""

    width: int
    height: int
    horizon: float
    """Where the horizon lies, in pixels from the top."""
    focal: float
    """The focal length in pixels."""
    eye: float
    """How high the camera stands over the water, in metres."""
    far: float
    """The distance up to which land is drawn, in metres."""

    @property
    def near(self) -> float:
        """The distance from which land is drawn: not much before water enters the frame."""
        return 0.35 * self.eye * self.focal / max(self.height - self.horizon, 1.0)

    @property
    def ratio(self) -> float:
        return math.log(self.far / self.near) / (SLICES - 1)


@dataclass(frozen=True)
class Layer:
    """One texture laid over the plane as heights."""

    tile: Tile
    lie: Lie
    relief: float
    """The height of a value of 1, in metres."""
    starts: tuple[float, float] = (0.0, 0.0)
    """The distances over which the layer rises from nothing to its full relief."""
    ends: tuple[float, float] = (0.0, 0.0)
    """The distances over which it fades again, being too fine to be seen."""


@dataclass(frozen=True)
class Forest:
    """Trees where it is neither too high nor under water."""

    crowns: Layer
    patches: Tile
    lie: Lie
    amount: float
    """About how much of the ground they cover, 0..1."""
    limit: float
    """The height above which none grow, in metres."""

    def cover(
        self, places: pyvips.Image, distance: pyvips.Image, height: pyvips.Image
    ) -> pyvips.Image:
        """Answer how much of the ground trees cover, 0..1."""
        wanted = self.patches.value_at(places, self.lie).copy_memory()
        # The limit wanders with the patches: a straight tree line looks drawn.
        above = height - wanted * (self.limit * 0.3)
        cover = (
            step(wanted, 0.35 - self.amount, 0.55 - self.amount)
            * (1 - step(above, self.limit * 0.8, self.limit))
            * step(height, 1.5, 6)
            * step(distance, *self.crowns.starts)
        )
        return cover.cast("float").copy_memory()


@dataclass(frozen=True)
class Ground:
    height: pyvips.Image
    """In metres over the water; below 0 is water."""
    slopes: pyvips.Image
    """Along u and v, metres a metre."""
    forest: pyvips.Image | None
    """How much of it trees cover, 0..1."""
    crowns: pyvips.Image | None
    """Where in the trees: 0 between their feet, 1 on their tops."""


@dataclass(frozen=True)
class Land:
    layers: tuple[Layer, ...]
    level: float
    """The height of a value of 0 everywhere, in metres over the water."""
    forest: Forest | None = None

    def ground(self, places: pyvips.Image, distance: pyvips.Image) -> Ground:
        """Answer the ground at places (u and v, in metres) that are so far from the camera."""
        # Height and both slopes travel as three bands, so that each texture is looked up once.
        total = places.bandjoin(distance) * 0 + [self.level, 0, 0]
        for layer in self.layers:
            total = total + layer.tile.at(places, layer.lie) * _strength(layer, distance)
        total = total.cast("float").copy_memory()
        if self.forest is None:
            return Ground(total[0], total[1:3], None, None)
        cover = self.forest.cover(places, distance, total[0])
        crowns = self.forest.crowns
        seen = crowns.tile.at(places, crowns.lie).copy_memory()
        total = (total + seen * (cover * _strength(crowns, distance))).cast("float").copy_memory()
        tops = seen[0].clamp(min=0.0, max=1.0).copy_memory()
        return Ground(total[0], total[1:3], cover, tops)

    def height(self, places: pyvips.Image, distance: pyvips.Image) -> pyvips.Image:
        """Answer only the height of the ground or of the water over it, in metres."""
        height = distance * 0 + self.level
        for layer in self.layers:
            height = height + layer.tile.value_at(places, layer.lie) * _strength(layer, distance)
        height = height.cast("float").copy_memory()
        if self.forest is not None:
            cover = self.forest.cover(places, distance, height)
            crowns = self.forest.crowns
            strength = cover * _strength(crowns, distance)
            height = height + crowns.tile.value_at(places, crowns.lie) * strength
        return height.clamp(min=0.0, max=1e9).cast("float").copy_memory()


def _strength(layer: Layer, distance: pyvips.Image) -> pyvips.Image | float:
    strength: pyvips.Image | float = layer.relief
    if layer.starts[1]:
        strength = step(distance, *layer.starts) * strength
    if layer.ends[1]:
        strength = (1 - step(distance, *layer.ends)) * strength
    return strength


def shadows(
    land: Land, camera: Camera, azimuth: float, elevation: float
) -> Callable[[pyvips.Image], pyvips.Image]:
    """Find what the land shades when the sun stands there (radians, azimuth 0 is straight ahead).

    Answers a function from places to light, 0..1.
    """
    edge = 800
    scale = camera.far * 1.05 / edge
    plan = pyvips.Image.xyz(edge, edge).cast("float")
    places = ((plan - [edge / 2, 0]) * [scale, scale]).cast("float").copy_memory()
    distance = places[1].copy_memory()
    # What is smaller than a pixel of the plan throws no shadow on it.
    land = replace(land, layers=tuple(one for one in land.layers if not one.ends[1]), forest=None)
    height = land.height(places, distance)
    du, dv = math.sin(azimuth), math.cos(azimuth)
    stretch = 1 / max(abs(du), abs(dv))
    drop = scale * stretch * math.tan(elevation)
    above = height
    reach = 1
    while reach < edge // 2:
        moved = above.embed(
            -round(du * stretch * reach), -round(dv * stretch * reach), edge, edge, extend="copy"
        )
        above = pyvips.Image.maxpair(above, moved - drop * reach).copy_memory()
        reach *= 2
    soft = 4 + scale * math.tan(elevation)
    light = (1 - step(above - height, soft * 0.2, soft * 1.5)).cast("float").gaussblur(0.8)
    light = light.copy_memory()

    def at(places: pyvips.Image) -> pyvips.Image:
        return light.mapim(places / scale + [edge / 2, 0], extend="copy")

    return at


@dataclass(frozen=True)
class View:
    """What each pixel of the camera sees, from row `top` down."""

    top: int
    distance: pyvips.Image
    """In metres along v."""
    places: pyvips.Image
    """Where on the plane, u and v."""
    cover: pyvips.Image
    """How much of the pixel is land or water, 0..1; the rest is sky."""


def look(land: Land, camera: Camera) -> View:
    """Find the nearest ground at every pixel.

    Each column is a fan of slices, nearest first. The highest elevation so far only ever rises
    along it, so the slice where it passes a pixel's elevation is found by halving.
    """
    grid = pyvips.Image.xyz(camera.width, SLICES).cast("float")
    distance = (grid[1] * camera.ratio).exp() * camera.near
    across = (grid[0] - camera.width / 2) * distance / camera.focal
    distance = distance.cast("float").copy_memory()
    places = across.bandjoin(distance).cast("float").copy_memory()
    height = land.height(places, distance)
    rise = ((height - camera.eye) / distance * camera.focal).cast("float").copy_memory()
    highest = rise
    reach = 1
    while reach < SLICES:
        before = highest.embed(0, reach, camera.width, SLICES, extend="copy")
        highest = pyvips.Image.maxpair(highest, before).copy_memory()
        reach *= 2
    skyline = highest.crop(0, SLICES - 1, camera.width, 1)
    top = max(0, int(camera.horizon - skyline.max()) - 2)
    rows = camera.height - top
    pixels = pyvips.Image.xyz(camera.width, rows).cast("float").copy_memory()
    column = pixels[0]
    wanted = ((pixels[1] + (top - camera.horizon)) * -1).copy_memory()

    nearest = pyvips.Interpolate.new("nearest")
    found = pyvips.Image.black(camera.width, rows).cast("float")
    reach = (SLICES + 1) // 2
    while reach:
        passed = highest.mapim(
            column.bandjoin(found + (reach - 1)), interpolate=nearest, extend="copy"
        )
        found = (found + (passed < wanted) * (reach / 255)).cast("float").copy_memory()
        reach //= 2
    ends = rise.embed(0, 1, camera.width, SLICES + 1, extend="copy").bandjoin(
        rise.embed(0, 0, camera.width, SLICES + 1, extend="copy")
    )
    ends = ends.copy_memory().mapim(column.bandjoin(found), interpolate=nearest, extend="copy")
    part = ((wanted - ends[0]) / (ends[1] - ends[0] + 1e-6)).clamp(min=0.0, max=1.0)
    slices = (found - 1 + part).clamp(min=0.0, max=SLICES - 1.0)
    distance = (slices * camera.ratio).exp() * camera.near
    distance = distance.cast("float").copy_memory()
    across = (column - camera.width / 2) * distance / camera.focal
    skyline = skyline.embed(0, 0, camera.width, rows, extend="copy")
    return View(
        top=top,
        distance=distance,
        places=across.bandjoin(distance).cast("float").copy_memory(),
        cover=(skyline - wanted + 0.5).clamp(min=0.0, max=1.0).cast("float").copy_memory(),
    )
