"""Tickets: leave to upload one file, announced in the record and signed into a URL."""

from typing import Any, TypeVar

import msgspec

from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.views import Duplicate, UploadTicket
from photohq.photos.errors import PhotoNotFound
from photohq.photos.keys import key_of
from photohq.photos.photo import Photo, Status, Version, VersionType
from photohq.photos.requests import FileRequest, UploadRequest
from photohq.photos.times import iso
from photohq.photos.versions import renewed

T = TypeVar("T", bound=UploadTicket)

UPLOAD_ID = "x-amz-meta-upload-id"
CHECKSUM = "x-amz-checksum-sha256"
RENEW_AFTER = 60.0
"""Seconds for which a ticket is young: its URL may be signed again for the full time without
writing the record, since a record waits an hour longer than its URL lives."""


def new_photo(app: App, body: UploadRequest, user_id: str, photo_id: str, now: float) -> Photo:
    """Make the record of an original that is announced."""
    kind = VersionType.ORIGINAL
    return Photo(
        photo_id=photo_id,
        user_id=user_id,
        created_at=iso(now),
        updated_at=iso(now),
        original=announced(app, body, kind=kind, user_id=user_id, photo_id=photo_id, now=now),
        tags=body.tags,
        description=body.description,
        geolocation=body.geolocation,
        camera_info=body.camera_info,
    )


def announced(
    app: App, body: FileRequest, *, kind: VersionType, user_id: str, photo_id: str, now: float
) -> Version:
    """Make the version that a request announces, pending until its bytes arrive."""
    bucket = app.objects.edited_bucket
    if kind is VersionType.ORIGINAL:
        bucket = app.objects.originals_bucket
    return Version(
        upload_id=app.new_id(),
        bucket=bucket,
        s3_key=key_of(user_id, kind, photo_id, body.filename),
        filename=body.filename,
        content_type=body.content_type,
        file_size=body.file_size,
        checksum_sha256=body.checksum_sha256,
        created_at=iso(now),
        expires_at=now + app.limits.url_seconds,
    )


def original_ticket(photo: Photo) -> UploadTicket:
    """Write the ticket of a photo's original, not signed yet."""
    return UploadTicket(
        **ticket_fields(photo, photo.original, {"If-None-Match": "*"}),
        message="Upload the file to upload_url with exactly upload_headers",
    )


def duplicate_of(photo: Photo) -> Duplicate:
    """Say that a file is there already."""
    return Duplicate(
        photo_id=photo.photo_id,
        duplicate=True,
        status=photo.status,
        s3_key=photo.original.s3_key,
        message="This file is there already; nothing has to be uploaded",
        revision=photo.revision,
    )


def ticket_fields(photo: Photo, version: Version, headers: dict[str, str]) -> dict[str, Any]:
    """Answer what all tickets say; `headers` are those that the kind of upload asks for.

    An original is write-once; edits share a key, and their upload id tells them apart.
    """
    sent = {"Content-Type": version.content_type, **headers}
    if version.checksum_sha256:
        sent[CHECKSUM] = version.checksum_sha256
    return {
        "photo_id": photo.photo_id,
        "upload_url": "",
        "upload_method": "PUT",
        "upload_headers": sent,
        "expires_in": 0,
        "expires_at": "",
        "file_size": version.file_size,
        "s3_key": version.s3_key,
        "status": Status.PENDING_UPLOAD,
        "revision": photo.revision,
    }


def signed(app: App, ticket: T) -> T:
    """Sign a ticket's upload from now on."""
    is_edit = UPLOAD_ID in ticket.upload_headers
    return msgspec.structs.replace(
        ticket,
        upload_url=app.objects.presign_put(
            app.objects.edited_bucket if is_edit else app.objects.originals_bucket,
            ticket.s3_key,
            headers=ticket.upload_headers,
            length=ticket.file_size,
            expires_in=app.limits.url_seconds,
        ),
        expires_in=app.limits.url_seconds,
        expires_at=iso(app.clock() + app.limits.url_seconds),
    )


def signed_again(app: App, ticket: T) -> T:
    """Sign a ticket that was given before, and let its record wait for the bytes anew."""
    if photo := app.catalog.find(ticket.photo_id):
        renew(app, photo, _version_of(app, photo, ticket))
    return signed(app, ticket)


def renew(app: App, photo: Photo, version: Version) -> Photo:
    """Let a record wait anew for a version whose bytes have not arrived, unless it is young."""
    now, seconds = app.clock(), app.limits.url_seconds
    is_young = version.expires_at + RENEW_AFTER > now + seconds
    if version.arrived or (is_young and version.status is Status.PENDING_UPLOAD):
        return photo
    try:
        return change(app, photo.photo_id, lambda photo: renewed(photo, version, now, seconds))
    except PhotoNotFound:
        return photo


def _version_of(app: App, photo: Photo, ticket: UploadTicket) -> Version:
    """Answer the version that a ticket announced; made anew where an edit is not waited for."""
    upload_id = ticket.upload_headers.get(UPLOAD_ID)
    if upload_id is None:
        return photo.original
    for edit in photo.pending_edits:
        if edit.upload_id == upload_id:
            return edit
    return Version(
        upload_id=upload_id,
        bucket=app.objects.edited_bucket,
        s3_key=ticket.s3_key,
        filename=ticket.s3_key.rsplit("/", 1)[1],
        content_type=ticket.upload_headers["Content-Type"],
        file_size=ticket.file_size,
        checksum_sha256=ticket.upload_headers.get(CHECKSUM),
        created_at=iso(app.clock()),
        expires_at=0,
    )
