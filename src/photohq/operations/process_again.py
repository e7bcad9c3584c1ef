"""POST /photos/{photo_id}/process: have the pictures of a photo processed again."""

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.confirm_upload import submit
from photohq.operations.once import Once, claim_with, once_only
from photohq.operations.views import Processing
from photohq.photos.errors import NotUploaded
from photohq.photos.photo import Photo
from photohq.photos.processing import begun_again

MESSAGE = "The picture is processed again: poll its status"


def process_again(
    app: App, caller: Caller, photo_id: str, *, once: Once | None = None
) -> Processing:
    """Decode, read and render every version of a photo anew, whatever came of it before.

    What there is of metadata and renditions stays until then. Raises PhotoNotFound, NotYours,
    NotUploaded, IdempotencyKeyReused, Unavailable.
    """

    def begin(photo: Photo) -> Photo:
        begun = begun_again(owned(photo, caller), app.clock())
        if begun is photo:
            raise NotUploaded
        return begun

    def act() -> Processing:
        with app.together():
            photo = change(app, photo_id, begin, claim_with(app, once, _answer))
            submit(app, photo)
        return _answer(photo)

    def again(answer: Processing) -> Processing:
        """Put the jobs once more: they may not have been when the claim was stored."""
        if photo := app.catalog.find(photo_id):
            submit(app, photo)
        return answer

    return once_only(app, once, Processing, act, again)


def _answer(photo: Photo) -> Processing:
    return Processing(
        photo_id=photo.photo_id, status=photo.status, message=MESSAGE, revision=photo.revision
    )
