"""Arrival, not the client's word, makes a version `uploaded`."""

import msgspec

from photohq.operations.app import App
from photohq.operations.changes import changed
from photohq.photos.errors import PhotoNotFound
from photohq.photos.keys import photo_of
from photohq.photos.photo import Photo
from photohq.photos.versions import Arrival, knows, open_ticket, with_arrival


def confirm_upload(app: App, arrival: Arrival) -> bool:
    """Take an object version into its photo's record; again, where it is there already.

    False where it matches no open ticket (the photo is gone, the ticket is used or too old) or
    is not what the ticket declared: its bytes are not to be kept.
    """

    def take(photo: Photo) -> Photo:
        return with_arrival(photo, arrival, app.clock()) or photo

    try:
        before, after = changed(app, photo_of(arrival.key), take)
    except PhotoNotFound:
        return False
    retire(app, before, after)
    return knows(after, arrival.version_id) and not after.deleting


def confirm_object(app: App, bucket: str, key: str, version_id: str) -> None:
    """Confirm an upload that an object store tells of, perhaps late, twice or out of order.

    The store is asked what really lies there. What is not to be kept is removed: under a photo that
    is gone by a delete marker, as all of it was, else for good.
    """
    arrival = app.objects.head(bucket, key, version_id)
    if arrival is None:
        return
    latest = app.objects.head(bucket, key)
    is_latest = latest is not None and latest.version_id == version_id
    if confirm_upload(app, msgspec.structs.replace(arrival, is_latest=is_latest)):
        return
    if is_served(app, key):
        app.objects.delete_version(bucket, key, version_id)
    elif is_latest:
        app.objects.delete(bucket, key)


def awaited(app: App, bucket: str, key: str, upload_id: str | None) -> bool:
    """Whether a ticket is open for an upload to this key."""
    photo = app.catalog.find(photo_of(key))
    if photo is None:
        return False
    return open_ticket(photo, bucket, key, upload_id, app.clock()) is not None


def is_served(app: App, key: str) -> bool:
    """Whether the photo that this key belongs to is still there to be downloaded."""
    photo = app.catalog.find(photo_of(key))
    return photo is not None and not photo.deleting


def retire(app: App, before: Photo, after: Photo) -> None:
    """Put a delete marker on each edit's key that the photo has no use for any more: those of
    replaced or lost edits that had another filename."""
    for bucket, key in _edit_keys(before) - _edit_keys(after):
        app.objects.delete(bucket, key)


def _edit_keys(photo: Photo) -> set[tuple[str, str]]:
    edits = (*photo.pending_edits, *([photo.edited] if photo.edited else []))
    return {(edit.bucket, edit.s3_key) for edit in edits}
