"""Arrival, not the client's word, makes a version `uploaded`."""

from contextlib import suppress
from typing import NamedTuple

import msgspec

from photohq.events.port import Job
from photohq.operations.app import App
from photohq.operations.changes import change, changed
from photohq.photos.errors import PhotoNotFound
from photohq.photos.keys import photo_of
from photohq.photos.photo import Photo, Status
from photohq.photos.processing import to_process
from photohq.photos.versions import (
    Arrival,
    arrived_versions,
    knows,
    open_ticket,
    with_arrival,
    without_retired,
)


class Outcome(NamedTuple):
    """What has become of an upload: whether its bytes are kept."""

    arrival: Arrival
    kept: bool


def confirm_upload(app: App, arrival: Arrival) -> bool:
    """Take an object version into its photo's record; again, where it is there already.

    False where it matches no open ticket (the photo is gone, the ticket is used or too old) or
    is not what the ticket declared: its bytes are not to be kept.
    """

    def take(photo: Photo) -> Photo:
        return with_arrival(photo, arrival, app.clock()) or photo

    try:
        before, photo = changed(app, photo_of(arrival.key), take)
    except PhotoNotFound:
        return False
    retire(app, photo)
    submit(app, photo, again=photo is not before)
    return knows(photo, arrival.version_id) and not photo.deleting


def confirm_object(app: App, bucket: str, key: str, version_id: str | None) -> Outcome | None:
    """Confirm an upload that an object store tells of, perhaps late, twice or out of order.

    The store is asked what really lies there; None where nothing does. One that tells of no version
    means the latest.
    """
    latest = app.objects.head(bucket, key)
    arrival = app.objects.head(bucket, key, version_id) if version_id else latest
    if arrival is None:
        return None
    is_latest = latest is not None and latest.version_id == arrival.version_id
    arrival = msgspec.structs.replace(arrival, is_latest=is_latest)
    return Outcome(arrival, take_in(app, arrival))


def take_in(app: App, arrival: Arrival) -> bool:
    """Confirm an upload, or remove what is not to be kept (False): under a photo that is gone by a
    delete marker, as all of it was, else for good."""
    if confirm_upload(app, arrival):
        return True
    if is_served(app, arrival.key):
        app.objects.delete_version(arrival.bucket, arrival.key, arrival.version_id)
    elif arrival.is_latest:
        app.objects.delete(arrival.bucket, arrival.key)
    return False


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


def submit(app: App, photo: Photo, *, again: bool = True) -> None:
    """Have the pictures processed that wait for it; `again`, also those that are `processing`.

    An event that is told twice comes here twice, so that nothing is lost between the record and the
    job. What somebody is at already has a job: the second event, such as S3's of an edit that was
    made and confirmed here, puts none.
    """
    waiting = [
        Job(photo.user_id, photo.photo_id, version.upload_id)
        for version in arrived_versions(photo)
        if to_process(photo, version.upload_id) and (again or version.status is Status.UPLOADED)
    ]
    if app.jobs is not None and waiting:
        app.jobs.put(waiting)


def retire(app: App, photo: Photo) -> None:
    """Put delete markers on the keys that the photo has no use for any more: those of replaced or
    lost edits that had another filename, and of their renditions.

    The record names them until it is done, so that a repeat finishes it.
    """
    if not photo.retired or photo.deleting:
        return
    app.objects.delete(app.objects.edited_bucket, *photo.retired)

    def forget(current: Photo) -> Photo:
        done = current.retired == photo.retired and not current.deleting
        return without_retired(current, app.clock()) if done else current

    with suppress(PhotoNotFound):
        change(app, photo.photo_id, forget)
