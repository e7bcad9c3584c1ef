"""GET /photos/{photo_id}/versions: the history of a photo."""

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.views import VersionItem, VersionList
from photohq.photos.history import Entry, history
from photohq.photos.times import iso


def list_versions(app: App, caller: Caller, photo_id: str) -> VersionList:
    """Answer every version whose bytes are there, the newest first, the original last.

    Raises PhotoNotFound, NotYours.
    """
    photo = owned(app.catalog.find(photo_id), caller)
    entries = history(photo, app.clock(), app.limits.noncurrent_days)
    return VersionList(
        photo_id=photo_id, versions=[_item(entry) for entry in entries], revision=photo.revision
    )


def _item(entry: Entry) -> VersionItem:
    version = entry.version
    return VersionItem(
        version_id=str(version.version_id),
        version_type=entry.version_type,
        filename=version.filename,
        content_type=version.content_type,
        file_size=version.file_size,
        created_at=version.created_at,
        is_current=entry.is_current,
        expires_at=iso(entry.expires_at) if entry.expires_at else None,
        checksum_sha256=version.checksum_sha256,
        parent=version.parent,
        author=version.author,
        recipe=version.recipe,
        dropped_metadata=version.dropped_metadata,
        restored_metadata=version.restored_metadata,
    )
