"""Edits as numbers: recipes, presets, previews, renderings, comparison.

A recipe is JSON as the contract describes it (`/docs`), a dict here.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from photohq.client.asking import Asking
from photohq.client.shapes import Shape, Status

Recipe = dict[str, Any]


class PhotoRecipe(Shape, frozen=True, kw_only=True):
    """The recipe that is stored with a photo."""

    photo_id: str
    recipe: Recipe
    revision: int


class Preset(Shape, frozen=True, kw_only=True):
    """A recipe with a name, for any photo of its user."""

    name: str
    recipe: Recipe


class Preview(Shape, frozen=True, kw_only=True):
    """What a recipe looks like, at `preview_url`; width and height in pixels."""

    preview_url: str
    expires_at: datetime
    width: int
    height: int


class Rendering(Shape, frozen=True, kw_only=True):
    """An edit that is being made by a recipe; `PhotoHQ.wait` tells when it is there."""

    photo_id: str
    status: Status
    recipe: Recipe
    edit_count: int
    revision: int


class Compared(Shape, frozen=True, kw_only=True):
    """A picture of the two that are compared; width and height in pixels."""

    url: str
    width: int
    height: int


class Comparison(Shape, frozen=True, kw_only=True):
    """The original and the edited version in frames of the same size, both upright."""

    photo_id: str
    original: Compared
    edited: Compared
    expires_at: datetime


class _Presets(Shape, frozen=True, kw_only=True):
    presets: tuple[Preset, ...]


class _Done(Shape, frozen=True, kw_only=True):
    message: str = ""


class Recipes(Asking):
    """What can be asked of recipes. Photos that are not there are NotFound, others' Forbidden."""

    def recipe(self, photo_id: str) -> PhotoRecipe:
        """Answer the recipe that is stored with a photo. Raises NotFound (also: there is none)."""
        return self._ask("GET", f"/photos/{photo_id}/recipe", PhotoRecipe)

    def put_recipe(
        self, photo_id: str, recipe: Recipe, *, if_match: int | None = None
    ) -> PhotoRecipe:
        """Store a recipe with a photo; no pixel changes. Raises InvalidInput, Stale."""
        path = f"/photos/{photo_id}/recipe"
        return self._ask("PUT", path, PhotoRecipe, body=recipe, if_match=if_match)

    def delete_recipe(self, photo_id: str, *, if_match: int | None = None) -> None:
        """Forget the recipe of a photo. Raises NotFound, Stale."""
        self._ask("DELETE", f"/photos/{photo_id}/recipe", _Done, if_match=if_match)

    def presets(self) -> tuple[Preset, ...]:
        """Answer the user's presets, by their names."""
        return self._ask("GET", "/presets", _Presets).presets

    def put_preset(self, name: str, recipe: Recipe) -> Preset:
        """Keep a recipe under a name, or replace it. Raises InvalidInput, Conflict (too many)."""
        return self._ask("PUT", f"/presets/{quote(name, safe='')}", Preset, body=recipe)

    def delete_preset(self, name: str) -> None:
        """Forget a preset. Raises NotFound."""
        self._ask("DELETE", f"/presets/{quote(name, safe='')}", _Done)

    def preview(self, photo_id: str, recipe: Recipe | None = None, *, size: int = 1024) -> Preview:
        """Have a draft shown, or the recipe that is stored; `size` is the longer edge, 256 to 2048.

        Raises InvalidInput, NotFound, Conflict (the original has not arrived, or is no picture).
        """
        body = {"size": size} if recipe is None else {"size": size, "recipe": recipe}
        return self._ask("POST", f"/photos/{photo_id}/preview", Preview, body=body)

    def render(
        self,
        photo_id: str,
        recipe: Recipe | None = None,
        *,
        preset: str | None = None,
        quality: int | None = None,
        if_match: int | None = None,
    ) -> Rendering:
        """Have the edited version made by a recipe, a preset, or the recipe that is stored.

        `quality` is the JPEG's, 1 to 100. `wait(rendering)` tells when it is there. Raises
        InvalidInput, NotFound (also: the preset), Conflict, Stale.
        """
        given = {"recipe": recipe, "preset": preset, "quality": quality}
        body = {name: value for name, value in given.items() if value is not None}
        path = f"/photos/{photo_id}/render"
        return self._ask("POST", path, Rendering, body=body, if_match=if_match)

    def compare(self, photo_id: str, *, size: int = 1024) -> Comparison:
        """Answer the original and the edited version, aligned; `size` is 256, 1024 or 2048 pixels.

        Raises InvalidInput, NotFound (also: there is no edited version), Conflict (not ready).
        """
        path = f"/photos/{photo_id}/compare"
        return self._ask("GET", path, Comparison, query={"size": size})
