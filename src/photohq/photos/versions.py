"""The life of a photo's versions: tickets, arrivals, what never came.

Pure functions from a photo to the next one. Whoever calls them writes the result back on the
condition that nobody else has written in between (`catalog/port.py`).
"""

import msgspec

from photohq.photos.errors import TooManyPendingEdits
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.times import iso

MATCH_GRACE = 3600
"""Seconds for which a ticket stays matchable after its URL's expiry: an object store checks the
expiry when a request begins, and 20 MiB over a slow line take their time."""
GHOST_AGE = 86_400
"""Seconds after its URL's expiry when a photo whose original never came is removed."""
MAX_PENDING_EDITS = 10


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """An object version that has come to lie in a bucket, as the object store describes it.

    `checksum_sha256` is base64, as S3 writes it; None where the store did not compute one.
    `upload_id` is the `x-amz-meta-upload-id` that the ticket of an edit had the client send.
    """

    bucket: str
    key: str
    version_id: str
    file_size: int
    content_type: str
    etag: str
    checksum_sha256: str | None = None
    upload_id: str | None = None


def as_of(photo: Photo, now: float) -> Photo:
    """Leave out the edits whose bytes can no longer come, though nobody has removed them yet."""
    alive = tuple(edit for edit in photo.pending_edits if _matchable(edit, now))
    if len(alive) == len(photo.pending_edits):
        return photo
    return msgspec.structs.replace(photo, pending_edits=alive)


def with_edit_ticket(photo: Photo, edit: Version, now: float) -> Photo:
    """Add an edit that is about to be uploaded.

    Raises TooManyPendingEdits where ten are waiting already.
    """
    photo = as_of(photo, now)
    if len(photo.pending_edits) >= MAX_PENDING_EDITS:
        raise TooManyPendingEdits
    return _written(
        photo, now, revision=photo.revision + 1, pending_edits=(*photo.pending_edits, edit)
    )


def with_arrival(photo: Photo, arrival: Arrival, now: float) -> Photo | None:
    """Take in an object version; None where it matches no ticket that is still open."""
    ticket = open_ticket(photo, arrival.bucket, arrival.key, arrival.upload_id, now)
    if ticket is None:
        return None
    version = _judged(ticket, arrival, now)
    if ticket is photo.original:
        return _written(photo, now, original=version)
    waiting = tuple(edit for edit in photo.pending_edits if edit is not ticket)
    if version.status is Status.FAILED:
        return _written(photo, now, pending_edits=waiting)
    return _written(
        photo,
        now,
        edited=version,
        pending_edits=waiting,
        arrived_edits=photo.arrived_edits + 1,
    )


def open_ticket(
    photo: Photo, bucket: str, key: str, upload_id: str | None, now: float
) -> Version | None:
    """Find the version that an upload to `key` would be, while its ticket can still be used."""
    if photo.deleting:
        return None
    original = photo.original
    if (bucket, key) == (original.bucket, original.s3_key):
        waiting = original.status is Status.PENDING_UPLOAD
        return original if waiting and _matchable(original, now) else None
    for edit in photo.pending_edits:
        if (bucket, key, upload_id) == (edit.bucket, edit.s3_key, edit.upload_id):
            return edit if _matchable(edit, now) else None
    return None


def without_lost_edits(photo: Photo, now: float) -> Photo:
    """Undo the edits that never came, as if they had not been announced."""
    alive = as_of(photo, now).pending_edits
    return _written(photo, now, pending_edits=alive)


def marked_deleting(photo: Photo, now: float) -> Photo:
    """Take the photo out of sight before its objects are deleted."""
    return _written(photo, now, deleting=True, revision=photo.revision + 1)


def hidden_after(photo: Photo) -> float | None:
    """When lists stop showing a photo whose original has not come (seconds since the epoch)."""
    if photo.original.status is not Status.PENDING_UPLOAD:
        return None
    return photo.original.expires_at + MATCH_GRACE


def due_at(photo: Photo) -> float | None:
    """When the janitor has something to do for this photo (seconds since the epoch)."""
    if photo.deleting:
        return 0.0
    times = [edit.expires_at + MATCH_GRACE for edit in photo.pending_edits]
    if photo.original.status is Status.PENDING_UPLOAD:
        times.append(photo.original.expires_at + GHOST_AGE)
    return min(times, default=None)


def never_came(photo: Photo, now: float) -> bool:
    """Whether the original is so late that the photo is to be removed."""
    late = now > photo.original.expires_at + GHOST_AGE
    return photo.original.status is Status.PENDING_UPLOAD and late


def _matchable(version: Version, now: float) -> bool:
    return now <= version.expires_at + MATCH_GRACE


def _judged(ticket: Version, arrival: Arrival, now: float) -> Version:
    """Compare what arrived with what the ticket declared."""
    reason = None
    if arrival.file_size != ticket.file_size:
        reason = "size_mismatch"
    elif arrival.content_type != ticket.content_type:
        reason = "type_mismatch"
    elif ticket.checksum_sha256 and arrival.checksum_sha256 != ticket.checksum_sha256:
        reason = "checksum_mismatch"
    if reason:
        return msgspec.structs.replace(ticket, status=Status.FAILED, status_reason=reason)
    return msgspec.structs.replace(
        ticket,
        status=Status.UPLOADED,
        version_id=arrival.version_id,
        etag=arrival.etag,
        checksum_sha256=arrival.checksum_sha256 or ticket.checksum_sha256,
        arrived_at=iso(now),
    )


def _written(photo: Photo, now: float, **changes: object) -> Photo:
    return msgspec.structs.replace(photo, counter=photo.counter + 1, updated_at=iso(now), **changes)
