"""PUT /photos/{photo_id}/recipe: store a recipe with a photo, without pixels."""

from collections.abc import Collection

from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.recipe_views import PhotoRecipe
from photohq.photos import recipe as recipes
from photohq.photos.photo import Photo
from photohq.photos.versions import written


def put_recipe(
    app: App,
    caller: Caller,
    photo_id: str,
    body: object,
    if_match: Collection[str] | None = None,
) -> PhotoRecipe:
    """Put a recipe in the place of the one that is there, and answer what is kept of it.

    Nothing is rendered. Raises InvalidInput that names every mistake, PhotoNotFound, NotYours,
    StaleRevision.
    """
    kept = recipes.plain(recipes.read(body))

    def put(photo: Photo) -> Photo:
        require_revision(owned(photo, caller).revision, if_match)
        return with_recipe(photo, kept, app.clock())

    photo = change(app, photo_id, put)
    return PhotoRecipe(photo_id=photo_id, recipe=kept, revision=photo.revision)


def with_recipe(photo: Photo, recipe: dict[str, object] | None, now: float) -> Photo:
    """Make the next state; the same photo where nothing changes."""
    if photo.recipe == recipe:
        return photo
    return written(photo, now, recipe=recipe, revision=photo.revision + 1)
