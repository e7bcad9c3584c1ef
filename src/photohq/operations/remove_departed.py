"""What is left of users who are gone: their photos and presets."""

import logging

from photohq.identity.port import Caller, Departed
from photohq.operations.app import App
from photohq.operations.delete_photo import delete_photo
from photohq.photos.errors import PhotoNotFound
from photohq.photos.requests import DeleteQuery

log = logging.getLogger("photohq.janitor")
PAGE = 100


def remove_departed(app: App, departed: Departed) -> None:
    """Delete the photos and presets of every user who is gone, as the user could have done.

    What can't be deleted now is logged, and tried again in the next round.
    """
    for user_id in departed.pending():
        app.catalog.remove_presets(user_id)
        if _remove_photos(app, Caller(user_id)):
            departed.settled(user_id)


def _remove_photos(app: App, caller: Caller) -> bool:
    """Delete all photos of a user; False where one could not be."""
    done = True
    after = None
    while True:
        page = app.catalog.page(caller.user_id, limit=PAGE, now=app.clock(), after=after)
        for photo in page.photos:
            try:
                delete_photo(app, caller, photo.photo_id, DeleteQuery())
            except PhotoNotFound:
                continue
            except Exception:
                log.exception("a photo could not be removed", extra={"photo_id": photo.photo_id})
                done = False
        after = page.next
        if after is None:
            return done
