"""Edits that the deployment makes itself: rendered by a recipe, or uploaded and completed.

Pure functions, as in `versions.py`. Such edits are announced and arrive as those of callers do.
"""

import uuid

import msgspec

from photohq.photos.photo import KeepMetadata, Photo, Status, Version
from photohq.photos.pictures import Reason
from photohq.photos.times import iso
from photohq.photos.versions import written

CARRY_AGE = 86_400
"""Seconds for which an upload that gets its metadata back is waited for."""


def to_render(photo: Photo, upload_id: str) -> Version | None:
    """Find the edit that is to be rendered, if it is waited for."""
    if photo.deleting:
        return None
    for edit in photo.awaited_edits:
        if edit.upload_id == upload_id and edit.recipe is not None:
            return edit
    return None


def with_rendered(
    photo: Photo,
    upload_id: str,
    now: float,
    *,
    file_size: int,
    restored: tuple[str, ...],
    dropped: tuple[str, ...],
) -> Photo:
    """Say what the file of a rendered edit is going to be."""
    return _with(
        photo,
        upload_id,
        now,
        file_size=file_size,
        restored_metadata=restored,
        dropped_metadata=dropped,
    )


def with_failed_edit(photo: Photo, upload_id: str, reason: Reason, now: float) -> Photo:
    """Say why an edit can't be rendered; it is told of until it would have expired."""
    return _with(photo, upload_id, now, status=Status.FAILED, status_reason=reason)


def is_to_be_looked_at(photo: Photo, version: Version) -> bool:
    """Whether nobody has looked yet what an edit lacks of its original's metadata."""
    return version.restored_metadata is None and photo.original.arrived


def with_metadata_looked_at(
    photo: Photo, upload_id: str, dropped: tuple[str, ...], now: float
) -> Photo:
    """Say of the current edit what it lacks of its original's metadata, and that it got nothing."""
    edited = photo.edited
    if edited is None or edited.upload_id != upload_id or photo.deleting:
        return photo
    looked_at = msgspec.structs.replace(edited, restored_metadata=(), dropped_metadata=dropped)
    return written(photo, now, edited=looked_at)


def carried(
    version: Version,
    now: float,
    *,
    file_size: int,
    restored: tuple[str, ...],
    lost: tuple[str, ...],
) -> Version:
    """Announce an upload once more, with its metadata back.

    The same upload announces the same edit, so that a repeat finishes what was cut off.
    """
    return msgspec.structs.replace(
        version,
        upload_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{version.upload_id} with its metadata")),
        of=version.upload_id,
        parent=version.version_id,
        file_size=file_size,
        created_at=iso(now),
        expires_at=now + CARRY_AGE,
        status=Status.PENDING_UPLOAD,
        status_reason=None,
        checksum_sha256=None,
        version_id=None,
        etag=None,
        arrived_at=None,
        last_modified=0.0,
        picture=None,
        keep_metadata=KeepMetadata.AS_UPLOADED,
        restored_metadata=restored,
        dropped_metadata=tuple(sorted({*restored, *lost})),
    )


def with_carried(photo: Photo, edit: Version, now: float) -> Photo:
    """Wait for an upload with its metadata back; the same photo where another edit has taken its
    place, or it is waited for already."""
    current = photo.edited
    if photo.deleting or current is None or current.upload_id != edit.of:
        return photo
    if any(one.upload_id == edit.upload_id for one in photo.pending_edits):
        return photo
    return written(photo, now, pending_edits=(*photo.pending_edits, edit))


def _with(photo: Photo, upload_id: str, now: float, **changes: object) -> Photo:
    if to_render(photo, upload_id) is None:
        return photo
    edits = tuple(
        msgspec.structs.replace(one, **changes) if one.upload_id == upload_id else one
        for one in photo.pending_edits
    )
    return written(photo, now, pending_edits=edits)
