"""The life of a photo's versions: tickets, arrivals, what never came.

Pure functions from a photo to the next one. Whoever calls them writes the result back on the
condition that nobody else has written in between (`catalog/port.py`).
"""

from typing import Any

import msgspec

from photohq.photos.errors import TooManyPendingEdits
from photohq.photos.keys import drawn_key, rendition_key
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import Reason
from photohq.photos.times import iso, seconds

MATCH_GRACE = 3600
"""Seconds for which a ticket stays matchable after its URL's expiry: an object store checks the
expiry when a request begins, and 20 MiB over a slow line take their time."""
GHOST_AGE = 86_400
"""Seconds after its URL's expiry when a photo whose original never came is removed."""
DELETE_GRACE = 60
"""Seconds in which whoever deletes a photo is left to finish it: one that finds somebody else has
would have to answer that there is no such photo."""
MAX_PENDING_EDITS = 10
MAX_PAST_EDITS = 50
"""Replaced edits that a record remembers: the history, and to know them again when an object store
tells of one twice. A record has to fit into 400 KB (DynamoDB's items)."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """An object version that has come to lie in a bucket, as the object store describes it.

    `checksum_sha256` is base64, as S3 writes it; None where the store did not compute one.
    `upload_id` is the `x-amz-meta-upload-id` that the ticket of an edit had the client send.
    `last_modified` is in seconds since the epoch. `is_latest` tells whether it was its key's latest
    version when somebody looked: events may come in another order than the uploads.
    """

    bucket: str
    key: str
    version_id: str
    file_size: int
    content_type: str
    etag: str
    checksum_sha256: str | None = None
    upload_id: str | None = None
    last_modified: float = 0.0
    is_latest: bool = True


def as_of(photo: Photo, now: float) -> Photo:
    """Leave out the edits whose bytes can no longer come, though nobody has removed them yet."""
    alive = tuple(edit for edit in photo.pending_edits if _matchable(edit, now))
    if len(alive) == len(photo.pending_edits):
        return photo
    return msgspec.structs.replace(photo, pending_edits=alive)


def with_edit_ticket(photo: Photo, edit: Version, now: float) -> Photo:
    """Add an edit that is on its way; its parent is what is current now, if it has none.

    Raises TooManyPendingEdits where ten are waiting already.
    """
    photo = as_of(photo, now)
    if len(photo.awaited_edits) >= MAX_PENDING_EDITS:
        raise TooManyPendingEdits
    current = photo.edited or photo.original
    edit = msgspec.structs.replace(edit, parent=edit.parent or current.version_id)
    return written(
        photo, now, revision=photo.revision + 1, pending_edits=(*photo.pending_edits, edit)
    )


def with_arrival(photo: Photo, arrival: Arrival, now: float) -> Photo | None:
    """Take in an object version; None where it matches no ticket that is still open.

    The last edit to arrive becomes the current one. The order is the objects', not that in which
    the news of them came: one that has been overtaken is a past edit at once.
    """
    ticket = open_ticket(photo, arrival.bucket, arrival.key, arrival.upload_id, now)
    if ticket is None:
        return None
    version = _judged(ticket, arrival, now)
    if ticket is photo.original:
        return written(photo, now, original=version)
    waiting = tuple(edit for edit in photo.pending_edits if edit is not ticket)
    if version.status is Status.FAILED:
        return written(photo, now, pending_edits=waiting)
    current, replaced = version, photo.edited
    if replaced and _overtaken(arrival, replaced):
        current, replaced = replaced, version
    return written(
        photo,
        now,
        edited=current,
        pending_edits=waiting,
        past_edits=with_past(photo, replaced, now),
        arrived_edits=photo.arrived_edits + (version.of is None),
    )


def with_past(photo: Photo, replaced: Version | None, now: float) -> tuple[Version, ...]:
    """Answer the past edits with one that was replaced just now."""
    if replaced is None:
        return photo.past_edits
    past = msgspec.structs.replace(replaced, replaced_at=now, picture=None)
    return (*photo.past_edits, past)[-MAX_PAST_EDITS:]


def knows(photo: Photo, version_id: str) -> bool:
    """Whether an object version is one that the record has taken in."""
    past = {edit.version_id for edit in photo.past_edits}
    edited = photo.edited.version_id if photo.edited else None
    return version_id in {photo.original.version_id, edited, *past}


def edited_keys(photo: Photo) -> set[str]:
    """Answer the keys that a photo has in the edited bucket: of the edits that are there or on
    their way, and of the renditions."""
    edits = (*photo.pending_edits, *([photo.edited] if photo.edited else []))
    return {edit.s3_key for edit in edits} | rendition_keys(photo)


def rendition_keys(photo: Photo) -> set[str]:
    """Answer the keys of the renditions that there are, and of what was drawn for looking at."""
    drawn = {drawn_key(photo.user_id, photo.photo_id, name) for name in photo.drawn}
    return drawn | rendition_versions(photo).keys()


def rendition_versions(photo: Photo) -> dict[str, str | None]:
    """Answer the object version of each rendition that there is, by its key."""
    return {
        rendition_key(photo, version, rendition): rendition.version_id
        for version in arrived_versions(photo)
        if version.picture
        for rendition in version.picture.renditions
    }


def arrived_versions(photo: Photo) -> tuple[Version, ...]:
    """Answer the original and the edited version, as far as their bytes are there."""
    both = (photo.original, photo.edited)
    return tuple(version for version in both if version and version.arrived)


def without_retired(photo: Photo, now: float) -> Photo:
    """Note that the retired keys have their delete markers."""
    return written(photo, now, retired=()) if photo.retired else photo


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
            waits = edit.status is Status.PENDING_UPLOAD and _matchable(edit, now)
            return edit if waits else None
    return None


def overdue(photo: Photo, now: float) -> tuple[Version, ...]:
    """Answer the uploads that are waited for no longer: edits an hour late, an original a day."""
    late = tuple(edit for edit in photo.pending_edits if not _matchable(edit, now))
    return (*late, photo.original) if never_came(photo, now) else late


def without_pending(photo: Photo, edit: Version, now: float) -> Photo:
    """Undo an edit that is on its way, as if it had not been announced."""
    left = tuple(other for other in photo.pending_edits if other.upload_id != edit.upload_id)
    if len(left) == len(photo.pending_edits):
        return photo
    return written(photo, now, pending_edits=left)


def without_lost_edits(photo: Photo, now: float) -> Photo:
    """Undo the edits that never came, as if they had not been announced."""
    alive = as_of(photo, now).pending_edits
    return written(photo, now, pending_edits=alive)


def renewed(photo: Photo, ticket: Version, now: float, seconds: float) -> Photo:
    """Wait for the bytes of a ticket for so many seconds from now, also if it was undone.

    The same photo where they are there, or where it is being deleted. Raises TooManyPendingEdits.
    """
    fresh = msgspec.structs.replace(
        ticket, expires_at=now + seconds, status=Status.PENDING_UPLOAD, status_reason=None
    )
    if photo.deleting:
        return photo
    if ticket.upload_id == photo.original.upload_id:
        return photo if photo.original.arrived else written(photo, now, original=fresh)
    came = {edit.upload_id for edit in photo.past_edits}
    if ticket.upload_id in {photo.edited.upload_id if photo.edited else None, *came}:
        return photo
    edits = {edit.upload_id: edit for edit in photo.pending_edits} | {fresh.upload_id: fresh}
    if sum(_matchable(edit, now) for edit in edits.values()) > MAX_PENDING_EDITS:
        raise TooManyPendingEdits
    return written(photo, now, pending_edits=tuple(edits.values()))


def marked_deleting(photo: Photo, now: float, *, purge: bool = False) -> Photo:
    """Take the photo out of sight before its objects are deleted, or (`purge`) erased."""
    return written(photo, now, deleting=True, purging=purge, revision=photo.revision + 1)


def hidden_after(photo: Photo) -> float | None:
    """When lists stop showing a photo whose original has not come (seconds since the epoch)."""
    if photo.original.status is not Status.PENDING_UPLOAD:
        return None
    return photo.original.expires_at + MATCH_GRACE


def due_at(photo: Photo) -> float | None:
    """When there is something to tidy up of this photo (seconds since the epoch)."""
    gone = gone_at(photo)
    if photo.deleting:
        return gone
    times = [edit.expires_at + MATCH_GRACE for edit in photo.pending_edits]
    return min(times if gone is None else [*times, gone], default=None)


def never_came(photo: Photo, now: float) -> bool:
    """Whether the original is so late that the photo is to be removed."""
    late = now > photo.original.expires_at + GHOST_AGE
    return photo.original.status is Status.PENDING_UPLOAD and late


def gone_at(photo: Photo) -> float | None:
    """When nothing of the photo is wanted any more (seconds since the epoch): None for most."""
    if photo.deleting:
        return seconds(photo.updated_at) + DELETE_GRACE
    if photo.original.status is Status.PENDING_UPLOAD:
        return photo.original.expires_at + GHOST_AGE
    return None


def _matchable(version: Version, now: float) -> bool:
    return now <= version.expires_at + MATCH_GRACE


def _overtaken(arrival: Arrival, current: Version) -> bool:
    """Whether an edit that arrives is older than the one that is there.

    Within a key the object store tells. Between keys only the times do, to the second.
    """
    if (arrival.bucket, arrival.key) == (current.bucket, current.s3_key):
        return not arrival.is_latest
    return arrival.last_modified < current.last_modified


def _judged(ticket: Version, arrival: Arrival, now: float) -> Version:
    """Compare what arrived with what the ticket declared."""
    reason = None
    if arrival.file_size != ticket.file_size:
        reason = Reason.SIZE_MISMATCH
    elif arrival.content_type != ticket.content_type:
        reason = Reason.TYPE_MISMATCH
    elif ticket.checksum_sha256 and arrival.checksum_sha256 != ticket.checksum_sha256:
        reason = Reason.CHECKSUM_MISMATCH
    if reason:
        return msgspec.structs.replace(ticket, status=Status.FAILED, status_reason=reason)
    return msgspec.structs.replace(
        ticket,
        status=Status.UPLOADED,
        version_id=arrival.version_id,
        etag=arrival.etag,
        checksum_sha256=arrival.checksum_sha256 or ticket.checksum_sha256,
        arrived_at=iso(now),
        last_modified=arrival.last_modified,
    )


def written(photo: Photo, now: float, **changes: Any) -> Photo:
    """Make the next state; keys in the edited bucket that it has no use for are retired."""
    new = msgspec.structs.replace(photo, counter=photo.counter + 1, updated_at=iso(now), **changes)
    left = ({*new.retired} | edited_keys(photo)) - edited_keys(new)
    return msgspec.structs.replace(new, retired=tuple(sorted(left)))
