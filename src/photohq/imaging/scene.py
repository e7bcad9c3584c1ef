"""A picture of a landscape: land, water, sky and the light on them, in scene-linear colour."""

import math
import random
from dataclasses import dataclass

import pyvips

from photohq.imaging import noise
from photohq.imaging.terrain import (
    Camera,
    Forest,
    Ground,
    Land,
    Layer,
    View,
    look,
    shadows,
    step,
)

Colour = tuple[float, float, float]
"""Linear red, green and blue."""


@dataclass(frozen=True)
class Light:
    """Where the light comes from, and the air it comes through."""

    azimuth: float
    """Of the sun or moon, in degrees to the right of straight ahead."""
    elevation: float
    """Of the sun or moon, in degrees over the horizon."""
    sun: Colour
    zenith: Colour
    horizon: Colour
    glow: Colour
    """The light that the air around the sun scatters."""
    haze: float
    """The distance at which two thirds of the land's own light are lost, in metres."""
    clouds: float
    """How much of the sky they cover, 0..1."""
    cloud: Colour
    """The shaded side of the clouds."""
    exposure: float = 1.0
    mist: float = 0.0
    """How dense the mist over low ground is, 0..1."""
    stars: bool = False
    disk: float = 0.0
    """The apparent radius of the sun or moon, in degrees; 0 leaves it out of the frame."""


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


def paint(dice: random.Random, camera: Camera, country: Country, light: Light) -> pyvips.Image:
    """Answer the picture: three bands, linear, about 1 where it should come out white."""
    rough = noise.ridged(dice) if country.ridged else noise.smooth(dice, gain=0.42)
    rolling = noise.smooth(dice)
    land = _land(dice, country, rough, rolling)
    view = look(land, camera)
    air = _Air(camera, light)
    sky = air.sky()
    sky = _clouds(sky, camera, light, noise.smooth(dice, coarsest=256, gain=0.55))
    if light.stars:
        sky = _stars(sky, dice, camera)
    sky = sky.cast("float").copy_memory()
    ground = land.ground(view.places, view.distance)
    shade = shadows(land, camera, *_sun(light))(view.places)
    lit = _lit(country, light, view, ground, shade, rolling)
    lit = air.through(lit, view, ground, sky)
    dry = _over(sky, lit, view)
    wet = _water(dry, sky, camera, light, view, ground, rolling)
    return wet


def _sun(light: Light) -> tuple[float, float]:
    return math.radians(light.azimuth), math.radians(max(light.elevation, 3.0))


def _land(dice: random.Random, country: Country, rough: noise.Tile, rolling: noise.Tile) -> Land:
    def anywhere() -> tuple[float, float]:
        return dice.uniform(0, math.tau), dice.random()

    crowns = Layer(noise.bumps(dice, 16), 620, 11, *anywhere(), ends=(2500, 7000))
    return Land(
        layers=(
            Layer(rough, 15000, country.peaks, *anywhere(), starts=(1500, 9000)),
            Layer(rough, 3900, country.peaks * 0.16, *anywhere(), starts=(800, 5000)),
            Layer(rolling, 3200, country.hills, *anywhere(), starts=(20, 600)),
            Layer(
                rough, 900, country.hills * 0.18, *anywhere(), starts=(60, 700), ends=(6e3, 15e3)
            ),
            Layer(rolling, 160, 4.5, *anywhere(), starts=(5, 60), ends=(1500, 4000)),
            Layer(rolling, 17, 0.45, *anywhere(), ends=(120, 400)),
        ),
        level=country.level,
        forest=Forest(crowns, rolling, 2300, country.forest, limit=max(country.peaks * 0.45, 120.0))
        if country.forest
        else None,
    )


