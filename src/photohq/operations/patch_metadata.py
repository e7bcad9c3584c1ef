"""PATCH /photos/{photo_id}/metadata: change what is known of a photo."""

from collections.abc import Collection

from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.get_metadata import metadata_of, signed_metadata
from photohq.operations.once import Once, claim_with, once_only
from photohq.operations.views import Metadata, UnsignedMetadata
from photohq.photos.merging import patched
from photohq.photos.photo import Photo


def patch_metadata(
    app: App,
    caller: Caller,
    photo_id: str,
    body: object,
    if_match: Collection[str] | None = None,
    *,
    once: Once | None = None,
) -> Metadata:
    """Apply a JSON Merge Patch (RFC 7396) to tags, description, geolocation, camera_info, rating
    and custom, and answer the metadata.

    The merged value is validated; a patch that is refused changes nothing. Raises InvalidInput,
    PhotoNotFound, NotYours, StaleRevision.
    """

    def patch(photo: Photo) -> Photo:
        require_revision(owned(photo, caller).revision, if_match)
        return patched(photo, body, app.limits, app.clock())

    def act() -> UnsignedMetadata:
        claim = claim_with(app, once, lambda photo: metadata_of(app, photo))
        return metadata_of(app, change(app, photo_id, patch, claim))

    return signed_metadata(app, once_only(app, once, UnsignedMetadata, act))
