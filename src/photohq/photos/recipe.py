"""An edit recipe: how an edited version is made of its original, as numbers.

Values and what may be said in them. `geometry.py` tells what becomes of the frame; the pixels are
the business of whoever reads pictures.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import msgspec

from photohq.photos import reading, recipe_rules
from photohq.photos.errors import InvalidInput
from photohq.photos.recipe_rules import VERSION, Points
from photohq.photos.requests import Shape
from photohq.photos.rules import Limits, Rule

MAX_BYTES = 8192
"""A recipe as JSON without spaces; one with everything in it has some 3,000."""
Slider = Annotated[int, recipe_rules.SLIDER.meta]
Strength = Annotated[int, recipe_rules.STRENGTH.meta]
Weight = Annotated[int, recipe_rules.WEIGHT.meta]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Side = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Flip(StrEnum):
    """The mirror image: left and right, or top and bottom, change places."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class Crop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept, as fractions of the frame after `rotate` and `flip`; `left` and `width` are 1
    at most together, as are `top` and `height`."""

    left: Fraction
    top: Fraction
    width: Side
    height: Side


class Resize(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The longer edge in pixels; what is smaller is not enlarged."""

    long_edge: Annotated[int, recipe_rules.EDGE.meta]


class ToneCurve(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Curves through 2 to 16 points; `rgb` never falls and keeps the hue, the others need not."""

    rgb: Points | None = None
    red: Points | None = None
    green: Points | None = None
    blue: Points | None = None

    @property
    def channels(self) -> tuple[Points | None, Points | None, Points | None]:
        return self.red, self.green, self.blue


class Monochrome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of each colour the grey has; divided by their sum, which is above 0."""

    red: Weight
    green: Weight
    blue: Weight


class Sharpen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`radius` is in pixels of the edited version."""

    amount: Strength = 0
    radius: Annotated[float, recipe_rules.RADIUS.meta] = 1.0


class Vignette(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A negative `amount` darkens the corners; `midpoint` is where it begins."""

    amount: Slider = 0
    midpoint: Strength = 50


class Recipe(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be done, in the order of the fields but for the channels' curves, which come last.

    Sliders are -100 to 100 and do nothing at 0; `exposure` is in stops, `straighten` in degrees
    clockwise. A `temperature` above 0 is warmer, a `tint` more magenta.
    """

    rules: ClassVar[Mapping[str, Rule]] = {
        "recipe": recipe_rules.version,
        "rotate": recipe_rules.rotate,
        "straighten": recipe_rules.number("straighten", recipe_rules.DEGREES),
        "crop": recipe_rules.crop,
        "resize": recipe_rules.numbers(long_edge=recipe_rules.EDGE),
        **{
            name: recipe_rules.number(name, recipe_rules.SLIDER)
            for name in (
                "temperature", "tint", "shadows", "highlights", "whites", "blacks", "contrast",
                "saturation", "vibrance",
            )
        },
        "noise_reduction": recipe_rules.number("noise_reduction", recipe_rules.STRENGTH),
        "exposure": recipe_rules.number("exposure", recipe_rules.STOPS),
        "tone_curve": recipe_rules.tone_curve,
        "monochrome": recipe_rules.monochrome,
        "vignette": recipe_rules.numbers(
            amount=recipe_rules.SLIDER, midpoint=recipe_rules.STRENGTH
        ),
        "sharpen": recipe_rules.numbers(amount=recipe_rules.STRENGTH, radius=recipe_rules.RADIUS),
    }  # fmt: skip

    recipe: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION, examples=[VERSION])]
    noise_reduction: Strength = 0
    rotate: Annotated[int, msgspec.Meta(ge=0, le=270, multiple_of=90)] = 0
    flip: Flip | None = None
    straighten: Annotated[float, recipe_rules.DEGREES.meta] = 0.0
    crop: Crop | None = None
    resize: Resize | None = None
    temperature: Slider = 0
    tint: Slider = 0
    exposure: Annotated[float, recipe_rules.STOPS.meta] = 0.0
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
    return without_neutral(reading.read(Recipe, raw, Limits()))


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