class _Air:
    """The sky without clouds, and what the air adds to far land."""

    def __init__(self, camera: Camera, light: Light) -> None:
        self._camera, self._light = camera, light
        pixels = pyvips.Image.xyz(camera.width, camera.height).cast("float")
        self._elevation = ((pixels[1] * -1 + camera.horizon) * (1 / camera.focal)).clamp(
            min=0.0, max=9.0
        )
        azimuth, elevation = math.radians(light.azimuth), math.radians(light.elevation)
        self._ahead = abs(light.azimuth) < 75
        if self._ahead:
            place = [
                camera.width / 2 + camera.focal * math.tan(azimuth),
                camera.horizon - camera.focal * math.tan(elevation),
            ]
            off = (pixels - place) * (1 / camera.focal)
            self._off = ((off[0] ** 2 + off[1] ** 2) ** 0.5).cast("float").copy_memory()

    def _base(self) -> pyvips.Image:
        light = self._light
        share = (self._elevation * -4.2).exp()
        sky = share * [h - z for h, z in zip(light.horizon, light.zenith, strict=True)]
        sky = sky + list(light.zenith)
        if self._ahead:
            low = (self._elevation * -5).exp()
            sky = sky + (self._off * -3.2).exp() * (low * 0.6 + 0.4) * list(light.glow)
            sky = sky + (self._off * -16).exp() * [c * 1.3 for c in light.glow]
        return sky.cast("float").copy_memory()

    def sky(self) -> pyvips.Image:
        sky = self._base()
        light = self._light
        if self._ahead and light.disk:
            edge = math.radians(light.disk)
            disk = 1 - step(self._off, edge * 0.92, edge * 1.04)
            sky = sky + disk * [c * 4 for c in light.sun]
        return sky

    def through(
        self, lit: pyvips.Image, view: View, ground: Ground, sky: pyvips.Image
    ) -> pyvips.Image:
        """Answer land as it looks through the air between."""
        light, camera = self._light, self._camera
        rows = camera.height - view.top
        # Blue is lost first and added first, which is what makes far ranges blue.
        clear = (view.distance * -1).bandjoin([view.distance * -1] * 2)
        clear = (clear * [0.8 / light.haze, 1.0 / light.haze, 1.25 / light.haze]).exp()
        if light.mist:
            low = (ground.height.clamp(min=0.0, max=1e9) * (-1 / 90)).exp()
            clear = clear * (low * view.distance * (-light.mist / 2500)).exp()
        band = self._base().crop(
            0, max(0, min(int(camera.horizon), camera.height - 1)), camera.width, 1
        )
        air = band.embed(0, 0, camera.width, rows, extend="copy") * [0.78, 0.84, 0.92]
        return lit * clear + air * (clear * -1 + 1)


def _lit(
    country: Country,
    light: Light,
    view: View,
    ground: Ground,
    shade: pyvips.Image,
    rolling: noise.Tile,
) -> pyvips.Image:
    """Answer the land's own light: what it is made of, and how the sun and the sky fall on it."""
    slopes = ground.slopes
    steep = (slopes[0] * slopes[0] + slopes[1] * slopes[1]).copy_memory()
    up = ((steep + 1) ** -0.5).cast("float").copy_memory()
    azimuth, elevation = _sun(light)
    towards = (
        math.sin(azimuth) * math.cos(elevation),
        math.cos(azimuth) * math.cos(elevation),
    )
    facing = (slopes[0] * -towards[0] + slopes[1] * -towards[1] + math.sin(elevation)) * up
    facing = (facing.clamp(min=0.0, max=1.0) * shade).cast("float").copy_memory()

    broad = rolling.value_at(view.places / 1300).copy_memory()
    fine = rolling.value_at(view.places / 90 + 0.37)
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
    colour = _mixed(colour, rock, rocky)
    shore = 1 - step(ground.height + fine * 2, 1.0, 5.0)
    colour = _mixed(colour, pyvips.Image.black(1, 1) + list(country.shore), shore)
    if ground.forest is not None:
        trees = (fine * 0.5 + broad * 0.6 + 1) * list(country.trees)
        colour = _mixed(colour, trees, ground.forest * 0.95)
    line = country.snow_line
    snowy = step(ground.height + broad * (120 + line * 0.2) + fine * 40, line * 0.85, line * 1.15)
    snowy = snowy * (1 - step(tilt + fine * 0.2, 1.0, 1.7))
    if ground.forest is not None:
        snowy = snowy * (1 - ground.forest * 0.75)
    colour = _mixed(colour, pyvips.Image.black(1, 1) + list(SNOW), snowy)

    fill = [(z * 0.55 + h * 0.28) for z, h in zip(light.zenith, light.horizon, strict=True)]
    sky = (up * 0.6 + 0.4) * fill
    return (colour * (facing * list(light.sun) + sky)).cast("float").copy_memory()


def _mixed(under: pyvips.Image, over: pyvips.Image, share: pyvips.Image) -> pyvips.Image:
    if over.width == 1:
        over = over.embed(0, 0, under.width, under.height, extend="copy")
    return (under + (over - under) * share).cast("float").copy_memory()


