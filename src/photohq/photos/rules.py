"""What may be said of a photo: a rule for each field.

A rule takes a value of the right type and answers the value to keep (normalised), or raises
InvalidInput with every mistake in it.
"""

import base64
import binascii
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from photohq.photos.errors import FieldError, InvalidInput

MIB = 1024 * 1024
MAX_FILENAME_CHARACTERS = 255
MAX_FILENAME_BYTES = 512
"""An S3 key ends at 1,024 bytes of UTF-8, and the ids before the name need their part."""
MAX_TAGS = 50
MAX_TAG_CHARACTERS = 64
MAX_DESCRIPTION_CHARACTERS = 2000
MAX_CAMERA_TEXT_CHARACTERS = 255
MAX_RATING = 5
MAX_CUSTOM_BYTES = 2048
MAX_NUMBER = 1_000_000_000
"""What a number of the metadata may be at most; no camera and no mountain comes near."""
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
"""Format characters that letters and emoji are made with."""
_WITHOUT_JOINERS = str.maketrans(dict.fromkeys(_JOINERS))
_SHA256_BYTES = 32

Rule = Callable[[Any, "Limits"], Any]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a deployment; sizes in bytes, times in seconds. `noncurrent_days` is how long
    the bytes of replaced edits are kept."""

    min_file_size: int = 5 * MIB
    max_file_size: int = 20 * MIB
    max_edit_size: int = 20 * MIB
    content_types: tuple[str, ...] = ("image/jpeg", "image/jpg")
    url_seconds: int = 900
    noncurrent_days: int = 30


def filename(value: str, _: Limits) -> str:
    """Keep a name in Unicode's form NFC: no path, nothing invisible that misleads."""
    name = unicodedata.normalize("NFC", value)
    if not name.translate(_WITHOUT_JOINERS).strip():
        raise _refused("filename", "filename is required")
    if len(name) > MAX_FILENAME_CHARACTERS:
        raise _refused("filename", f"filename may have {MAX_FILENAME_CHARACTERS} characters")
    if len(name.encode()) > MAX_FILENAME_BYTES:
        raise _refused("filename", f"filename may have {MAX_FILENAME_BYTES} bytes of UTF-8")
    if name in {".", ".."} or "/" in name or "\\" in name:
        raise _refused("filename", "filename must not be or contain a path")
    if any(_is_invisible(character) for character in name):
        raise _refused("filename", "filename must not contain control or invisible characters")
    return name


def content_type(value: str, limits: Limits) -> str:
    """Keep a media type that is accepted; `image/jpg` is a common misnomer of `image/jpeg`."""
    if value not in limits.content_types:
        raise _refused("content_type", _only(limits.content_types))
    return "image/jpeg" if value == "image/jpg" else value


def original_size(value: int, limits: Limits) -> int:
    """Keep the size of an original, in bytes."""
    return _size(value, limits.min_file_size, limits.max_file_size)


def edit_size(value: int, limits: Limits) -> int:
    """Keep the size of an edited version, in bytes."""
    return _size(value, 1, limits.max_edit_size)


def checksum_sha256(value: str, _: Limits) -> str:
    """Keep a SHA-256 as S3 writes it: base64 of the 32 bytes."""
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != _SHA256_BYTES or base64.b64encode(digest).decode() != value:
        raise _refused("checksum_sha256", "checksum_sha256 must be the base64 of 32 bytes")
    return value


def tags(value: list[str], _: Limits) -> tuple[str, ...]:
    """Keep tags in their order, duplicates folded."""
    folded = tuple(dict.fromkeys(value))
    errors = []
    if len(folded) > MAX_TAGS:
        errors.append(FieldError("tags", f"A photo may have {MAX_TAGS} tags"))
    errors += [
        FieldError(f"tags[{index}]", f"A tag has 1 to {MAX_TAG_CHARACTERS} characters")
        for index, tag in enumerate(value)
        if not 1 <= len(tag) <= MAX_TAG_CHARACTERS
    ]
    if errors:
        raise InvalidInput(*errors)
    return folded


def description(value: str, _: Limits) -> str:
    """Keep a text of up to 2,000 characters."""
    if len(value) > MAX_DESCRIPTION_CHARACTERS:
        raise _refused(
            "description", f"description may have {MAX_DESCRIPTION_CHARACTERS:,} characters"
        )
    return value


def geolocation(value: Mapping[str, float], _: Limits) -> Mapping[str, float]:
    """Keep a position on the globe; parts that are missing are not judged."""
    bounds = {"latitude": 90, "longitude": 180}
    errors = [
        FieldError(name, f"{name} must be between -{bound} and {bound}")
        for name, bound in bounds.items()
        if abs(value.get(name, 0)) > bound
    ]
    if abs(value.get("altitude", 0)) > MAX_NUMBER:
        errors.append(FieldError("altitude", "altitude must be a height in metres"))
    if errors:
        raise InvalidInput(*errors)
    return value


def camera_info(value: Mapping[str, str | float], _: Limits) -> Mapping[str, str | float]:
    """Keep what a photo was taken with: short texts, positive numbers."""
    errors = []
    for name, given in value.items():
        if isinstance(given, str):
            if len(given) > MAX_CAMERA_TEXT_CHARACTERS:
                text = f"{name} may have {MAX_CAMERA_TEXT_CHARACTERS} characters"
                errors.append(FieldError(name, text))
        elif not 0 < given <= MAX_NUMBER:
            errors.append(FieldError(name, f"{name} must be a positive number"))
    if errors:
        raise InvalidInput(*errors)
    return value


def rating(value: int, _: Limits) -> int:
    """Keep 0 to 5 stars."""
    if not 0 <= value <= MAX_RATING:
        raise _refused("rating", f"rating must be between 0 and {MAX_RATING}")
    return value


def custom(value: Mapping[str, Any], _: Limits) -> Mapping[str, Any]:
    """Keep any JSON object of up to 2 KiB, written without spaces."""
    if len(msgspec.json.encode(value)) > MAX_CUSTOM_BYTES:
        raise _refused("custom", f"custom may have {MAX_CUSTOM_BYTES:,} bytes as JSON")
    return value


def _only(accepted: tuple[str, ...]) -> str:
    if set(accepted) <= {"image/jpeg", "image/jpg"}:
        return "Only JPEG files are supported"
    return f"Only files of these types are supported: {', '.join(accepted)}"


def _size(value: int, least: int, greatest: int) -> int:
    if not least <= value <= greatest:
        message = f"File size must be between {_shown(least)} and {_shown(greatest)}"
        raise _refused("file_size", message)
    return value


def _shown(size: int) -> str:
    """Write a size as the classic messages do: 5MB is 5 MiB."""
    if size % MIB == 0:
        return f"{size // MIB}MB"
    return "1 byte" if size == 1 else f"{size} bytes"


def _is_invisible(character: str) -> bool:
    """Tell control, line and format characters (bidi overrides among them), but for joiners."""
    return unicodedata.category(character) in _INVISIBLE and character not in _JOINERS


def _refused(field: str, message: str) -> InvalidInput:
    return InvalidInput(FieldError(field, message))
