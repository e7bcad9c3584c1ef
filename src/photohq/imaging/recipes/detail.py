"""What looks at a pixel's neighbours: noise reduction, and what sharpening weighs."""

import math

from photohq.imaging.recipes.curves import Triple
from photohq.imaging.recipes.native import library
from photohq.imaging.recipes.pixels import Pixels, changed

DENOISE_REACH = 2
"""Pixels to either side that noise reduction looks at."""
_NOISE = 6
"""Levels of noise that a reduction of 100 takes for nothing else."""


def denoise(pixels: Pixels, amount: float, weights: Triple) -> None:
    """Smooth colours towards the mean of 5 x 5 pixels, and luma where little but noise is in it."""
    _, lib = library()
    share = amount / 100
    changed(
        pixels,
        DENOISE_REACH,
        lambda rows: lib.photohq_denoise(rows, weights, share, _NOISE * share),
    )


def bell(radius: float) -> list[float]:
    """Answer a row of the normal distribution, to three times its radius; its sum is 1."""
    reach = math.ceil(3 * radius)
    taps = [math.exp(-((at / radius) ** 2) / 2) for at in range(-reach, reach + 1)]
    return [tap / sum(taps) for tap in taps]