def _over(sky: pyvips.Image, lit: pyvips.Image, view: View) -> pyvips.Image:
    behind = sky.crop(0, view.top, lit.width, lit.height)
    return sky.insert(_mixed(behind, lit, view.cover), 0, view.top).copy_memory()


def _clouds(sky: pyvips.Image, camera: Camera, light: Light, tile: noise.Tile) -> pyvips.Image:
    """Lay a ceiling of clouds, in perspective, over the sky."""
    if not light.clouds:
        return sky
    rows = int(min(camera.horizon, camera.height)) - 1
    pixels = pyvips.Image.xyz(camera.width, rows).cast("float")
    slope = ((pixels[1] * -1 + camera.horizon) * (1 / camera.focal)).clamp(min=0.004, max=9.0)
    far = (slope + 0.06) ** -1
    across = (pixels[0] - camera.width / 2) * far * (1 / camera.focal)
    places = (across.bandjoin(far) * 0.085).cast("float").copy_memory()
    dense = tile.value_at(places).copy_memory()
    azimuth = math.radians(light.azimuth)
    aside = [0.012 * math.sin(azimuth), 0.012 * math.cos(azimuth)]
    lee = dense - tile.value_at(places + aside)
    floor = 0.42 - light.clouds * 0.85
    body = step(dense, floor, floor + 0.5)
    body = body * step(slope, 0.01, 0.09)
    thick = step(dense, floor + 0.15, floor + 0.9)
    bright = (lee * 1.6 + 0.62 - thick * 0.35).clamp(min=0.0, max=1.3)
    colour = bright * [s * 0.42 for s in light.sun] + list(light.cloud)
    top = sky.crop(0, 0, camera.width, rows)
    if abs(light.azimuth) < 75:
        # Thin edges let the low sun through.
        colour = colour + top * (thick * -0.75 + 0.85)
    return sky.insert(_mixed(top, colour.cast("float"), body * 0.94), 0, 0)


def _stars(sky: pyvips.Image, dice: random.Random, camera: Camera) -> pyvips.Image:
    grains = pyvips.Image.gaussnoise(
        camera.width, camera.height, sigma=1, mean=0, seed=dice.getrandbits(31)
    )
    points = (grains - 3.35).clamp(min=0.0, max=1.0).gaussblur(0.7)
    return sky + points * [1.6, 1.7, 2.0]


def _water(
    dry: pyvips.Image,
    sky: pyvips.Image,
    camera: Camera,
    light: Light,
    view: View,
    ground: Ground,
    rolling: noise.Tile,
) -> pyvips.Image:
    """Fill the low ground with water that mirrors what stands behind it."""
    wet = (1 - step(ground.height, -0.35, 0.15)) * view.cover
    wet = wet.cast("float").copy_memory()
    if wet.avg() < 0.002:
        return dry
    rows = dry.height - view.top
    near = (view.distance * (-1 / 700)).exp()
    ripples = rolling.at(view.places / [38, 19]).copy_memory()
    swell = rolling.at(view.places / [410, 170] + 0.3).copy_memory()
    chop = (ripples[2] * 0.035 * (near * 0.9 + 0.1) + swell[2] * 0.03).cast("float")
    reach = camera.height * 0.012
    pixels = pyvips.Image.xyz(dry.width, rows).cast("float")
    mirrored = (pixels[1] * -1 + (2 * camera.horizon - view.top)) + chop * (reach * 9)
    mirrored = mirrored.abs().clamp(min=0.0, max=dry.height - 1.0)
    column = pixels[0] + (ripples[1] * 0.035 * near + swell[1] * 0.02) * (reach * 2)
    seen = dry.mapim(column.bandjoin(mirrored).cast("float"), extend="copy")
    grazing = ((pixels[1] + (view.top - camera.horizon)) * (1 / camera.focal)).clamp(
        min=0.0, max=1.0
    )
    share = (grazing * -2.6).exp() * 0.8 + 0.1 + chop * 0.5
    share = share.clamp(min=0.05, max=0.95)
    body = [d * (0.3 + 2 * sum(light.horizon) / 3) for d in DEEP]
    water = (seen - body) * share + body
    return dry.insert(
        _mixed(dry.crop(0, view.top, dry.width, rows), water.cast("float"), wet), 0, view.top
    )


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
