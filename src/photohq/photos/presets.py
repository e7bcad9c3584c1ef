"""A user's presets: recipes by their names, for any photo."""

import unicodedata
from typing import Any

import msgspec

from photohq.photos.errors import FieldError, InvalidInput, PresetNotFound, TooManyPresets

MAX_PRESETS = 100
MAX_NAME_CHARACTERS = 64
_UNDECODABLE = "\ufffd"
"""What bytes of a path become that are no UTF-8, here and in API Gateway: all such names would be
one."""


class Presets(msgspec.Struct, frozen=True, kw_only=True):
    """All presets of a user, as they are stored; `counter` is raised by every write, and is 0 where
    nothing is stored yet."""

    user_id: str
    counter: int = 0
    recipes: dict[str, dict[str, Any]] = {}


def preset_name(text: str, field: str = "name") -> str:
    """Keep a name in Unicode's form NFC; raises InvalidInput, of the field that it stands in."""
    name = unicodedata.normalize("NFC", text)
    if _UNDECODABLE in name:
        raise InvalidInput(FieldError(field, f"{field} must be UTF-8, without U+FFFD"))
    if not (1 <= len(name) <= MAX_NAME_CHARACTERS and name.isprintable() and name == name.strip()):
        text = f"{field} must be 1 to {MAX_NAME_CHARACTERS} printable characters, no blanks around"
        raise InvalidInput(FieldError(field, text))
    return name


def with_preset(presets: Presets, name: str, recipe: dict[str, Any]) -> Presets:
    """Add a preset, or put another recipe in its place; raises TooManyPresets."""
    recipes = {**presets.recipes, name: recipe}
    if len(recipes) > MAX_PRESETS:
        raise TooManyPresets
    return _written(presets, recipes)


def without_preset(presets: Presets, name: str) -> Presets:
    """Remove a preset; raises PresetNotFound."""
    if name not in presets.recipes:
        raise PresetNotFound
    return _written(presets, {one: presets.recipes[one] for one in presets.recipes if one != name})


def _written(presets: Presets, recipes: dict[str, dict[str, Any]]) -> Presets:
    return Presets(user_id=presets.user_id, counter=presets.counter + 1, recipes=recipes)
