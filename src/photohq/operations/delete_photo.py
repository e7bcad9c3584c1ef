"""DELETE /photos/{photo_id}: original, edited version and record."""

from collections.abc import Collection

from photohq.catalog.port import Changed
from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.views import Deleted, DeletedItem
from photohq.photos.errors import PhotoNotFound
from photohq.photos.photo import Photo, VersionType
from photohq.photos.versions import marked_deleting


def delete_photo(
    app: App, caller: Caller, photo_id: str, if_match: Collection[str] | None = None
) -> Deleted:
    """Take a photo out of sight, put delete markers on its objects, then remove the record.

    Where a step fails the photo stays `deleting`, and a repeat or the janitor finishes it. Raises
    PhotoNotFound (also for the later of two at once), NotYours, StaleRevision, Unavailable.
    """

    def mark(photo: Photo) -> Photo:
        if photo.deleting and photo.user_id == caller.user_id:
            return photo
        require_revision(owned(photo, caller), if_match)
        return marked_deleting(photo, app.clock())

    return finish_deleting(app, change(app, photo_id, mark))


def finish_deleting(app: App, photo: Photo) -> Deleted:
    """Delete the objects and the record of a photo that is marked `deleting`."""
    kept = {VersionType.ORIGINAL: photo.original, VersionType.EDITED: photo.edited}
    items = []
    for kind, version in kept.items():
        if version and version.arrived:
            items.append(DeletedItem(type=kind.value, bucket=version.bucket, key=version.s3_key))
    announced = [photo.original, *photo.pending_edits, *([photo.edited] if photo.edited else [])]
    for bucket, key in dict.fromkeys((version.bucket, version.s3_key) for version in announced):
        app.objects.delete(bucket, key)
    try:
        app.catalog.remove(photo)
    except Changed:
        raise PhotoNotFound from None
    return Deleted(
        photo_id=photo.photo_id,
        message="Photo and all versions deleted successfully",
        deleted_items=items,
    )
