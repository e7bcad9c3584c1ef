"""How a JSON object or a query string becomes a request, and what is said of it where it can't.

Every field is looked at, in nested objects and arrays too, so that one answer names all mistakes.
Fields that a request does not know are passed over, and null is as good as nothing; a shape that
forbids unknown fields, as every nested one does, refuses both (null where its type has none).
"""

import re
from collections.abc import Mapping
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.requests import Shape
from photohq.photos.rules import Limits, Rule

S = TypeVar("S", bound=Shape)


def read(shape: type[S], raw: object, limits: Limits, *, texts: bool = False) -> S:
    """Make a `shape` of decoded JSON, or of a query string's texts (`texts`).

    Raises InvalidInput that names every field that is missing, of another type or against its rule.
    """
    if not isinstance(raw, dict):
        raise InvalidInput(message="The body must be a JSON object")
    reader = _Reader(limits, texts=texts)
    values = reader.members(shape, raw, "", shape.rules)
    if reader.errors:
        raise InvalidInput(*reader.errors)
    return shape(**values)


class _Reader:
    """Collects what is wrong on the way; what it answers is good only where nothing was."""

    def __init__(self, limits: Limits, *, texts: bool) -> None:
        self.errors: list[FieldError] = []
        self._limits = limits
        self._texts = texts

    def members(
        self,
        shape: type[msgspec.Struct],
        raw: Mapping[str, object],
        path: str,
        rules: Mapping[str, Rule],
    ) -> dict[str, object]:
        """Read the fields of an object; `path` is what their names begin with."""
        values: dict[str, object] = {}
        is_strict = shape.__struct_config__.forbid_unknown_fields
        if is_strict:
            whole = path[:-1] or "The body"
            self.errors += [
                FieldError(path + name, f"{whole} has no field {name}")
                for name in raw
                if name not in shape.__struct_fields__
            ]
        for field in msgspec.structs.fields(shape):
            name = path + field.name
            given = raw.get(field.name)
            if given is None:
                if field.required:
                    self.errors.append(FieldError(name, f"{name} is required"))
                    continue
                if field.name not in raw or not is_strict or _may_be_null(field.type):
                    continue
            before = len(self.errors)
            rule = rules.get(field.name)
            value = self._value(field.type, given, path, field.name, rule)
            if len(self.errors) == before:
                values[field.name] = value
        return values

    def _value(self, hint: Any, given: object, path: str, field: str, rule: Rule | None) -> object:
        name = path + field
        expected = _bare(hint)
        if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
            return self._object(expected, given, name, rule)
        before = len(self.errors)
        if get_origin(expected) is tuple and isinstance(given, list):
            (item, _) = get_args(expected)
            value: object = tuple(
                self._converted(item, one, f"{name}[{index}]") for index, one in enumerate(given)
            )
        else:
            value = self._converted(expected, given, name)
        if rule and len(self.errors) == before:
            return self._ruled(_inside(path, rule), value)
        return value

    def _object(
        self, shape: type[msgspec.Struct], given: object, name: str, rule: Rule | None
    ) -> object:
        if not isinstance(given, dict):
            self.errors.append(FieldError(name, f"{name} must be an object"))
            return None
        before = len(self.errors)
        values = self.members(shape, given, f"{name}.", getattr(shape, "rules", {}))
        if rule:
            self._ruled(_inside(f"{name}.", rule), values)
        return shape(**values) if len(self.errors) == before else None

    def _ruled(self, rule: Rule, value: object) -> object:
        try:
            return rule(value, self._limits)
        except InvalidInput as error:
            self.errors += error.errors
            return None

    def _converted(self, expected: Any, given: object, name: str) -> object:
        if self._texts and expected is int and _WHOLE_NUMBER.fullmatch(str(given)):
            return int(str(given))
        if self._texts and expected is bool:
            given = _TRUTHS.get(str(given), given)
        try:
            return msgspec.convert(_whole(expected, given), expected)
        except msgspec.ValidationError as error:
            self.errors.append(FieldError(name, _sentence(name, expected, str(error))))
            return None


def _inside(path: str, rule: Rule) -> Rule:
    """Have a rule name fields by where they are."""
    if not path:
        return rule

    def ruled(value: Any, limits: Limits) -> Any:
        try:
            return rule(value, limits)
        except InvalidInput as error:
            raise InvalidInput(*(_named(path, one) for one in error.errors)) from None

    return ruled


def _named(path: str, error: FieldError) -> FieldError:
    """Name the field by where it is; its message, too, where that begins with the field."""
    begins = error.message.startswith(error.field)
    return FieldError(path + error.field, path + error.message if begins else error.message)


def _whole(expected: Any, given: object) -> object:
    """Take 20.0 for an integer, as JSON Schema does."""
    if expected is int and isinstance(given, float) and given.is_integer():
        return int(given)
    if _is_pair(expected) and isinstance(given, list):
        return [_whole(int, one) for one in given]
    return given


_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_TRUTHS = {"true": True, "false": False}
_NOUNS = {
    "bool": "true or false",
    "object": "an object",
    "int": "an integer",
    "float": "a number",
    "str": "a string",
    "array": "an array",
}
_EXPECTED = re.compile(r"Expected `([a-z| ]+)`")


def _bare(hint: Any) -> Any:
    """Drop `Annotated` (its bounds are for the schema, the rules have the sentences) and `None`."""
    hint = _unannotated(hint)
    parts = [part for part in get_args(hint) if part is not NoneType]
    return _bare(parts[0]) if NoneType in get_args(hint) and len(parts) == 1 else hint


def _may_be_null(hint: Any) -> bool:
    return NoneType in get_args(_unannotated(hint))


def _unannotated(hint: Any) -> Any:
    return hint.__origin__ if hasattr(hint, "__metadata__") else hint


def _is_pair(hint: Any) -> bool:
    """Tell a point: the arrays of a set length that there are have two integers."""
    return get_origin(hint) is tuple and Ellipsis not in get_args(hint)


def _sentence(name: str, expected: Any, message: str) -> str:
    """Say in the contract's words what msgspec says in its own."""
    if _is_pair(expected):
        return f"{name} must be two integers"
    if "enum" in message:
        return f"{name} must be one of {', '.join(sorted(expected))}"
    if match := _EXPECTED.search(message):
        nouns = [_NOUNS.get(part, part) for part in match[1].split(" | ") if part != "null"]
        return f"{name} must be {' or '.join(nouns)}"
    return f"{name}: {message}"
