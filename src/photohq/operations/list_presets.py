"""GET /presets: the user's presets."""

from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.recipe_views import Preset, PresetList


def list_presets(app: App, caller: Caller) -> PresetList:
    """Answer all presets, by their names."""
    recipes = app.catalog.find_presets(caller.user_id).recipes
    return PresetList(presets=[Preset(name=name, recipe=recipes[name]) for name in sorted(recipes)])
