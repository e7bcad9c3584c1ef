"""GET /photos/{photo_id}/compare: the original and the edited version, side by side."""

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.drawings import artist, keep, refused
from photohq.operations.originals import jpeg_rendition, known, require_picture
from photohq.operations.recipe_views import Compared, Comparison
from photohq.operations.renditions import lifetime, rendition_url
from photohq.photos.errors import VersionNotFound
from photohq.photos.geometry import Size
from photohq.photos.keys import rendition_key
from photohq.photos.photo import Photo, Version
from photohq.photos.pictures import Rendition, Unreadable
from photohq.photos.recipe_requests import CompareQuery
from photohq.photos.times import iso

_NO_PICTURE = "The edited version of this photo can't be decoded"


def compare_versions(app: App, caller: Caller, photo_id: str, query: CompareQuery) -> Comparison:
    """Answer where to look at both, in frames of the same size.

    Where their sides differ, each is put into the middle of the frame that takes both. Raises
    InvalidInput, PhotoNotFound, NotYours, VersionNotFound, NotReady, NotAPicture,
    Unavailable.
    """
    photo = owned(app.catalog.find(photo_id), caller)
    if photo.edited is None:
        raise VersionNotFound
    require_picture(photo.original)
    require_picture(photo.edited, _NO_PICTURE)
    versions = {"original": photo.original, "edited": photo.edited}
    made = {name: jpeg_rendition(known(one), query.size) for name, one in versions.items()}
    frame = Size(
        max(rendition.width for rendition in made.values()),
        max(rendition.height for rendition in made.values()),
    )
    pictures = {
        name: _in_frame(app, photo, version, made[name], frame)
        for name, version in versions.items()
    }
    return Comparison(
        photo_id=photo_id,
        **pictures,
        expires_at=iso(app.clock() + lifetime(app)),
        revision=photo.revision,
    )


def _in_frame(
    app: App, photo: Photo, version: Version, rendition: Rendition, frame: Size
) -> Compared:
    key = rendition_key(photo, version, rendition)
    if frame == (rendition.width, rendition.height):
        url = rendition_url(app, key, rendition.version_id)
        return Compared(url=url, width=frame.width, height=frame.height)
    source = app.objects.read(app.objects.edited_bucket, key, rendition.version_id)
    try:
        drawn = artist(app).framed(source, rendition.file_size, frame=frame)
    except Unreadable as unreadable:
        raise refused(unreadable) from None
    kind = "original" if version is photo.original else "edited"
    kept = keep(app, photo, f"compare-{rendition.size}-{kind}.jpg", drawn)
    url = rendition_url(app, kept.s3_key, kept.version_id)
    return Compared(url=url, width=kept.width, height=kept.height)
