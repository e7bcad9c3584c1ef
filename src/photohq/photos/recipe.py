"""An edit recipe: how an edited version is made of its original, as numbers.

Values and what may be said in them. `geometry.py` tells what becomes of the frame; the pixels are
the business of whoever reads pictures.
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, ClassVar

import msgspec

from photohq.photos import reading
from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.requests import Shape
from photohq.photos.rules import Limits, Rule

VERSION = 1
MAX_BYTES = 8192
"""A recipe as JSON without spaces; one with everything in it has some 3,000."""
MAX_POINTS = 16
_TURNS = {0, 90, 180, 270}
_TOLERANCE = 1e-9
"""By how much the sum of two fractions may miss a whole, as doubles add them."""


class _Range(msgspec.Struct, frozen=True):
    """Bounds of a number, both allowed, and what it is a multiple of."""

    least: float
    greatest: float
    step: float = 1

    @property
    def meta(self) -> msgspec.Meta:
        return msgspec.Meta(ge=self.least, le=self.greatest)

    def judged(self, name: str, value: float) -> float:
        """Answer the nearest multiple; raises InvalidInput where there is none, or out of bounds.

        NaN is out of bounds.
        """
        if not self.least <= value <= self.greatest:
            raise _refused(name, f"must be between {self.least:g} and {self.greatest:g}")
        if self.step == 1:
            return value
        steps = value / self.step
        if abs(steps - round(steps)) > 1e-6:
            raise _refused(name, f"must be a multiple of {self.step:g}")
        return round(round(steps) * self.step, 2)


_SLIDER = _Range(-100, 100)
_STRENGTH = _Range(0, 100)
_STOPS = _Range(-5, 5, 0.01)
_DEGREES = _Range(-45, 45, 0.01)
_EDGE = _Range(16, 20_000)
_RADIUS = _Range(0.5, 3, 0.1)
_WEIGHT = _Range(-200, 300)

Slider = Annotated[int, _SLIDER.meta]
Strength = Annotated[int, _STRENGTH.meta]
Weight = Annotated[int, _WEIGHT.meta]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Points = tuple[tuple[int, int], ...]
"""Of a curve: x rises, both are 0 to 255."""


class Flip(StrEnum):
    """The mirror image: left and right, or top and bottom, change places."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class Crop(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept, as fractions of the frame after `rotate` and `flip`."""

    left: Fraction
    top: Fraction
    width: Fraction
    height: Fraction


class Resize(msgspec.Struct, frozen=True, kw_only=True):
    """The longer edge in pixels; what is smaller is not enlarged."""

    long_edge: Annotated[int, _EDGE.meta]


