"""GET /photos/{photo_id}/metadata: everything that is known of a photo."""

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.views import (
    EditedDetails,
    Metadata,
    VersionDetails,
    described,
    version_details,
)
from photohq.photos.photo import Photo
from photohq.photos.versions import as_of


def get_metadata(app: App, caller: Caller, photo_id: str) -> Metadata:
    """Describe a photo and both its versions. Raises PhotoNotFound, NotYours."""
    return metadata_of(app, owned(app.catalog.find(photo_id), caller))


def metadata_of(app: App, photo: Photo) -> Metadata:
    """Describe a photo that is at hand."""
    photo = as_of(photo, app.clock())
    return Metadata(
        photo_id=photo.photo_id,
        user_id=photo.user_id,
        created_at=photo.created_at,
        updated_at=photo.updated_at,
        status=photo.status,
        status_reason=photo.original.status_reason,
        version_type=photo.version_type,
        has_edited_version=photo.has_edited_version,
        original=VersionDetails(**version_details(photo.original)),
        edited=_edited(photo),
        revision=photo.revision,
        custom=photo.custom,
        **described(photo),
    )


def _edited(photo: Photo) -> EditedDetails | None:
    """Describe the edit that is there, with the one to come; or the first one to come."""
    newest = photo.pending_edits[-1] if photo.pending_edits else None
    shown = photo.edited or newest
    if shown is None:
        return None
    pending = newest if photo.edited and newest else None
    return EditedDetails(
        **version_details(shown),
        edit_count=photo.edit_count,
        pending=VersionDetails(**version_details(pending)) if pending else None,
    )
