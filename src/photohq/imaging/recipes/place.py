"""The frame of a picture: turned, straightened, cropped, resized, with 8 bits in and out."""

from photohq.imaging.recipes.detail import DENOISE_REACH
from photohq.imaging.recipes.native import library
from photohq.imaging.recipes.pixels import Pixels, made, read
from photohq.imaging.renditions import upright
from photohq.photos import geometry
from photohq.photos.geometry import Cut, Size
from photohq.photos.recipe import Recipe


def needed(stored: Size, own: int, recipe: Recipe) -> Cut:
    """Answer the stored pixels that the kept ones are made of; `own` is EXIF's orientation.

    Raises CropOutside.
    """
    whole = geometry.frame(*stored, own, recipe)
    turned = geometry.orientation(own, recipe)
    part = geometry.unturned(geometry.source(whole, recipe), whole, turned)
    return _widened(part, DENOISE_REACH, stored) if recipe.noise_reduction else part


def framed(pixels: Pixels, part: Cut, stored: Size, own: int, recipe: Recipe) -> tuple[Pixels, int]:
    """Answer what a recipe keeps, and the orientation in which it is still to be shown: to turn
    pixels that stay as they are would take the memory of another picture.

    `pixels` are the needed part of those that are stored.
    """
    if recipe.straighten:
        return _straightened(pixels, part, stored, own, recipe), 1
    turned = geometry.orientation(own, recipe)
    whole = geometry.frame(*stored, own, recipe)
    return _inner(
        pixels, part, geometry.unturned(geometry.cut(whole, recipe), whole, turned)
    ), turned


def resized(pixels: Pixels, turned: int, recipe: Recipe) -> tuple[Pixels, int]:
    """Shrink what is shown in an orientation; answers as `framed` does."""
    if recipe.resize is None:
        return pixels, turned
    image = upright(pixels.image(), turned)
    width, height = geometry.resized(Size(image.width, image.height), recipe.resize.long_edge)
    if (width, height) == (image.width, image.height):
        return pixels, turned
    across, down = width / image.width, height / image.height
    return read(image.resize(across, vscale=down, kernel="lanczos3", gap=0)), 1


def _straightened(pixels: Pixels, part: Cut, stored: Size, own: int, recipe: Recipe) -> Pixels:
    """Turn and straighten by one matrix, which tells the stored point that a pixel shows."""
    turned = geometry.orientation(own, recipe)
    whole = geometry.frame(*stored, own, recipe)
    cut = geometry.cut(whole, recipe)

    def shows(x: float, y: float) -> tuple[float, float]:
        return geometry.stored(turned, *geometry.before_straightening(recipe.straighten, x, y))

    (a, c), (b, d) = shows(1, 0), shows(0, 1)
    x, y = shows(cut.left - (whole.width - 1) / 2, cut.top - (whole.height - 1) / 2)
    x += (stored.width - 1) / 2 - part.left
    y += (stored.height - 1) / 2 - part.top

    ffi, lib = library()
    out = bytearray(cut.width * cut.height * pixels.bands)
    source, to = (ffi.from_buffer("uint8_t[]", data) for data in (pixels.data, out))
    size = pixels.width, pixels.height, pixels.bands
    made(
        cut.height,
        lambda *rows: lib.photohq_straighten(
            source, *size, [a, b, x, c, d, y], to, cut.width, *rows
        ),
    )
    return pixels._replace(data=out, width=cut.width, height=cut.height)


def _widened(part: Cut, by: int, stored: Size) -> Cut:
    left, top = max(part.left - by, 0), max(part.top - by, 0)
    right = min(part.left + part.width + by, stored.width)
    bottom = min(part.top + part.height + by, stored.height)
    return Cut(left, top, right - left, bottom - top)


def _inner(pixels: Pixels, part: Cut, kept: Cut) -> Pixels:
    if part == kept:
        return pixels
    left, top = kept.left - part.left, kept.top - part.top
    return read(pixels.image().crop(left, top, kept.width, kept.height))
