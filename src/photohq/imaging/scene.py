"""A picture of a landscape: land, water, sky and the light on them, in scene-linear colour."""

import math
import random
from dataclasses import dataclass

import pyvips

from photohq.imaging import noise
from photohq.imaging.blend import mixed, step
from photohq.imaging.noise import Lie
from photohq.imaging.sky import Air, Colour, Light, clouded, starry, sun_at
from photohq.imaging.terrain import Camera, Forest, Ground, Land, Layer, View, look, shadows


@dataclass(frozen=True)
class Country:
    """What the land is made of."""

    meadow: Colour
    trees: Colour
    rock: Colour
    shore: Colour
    snow_line: float
    """The height above which snow lies where it isn't too steep, in metres."""
    forest: float
    """How much of the low ground is wooded, 0..1."""
    peaks: float
    hills: float
    """The relief of each, in metres."""
    level: float
    """How high the land lies over the water, in metres; negative makes lakes."""
    ridged: bool = True
    strata: float = 0.0
    """How strongly layers show in bare rock, 0..1."""


SNOW: Colour = (0.80, 0.85, 0.93)
DEEP: Colour = (0.012, 0.035, 0.045)


@dataclass(frozen=True)
class Textures:
    """What all scenes of a journey are made of; each lays them out in its own way."""

    crests: noise.Tile
    rolling: noise.Tile
    billows: noise.Tile
    crowns: noise.Tile


def textures(dice: random.Random) -> Textures:
    return Textures(
        crests=noise.ridged(dice),
        rolling=noise.smooth(dice),
        billows=noise.smooth(dice, gain=0.55),
        crowns=noise.bumps(dice, 16),
    )


def paint(
    dice: random.Random, stuff: Textures, camera: Camera, country: Country, light: Light
) -> pyvips.Image:
    """Answer the picture: three bands, linear, about 1 where it should come out white."""
    land = _land(dice, stuff, country)
    view = look(land, camera)
    air = Air(camera, light)
    sky = clouded(air.sky(), camera, light, stuff.billows, noise.lie(dice, 11.5))
    if light.stars:
        sky = starry(sky, dice, camera)
    sky = sky.cast("float").copy_memory()
    ground = land.ground(view.places, view.distance)
    shade = shadows(land, camera, *sun_at(light))(view.places)
    lit = _lit(country, light, view, ground, shade=shade, rolling=stuff.rolling)
    dry = _over(sky, air.through(lit, view, ground), view)
    return _water(dry, camera, light, view, ground, waves=stuff.rolling)


def _land(dice: random.Random, stuff: Textures, country: Country) -> Land:
    def layer(
        tile: noise.Tile,
        span: float,
        relief: float,
        starts: tuple[float, float] = (0.0, 0.0),
        ends: tuple[float, float] = (0.0, 0.0),
    ) -> Layer:
        return Layer(tile, noise.lie(dice, span), relief, starts, ends)

    rough, rolling = stuff.crests if country.ridged else stuff.rolling, stuff.rolling
    peaks, hills = country.peaks, country.hills
    crowns = layer(stuff.crowns, 480, 9, starts=(90, 240), ends=(2500, 7000))
    return Land(
        layers=(
            layer(rough, 15000, peaks, starts=(1200, 7500)),
            layer(rough, 3900, peaks * 0.16, starts=(800, 5000)),
            layer(rolling, 3200, hills, starts=(20, 600)),
            layer(rough, 900, hills * 0.18, starts=(60, 700), ends=(6000, 15000)),
            layer(rolling, 160, 4.5, starts=(5, 60), ends=(1500, 4000)),
            layer(rolling, 17, 0.45, ends=(120, 400)),
        ),
        level=country.level,
        forest=Forest(
            crowns, rolling, noise.lie(dice, 2300), country.forest, max(peaks * 0.45, 120.0)
        )
        if country.forest
        else None,
    )


