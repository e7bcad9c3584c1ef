"""What may be said in a recipe: bounds of its numbers, and rules for what is no number."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated

import msgspec

from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.rules import Limits, Rule

VERSION = 1
MAX_POINTS = 16
_TURNS = {0, 90, 180, 270}
_TOLERANCE = 1e-9
"""By how much the sum of two fractions may miss a whole, as doubles add them."""

Level = Annotated[int, msgspec.Meta(extra_json_schema={"minimum": 0, "maximum": 255})]
"""For the schema alone: the rule below says of a whole curve what is wrong."""
Points = Annotated[
    tuple[tuple[Level, Level], ...],
    msgspec.Meta(
        min_length=2,
        max_length=MAX_POINTS,
        description="Points `[x, y]`; each `x` is above the one before",
    ),
]


class Range(msgspec.Struct, frozen=True):
    """Bounds of a number, both allowed, and what it is a multiple of."""

    least: float
    greatest: float
    step: float = 1

    @property
    def meta(self) -> msgspec.Meta:
        told = None if self.step == 1 else f"In steps of {self.step:g}"
        return msgspec.Meta(ge=self.least, le=self.greatest, description=told)

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


SLIDER = Range(-100, 100)
STRENGTH = Range(0, 100)
STOPS = Range(-5, 5, 0.01)
DEGREES = Range(-45, 45, 0.01)
EDGE = Range(16, 20_000)
RADIUS = Range(0.5, 3, 0.1)
WEIGHT = Range(-200, 300)


def number(name: str, bounds: Range) -> Rule:
    return lambda value, _: bounds.judged(name, value)


def numbers(**bounds: Range) -> Rule:
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


def version(value: int, _: Limits) -> int:
    if value != VERSION:
        raise _refused("recipe", f"must be {VERSION}: the version of recipes that is known here")
    return value


def rotate(value: int, _: Limits) -> int:
    if value not in _TURNS:
        raise _refused("rotate", "must be 0, 90, 180 or 270")
    return value


def crop(values: Mapping[str, float], _: Limits) -> None:
    errors = []
    for start, side in (("left", "width"), ("top", "height")):
        begins, extent = values.get(start, 0), values.get(side, _TOLERANCE)
        if not 0 <= begins <= 1:
            errors.append(FieldError(start, f"{start} must be between 0 and 1"))
        if not 0 < extent <= 1 + _TOLERANCE:
            errors.append(FieldError(side, f"{side} must be above 0, and 1 at most"))
        elif 1 + _TOLERANCE < begins + extent <= 2:
            errors.append(FieldError(side, f"{side} and {start} must be 1 at most together"))
    if errors:
        raise InvalidInput(*errors)


def tone_curve(values: Mapping[str, Points], _: Limits) -> None:
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


def monochrome(values: Mapping[str, int], limits: Limits) -> None:
    numbers(red=WEIGHT, green=WEIGHT, blue=WEIGHT)(values, limits)
    if len(values) == 3 and sum(values.values()) <= 0:
        raise InvalidInput(FieldError("red", "The weights of monochrome must have a sum above 0"))


def _refused(name: str, problem: str) -> InvalidInput:
    return InvalidInput(FieldError(name, f"{name} {problem}"))
