"""What callers get to see of recipes: the shapes of the answers, as in `views.py`."""

from photohq.operations.views import StoredRecipe, View
from photohq.photos.photo import Status


class PhotoRecipe(View, frozen=True, kw_only=True):
    """The recipe that is stored with a photo."""

    photo_id: str
    recipe: StoredRecipe
    revision: int


class RecipeSidecar(View, frozen=True, kw_only=True):
    """A recipe as a file that other editors read; `left_out` are the fields that it can't say."""

    filename: str
    text: str
    left_out: list[str]
    revision: int


class RecipeDeleted(View, frozen=True, kw_only=True):
    """A photo that has no recipe any more."""

    photo_id: str
    message: str
    revision: int


class Preset(View, frozen=True, kw_only=True):
    """A recipe with a name, for any photo of its user."""

    name: str
    recipe: StoredRecipe


class PresetList(View, frozen=True, kw_only=True):
    """A user's presets, by their names."""

    presets: list[Preset]


class PresetDeleted(View, frozen=True, kw_only=True):
    """A preset that is no more."""

    name: str
    message: str


class Preview(View, frozen=True, kw_only=True):
    """What a recipe looks like, at `preview_url`."""

    preview_url: str
    expires_at: str
    width: int
    height: int


class Rendering(View, frozen=True, kw_only=True):
    """An edit that is being made by a recipe: it is `edited.pending`, or the first `edited`."""

    photo_id: str
    status: Status
    message: str
    recipe: StoredRecipe
    edit_count: int
    revision: int


class Compared(View, frozen=True, kw_only=True):
    """A picture of the two that are compared."""

    url: str
    width: int
    height: int


class Comparison(View, frozen=True, kw_only=True):
    """The original and the edited version in frames of the same size, both upright."""

    photo_id: str
    original: Compared
    edited: Compared
    expires_at: str
    revision: int
