"""Pictures that are drawn for somebody to look at: made now, kept until the next one."""

from photohq.imaging.port import Drawn, Pictures
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.views import View
from photohq.photos.errors import InvalidInput, NotAPicture, Unavailable
from photohq.photos.geometry import CropOutside
from photohq.photos.keys import drawn_key
from photohq.photos.photo import Photo
from photohq.photos.pictures import JPEG, Reason, Unreadable
from photohq.photos.versions import written


class Kept(View, frozen=True, kw_only=True):
    """A drawing that is stored, before its URL is signed."""

    s3_key: str
    version_id: str
    width: int
    height: int


def artist(app: App) -> Pictures:
    """Answer who draws; raises Unavailable where nobody does."""
    if app.pictures is None:
        raise Unavailable("Pictures are not drawn here")
    return app.pictures


def keep(app: App, photo: Photo, name: str, drawn: Drawn) -> Kept:
    """Store a drawing in the place of the last one of its name, which is kept until it expires as
    replaced edits do. The record names it first, so that it goes when the photo goes."""

    def tell(photo: Photo) -> Photo:
        if name in photo.drawn or photo.deleting:
            return photo
        return written(photo, app.clock(), drawn=(*photo.drawn, name))

    change(app, photo.photo_id, tell)
    key = drawn_key(photo.user_id, photo.photo_id, name)
    version_id = app.objects.write(app.objects.edited_bucket, key, drawn.data, JPEG)
    return Kept(s3_key=key, version_id=version_id, width=drawn.width, height=drawn.height)


def refused(unreadable: Unreadable) -> InvalidInput | NotAPicture:
    """Say to a caller why a picture can't be drawn."""
    return CropOutside() if unreadable.reason is Reason.CROP_OUTSIDE else NotAPicture()
