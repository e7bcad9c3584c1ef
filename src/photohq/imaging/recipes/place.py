"""The frame of a picture: turned, straightened, cropped, resized, with 8 bits in and out."""

import math

import pyvips

from photohq.imaging.recipes.parts import nearest
from photohq.imaging.renditions import upright
from photohq.photos import geometry
from photohq.photos.geometry import Cut, Size
from photohq.photos.recipe import Recipe


def placed(image: pyvips.Image, own: int, recipe: Recipe) -> pyvips.Image:
    """Answer what a recipe keeps of an image in memory, whose own orientation is EXIF's.

    Whatever costs more than to look a pixel up is in memory again. Raises CropOutside.
    """
    size = geometry.output(image.width, image.height, own, recipe)
    image = upright(image, geometry.orientation(own, recipe))
    whole = Size(image.width, image.height)
    cut = geometry.cut(whole, recipe)
    if recipe.straighten:
        image = _straightened(image, recipe.straighten, cut).copy_memory()
    elif cut != (0, 0, *whole):
        image = image.crop(*cut)
    if size != (cut.width, cut.height):
        across, down = size.width / cut.width, size.height / cut.height
        image = image.resize(across, vscale=down, kernel="lanczos3", gap=0).copy_memory()
    return image


def _straightened(image: pyvips.Image, degrees: float, cut: Cut) -> pyvips.Image:
    """Turn about the middle by cubic interpolation, in floats: in 8 bits it would round twice."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    across, down = (image.width - 1) / 2, (image.height - 1) / 2
    turned = image.cast("float").affine(
        [c, -s, s, c],
        interpolate=pyvips.Interpolate.new("bicubic"),
        oarea=[*cut],
        idx=-across,
        idy=-down,
        odx=across,
        ody=down,
        extend="copy",
    )
    return nearest(turned)
