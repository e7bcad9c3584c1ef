"""POST /photos/{photo_id}/preview: what a recipe looks like, without an edited version."""

from photohq.identity.port import Caller
from photohq.imaging.port import Drawn
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.drawings import Kept, artist, keep, refused
from photohq.operations.once import Once, once_only, store_claim
from photohq.operations.originals import (
    decodable,
    jpeg_rendition,
    known,
    require_frame,
    upright,
)
from photohq.operations.recipe_views import Preview
from photohq.operations.renditions import lifetime, rendition_url
from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.keys import rendition_key
from photohq.photos.photo import Photo
from photohq.photos.pictures import Unreadable
from photohq.photos.recipe import Recipe, read
from photohq.photos.recipe_requests import PreviewRequest
from photohq.photos.times import iso

NAME = "preview.jpg"
NO_RECIPE = "recipe is required: none is stored with the photo"


def preview_recipe(
    app: App, caller: Caller, photo_id: str, body: PreviewRequest, *, once: Once | None = None
) -> Preview:
    """Draw a recipe on the greatest rendition of the original, and answer where to look at it.

    A draft is not stored. Colours and sharpness come close to those of the full size. Raises
    InvalidInput (CropOutside for one), PhotoNotFound, NotYours, NotUploaded, NotReady, NotAPicture,
    IdempotencyKeyReused, Unavailable.
    """

    def act() -> Kept:
        photo = owned(app.catalog.find(photo_id), caller)
        drawn = _drawn(app, photo, body)
        return store_claim(app, once, keep(app, photo, NAME, drawn))

    kept = once_only(app, once, Kept, act)
    return Preview(
        preview_url=rendition_url(app, kept.s3_key, kept.version_id),
        expires_at=iso(app.clock() + lifetime(app)),
        width=kept.width,
        height=kept.height,
    )


def _drawn(app: App, photo: Photo, body: PreviewRequest) -> Drawn:
    recipe = body.recipe or stored_recipe(photo)
    original = decodable(photo)
    picture = known(original)
    require_frame(original, recipe)
    rendition = jpeg_rendition(picture)
    key = rendition_key(photo, original, rendition)
    source = app.objects.read(app.objects.edited_bucket, key, rendition.version_id)
    try:
        return artist(app).preview(
            source,
            rendition.file_size,
            recipe,
            full=upright(picture),
            to_srgb=picture.to_srgb,
            long_edge=body.size,
        )
    except Unreadable as unreadable:
        raise refused(unreadable) from None


def stored_recipe(photo: Photo) -> Recipe:
    """Answer the recipe that is stored with a photo; raises InvalidInput where none is."""
    if photo.recipe is None:
        raise InvalidInput(FieldError("recipe", NO_RECIPE))
    return read(photo.recipe)
