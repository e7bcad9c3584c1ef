"""What time alone brings about: uploads that never came, deletions that were not finished."""

import logging

from photohq.catalog.port import Agenda, Changed
from photohq.operations.app import App
from photohq.operations.changes import change, changed
from photohq.operations.confirm_upload import retire, take_in
from photohq.operations.delete_photo import delete_objects, finish_deleting
from photohq.photos.errors import PhotoNotFound
from photohq.photos.photo import Photo, Version
from photohq.photos.versions import (
    due_at,
    marked_deleting,
    never_came,
    overdue,
    renewed,
    without_lost_edits,
)

log = logging.getLogger("photohq.janitor")
BATCH = 100


def tidy(app: App, agenda: Agenda) -> None:
    """Go through the photos that are due, and past those that can't be settled now.

    They are logged, and due again in the next round.
    """
    now = app.clock()
    failed: set[str] = set()
    while True:
        due = agenda.due(now, BATCH + len(failed))
        open_ = [photo for photo in due if photo.photo_id not in failed]
        if not open_:
            break
        for photo in open_:
            try:
                settle(app, photo.photo_id)
            except PhotoNotFound:
                continue  # somebody else has deleted it meanwhile
            except Exception:
                log.exception("a photo could not be tidied", extra={"photo_id": photo.photo_id})
                failed.add(photo.photo_id)
    agenda.forget(now)


def settle(app: App, photo_id: str) -> None:
    """Do what is due for a photo: finish its deletion, remove it, or drop edits that never came.

    Where the bytes lie in the object store after all, the news of them was lost: they are taken in.
    """
    now = app.clock()
    photo = app.catalog.find(photo_id)
    if photo is None:
        raise PhotoNotFound
    if photo.deleting:
        if (due_at(photo) or now) < now:
            finish_deleting(app, photo)
        return
    for version in overdue(photo, now):
        _take_in(app, photo_id, version)

    def next_state(photo: Photo) -> Photo:
        if photo.deleting or not overdue(photo, now):
            return photo
        if never_came(photo, now):
            return marked_deleting(photo, now)
        return without_lost_edits(photo, now)

    before, after = changed(app, photo_id, next_state)
    if after.deleting and not before.deleting:
        finish_deleting(app, after)
    retire(app, after)


def clean_up(app: App, photo: Photo) -> None:
    """Finish what the catalog's own time-out (DynamoDB's TTL) has begun by removing a record.

    A photo that was being deleted, or purged, loses its objects. One that never came does so, too,
    unless its original lies in the object store: then the record is put back.
    """
    if not photo.deleting and app.objects.head(photo.original.bucket, photo.original.s3_key):
        try:
            app.catalog.add(photo)
        except Changed:
            return  # it has been put back already
        settle(app, photo.photo_id)
        return
    delete_objects(app, photo)


def _take_in(app: App, photo_id: str, version: Version) -> None:
    """Confirm an upload whose news was lost, if its bytes are its key's latest version."""
    arrival = app.objects.head(version.bucket, version.s3_key)
    if arrival is None or arrival.upload_id not in {None, version.upload_id}:
        return  # only edits carry an upload id
    now = app.clock()
    change(app, photo_id, lambda photo: renewed(photo, version, now, 0))
    take_in(app, arrival)
