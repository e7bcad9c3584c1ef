"""JSON Merge Patch (RFC 7396) of what clients may say of a photo."""

from typing import Any

import msgspec

from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.photo import Photo
from photohq.photos.reading import read
from photohq.photos.requests import MetadataPatch
from photohq.photos.rules import Limits
from photohq.photos.times import iso

PATCHABLE = MetadataPatch.__struct_fields__


def merged(target: object, patch: object) -> object:
    """Apply a merge patch (RFC 7396, section 2); neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patched(photo: Photo, patch: object, limits: Limits, now: float) -> Photo:
    """Change a photo's metadata; the same photo where nothing changes.

    Raises InvalidInput that names every field which a client may not set, or whose merged value is
    against its rule.
    """
    if not isinstance(patch, dict):
        raise InvalidInput(message="The merge patch must be a JSON object")
    errors = [
        FieldError(name, f"{name} can't be set; what can: {', '.join(PATCHABLE)}")
        for name in patch
        if name not in PATCHABLE
    ]
    known = {name: getattr(photo, name) for name in PATCHABLE}
    settable = {name: patch[name] for name in PATCHABLE if name in patch}
    changes: dict[str, Any] = {}
    try:
        kept = read(MetadataPatch, merged(msgspec.to_builtins(known), settable), limits)
        changes = {name: getattr(kept, name) for name in PATCHABLE}
    except InvalidInput as error:
        errors += error.errors
    if errors:
        raise InvalidInput(*errors)
    if msgspec.json.encode(changes) == msgspec.json.encode(known):  # Python's True equals its 1
        return photo
    return msgspec.structs.replace(
        photo,
        counter=photo.counter + 1,
        revision=photo.revision + 1,
        updated_at=iso(now),
        said=tuple(sorted({*photo.said, *settable})),
        **changes,
    )
