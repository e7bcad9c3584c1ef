"""PUT /photos/{photo_id}/edit: announce an edited version and get leave to upload it."""

from collections.abc import Collection

from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.tickets import announced, upload_headers, upload_url
from photohq.operations.views import EditTicket
from photohq.photos.photo import Photo, Status, VersionType
from photohq.photos.requests import EditRequest
from photohq.photos.times import iso
from photohq.photos.versions import with_edit_ticket


def update_photo(
    app: App,
    caller: Caller,
    photo_id: str,
    body: EditRequest,
    if_match: Collection[str] | None = None,
) -> EditTicket:
    """Add a pending edit to a photo and answer where it is to be uploaded.

    The original stays as it is, and the edit that is there stays the current one until the new
    bytes have arrived. Raises PhotoNotFound, NotYours, StaleRevision, TooManyPendingEdits.
    """
    now = app.clock()
    kind = VersionType.EDITED
    edit = announced(app, body, kind=kind, user_id=caller.user_id, photo_id=photo_id, now=now)

    def add_ticket(photo: Photo) -> Photo:
        require_revision(owned(photo, caller), if_match)
        return with_edit_ticket(photo, edit, now)

    photo = change(app, photo_id, add_ticket)
    headers = upload_headers(edit, kind)
    return EditTicket(
        photo_id=photo_id,
        upload_url=upload_url(app, edit, headers),
        upload_method="PUT",
        upload_headers=headers,
        expires_in=app.limits.url_seconds,
        expires_at=iso(edit.expires_at),
        s3_key=edit.s3_key,
        status=Status.PENDING_UPLOAD,
        message="Upload the edited file to upload_url with exactly upload_headers",
        revision=photo.revision,
        edit_count=photo.edit_count,
        previous_version=photo.edited.s3_key if photo.edited else None,
        note="The edited version stays until the new one has arrived" if photo.edited else None,
    )
