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
    taken: Photo | None = None

    def decide(photo: Photo) -> Photo:
        nonlocal taken
        taken = with_arrival(photo, arrival, app.clock())
        return taken or photo

    try:
        before = app.catalog.find(photo_of(arrival.key))
        change(app, photo_of(arrival.key), decide)
    except PhotoNotFound:
        return False
    if taken is None:
        return False
    _retire(app, before, taken)
    return arrival.version_id in {
        taken.original.version_id,
        taken.edited.version_id if taken.edited else None,
    }


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


def _retire(app: App, before: Photo | None, after: Photo) -> None:
    """Put a delete marker on a replaced edit that had another filename, hence another key."""
    old = before and before.edited
    if old and after.edited and old.s3_key != after.edited.s3_key:
        app.objects.delete(old.bucket, old.s3_key)
