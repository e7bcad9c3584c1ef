"""Renditions: which pictures stand for a photo on screens, and leave to fetch them.

They are kept unsigned (`views.UnsignedRendition`) where an answer is kept; whoever answers signs.
"""

from photohq.objects.port import MAX_LIFETIME
from photohq.operations.app import App
from photohq.operations.views import RenditionView, UnsignedRendition
from photohq.photos.keys import rendition_key
from photohq.photos.photo import Photo
from photohq.photos.pictures import JPEG, SIZES, WEBP, Rendition
from photohq.photos.processing import shown


def lifetime(app: App) -> int:
    """Answer for how many seconds the URL of a rendition lives at least."""
    return min(app.limits.url_seconds, MAX_LIFETIME)


def rendition_url(app: App, s3_key: str, version_id: str | None) -> str:
    """Sign the URL of a rendition; it is the same for a while."""
    bucket = app.objects.edited_bucket
    return app.objects.presign_rendition(
        bucket, s3_key, version_id=version_id, lifetime=lifetime(app)
    )


def find_rendition(photo: Photo, size: int, content_type: str) -> Rendition | None:
    """Find a rendition of the version that stands for the photo."""
    wanted = (size, content_type)
    made = (one for one in _made(photo) if (one.size, one.content_type) == wanted)
    return next(made, None)


def thumbnail_url(app: App, photo: Photo) -> str | None:
    """Sign the smallest rendition: the JPEG where it is made, which every client can show."""
    smallest = SIZES[0]
    found = find_rendition(photo, smallest, JPEG) or find_rendition(photo, smallest, WEBP)
    if found is None:
        return None
    return rendition_url(app, rendition_key(photo, shown(photo), found), found.version_id)


def renditions_of(photo: Photo) -> list[UnsignedRendition]:
    """Answer the renditions of the version that stands for the photo, the smallest first."""
    version = shown(photo)
    return [
        UnsignedRendition(
            rendition=RenditionView(
                size=one.size,
                width=one.width,
                height=one.height,
                content_type=one.content_type,
                url="",
            ),
            s3_key=rendition_key(photo, version, one),
            version_id=one.version_id,
        )
        for one in sorted(_made(photo), key=lambda one: (one.size, one.content_type))
    ]


def _made(photo: Photo) -> tuple[Rendition, ...]:
    picture = shown(photo).picture
    return picture.renditions if picture else ()
