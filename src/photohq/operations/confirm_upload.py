"""Arrival, not the client's word, makes a version `uploaded`."""

from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.photos.errors import PhotoNotFound
from photohq.photos.keys import photo_of
from photohq.photos.photo import Photo
from photohq.photos.versions import Arrival, open_ticket, with_arrival


def confirm_upload(app: App, arrival: Arrival) -> bool:
    """Take an object version into its photo's record.

    False where it matches no open ticket (the photo is gone, the ticket is used or too old) or
    is not what the ticket declared: its bytes are not to be kept.
    """
    before: Photo | None = None
    taken: Photo | None = None

    def decide(photo: Photo) -> Photo:
        nonlocal before, taken
        before, taken = photo, with_arrival(photo, arrival, app.clock())
        return taken or photo

    try:
        change(app, photo_of(arrival.key), decide)
    except PhotoNotFound:
        return False
    if before is None or taken is None:
        return False
    _retire(app, before, taken)
    return arrival.version_id in _version_ids(taken)


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


def _retire(app: App, before: Photo, after: Photo) -> None:
    """Put a delete marker on a replaced edit that had another filename, hence another key."""
    old = before.edited
    if old and after.edited and old.s3_key != after.edited.s3_key:
        app.objects.delete(old.bucket, old.s3_key)


def _version_ids(photo: Photo) -> set[str | None]:
    return {photo.original.version_id, photo.edited.version_id if photo.edited else None}
