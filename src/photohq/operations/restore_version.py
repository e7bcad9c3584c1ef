"""POST /photos/{photo_id}/versions/{version_id}/restore: an earlier edit becomes current again."""

import uuid
from collections.abc import Collection
from contextlib import suppress

from photohq.identity.port import Caller
from photohq.objects.port import NoSuchObject
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.confirm_upload import confirm_object
from photohq.operations.get_metadata import metadata_of, signed_metadata
from photohq.operations.once import Begun, Once, claim_with, once_only, store_claim
from photohq.operations.views import Metadata, UnsignedMetadata
from photohq.photos.errors import FieldError, InvalidInput, PhotoNotFound, VersionNotFound
from photohq.photos.history import entry_of, once_more
from photohq.photos.photo import Photo, Version, VersionType
from photohq.photos.versions import with_edit_ticket, without_pending

_ORIGINAL = "The original never changes: DELETE /photos/{photo_id}/edited goes back to it"


def restore_version(
    app: App,
    caller: Caller,
    photo_id: str,
    version_id: str,
    if_match: Collection[str] | None = None,
    *,
    once: Once | None = None,
) -> Metadata:
    """Make an earlier edit the current one, as a new version, and answer the metadata.

    The edit that was current stays in the history. It comes in as every edit does: it is announced,
    its bytes are stored, and then they are confirmed. Raises PhotoNotFound, NotYours,
    VersionNotFound (also where it has expired), InvalidInput for the original, StaleRevision,
    TooManyPendingEdits, IdempotencyKeyReused, Unavailable.
    """
    # The same request announces the same edit, so that a repeat finishes what was cut off.
    upload_id = str(uuid.uuid5(uuid.NAMESPACE_OID, once.key)) if once else app.new_id()

    def announce(photo: Photo) -> Photo:
        now = app.clock()
        require_revision(owned(photo, caller).revision, if_match)
        entry = entry_of(photo, version_id, now, app.limits.noncurrent_days)
        if entry.version_type is VersionType.ORIGINAL:
            raise InvalidInput(FieldError("version_id", _ORIGINAL))
        if entry.is_current:
            return photo
        edit = once_more(
            entry.version,
            upload_id=upload_id,
            author=caller.user_id,
            now=now,
            expires_at=now + app.limits.url_seconds,
        )
        return with_edit_ticket(photo, edit, now)

    def begin() -> Begun:
        change(app, photo_id, announce, claim_with(app, once, lambda _: Begun()))
        return Begun()

    # What is answered is known only once the bytes are stored: a step with a claim of its own.
    step = once and once.part(0)

    def finish() -> UnsignedMetadata:
        finished = _finished(app, caller, photo_id, upload_id)
        return store_claim(app, step, finished)

    with app.together():
        once_only(app, once, Begun, begin)
        return signed_metadata(app, once_only(app, step, UnsignedMetadata, finish))


def _finished(app: App, caller: Caller, photo_id: str, upload_id: str) -> UnsignedMetadata:
    """Store the bytes of the edit that was announced, unless they are there."""
    photo = owned(app.catalog.find(photo_id), caller)
    for edit in photo.pending_edits:
        if edit.upload_id == upload_id:
            _store(app, photo_id, edit)
            photo = owned(app.catalog.find(photo_id), caller)
    return metadata_of(app, photo)


def _store(app: App, photo_id: str, edit: Version) -> None:
    try:
        new = app.objects.copy(edit.bucket, edit.s3_key, str(edit.parent), upload_id=edit.upload_id)
    except NoSuchObject:
        with suppress(PhotoNotFound):
            change(app, photo_id, lambda photo: without_pending(photo, edit, app.clock()))
        raise VersionNotFound from None
    confirm_object(app, edit.bucket, edit.s3_key, new)
