"""A recipe carried out, in the order that belongs to its definition.

libvips decodes, converts colours, resizes and encodes; what is done to each pixel is compiled
(`native`). What stands in memory is the picture as it was decoded, then as it was straightened or
resized, and it is changed where it is.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec
import pyvips

from photohq.imaging.jpeg_header import Header
from photohq.imaging.recipes import profiles
from photohq.imaging.recipes.detail import denoise
from photohq.imaging.recipes.develop import Development
from photohq.imaging.recipes.pixels import read
from photohq.imaging.recipes.place import framed, placed, resized
from photohq.imaging.recipes.profiles import SRGB, Space
from photohq.imaging.renditions import in_srgb, opened, upright
from photohq.photos import geometry
from photohq.photos.geometry import Size
from photohq.photos.pictures import Matrix
from photohq.photos.recipe import Recipe, Sharpen

QUALITY = 92
PREVIEW_QUALITY = 82
_SPARE = 1.2
"""How many times its pixels a preview is straightened with."""
LEAST_RADIUS = 0.3
"""Of sharpening in a preview, in pixels: less than that can't be seen."""
_FRAME = ("recipe", "rotate", "flip", "straighten", "crop", "resize")


class Rendered(NamedTuple):
    """A JPEG file, upright, with an ICC profile where it needs one and no other metadata."""

    data: bytes
    width: int
    height: int


def render(
    data: bytes | memoryview, header: Header, own: int, recipe: Recipe, quality: int = QUALITY
) -> Rendered:
    """Make the edited version of a JPEG, whose own orientation is EXIF's.

    Raises CropOutside, and pyvips.Error where the file can't be decoded.
    """
    geometry.output(header.width, header.height, own, recipe)  # refuses before a pixel is decoded
    image = opened(data, access="sequential", fail_on="error")
    return _saved(edited(image, own, recipe), quality)


def preview(
    rendition: bytes | memoryview,
    full: Size,
    recipe: Recipe,
    long_edge: int,
    *,
    to_srgb: Matrix | None = None,
    quality: int = PREVIEW_QUALITY,
) -> Rendered:
    """Show a recipe on a rendition of a picture, which is `full` pixels large when it is upright,
    and whose primaries `to_srgb` brings to those of the rendition.

    Sharpening is shrunk with the picture, noise reduction left out: both are to be judged at full
    size. Colours that sRGB has not are those of the rendition. Raises as `render` does.
    """
    image = opened(rendition, access="sequential", fail_on="error")
    last = geometry.output(*full, 1, recipe)
    whole = msgspec.structs.replace(recipe, resize=None, noise_reduction=0)
    given = geometry.output(image.width, image.height, 1, whole)
    edge = min(long_edge, max(last), max(given))
    # What is as long already isn't resampled for a pixel that its other side may be off.
    size = given if edge == max(given) else geometry.resized(last, edge)
    if edge * _SPARE < max(given) * 0.9:
        # What is straightened first would be thrown away: that costs more than all the rest.
        image = image.resize(edge * _SPARE / max(given))
    whole = msgspec.structs.replace(whole, sharpen=_shrunk(recipe.sharpen, edge / max(last)))
    if to_srgb is None or _is_only(whole, *_FRAME):
        return _saved(edited(image, 1, whole, size=size), quality)
    image = in_primaries(profiles.inverse(to_srgb), image)
    image = edited(image, 1, whole, profiles.with_primaries(to_srgb), size)
    return _saved(in_primaries(to_srgb, image), quality)


def edited(
    image: pyvips.Image,
    own: int,
    recipe: Recipe,
    space: Space | None = None,
    size: Size | None = None,
) -> pyvips.Image:
    """Carry a recipe out on the pixels of a file, which may come row by row.

    Colours stay in their `space`, or in the file's own primaries where a matrix and curves tell
    them; others are converted to sRGB, unless only the frame changes. What comes out has the
    `size`, or the one that the recipe asks for. Raises CropOutside.
    """
    place = placed(Size(image.width, image.height), own, recipe)
    if space is None and not _is_only(recipe, *_FRAME):
        image, space = _spaced(image)
    develops = not _is_only(recipe, *_FRAME, "noise_reduction")
    with ThreadPoolExecutor(1) as beside:  # a JPEG is decoded by one thread
        development = beside.submit(Development, recipe, space) if space and develops else None
        pixels = read(image.crop(*place.part))
    if space and recipe.noise_reduction:
        denoise(pixels, recipe.noise_reduction, space.weights)
    # Each takes the place of the one before: there is memory for two at once.
    pixels, turned = framed(pixels, place)
    pixels, turned = resized(
        pixels, turned, size or geometry.output(image.width, image.height, own, recipe)
    )
    if development:
        development.result().apply(pixels)
    return upright(pixels.image(), turned)


def _is_only(recipe: Recipe, *fields: str) -> bool:
    """Tell whether nothing is asked for but these."""
    return recipe == Recipe(**{name: getattr(recipe, name) for name in fields})


def in_primaries(matrix: Matrix, image: pyvips.Image) -> pyvips.Image:
    """Exchange the primaries of an image with sRGB's curve."""
    light = image.colourspace("scrgb").recomb([list(row) for row in matrix])
    return light.copy(interpretation="scrgb").colourspace("srgb")


def _spaced(image: pyvips.Image) -> tuple[pyvips.Image, Space]:
    """Answer the image as its colours are worked on, and what they are."""
    space = profiles.of(image)
    if space:
        return image, space
    image = in_srgb(image)
    return image if image.bands == 3 else image.colourspace("srgb"), SRGB


def _shrunk(sharpen: Sharpen | None, by: float) -> Sharpen | None:
    if sharpen is None or sharpen.radius * by < LEAST_RADIUS:
        return None
    return msgspec.structs.replace(sharpen, radius=sharpen.radius * by)


def _saved(image: pyvips.Image, quality: int) -> Rendered:
    data = image.jpegsave_buffer(Q=quality, keep="icc")
    return Rendered(data, image.width, image.height)