class ToneCurve(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Curves through 2 to 16 points; `rgb` never falls and keeps the hue, the others need not."""

    rgb: Points | None = None
    red: Points | None = None
    green: Points | None = None
    blue: Points | None = None

    @property
    def channels(self) -> tuple[Points | None, Points | None, Points | None]:
        return self.red, self.green, self.blue


class Monochrome(msgspec.Struct, frozen=True, kw_only=True):
    """How much of each colour the grey has; divided by their sum."""

    red: Weight
    green: Weight
    blue: Weight


class Sharpen(msgspec.Struct, frozen=True, kw_only=True):
    """`radius` is in pixels of the edited version."""

    amount: Strength = 0
    radius: Annotated[float, _RADIUS.meta] = 1.0


class Vignette(msgspec.Struct, frozen=True, kw_only=True):
    """A negative `amount` darkens the corners; `midpoint` is where it begins."""

    amount: Slider = 0
    midpoint: Strength = 50


def _number(name: str, bounds: _Range) -> Rule:
    return lambda value, _: bounds.judged(name, value)


def _numbers(**bounds: _Range) -> Rule:
    """Judge the members of an object, those that are there."""

    def judge(values: Mapping[str, float], _: Limits) -> None:
        errors: list[FieldError] = []
        for name, value in values.items():
            try:
                bounds[name].judged(name, value)
            except InvalidInput as error:
                errors += error.errors
        if errors:
            raise InvalidInput(*errors)

    return judge


def _version(value: int, _: Limits) -> int:
    if value != VERSION:
        raise _refused("recipe", f"must be {VERSION}: the version of recipes that is known here")
    return value


def _rotate(value: int, _: Limits) -> int:
    if value not in _TURNS:
        raise _refused("rotate", "must be 0, 90, 180 or 270")
    return value


def _crop(values: Mapping[str, float], _: Limits) -> None:
    errors = []
    for start, side in (("left", "width"), ("top", "height")):
        begins, extent = values.get(start, 0), values.get(side, _TOLERANCE)
        if not 0 <= begins <= 1:
            errors.append(FieldError(start, f"{start} must be between 0 and 1"))
        if not 0 < extent <= 1 + _TOLERANCE:
            errors.append(FieldError(side, f"{side} must be above 0, and 1 at most"))
        elif 1 + _TOLERANCE < begins + extent <= 2:
            errors.append(FieldError(side, f"{start} and {side} must be 1 at most together"))
    if errors:
        raise InvalidInput(*errors)


def _tone_curve(values: Mapping[str, Points], _: Limits) -> None:
    errors = [
        FieldError(name, f"{name} {problem}")
        for name, points in values.items()
        if (problem := _problem(points, may_fall=name != "rgb"))
    ]
    if errors:
        raise InvalidInput(*errors)


def _problem(points: Points, *, may_fall: bool) -> str | None:
    if not 2 <= len(points) <= MAX_POINTS:
        return f"must have 2 to {MAX_POINTS} points"
    if not all(0 <= number <= 255 for point in points for number in point):
        return "must have points between 0 and 255"
    pairs = list(pairwise(points))
    if any(one[0] >= other[0] for one, other in pairs):
        return "must have points from left to right, none above another"
    if not may_fall and any(one[1] > other[1] for one, other in pairs):
        return "must not fall"
    return None


def _monochrome(values: Mapping[str, int], limits: Limits) -> None:
    _numbers(red=_WEIGHT, green=_WEIGHT, blue=_WEIGHT)(values, limits)
    if len(values) == 3 and sum(values.values()) <= 0:
        raise InvalidInput(FieldError("red", "The weights of monochrome must have a sum above 0"))


class Recipe(Shape, frozen=True, kw_only=True):
    """What is to be done, in the order of the fields but for the channels' curves, which come last.

    Sliders are -100 to 100 and do nothing at 0; `exposure` is in stops, `straighten` in degrees
    clockwise. A `temperature` above 0 is warmer, a `tint` more magenta.
    """

    rules: ClassVar[Mapping[str, Rule]] = {
        "recipe": _version,
        "rotate": _rotate,
        "straighten": _number("straighten", _DEGREES),
        "crop": _crop,
        "resize": _numbers(long_edge=_EDGE),
        **{
            name: _number(name, _SLIDER)
            for name in (
                "temperature", "tint", "shadows", "highlights", "whites", "blacks", "contrast",
                "saturation", "vibrance",
            )
        },
        "noise_reduction": _number("noise_reduction", _STRENGTH),
        "exposure": _number("exposure", _STOPS),
        "tone_curve": _tone_curve,
        "monochrome": _monochrome,
        "vignette": _numbers(amount=_SLIDER, midpoint=_STRENGTH),
        "sharpen": _numbers(amount=_STRENGTH, radius=_RADIUS),
    }  # fmt: skip

    recipe: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION, examples=[VERSION])]
    noise_reduction: Strength = 0
    rotate: Annotated[int, msgspec.Meta(ge=0, le=270, multiple_of=90)] = 0
    flip: Flip | None = None
    straighten: Annotated[float, _DEGREES.meta] = 0.0
    crop: Crop | None = None
    resize: Resize | None = None
    temperature: Slider = 0
    tint: Slider = 0
    exposure: Annotated[float, _STOPS.meta] = 0.0
    shadows: Slider = 0
    highlights: Slider = 0
    whites: Slider = 0
    blacks: Slider = 0
    contrast: Slider = 0
    tone_curve: ToneCurve | None = None
    saturation: Slider = 0
    vibrance: Slider = 0
    monochrome: Monochrome | None = None
    vignette: Vignette | None = None
    sharpen: Sharpen | None = None


def read(raw: object) -> Recipe:
    """Make a recipe of decoded JSON, without what does nothing.

    Raises InvalidInput that names every field that is unknown, of another type or out of bounds.
    """
    if not isinstance(raw, dict):
        raise InvalidInput(message="A recipe must be a JSON object")
    if len(msgspec.json.encode(raw)) > MAX_BYTES:
        raise InvalidInput(message=f"A recipe may have {MAX_BYTES:,} bytes as JSON")
    unknown = [
        FieldError(name, f"A recipe has no field {name}")
        for name in raw
        if name not in Recipe.__struct_fields__
    ]
    try:
        recipe = reading.read(Recipe, raw, Limits())
    except InvalidInput as error:
        raise InvalidInput(*unknown, *error.errors) from None
    if unknown:
        raise InvalidInput(*unknown)
    return without_neutral(recipe)


def without_neutral(recipe: Recipe) -> Recipe:
    """Leave out what changes nothing, so that recipes for the same picture are the same."""
    changes: dict[str, Any] = {}
    if recipe.crop and _is_whole(recipe.crop):
        changes["crop"] = None
    if recipe.sharpen and not recipe.sharpen.amount:
        changes["sharpen"] = None
    if recipe.vignette and not recipe.vignette.amount:
        changes["vignette"] = None
    if recipe.tone_curve:
        changes["tone_curve"] = _bent(recipe.tone_curve)
    return msgspec.structs.replace(recipe, **changes)


def plain(recipe: Recipe) -> dict[str, Any]:
    """Answer what is stored: a value of JSON's types, without what does nothing."""
    kept = without_neutral(recipe)
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(kept))
    return {name: told[name] for name in told if name == "recipe" or _says(kept, name)}


def _says(recipe: Recipe, name: str) -> bool:
    return bool(getattr(recipe, name) != getattr(Recipe(recipe=VERSION), name))


def _is_whole(crop: Crop) -> bool:
    return (crop.left, crop.top) == (0, 0) and min(crop.width, crop.height) >= 1


def _bent(curve: ToneCurve) -> ToneCurve | None:
    """Leave out the curves that are straight lines from black to white."""
    bent = {
        name: points
        for name in curve.__struct_fields__
        if (points := getattr(curve, name)) and not _is_identity(points)
    }
    return ToneCurve(**bent) if bent else None


def _is_identity(points: Points) -> bool:
    return points[0][0] == 0 and points[-1][0] == 255 and all(x == y for x, y in points)


def _refused(name: str, problem: str) -> InvalidInput:
    return InvalidInput(FieldError(name, f"{name} {problem}"))
