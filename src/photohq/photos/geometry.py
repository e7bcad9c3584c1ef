"""What a recipe makes of the frame: how it is turned, what of it is kept and how large that comes
out, to the pixel.

Points are counted from the frame's middle, y downwards, in pixels whose centres are at .5. An
output point (X, Y) shows the point (cX + sY, -sX + cY) of the frame before it was straightened.
"""

import math
from typing import NamedTuple

from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.recipe import Crop, Flip, Recipe

_WHOLE = Crop(left=0, top=0, width=1, height=1)
_NOISE = 1e-6
"""Of a pixel: what arithmetic may add to an edge that lies between two pixels exactly."""
_NEAR = 3
"""Pixels beside the one that is asked for, of which cubic interpolation takes two at most."""

Turn = tuple[int, int, int, int]
"""A matrix by rows: from a stored point to the one where it is shown, both from the middle."""

_ORIENTATIONS: dict[int, Turn] = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
"""EXIF's, as CIPA DC-008 draws them."""
_ROTATIONS = {0: 1, 90: 6, 180: 3, 270: 8}
_FLIPS = {None: 1, Flip.HORIZONTAL: 2, Flip.VERTICAL: 4}
MIRRORED = {2, 4, 5, 7}
TURNED = {5, 6, 7, 8}
"""Orientations in which width and height change places."""


class CropOutside(InvalidInput):
    """A crop of which the straightened picture has nothing to show."""

    code = "crop_outside"
    message = "The crop lies outside the picture"

    def __init__(self) -> None:
        super().__init__(FieldError("crop", self.message))


class Size(NamedTuple):
    """In pixels."""

    width: int
    height: int


class Box(NamedTuple):
    """Edges in the frame, in pixels from its left and top."""

    left: float
    top: float
    right: float
    bottom: float


class Cut(NamedTuple):
    """The pixels of the frame that are kept."""

    left: int
    top: int
    width: int
    height: int


def orientation(own: int, recipe: Recipe) -> int:
    """Answer the EXIF orientation that turns stored pixels as the recipe wants them.

    That is the photo's own, then `rotate` and `flip`.
    """
    turn = _ORIENTATIONS[own]
    for after in (_ROTATIONS[recipe.rotate], _FLIPS[recipe.flip]):
        turn = _then(turn, _ORIENTATIONS[after])
    return next(number for number, known in _ORIENTATIONS.items() if known == turn)


def shown(turned: int, x: float, y: float) -> tuple[float, float]:
    """Answer where a stored point is shown in an orientation."""
    a, b, c, d = _ORIENTATIONS[turned]
    return a * x + b * y, c * x + d * y


def stored(turned: int, x: float, y: float) -> tuple[float, float]:
    """Answer the stored point that is shown at (x, y)."""
    a, b, c, d = _ORIENTATIONS[turned]
    return a * x + c * y, b * x + d * y


