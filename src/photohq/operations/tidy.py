"""What time alone brings about: uploads that never came, deletions that were not finished."""

import logging

from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.delete_photo import finish_deleting
from photohq.photos.errors import PhotoHQError, PhotoNotFound
from photohq.photos.photo import Photo
from photohq.photos.versions import marked_deleting, never_came, without_lost_edits

log = logging.getLogger("photohq.janitor")
BATCH = 100


def tidy(app: App) -> None:
    """Go through the photos that are due, and past those that can't be settled now.

    They are logged, and due again in the next round.
    """
    now = app.clock()
    failed: set[str] = set()
    while True:
        due = app.catalog.due(now, BATCH + len(failed))
        open_ = [photo for photo in due if photo.photo_id not in failed]
        if not open_:
            return
        for photo in open_:
            try:
                _settle(app, photo.photo_id, now)
            except PhotoNotFound:
                continue  # somebody else has deleted it meanwhile
            except PhotoHQError:
                log.exception("a photo could not be tidied", extra={"photo_id": photo.photo_id})
                failed.add(photo.photo_id)


def _settle(app: App, photo_id: str, now: float) -> None:
    def next_state(photo: Photo) -> Photo:
        if photo.deleting:
            return photo
        if never_came(photo, now):
            return marked_deleting(photo, now)
        return without_lost_edits(photo, now)

    settled = change(app, photo_id, next_state)
    if settled.deleting:
        finish_deleting(app, settled)
