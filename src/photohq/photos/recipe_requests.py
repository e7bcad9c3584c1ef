"""What callers may ask of recipes."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import msgspec

from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.pictures import SIZES
from photohq.photos.presets import MAX_NAME_CHARACTERS, preset_name
from photohq.photos.recipe import Recipe
from photohq.photos.requests import Shape, rendition_size
from photohq.photos.rules import Limits, Rule

LEAST_PREVIEW, GREATEST_PREVIEW = SIZES[0], SIZES[-1]
QUALITY = 92


def _between(name: str, least: int, greatest: int) -> Rule:
    def judge(value: int, _: Limits) -> int:
        if not least <= value <= greatest:
            text = f"{name} must be between {least} and {greatest}"
            raise InvalidInput(FieldError(name, text))
        return value

    return judge


class PreviewRequest(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be seen: a draft recipe, or the one that is stored with the photo."""

    rules: ClassVar[Mapping[str, Rule]] = {
        "size": _between("size", LEAST_PREVIEW, GREATEST_PREVIEW)
    }

    recipe: Recipe | None = None
    size: Annotated[
        int,
        msgspec.Meta(
            ge=LEAST_PREVIEW, le=GREATEST_PREVIEW, description="The longer edge in pixels"
        ),
    ] = 1024


class RenderRequest(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the edited version is made by: a recipe, one of the user's presets, or neither: the
    recipe that is stored with the photo."""

    rules: ClassVar[Mapping[str, Rule]] = {
        "preset": lambda value, _: preset_name(value, "preset"),
        "quality": _between("quality", 1, 100),
    }

    recipe: Recipe | None = None
    preset: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME_CHARACTERS)] | None = None
    quality: Annotated[int, msgspec.Meta(ge=1, le=100, description="Of the JPEG file")] = QUALITY


class CompareQuery(Shape, frozen=True, kw_only=True):
    """How large the two pictures are to be."""

    rules: ClassVar[Mapping[str, Rule]] = {"size": rendition_size}

    size: Annotated[
        int,
        msgspec.Meta(
            description="The longer edge in pixels", extra_json_schema={"enum": list(SIZES)}
        ),
    ] = 1024