def _lit(
    country: Country,
    light: Light,
    view: View,
    ground: Ground,
    *,
    shade: pyvips.Image,
    rolling: noise.Tile,
) -> pyvips.Image:
    """Answer the land's own light: what it is made of, and how the sun and the sky fall on it."""
    slopes = ground.slopes
    steep = (slopes[0] * slopes[0] + slopes[1] * slopes[1]).copy_memory()
    up = ((steep + 1) ** -0.5).cast("float").copy_memory()
    azimuth, elevation = sun_at(light)
    towards = (
        math.sin(azimuth) * math.cos(elevation),
        math.cos(azimuth) * math.cos(elevation),
    )
    facing = (slopes[0] * -towards[0] + slopes[1] * -towards[1] + math.sin(elevation)) * up
    facing = (facing.clamp(min=0.0, max=1.0) * shade).cast("float").copy_memory()

    broad = rolling.value_at(view.places, Lie(1300, 1300)).copy_memory()
    fine = rolling.value_at(view.places, Lie(90, 90, 0.4, 0.37))
    fine = (fine * (1 - step(view.distance, 1500, 5000))).copy_memory()
    mottle = broad * 0.35 + fine * 0.5 + 1
    tilt = (steep**0.5).cast("float").copy_memory()

    colour = mottle * list(country.meadow)
    rocky = step(tilt + broad * 0.15 + fine * 0.15, 0.65, 1.1)
    rock = (fine * 0.4 + broad * 0.3 + 1) * list(country.rock)
    if country.strata:
        beds = ((ground.height + broad * 14) * 9).sin() * 0.6
        beds = beds + ((ground.height + broad * 20) * 31).sin() * 0.4
        rock = rock * (beds * (0.3 * country.strata) + 1)
    colour = mixed(colour, rock, rocky)
    shore = 1 - step(ground.height + fine * 2, 1.0, 5.0)
    colour = mixed(colour, pyvips.Image.black(1, 1) + list(country.shore), shore)
    if ground.forest is not None and ground.crowns is not None:
        trees = (fine * 0.5 + broad * 0.6 + 1) * list(country.trees)
        trees = trees * (ground.crowns * 1.1 + 0.45)
        colour = mixed(colour, trees, ground.forest * 0.95)
    line = country.snow_line
    snowy = step(ground.height + broad * (120 + line * 0.2) + fine * 40, line * 0.85, line * 1.15)
    snowy = snowy * (1 - step(tilt + fine * 0.2, 1.0, 1.7))
    if ground.forest is not None:
        snowy = snowy * (1 - ground.forest * 0.75)
    colour = mixed(colour, pyvips.Image.black(1, 1) + list(SNOW), snowy)

    fill = [(z * 0.55 + h * 0.28) for z, h in zip(light.zenith, light.horizon, strict=True)]
    sky = (up * 0.6 + 0.4) * fill
    return (colour * (facing * list(light.sun) + sky)).cast("float").copy_memory()


def _over(sky: pyvips.Image, lit: pyvips.Image, view: View) -> pyvips.Image:
    behind = sky.crop(0, view.top, lit.width, lit.height)
    return sky.insert(mixed(behind, lit, view.cover), 0, view.top).copy_memory()


def _water(
    dry: pyvips.Image,
    camera: Camera,
    light: Light,
    view: View,
    ground: Ground,
    *,
    waves: noise.Tile,
) -> pyvips.Image:
    """Fill the low ground with water that mirrors what stands behind it."""
    wet = (1 - step(ground.height, -0.35, 0.15)) * view.cover
    wet = wet.cast("float").copy_memory()
    if wet.avg() < 0.002:
        return dry
    rows = dry.height - view.top
    near = (view.distance * (-1 / 400)).exp()
    # A breath of wind here and there roughens the mirror.
    breeze = waves.value_at(view.places, Lie(1700, 4800, 0.1, 0.6))
    breeze = (step(breeze, -0.1, 0.35) * light.wind + 0.2).cast("float").copy_memory()
    ripples = waves.value_at(view.places, Lie(61, 47)).bandjoin(
        waves.value_at(view.places, Lie(23, 29, 0.2, 0.3))
    )
    swell = waves.value_at(view.places, Lie(733, 311, 0.5, 0.1))
    ripples = (ripples * near * 1.6 + swell * 0.5) * breeze
    ripples = ripples.cast("float").copy_memory()
    pixels = pyvips.Image.xyz(dry.width, rows).cast("float")
    depth = (pixels[1] + (view.top - camera.horizon)).clamp(min=0.0, max=1e9)
    reach = (depth * 0.35 + camera.height * 0.02) * (ripples[0] + ripples[1])
    mirrored = pixels[1] * -1 + (2 * camera.horizon - view.top) + reach
    mirrored = mirrored.abs().clamp(min=0.0, max=dry.height - 2.0)
    column = pixels[0] + (ripples[1] - ripples[0]) * (camera.width * 0.006)
    column = column.clamp(min=0.0, max=dry.width - 2.0)
    seen = dry.mapim(column.bandjoin(mirrored).cast("float"), extend="copy")
    grazing = depth * (1 / camera.focal)
    share = (grazing * -2.2).exp() * 0.82 + 0.08 + ripples[1] * 0.25
    share = share.clamp(min=0.05, max=0.95)
    body = [d * (0.3 + 2 * sum(light.horizon) / 3) for d in DEEP]
    water = (seen - body) * share + body
    behind = dry.crop(0, view.top, dry.width, rows)
    return dry.insert(mixed(behind, water.cast("float"), wet), 0, view.top)


def developed(linear: pyvips.Image, exposure: float) -> pyvips.Image:
    """Answer the picture as sRGB in 16 bits: a soft shoulder instead of clipped lights."""
    steps = 65536
    ramp = pyvips.Image.identity(ushort=True, size=steps).cast("float") * (4.0 / steps)
    curve = 1 - (ramp * -exposure * 1.35).exp()
    curve = curve ** (1 / 2.2)
    # A little contrast around the middle, as cameras add.
    curve = curve + (curve * math.tau).sin() * -0.045
    curve = (curve * 65535).clamp(min=0.0, max=65535.0).cast("ushort")
    index = (linear * (steps / 4.0)).clamp(min=0.0, max=65535.0).cast("ushort")
    return index.maplut(curve).copy(interpretation="rgb16")
