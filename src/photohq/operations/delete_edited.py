"""DELETE /photos/{photo_id}/edited: back to the original alone."""

from collections.abc import Collection

from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.confirm_upload import retire
from photohq.operations.get_metadata import metadata_of, signed_metadata
from photohq.operations.views import Metadata
from photohq.photos.history import without_edits
from photohq.photos.photo import Photo


def delete_edited(
    app: App, caller: Caller, photo_id: str, if_match: Collection[str] | None = None
) -> Metadata:
    """Take the edited version away and answer the metadata; it stays in the history for a while.

    Edits that are on their way are undone. Raises PhotoNotFound, NotYours, VersionNotFound,
    StaleRevision, Unavailable.
    """

    def go_back(photo: Photo) -> Photo:
        require_revision(owned(photo, caller).revision, if_match)
        return without_edits(photo, app.clock())

    with app.together():
        photo = change(app, photo_id, go_back)
        retire(app, photo)
    return signed_metadata(app, metadata_of(app, photo))
