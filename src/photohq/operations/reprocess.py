"""Have a library processed again, one part after the other: for operators, not for clients."""

from photohq.catalog.port import Scan
from photohq.operations import cursors
from photohq.operations.app import App
from photohq.operations.changes import changed
from photohq.operations.confirm_upload import submit
from photohq.operations.views import View
from photohq.photos.errors import PhotoNotFound
from photohq.photos.photo import Photo
from photohq.photos.processing import begun_again

PART = 100


class Reprocessed(View, frozen=True, kw_only=True):
    """How many photos of a part are processed again, and where the next part begins, if any."""

    photos: int
    next: str | None = None


def reprocess(
    app: App,
    *,
    user_id: str | None = None,
    only_failed: bool = False,
    limit: int = PART,
    after: str | None = None,
) -> Reprocessed:
    """Begin with up to `limit` photos of a user, or of all users.

    `after` is the `next` of the part before. Raises InvalidInput where it is none, Unavailable.
    """
    part = _part(app, user_id, limit, after)
    begun = [
        photo for photo in part.photos if begin_again(app, photo.photo_id, only_failed=only_failed)
    ]
    return Reprocessed(photos=len(begun), next=part.next)


def begin_again(app: App, photo_id: str, *, only_failed: bool) -> bool:
    """Have a photo processed again; False where there is nothing to be processed."""

    def begin(photo: Photo) -> Photo:
        return begun_again(photo, app.clock(), only_failed=only_failed)

    try:
        with app.together():
            before, after = changed(app, photo_id, begin)
            submit(app, after)
    except PhotoNotFound:
        return False
    return after is not before


def _part(app: App, user_id: str | None, limit: int, after: str | None) -> Scan:
    if user_id is None:
        return app.catalog.every(limit=limit, after=after)
    key = cursors.decode(after, user_id, "reprocess") if after else None
    page = app.catalog.page(user_id, limit=limit, now=app.clock(), after=key)
    return Scan(page.photos, cursors.encode(page.next, user_id, "reprocess") if page.next else None)
