"""What looks at a pixel's neighbours or its place: noise reduction, vignette, sharpening."""

import math

import pyvips

from photohq.imaging.recipes.curves import Triple
from photohq.imaging.recipes.parts import MAX, Planes, joined, lookup, mixed, nearest
from photohq.photos.recipe import Sharpen, Vignette

_BOX = 5
_NOISE = 6
"""Levels of noise that a reduction of 100 takes for nothing else."""
_SHARPEST = 1.5
_CORE, _HALO = 1.5, 0.12 * MAX
"""Levels of a difference that is still noise, and of one that would show a halo."""
_DIFFERENCES = 64
"""Steps of a level by which differences are looked up."""
_PLACES = 1 << 14
_DARKEST = 0.85


def denoised(image: pyvips.Image, amount: float, weights: Triple) -> pyvips.Image:
    """Smooth colours towards the mean of 5 x 5 pixels, and luma where little but noise is in it.

    Takes and answers 8 bits, row by row.
    """
    by = amount / 100
    planes = image.bandsplit()
    flat = [_mean(plane) for plane in planes]
    light, mean = mixed(planes, weights), mixed(flat, weights)
    spread = _mean(light * light) - mean * mean
    detail = (light - mean) * (spread / (spread + (_NOISE * by) ** 2) + (by - 1))
    return joined(
        [
            nearest(plane * (1 - by) + smooth * by + detail)
            for plane, smooth in zip(planes, flat, strict=True)
        ]
    ).copy(interpretation=image.interpretation)


def vignetted(planes: Planes, vignette: Vignette) -> Planes:
    """Darken or brighten towards the corners."""
    start = 0.7 * vignette.midpoint / 100
    strength = _DARKEST * abs(vignette.amount) / 100
    strengths = []
    for place in range(_PLACES + 1):
        q = min(max((math.sqrt(place / _PLACES) - start) / (1 - start), 0), 1)
        strengths.append(strength * q * q * (3 - 2 * q))
    places = _places(planes[0].width, planes[0].height)
    kept = places.maplut(lookup(1 - by for by in strengths))
    if vignette.amount < 0:
        return [plane * kept for plane in planes]
    added = places.maplut(lookup(MAX * by for by in strengths))
    return [plane * kept + added for plane in planes]


def sharpened(planes: Planes, sharpen: Sharpen) -> Planes:
    """Add what the luma has beyond its surroundings, neither to what may be noise nor so much that
    edges glow."""
    light = planes[3]
    apart = light - light.convsep(_bell(sharpen.radius), precision="float")
    strength = _SHARPEST * sharpen.amount / 100
    d = pyvips.Image.xyz(2 * MAX * _DIFFERENCES + 1, 1)[0] / _DIFFERENCES - MAX
    cored = d * d * d / (d * d + _CORE * _CORE)
    added = cored * strength / (d.abs() / _HALO + 1)
    index = apart.linear(_DIFFERENCES, MAX * _DIFFERENCES + 0.5).cast("ushort")
    more = index.maplut(added)
    return [more + plane for plane in planes]


def _mean(image: pyvips.Image) -> pyvips.Image:
    box = pyvips.Image.new_from_array([[1] * _BOX], scale=_BOX)
    return image.cast("float").convsep(box, precision="float")


def _bell(radius: float) -> pyvips.Image:
    """Answer a row of the normal distribution, to three times its radius."""
    reach = math.ceil(3 * radius)
    taps = [math.exp(-((at / radius) ** 2) / 2) for at in range(-reach, reach + 1)]
    return pyvips.Image.new_from_array([taps], scale=sum(taps))


def _places(width: int, height: int) -> pyvips.Image:
    """Answer the square of each pixel's distance from the middle, the corners' being _PLACES."""
    across = lookup(_squares(width)).zoom(1, height)
    down = lookup(_squares(height)).rot90().zoom(width, 1)
    return (across + down).linear(_PLACES / 2, 0.5).cast("ushort")


def _squares(length: int) -> list[float]:
    return [((2 * at + 1) / length - 1) ** 2 for at in range(length)]
