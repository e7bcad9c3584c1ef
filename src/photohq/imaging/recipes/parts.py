"""What the stages of a recipe have in common: pictures as planes of levels, 0 to 255."""

from array import array
from collections.abc import Iterable

import pyvips

from photohq.imaging.recipes.curves import Triple

Planes = list[pyvips.Image]
"""Red, green and blue, and the luma as the fourth: what is done to all channels is done to it too.

Arithmetic of images with several bands and one would copy that one for each of them.
"""

MAX = 255


def mixed(channels: list[pyvips.Image], weights: Triple) -> pyvips.Image:
    """Add channels up by their weights, as for the luma."""
    red, green, blue = (plane * weight for plane, weight in zip(channels, weights, strict=True))
    return red + green + blue


def joined(channels: list[pyvips.Image]) -> pyvips.Image:
    return channels[0].bandjoin(channels[1:])


def nearest(image: pyvips.Image) -> pyvips.Image:
    """Answer 8 bits, what is beyond them clamped."""
    return image if image.format == "uchar" else (image + 0.5).cast("uchar")


def lookup(values: Iterable[float]) -> pyvips.Image:
    """Make a table of floats."""
    data = array("f", values)
    return pyvips.Image.new_from_memory(data.tobytes(), len(data), 1, 1, "float")
