"""What time alone brings about: uploads that never came, deletions that were not finished."""

from photohq.catalog.port import Changed
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.delete_photo import finish_deleting
from photohq.photos.errors import PhotoNotFound
from photohq.photos.photo import Photo
from photohq.photos.versions import marked_deleting, never_came, without_lost_edits

BATCH = 100


def tidy(app: App) -> int:
    """Go through the photos that are due; answers how many there were."""
    done = 0
    while due := app.catalog.due(app.clock(), BATCH):
        for photo in due:
            _settle(app, photo)
        done += len(due)
    return done


def _settle(app: App, photo: Photo) -> None:
    now = app.clock()

    def next_state(photo: Photo) -> Photo:
        if photo.deleting:
            return photo
        if never_came(photo, now):
            return marked_deleting(photo, now)
        return without_lost_edits(photo, now)

    try:
        settled = change(app, photo.photo_id, next_state)
        if settled.deleting:
            finish_deleting(app, settled)
    except (PhotoNotFound, Changed):
        return  # somebody else has deleted it meanwhile
