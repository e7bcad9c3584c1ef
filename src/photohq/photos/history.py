"""The history of a photo: every version that there has been, and the way back to one.

Pure functions, as in `versions.py`.
"""

import msgspec

from photohq.photos.errors import VersionNotFound
from photohq.photos.photo import KeepMetadata, Photo, Status, Version, VersionType
from photohq.photos.times import iso
from photohq.photos.versions import as_of, with_past, written

DAY = 86_400


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A version in the history. `expires_at` is when the bytes of one that was replaced are erased,
    in seconds since the epoch."""

    version: Version
    version_type: VersionType
    is_current: bool
    expires_at: float | None = None


def history(photo: Photo, now: float, noncurrent_days: int) -> list[Entry]:
    """Answer the versions whose bytes are there, the newest first, the original last.

    Of edits that were replaced the newest fifty are known.
    """
    entries = []
    if photo.edited:
        entries.append(
            Entry(version=photo.edited, version_type=VersionType.EDITED, is_current=True)
        )
    entries += [
        Entry(version=past, version_type=VersionType.EDITED, is_current=False, expires_at=expires)
        for past in reversed(photo.past_edits)
        if past.replaced_at and (expires := past.replaced_at + noncurrent_days * DAY) > now
    ]
    if photo.original.arrived:
        current = photo.edited is None
        kind = VersionType.ORIGINAL
        entries.append(Entry(version=photo.original, version_type=kind, is_current=current))
    return entries


def entry_of(photo: Photo, version_id: str, now: float, noncurrent_days: int) -> Entry:
    """Find a version by its id; raises VersionNotFound, also where it has expired."""
    for entry in history(photo, now, noncurrent_days):
        if entry.version.version_id == version_id:
            return entry
    raise VersionNotFound("This photo has no such version, or has it no more")


def once_more(
    past: Version, *, upload_id: str, author: str, now: float, expires_at: float
) -> Version:
    """Announce an earlier edit as a new one, with the same bytes: the object store tells their
    checksum anew."""
    return msgspec.structs.replace(
        past,
        upload_id=upload_id,
        created_at=iso(now),
        expires_at=expires_at,
        status=Status.PENDING_UPLOAD,
        status_reason=None,
        checksum_sha256=None,
        version_id=None,
        etag=None,
        arrived_at=None,
        last_modified=0.0,
        picture=None,
        parent=past.version_id,
        author=author,
        replaced_at=None,
        keep_metadata=KeepMetadata.AS_UPLOADED,
    )


def without_edits(photo: Photo, now: float) -> Photo:
    """Go back to the original alone: the edit becomes a past one, those on their way are undone.

    Raises VersionNotFound where there is none.
    """
    if not as_of(photo, now).has_edited_version:
        raise VersionNotFound
    return written(
        photo,
        now,
        revision=photo.revision + 1,
        edited=None,
        pending_edits=(),
        past_edits=with_past(photo, photo.edited, now),
    )
