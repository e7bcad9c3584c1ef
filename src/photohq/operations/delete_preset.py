"""DELETE /presets/{name}: forget a preset."""

from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.put_preset import change_presets
from photohq.operations.recipe_views import PresetDeleted
from photohq.photos.presets import preset_name, without_preset


def delete_preset(app: App, caller: Caller, name: str) -> PresetDeleted:
    """Take a preset away; versions that were rendered by it stay.

    Raises InvalidInput, PresetNotFound, Unavailable.
    """
    kept = preset_name(name)
    change_presets(app, caller.user_id, lambda presets: without_preset(presets, kept))
    return PresetDeleted(name=kept, message="Preset deleted")
