"""POST /photos/upload: announce an original and get leave to upload it."""

from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.tickets import announced, upload_headers, upload_url
from photohq.operations.views import UploadTicket
from photohq.photos.photo import Photo, Status, VersionType
from photohq.photos.requests import UploadRequest
from photohq.photos.times import iso


def upload_photo(app: App, caller: Caller, body: UploadRequest) -> UploadTicket:
    """Record a new photo, pending, and answer where its original is to be uploaded."""
    now = app.clock()
    kind = VersionType.ORIGINAL
    photo_id = app.new_id()
    original = announced(app, body, kind=kind, user_id=caller.user_id, photo_id=photo_id, now=now)
    photo = Photo(
        photo_id=photo_id,
        user_id=caller.user_id,
        created_at=iso(now),
        updated_at=iso(now),
        original=original,
        tags=body.tags,
        description=body.description,
        geolocation=body.geolocation,
        camera_info=body.camera_info,
    )
    headers = upload_headers(original, kind)
    url = upload_url(app, original, headers)
    app.catalog.add(photo)
    return UploadTicket(
        photo_id=photo_id,
        upload_url=url,
        upload_method="PUT",
        upload_headers=headers,
        expires_in=app.limits.url_seconds,
        expires_at=iso(original.expires_at),
        s3_key=original.s3_key,
        status=Status.PENDING_UPLOAD,
        message="Upload the file to upload_url with exactly upload_headers",
        revision=photo.revision,
    )
