"""The sky, the light that falls from it, and the air between the camera and the land."""

import math
import random
from dataclasses import dataclass

import pyvips

from photohq.imaging import noise
from photohq.imaging.blend import mixed, step
from photohq.imaging.noise import Lie
from photohq.imaging.terrain import Camera, Ground, View

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
    wind: float = 0.4
    """How much of still water it roughens, 0..1."""
    mist: float = 0.0
    """How dense the mist over low ground is, 0..1."""
    stars: bool = False
    disk: float = 0.0
    """The apparent radius of the sun or moon, in degrees; 0 leaves it out of the frame."""


def sun_at(light: Light) -> tuple[float, float]:
    return math.radians(light.azimuth), math.radians(max(light.elevation, 3.0))


class Air:
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
            disk = 1 - step(self._off, edge * 0.94, edge * 1.03)
            sky = sky + disk * [c * 4 for c in light.sun]
        return sky

    def through(self, lit: pyvips.Image, view: View, ground: Ground) -> pyvips.Image:
        """Answer land as it looks through the air between."""
        light, camera = self._light, self._camera
        rows = camera.height - view.top
        # Blue is lost first and added first, which is what makes far ranges blue.
        # The power keeps the foreground crisp, as cameras' contrast does.
        thick = ((view.distance * (1 / light.haze)) ** 1.35).cast("float")
        clear = (thick * [-0.8, -1.0, -1.25]).exp()
        if light.mist:
            low = (ground.height.clamp(min=0.0, max=1e9) * (-1 / 90)).exp()
            clear = clear * (low * view.distance * (-light.mist / 2500)).exp()
        band = self._base().crop(
            0, max(0, min(int(camera.horizon), camera.height - 1)), camera.width, 1
        )
        air = band.embed(0, 0, camera.width, rows, extend="copy") * [0.78, 0.84, 0.92]
        return lit * clear + air * (clear * -1 + 1)


def clouded(
    sky: pyvips.Image, camera: Camera, light: Light, tile: noise.Tile, lie: Lie
) -> pyvips.Image:
    """Lay a ceiling of clouds, in perspective, over the sky."""
    if not light.clouds:
        return sky
    rows = int(min(camera.horizon, camera.height)) - 1
    pixels = pyvips.Image.xyz(camera.width, rows).cast("float")
    slope = ((pixels[1] * -1 + camera.horizon) * (1 / camera.focal)).clamp(min=0.004, max=9.0)
    far = (slope + 0.06) ** -1
    across = (pixels[0] - camera.width / 2) * far * (1 / camera.focal)
    places = across.bandjoin(far).cast("float").copy_memory()
    dense = tile.value_at(places, lie).copy_memory()
    azimuth = math.radians(light.azimuth)
    aside = [0.14 * math.sin(azimuth), 0.14 * math.cos(azimuth)]
    lee = dense - tile.value_at(places + aside, lie)
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
    return sky.insert(mixed(top, colour.cast("float"), body * 0.94), 0, 0)


def starry(sky: pyvips.Image, dice: random.Random, camera: Camera) -> pyvips.Image:
    grains = pyvips.Image.gaussnoise(
        camera.width, camera.height, sigma=1, mean=0, seed=dice.getrandbits(31)
    )
    points = (grains - 3.35).clamp(min=0.0, max=1.0).gaussblur(0.7)
    return sky + points * [1.6, 1.7, 2.0]
