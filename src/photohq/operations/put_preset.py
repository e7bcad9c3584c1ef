"""PUT /presets/{name}: keep a recipe under a name."""

from collections.abc import Callable

from photohq.catalog.port import Changed
from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.changes import ATTEMPTS
from photohq.operations.recipe_views import Preset
from photohq.photos import recipe as recipes
from photohq.photos.errors import Unavailable
from photohq.photos.presets import Presets, preset_name, with_preset


def put_preset(app: App, caller: Caller, name: str, body: object) -> Preset:
    """Add a preset, or put another recipe in its place.

    Raises InvalidInput that names every mistake, TooManyPresets, Unavailable.
    """
    kept = preset_name(name)
    recipe = recipes.plain(recipes.read(body))
    change_presets(app, caller.user_id, lambda presets: with_preset(presets, kept, recipe))
    return Preset(name=kept, recipe=recipe)


def change_presets(app: App, user_id: str, decide: Callable[[Presets], Presets]) -> None:
    """Write what `decide` makes of a user's presets; it runs anew when others win."""
    for _ in range(ATTEMPTS):
        presets = app.catalog.find_presets(user_id)
        try:
            app.catalog.replace_presets(presets, decide(presets))
        except Changed:
            continue
        return
    raise Unavailable("Too many clients are changing these presets")
