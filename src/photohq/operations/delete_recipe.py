"""DELETE /photos/{photo_id}/recipe: forget the recipe of a photo."""

from collections.abc import Collection

from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.put_recipe import with_recipe
from photohq.operations.recipe_views import RecipeDeleted
from photohq.photos.errors import RecipeNotFound
from photohq.photos.photo import Photo


def delete_recipe(
    app: App, caller: Caller, photo_id: str, if_match: Collection[str] | None = None
) -> RecipeDeleted:
    """Take the recipe away; versions that were rendered by it stay.

    Raises PhotoNotFound, NotYours, RecipeNotFound, StaleRevision.
    """

    def take_away(photo: Photo) -> Photo:
        require_revision(owned(photo, caller).revision, if_match)
        if photo.recipe is None:
            raise RecipeNotFound
        return with_recipe(photo, None, app.clock())

    photo = change(app, photo_id, take_away)
    return RecipeDeleted(photo_id=photo_id, message="Recipe deleted", revision=photo.revision)
