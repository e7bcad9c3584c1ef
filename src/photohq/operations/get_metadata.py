"""GET /photos/{photo_id}/metadata: everything that is known of a photo."""

import msgspec

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.renditions import rendition_url, renditions_of
from photohq.operations.views import (
    EditedDetails,
    Metadata,
    UnsignedMetadata,
    VersionDetails,
    described,
    version_details,
)
from photohq.photos.photo import Photo
from photohq.photos.pictures import in_words
from photohq.photos.processing import shown
from photohq.photos.versions import as_of


def get_metadata(app: App, caller: Caller, photo_id: str) -> Metadata:
    """Describe a photo, both its versions and its renditions. Raises PhotoNotFound, NotYours."""
    return signed_metadata(app, find_metadata(app, caller, photo_id))


def find_metadata(app: App, caller: Caller, photo_id: str) -> UnsignedMetadata:
    """Answer all but the URLs. Raises what `get_metadata` does."""
    return metadata_of(app, owned(app.catalog.find(photo_id), caller))


def metadata_of(app: App, photo: Photo) -> UnsignedMetadata:
    """Describe a photo that is at hand, all but the URLs."""
    photo = as_of(photo, app.clock())
    original = photo.original
    picture = shown(photo).picture
    metadata = Metadata(
        photo_id=photo.photo_id,
        user_id=photo.user_id,
        created_at=photo.created_at,
        updated_at=photo.updated_at,
        status=photo.status,
        status_reason=original.status_reason,
        status_message=in_words(original.status_reason),
        version_type=photo.version_type,
        has_edited_version=photo.has_edited_version,
        original=VersionDetails(**version_details(original)),
        edited=_edited(photo),
        revision=photo.revision,
        custom=photo.custom,
        recipe=photo.recipe,
        exif=photo.exif,
        placeholder=picture.placeholder if picture else None,
        **described(photo, original.picture),
    )
    return UnsignedMetadata(metadata=metadata, renditions=renditions_of(photo))


def signed_metadata(app: App, found: UnsignedMetadata) -> Metadata:
    """Sign the URLs of the renditions."""
    signed = [
        msgspec.structs.replace(one.rendition, url=rendition_url(app, one.s3_key, one.version_id))
        for one in found.renditions
    ]
    return msgspec.structs.replace(found.metadata, renditions=signed or None)


def _edited(photo: Photo) -> EditedDetails | None:
    """Describe the edit that is there, with the one to come; or the first one to come."""
    announced = [edit for edit in photo.pending_edits if edit.of is None]
    newest = announced[-1] if announced else None
    current = photo.edited or newest
    if current is None:
        return None
    pending = newest if photo.edited and newest else None
    return EditedDetails(
        **version_details(current),
        edit_count=photo.edit_count,
        pending=VersionDetails(**version_details(pending)) if pending else None,
    )
