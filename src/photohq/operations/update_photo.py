"""PUT /photos/{photo_id}/edit: announce an edited version and get leave to upload it."""

from collections.abc import Collection

import msgspec

from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.once import Once, claim_with, once_only
from photohq.operations.tickets import (
    UPLOAD_ID,
    announced,
    signed,
    signed_again,
    ticket_fields,
)
from photohq.operations.views import EditTicket
from photohq.photos.photo import Photo, Version, VersionType
from photohq.photos.requests import EditRequest
from photohq.photos.versions import with_edit_ticket


def update_photo(
    app: App,
    caller: Caller,
    photo_id: str,
    body: EditRequest,
    if_match: Collection[str] | None = None,
    *,
    once: Once | None = None,
) -> EditTicket:
    """Add a pending edit to a photo and answer where it is to be uploaded.

    The original stays as it is, and the edit that is there stays the current one until the new
    bytes have arrived. Raises PhotoNotFound, NotYours, StaleRevision, TooManyPendingEdits,
    IdempotencyKeyReused.
    """
    now = app.clock()
    kind = VersionType.EDITED
    edit = announced(app, body, kind=kind, user_id=caller.user_id, photo_id=photo_id, now=now)

    edit = msgspec.structs.replace(edit, author=caller.user_id, keep_metadata=body.keep_metadata)

    def add_ticket(photo: Photo) -> Photo:
        require_revision(owned(photo, caller).revision, if_match)
        return with_edit_ticket(photo, edit, now)

    def act() -> EditTicket:
        claim = claim_with(app, once, lambda photo: _ticket(photo, edit))
        return signed(app, _ticket(change(app, photo_id, add_ticket, claim), edit))

    return once_only(app, once, EditTicket, act, lambda first: signed_again(app, first))


def _ticket(photo: Photo, edit: Version) -> EditTicket:
    return EditTicket(
        **ticket_fields(photo, edit, {UPLOAD_ID: edit.upload_id}),
        message="Upload the edited file to upload_url with exactly upload_headers",
        edit_count=photo.edit_count,
        previous_version=photo.edited.s3_key if photo.edited else None,
        note="The edited version stays until the new one has arrived" if photo.edited else None,
    )
