"""What callers may ask with, and how a JSON object or a query string becomes it.

Each shape names its fields' types and rules. `read` goes through all of them and names every bad
field at once; fields that are not known are passed over.
"""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeVar, cast

import msgspec

from photohq.photos import rules
from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.photo import CameraInfo, Geolocation, VersionType
from photohq.photos.rules import Limits, Rule

DEFAULT_PAGE = 50
MAX_PAGE = 100


def _page_size(value: int, _: Limits) -> int:
    if not 1 <= value <= MAX_PAGE:
        raise InvalidInput(FieldError("limit", f"limit must be between 1 and {MAX_PAGE}"))
    return value


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A request; `rules` holds those of its fields that have one."""

    rules: ClassVar[Mapping[str, Rule]] = {}


class EditRequest(Shape, frozen=True, kw_only=True):
    """An edited version that is about to be uploaded."""

    rules: ClassVar[Mapping[str, Rule]] = {
        "filename": rules.filename,
        "content_type": rules.content_type,
        "file_size": rules.edit_size,
        "checksum_sha256": rules.checksum_sha256,
    }

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=255, examples=["vacation.jpg"])]
    content_type: Annotated[str, msgspec.Meta(examples=["image/jpeg"])]
    file_size: Annotated[int, msgspec.Meta(description="In bytes", examples=[8388608])]
    checksum_sha256: Annotated[
        str | None, msgspec.Meta(description="Base64 of the file's SHA-256")
    ] = None


class UploadRequest(EditRequest, frozen=True, kw_only=True):
    """An original that is about to be uploaded, and what its owner already knows of it."""

    rules: ClassVar[Mapping[str, Rule]] = {
        **EditRequest.rules,
        "file_size": rules.original_size,
        "tags": rules.tags,
        "description": rules.description,
        "geolocation": rules.geolocation,
        "camera_info": rules.camera_info,
    }

    tags: tuple[str, ...] | None = None
    description: str | None = None
    geolocation: Geolocation | None = None
    camera_info: CameraInfo | None = None


class GetQuery(Shape, frozen=True, kw_only=True):
    """Which version of a photo."""

    version: VersionType = VersionType.ORIGINAL


class ListQuery(Shape, frozen=True, kw_only=True):
    """Which page of a user's photos."""

    rules: ClassVar[Mapping[str, Rule]] = {"limit": _page_size}

    version_type: Annotated[
        VersionType | None,
        msgspec.Meta(description="`edited`: photos that have an edited version; `original`: not"),
    ] = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    last_evaluated_key: Annotated[
        str | None, msgspec.Meta(description="Where the page before this one ended")
    ] = None


S = TypeVar("S", bound=Shape)


def read(shape: type[S], raw: object, limits: Limits, *, texts: bool = False) -> S:
    """Make a `shape` of decoded JSON, or of a query string's texts (`texts`).

    Raises InvalidInput that names every field that is missing, of another type or against its rule.
    """
    if not isinstance(raw, dict):
        raise InvalidInput(message="The body must be a JSON object")
    values: dict[str, object] = {}
    errors: list[FieldError] = []
    for field in msgspec.structs.fields(shape):
        given = raw.get(field.name)
        if given is None:
            if field.required:
                errors.append(FieldError(field.name, f"{field.name} is required"))
            continue
        try:
            expected = _bare(field.type)
            if texts and expected is int and _WHOLE_NUMBER.fullmatch(given):
                given = int(given)
            value: object = msgspec.convert(given, expected)
            rule = shape.rules.get(field.name)
            values[field.name] = rule(value, limits) if rule else value
        except msgspec.ValidationError as error:
            errors.append(_type_error(field.name, field.type, str(error)))
        except InvalidInput as error:
            errors += error.errors
    if errors:
        raise InvalidInput(*errors)
    return shape(**values)


_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_NOUNS = {
    "int": "an integer",
    "float": "a number",
    "str": "a string",
    "bool": "true or false",
    "array": "an array",
    "object": "an object",
}
_EXPECTED = re.compile(r"Expected `([a-z| ]+)`")
_UNKNOWN = re.compile(r"unknown field `(.*)`")
_MISSING = re.compile(r"missing required field `(.*)`")


def _bare(hint: object) -> type:
    """Drop `Annotated`: its bounds are for the schema, the rules have the sentences."""
    return cast(
        "type", getattr(hint, "__origin__", hint) if hasattr(hint, "__metadata__") else hint
    )


def _type_error(name: str, hint: object, message: str) -> FieldError:
    """Say in the contract's words what msgspec says in its own."""
    what, _, path = message.partition(" - at `$")
    field = name + path.rstrip("`")
    if "enum" in what:
        choices = ", ".join(sorted(_choices(hint)))
        return FieldError(field, f"{field} must be one of {choices}")
    if match := _UNKNOWN.search(what):
        return FieldError(f"{field}.{match[1]}", f"{field} has no field {match[1]}")
    if match := _MISSING.search(what):
        return FieldError(f"{field}.{match[1]}", f"{match[1]} is required")
    if match := _EXPECTED.search(what):
        nouns = [_NOUNS.get(part, part) for part in match[1].split(" | ") if part != "null"]
        return FieldError(field, f"{field} must be {' or '.join(nouns)}")
    return FieldError(field, f"{field}: {what}")


def _choices(hint: object) -> list[str]:
    """Collect the values of the enum in a type hint."""
    bare = _bare(hint)
    if isinstance(bare, type) and issubclass(bare, VersionType):
        return [member.value for member in bare]
    return [value for part in getattr(bare, "__args__", ()) for value in _choices(part)]
