"""What the stages of a recipe have in common: pictures as three planes of levels, 0 to 255.

Arithmetic of three bands with one would copy that one thrice; planes are joined at the end.
"""

from array import array
from collections.abc import Iterable

import pyvips

from photohq.imaging.recipes.curves import Triple

Planes = list[pyvips.Image]

MAX = 255


def mixed(planes: Planes, weights: Triple) -> pyvips.Image:
    """Add planes up by their weights, as for the luma."""
    red, green, blue = (plane * weight for plane, weight in zip(planes, weights, strict=True))
    return red + green + blue


def joined(planes: Planes) -> pyvips.Image:
    return planes[0].bandjoin(planes[1:])


def nearest(image: pyvips.Image) -> pyvips.Image:
    """Answer 8 bits, what is beyond them clamped."""
    return image if image.format == "uchar" else image.linear(1, 0.5, uchar=True)


def lookup(values: Iterable[float]) -> pyvips.Image:
    """Make a table of floats."""
    data = array("f", values)
    return pyvips.Image.new_from_memory(data.tobytes(), len(data), 1, 1, "float")
