"""What becomes of a version by its picture: `uploaded -> processing -> ready | failed`.

Pure functions from a photo to the next one, as in `versions.py`. They leave a photo alone that is
being deleted, or that has no such version any more.
"""

from typing import Any

import msgspec

from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import Facts, Picture, Reason
from photohq.photos.versions import arrived_versions, written

_WAITING = {Status.UPLOADED, Status.PROCESSING}


def shown(photo: Photo) -> Version:
    """Answer the version whose renditions stand for the photo: the edit once it has some, else the
    original."""
    edited = photo.edited
    if edited and edited.picture and edited.picture.renditions:
        return edited
    return photo.original


def version_of(photo: Photo, upload_id: str) -> Version | None:
    """Find the version, original or current edit, that an upload has made."""
    if photo.deleting:
        return None
    found = (version for version in arrived_versions(photo) if version.upload_id == upload_id)
    return next(found, None)


def to_process(photo: Photo, upload_id: str) -> Version | None:
    """Find the version that an upload has made, if it waits for being processed."""
    version = version_of(photo, upload_id)
    return version if version and version.status in _WAITING else None


def begun(photo: Photo, upload_id: str, now: float) -> Photo:
    """Say that somebody is at work on a version that waits for it."""
    version = to_process(photo, upload_id)
    if version is None or version.status is Status.PROCESSING:
        return photo
    return _with(photo, version, now, status=Status.PROCESSING)


def begun_again(photo: Photo, now: float, *, only_failed: bool = False) -> Photo:
    """Have every version that has arrived processed anew, or those alone that have failed; what was
    read of them stays meanwhile."""
    if photo.deleting:
        return photo
    for version in arrived_versions(photo):
        if version.status is Status.FAILED or not only_failed:
            photo = _with(photo, version, now, status=Status.PROCESSING, status_reason=None)
    return photo


def with_picture(
    photo: Photo, upload_id: str, picture: Picture, facts: Facts, *, checksum: str, now: float
) -> Photo:
    """Make a version `ready`.

    What an original's file says of itself becomes the photo's metadata, but for the fields that the
    owner has said something about. `checksum` is kept where the object store has computed none.
    """
    version = to_process(photo, upload_id)
    if version is None:
        return photo
    changes: dict[str, Any] = {}
    if version is photo.original:
        said = said_of(photo)
        read = {name: getattr(facts, name) for name in Facts.__struct_fields__}
        changes = {name: value for name, value in read.items() if name not in said}
        changes["said"] = tuple(sorted(said))
    return _with(
        msgspec.structs.replace(photo, **changes),
        version,
        now,
        status=Status.READY,
        status_reason=None,
        picture=picture,
        checksum_sha256=version.checksum_sha256 or checksum,
    )


def with_failure(photo: Photo, upload_id: str, reason: Reason, now: float) -> Photo:
    """Say why a version is no picture, or can't be processed.

    Its bytes stay, and so does what was read of them when they were processed before.
    """
    version = to_process(photo, upload_id)
    if version is None:
        return photo
    return _with(photo, version, now, status=Status.FAILED, status_reason=reason)


def said_of(photo: Photo) -> set[str]:
    """Answer the fields that the owner has said something about.

    Before a file was read, whatever is known has come from there.
    """
    if photo.original.picture:
        return set(photo.said)
    known = {name for name in Facts.__struct_fields__ if getattr(photo, name) is not None}
    return known | set(photo.said)


def _with(photo: Photo, version: Version, now: float, **changes: Any) -> Photo:
    new = msgspec.structs.replace(version, **changes)
    if version.upload_id == photo.original.upload_id:
        return written(photo, now, original=new)
    return written(photo, now, edited=new)
