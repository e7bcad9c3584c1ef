"""GET /photos/{photo_id}: leave to download a version, with its metadata."""

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.views import Download, FileMetadata, described
from photohq.photos.errors import VersionNotFound
from photohq.photos.photo import Photo, Version, VersionType
from photohq.photos.requests import GetQuery
from photohq.photos.times import iso
from photohq.photos.versions import as_of


def get_photo(app: App, caller: Caller, photo_id: str, query: GetQuery) -> Download:
    """Answer a presigned URL of the version asked for, pinned to the object that is there now.

    Where the bytes have not arrived the URL works once they have. Raises PhotoNotFound, NotYours,
    VersionNotFound.
    """
    now = app.clock()
    photo = as_of(owned(app.catalog.find(photo_id), caller), now)
    version = _chosen(photo, query.version)
    url = app.objects.presign_get(
        version.bucket,
        version.s3_key,
        filename=version.filename,
        version_id=version.version_id,
        expires_in=app.limits.url_seconds,
    )
    return Download(
        photo_id=photo_id,
        version_type=query.version,
        download_url=url,
        expires_in=app.limits.url_seconds,
        expires_at=iso(now + app.limits.url_seconds),
        status=version.status,
        status_reason=version.status_reason,
        metadata=FileMetadata(
            filename=version.filename,
            content_type=version.content_type,
            file_size=version.file_size,
            created_at=version.created_at,
            updated_at=photo.updated_at,
            checksum_sha256=version.checksum_sha256,
            **described(photo),
        ),
        revision=photo.revision,
    )


def _chosen(photo: Photo, version_type: VersionType) -> Version:
    if version_type is VersionType.ORIGINAL:
        return photo.original
    if photo.edited:
        return photo.edited
    if photo.pending_edits:
        return photo.pending_edits[-1]
    raise VersionNotFound
