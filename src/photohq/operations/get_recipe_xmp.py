"""GET /photos/{photo_id}/recipe.xmp: the recipe of a photo for other editors."""

from pathlib import PurePath

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.originals import decodable, known
from photohq.operations.recipe_views import RecipeSidecar
from photohq.photos.errors import RecipeNotFound
from photohq.photos.recipe import read
from photohq.photos.sidecar import sidecar


def get_recipe_xmp(app: App, caller: Caller, photo_id: str) -> RecipeSidecar:
    """Answer an XMP sidecar, and what of the recipe it can't say.

    Raises PhotoNotFound, NotYours, RecipeNotFound, NotUploaded, NotAPicture, NotReady, CropOutside.
    """
    photo = owned(app.catalog.find(photo_id), caller)
    if photo.recipe is None:
        raise RecipeNotFound
    picture = known(decodable(photo))
    made = sidecar(read(photo.recipe), picture.width, picture.height, picture.orientation)
    return RecipeSidecar(
        filename=f"{PurePath(photo.original.filename).stem}.xmp",
        text=made.text,
        left_out=list(made.left_out),
        revision=photo.revision,
    )
