"""The frame of a picture: turned, straightened, cropped, resized, with 8 bits in and out."""

from typing import NamedTuple

from photohq.imaging.recipes.detail import DENOISE_REACH
from photohq.imaging.recipes.native import library
from photohq.imaging.recipes.pixels import Pixels, made, read
from photohq.imaging.renditions import upright
from photohq.photos import geometry
from photohq.photos.geometry import Cut, Size
from photohq.photos.recipe import Recipe


class Place(NamedTuple):
    """Where the pixels that are kept come from: they are `cut` out of the frame `whole`, in which
    stored ones are shown in the orientation `turned`, and made of a `part` of these."""

    stored: Size
    whole: Size
    turned: int
    cut: Cut
    part: Cut
    straighten: float


def placed(stored: Size, own: int, recipe: Recipe) -> Place:
    """Tell what a recipe keeps of stored pixels; `own` is EXIF's orientation.

    Raises CropOutside.
    """
    whole = geometry.frame(*stored, own, recipe)
    turned = geometry.orientation(own, recipe)
    part = geometry.unturned(geometry.source(whole, recipe), whole, turned)
    if recipe.noise_reduction:
        part = _widened(part, DENOISE_REACH, stored)
    cut = geometry.cut(whole, recipe)
    return Place(stored, whole, turned, cut, part, recipe.straighten)


def framed(pixels: Pixels, at: Place) -> tuple[Pixels, int]:
    """Answer what is kept, of pixels that are the part, and the orientation in which it is still to
    be shown: to turn what stays as it is would take the memory of another picture.
    """
    if at.straighten:
        return _straightened(pixels, at), 1
    return _inner(pixels, at.part, geometry.unturned(at.cut, at.whole, at.turned)), at.turned


def resized(pixels: Pixels, turned: int, size: Size) -> tuple[Pixels, int]:
    """Shrink what is shown in an orientation; answers as `framed` does."""
    image = upright(pixels.image(), turned)
    if size == (image.width, image.height):
        return pixels, turned
    across, down = size.width / image.width, size.height / image.height
    return read(image.resize(across, vscale=down, kernel="lanczos3", gap=0)), 1


def _straightened(pixels: Pixels, at: Place) -> Pixels:
    """Turn and straighten by one matrix, which tells the stored point that a pixel shows."""

    def shows(x: float, y: float) -> tuple[float, float]:
        return geometry.stored(at.turned, *geometry.before_straightening(at.straighten, x, y))

    (a, c), (b, d) = shows(1, 0), shows(0, 1)
    cut, whole = at.cut, at.whole
    x, y = shows(cut.left - (whole.width - 1) / 2, cut.top - (whole.height - 1) / 2)
    x += (at.stored.width - 1) / 2 - at.part.left
    y += (at.stored.height - 1) / 2 - at.part.top

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