def before_straightening(degrees: float, x: float, y: float) -> tuple[float, float]:
    """Answer the point of the frame that is shown at (x, y)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return c * x + s * y, c * y - s * x


def frame(width: int, height: int, own: int, recipe: Recipe) -> Size:
    """Answer the size of stored pixels after their own orientation, rotate and flip."""
    if orientation(own, recipe) in TURNED:
        return Size(height, width)
    return Size(width, height)


def fitted(whole: Size, recipe: Recipe) -> Box:
    """Answer the crop, shrunk about its middle until it fits into the straightened picture.

    Raises CropOutside where its middle is outside.
    """
    width, height = whole
    crop = recipe.crop or _WHOLE
    left, top = crop.left * width, crop.top * height
    right, bottom = (crop.left + crop.width) * width, (crop.top + crop.height) * height
    if not recipe.straighten:
        return Box(left, top, right, bottom)
    half = (right - left) / 2, (bottom - top) / 2
    middle = (left + right) / 2, (top + bottom) / 2
    by = _shrunk(whole, recipe.straighten, middle, half)
    if by == 1:
        return Box(left, top, right, bottom)
    return Box(
        middle[0] - by * half[0],
        middle[1] - by * half[1],
        middle[0] + by * half[0],
        middle[1] + by * half[1],
    )


def cut(whole: Size, recipe: Recipe) -> Cut:
    """Answer the pixels that are kept; raises CropOutside where there is not one."""
    box = fitted(whole, recipe)
    if recipe.straighten:
        left, top = math.ceil(box.left - _NOISE), math.ceil(box.top - _NOISE)
        right, bottom = math.floor(box.right + _NOISE), math.floor(box.bottom + _NOISE)
    else:
        left, top, right, bottom = map(_rounded, box)
    right, bottom = min(right, whole.width), min(bottom, whole.height)
    if right <= left or bottom <= top:
        raise CropOutside
    return Cut(left, top, right - left, bottom - top)


def source(whole: Size, recipe: Recipe) -> Cut:
    """Answer the pixels of the frame that the kept ones are made of; raises CropOutside."""
    kept = cut(whole, recipe)
    if not recipe.straighten:
        return kept
    across, down = whole.width / 2, whole.height / 2
    corners = [
        before_straightening(recipe.straighten, x - across, y - down)
        for x in (kept.left, kept.left + kept.width)
        for y in (kept.top, kept.top + kept.height)
    ]
    xs, ys = zip(*corners, strict=True)
    left, right = min(xs) + across - _NEAR, max(xs) + across + _NEAR
    top, bottom = min(ys) + down - _NEAR, max(ys) + down + _NEAR
    left, top = max(math.floor(left), 0), max(math.floor(top), 0)
    right, bottom = min(math.ceil(right), whole.width), min(math.ceil(bottom), whole.height)
    return Cut(left, top, right - left, bottom - top)


def unturned(part: Cut, whole: Size, turned: int) -> Cut:
    """Answer where a part of a frame is stored, which shows stored pixels in an orientation."""
    across, down = whole.width / 2, whole.height / 2
    one = stored(turned, part.left - across, part.top - down)
    other = stored(turned, part.left + part.width - across, part.top + part.height - down)
    left, top = (min(sides) for sides in zip(one, other, strict=True))
    right, bottom = (max(sides) for sides in zip(one, other, strict=True))
    if turned in TURNED:
        across, down = down, across
    return Cut(int(left + across), int(top + down), int(right - left), int(bottom - top))


def resized(size: Size, long_edge: int) -> Size:
    """Answer the size with its longer edge shrunk to `long_edge`."""
    by = min(1, long_edge / max(size))
    return Size(*(max(1, _rounded(side * by)) for side in size))


def output(width: int, height: int, own: int, recipe: Recipe) -> Size:
    """Answer the size of the edited version of so many stored pixels; raises CropOutside."""
    kept = cut(frame(width, height, own, recipe), recipe)
    size = Size(kept.width, kept.height)
    return resized(size, recipe.resize.long_edge) if recipe.resize else size


def _then(first: Turn, second: Turn) -> Turn:
    a, b, c, d = first
    e, f, g, h = second
    return (e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d)


def _shrunk(
    whole: Size, degrees: float, middle: tuple[float, float], half: tuple[float, float]
) -> float:
    """Answer the largest part of a crop, 1 at most, whose corners are all in the picture."""
    sides = whole.width / 2, whole.height / 2
    centre = before_straightening(degrees, middle[0] - sides[0], middle[1] - sides[1])
    if any(abs(at) > side for at, side in zip(centre, sides, strict=True)):
        raise CropOutside
    by = 1.0
    for down in (half[1], -half[1]):
        corner = before_straightening(degrees, half[0], down)
        for at, side, offset in zip(centre, sides, corner, strict=True):
            # The corner across lies as far on the other side.
            by = min(by, (side - abs(at)) / abs(offset) if offset else 1.0)
    return by


def _rounded(value: float) -> int:
    return math.floor(value + 0.5)
