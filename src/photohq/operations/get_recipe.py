"""GET /photos/{photo_id}/recipe: the recipe that is stored with a photo."""

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.recipe_views import PhotoRecipe
from photohq.photos.errors import RecipeNotFound


def get_recipe(app: App, caller: Caller, photo_id: str) -> PhotoRecipe:
    """Answer the recipe. Raises PhotoNotFound, NotYours, RecipeNotFound."""
    photo = owned(app.catalog.find(photo_id), caller)
    if photo.recipe is None:
        raise RecipeNotFound
    return PhotoRecipe(photo_id=photo_id, recipe=photo.recipe, revision=photo.revision)
