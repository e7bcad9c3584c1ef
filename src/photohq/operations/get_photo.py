"""GET /photos/{photo_id}: leave to download a version, with its metadata."""

import msgspec

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.views import Download, FileMetadata, UnsignedDownload, described
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
    return signed_download(app, find_download(app, caller, photo_id, query))


def find_download(app: App, caller: Caller, photo_id: str, query: GetQuery) -> UnsignedDownload:
    """Answer all but the URL. Raises what `get_photo` does."""
    photo = as_of(owned(app.catalog.find(photo_id), caller), app.clock())
    version = _chosen(photo, query.version)
    download = Download(
        photo_id=photo_id,
        version_type=query.version,
        download_url="",
        expires_in=0,
        expires_at="",
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
    return UnsignedDownload(
        download=download,
        bucket=version.bucket,
        s3_key=version.s3_key,
        version_id=version.version_id,
    )


def signed_download(app: App, found: UnsignedDownload) -> Download:
    """Sign a download from now on."""
    seconds = app.limits.url_seconds
    return msgspec.structs.replace(
        found.download,
        download_url=app.objects.presign_get(
            found.bucket,
            found.s3_key,
            filename=found.download.metadata.filename,
            version_id=found.version_id,
            expires_in=seconds,
        ),
        expires_in=seconds,
        expires_at=iso(app.clock() + seconds),
    )


def _chosen(photo: Photo, version_type: VersionType) -> Version:
    if version_type is VersionType.ORIGINAL:
        return photo.original
    if photo.edited:
        return photo.edited
    if photo.pending_edits:
        return photo.pending_edits[-1]
    raise VersionNotFound
