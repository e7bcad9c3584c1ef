"""Records as DynamoDB items, and back.

The first facts of a photo and of its two versions are attributes of their own, as they have been
from the beginning; what else is known of a version stands in the maps `original` and `edited`.
`status`, `version_type`, `has_edited_version`, `edit_count`, `hidden_after` and `ttl` follow from
the others and are never read back. Rows that are no photos have no `user_id`, so no index shows
them: `idem#...`, `batch#...`, `presets#...`, and those of `dynamodb_side_rows.py`.
"""

import hashlib
import math
import zlib
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from photohq.catalog.port import Claim
from photohq.photos.batch import Batch
from photohq.photos.photo import Photo
from photohq.photos.presets import Presets
from photohq.photos.versions import gone_at, hidden_after

Attribute: TypeAlias = dict[str, Any]
"""A value as DynamoDB writes it: its type's letters, and itself."""
Item: TypeAlias = dict[str, Attribute]

MAX_KEY_BYTES = 2048
SMALLEST = 1e-125
"""DynamoDB keeps no number that is nearer to zero, but zero."""
_ORIGINAL = {
    "filename": "filename",
    "s3_key": "original_s3_key",
    "bucket": "original_bucket",
    "content_type": "content_type",
    "file_size": "file_size",
}
_EDITED = {
    "filename": "edited_filename",
    "s3_key": "edited_s3_key",
    "bucket": "edited_bucket",
    "content_type": "edited_content_type",
    "file_size": "edited_file_size",
}


def attribute(value: Any) -> Attribute:
    """Write a value as DynamoDB does."""
    match value:
        case bool():
            kind = "BOOL"
        case str():
            kind = "S"
        case int() | float():
            kind, value = "N", _digits(value)
        case bytes():
            kind = "B"
        case frozenset():
            kind, value = "SS", sorted(value)
        case Mapping():
            kind, value = "M", item(value)
        case _:
            kind, value = "L", [attribute(member) for member in value]
    return {kind: value}


def _digits(number: float) -> str:
    if abs(number) < SMALLEST:
        return "0"
    return repr(int(number) if int(number) == number and abs(number) < 2**53 else number)


def item(values: Mapping[str, Any]) -> Item:
    """Write named values as DynamoDB does."""
    return {name: attribute(value) for name, value in values.items()}


def plain(stored: Mapping[str, Attribute]) -> dict[str, Any]:
    """Read an item; numbers are int where they are whole."""
    return {name: _value(found) for name, found in stored.items()}


def _value(stored: Attribute) -> Any:
    ((kind, value),) = stored.items()
    match kind:
        case "N":
            return _number(value)
        case "SS":
            return frozenset(value)
        case "M":
            return plain(value)
        case "L":
            return [_value(member) for member in value]
        case _:
            return value


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        number = float(text)
        return int(number) if number.is_integer() else number


def ttl(seconds: float) -> int:
    """Answer the first whole second at which DynamoDB may remove what ends then."""
    return math.ceil(seconds)


def is_key(text: str) -> bool:
    """Whether there can be an item of that key at all."""
    return 0 < len(text.encode()) <= MAX_KEY_BYTES


def photo_item(photo: Photo) -> Item:
    """Write a photo's record."""
    facts = msgspec.to_builtins(photo)
    original, edited = facts.pop("original"), facts.pop("edited", None)
    values = {
        **facts,
        **_flat(original, _ORIGINAL),
        "original": original,
        "arrived_edits": photo.arrived_edits,
        "edit_count": photo.edit_count,
        "has_edited_version": photo.has_edited_version,
        "version_type": photo.version_type.value,
        "status": photo.status.value,
        "revision": photo.revision,
        "counter": photo.counter,
    }
    if edited:
        values |= {**_flat(edited, _EDITED), "edited": edited}
    if photo.custom is not None:
        values["custom"] = msgspec.json.encode(photo.custom).decode()
    hidden = 0 if photo.deleting else hidden_after(photo)
    if hidden is not None:
        values["hidden_after"] = hidden
    gone = gone_at(photo)
    if gone is not None:
        values["ttl"] = ttl(gone)
    return item(values)


def photo_of(stored: Mapping[str, Attribute]) -> Photo | None:
    """Read a photo's record; None where the item is not one."""
    if "user_id" not in stored:
        return None
    values = plain(stored)
    _gather(values, "original", _ORIGINAL)
    if "edited" in values:
        _gather(values, "edited", _EDITED)
    if "custom" in values:
        values["custom"] = msgspec.json.decode(values["custom"])
    return msgspec.convert(values, Photo)


def _flat(version: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: version.pop(field) for field, name in names.items()}


def _gather(values: dict[str, Any], version: str, names: Mapping[str, str]) -> None:
    values[version] |= {field: values.pop(name) for field, name in names.items()}


def claim_id(key: str) -> str:
    """Name the row of a claim."""
    name = f"idem#{key}"
    return name if is_key(name) else f"idem#{hashlib.sha256(key.encode()).hexdigest()}"


def claim_item(claim: Claim) -> Item:
    """Write a claim; its answer is compressed, since a long one would outgrow an item."""
    return item(
        {
            "photo_id": claim_id(claim.key),
            "fingerprint": claim.fingerprint,
            "answer": zlib.compress(claim.answer),
            "expires_at": claim.expires_at,
            "ttl": ttl(claim.expires_at),
        }
    )


def claim_of(key: str, stored: Mapping[str, Attribute]) -> Claim:
    """Read the claim on a key."""
    values = plain(stored)
    values |= {"key": key, "answer": zlib.decompress(values["answer"])}
    return msgspec.convert(values, Claim)


def batch_id(name: str) -> str:
    """Name the row of a batch."""
    return f"batch#{name}"


def batch_item(batch: Batch) -> Item:
    """Write a batch's record."""
    values = msgspec.to_builtins(batch)
    values["photo_id"] = batch_id(values.pop("batch_id"))
    values["announced_by"] = values.pop("user_id")
    return item(values | {"ttl": ttl(batch.expires_at)})


def batch_of(name: str, stored: Mapping[str, Attribute]) -> Batch:
    """Read a batch's record."""
    values = plain(stored)
    return msgspec.convert(values | {"batch_id": name, "user_id": values["announced_by"]}, Batch)


def presets_id(user_id: str) -> str:
    """Name the row of a user's presets."""
    return f"presets#{user_id}"


def presets_item(presets: Presets) -> Item:
    """Write a user's presets; compressed, since many long ones would outgrow an item."""
    recipes = zlib.compress(msgspec.json.encode(presets.recipes))
    key = presets_id(presets.user_id)
    return item({"photo_id": key, "counter": presets.counter, "recipes": recipes})


def presets_of(user_id: str, stored: Mapping[str, Attribute]) -> Presets:
    """Read a user's presets."""
    values = plain(stored)
    recipes = msgspec.json.decode(zlib.decompress(values["recipes"]))
    return Presets(user_id=user_id, counter=values["counter"], recipes=recipes)
