"""GET /photos/{photo_id}: leave to download a version, with its metadata."""

from pathlib import PurePath
from typing import Any

import msgspec

from photohq.identity.port import Caller
from photohq.operations.access import owned
from photohq.operations.app import App
from photohq.operations.renditions import find_rendition, lifetime, rendition_url
from photohq.operations.views import Download, FileMetadata, UnsignedDownload, described
from photohq.photos.errors import FieldError, InvalidInput, VersionNotFound
from photohq.photos.history import entry_of
from photohq.photos.keys import rendition_key
from photohq.photos.photo import Photo, Version
from photohq.photos.pictures import JPEG, WEBP, in_words
from photohq.photos.processing import shown
from photohq.photos.requests import DownloadVersion, GetQuery, ThumbnailFormat
from photohq.photos.times import iso
from photohq.photos.versions import as_of

_TYPES = {ThumbnailFormat.JPEG: JPEG, ThumbnailFormat.WEBP: WEBP}
_NO_THUMBNAIL = "No thumbnail available"
_NO_HISTORY = "version_id can't be given with version=thumbnail: it is of the current version"
_THE_ORIGINAL = "version_id names the original, version an edit"


def get_photo(app: App, caller: Caller, photo_id: str, query: GetQuery) -> Download:
    """Answer a presigned URL of the version asked for, pinned to the object that is there now.

    Where the bytes have not arrived the URL works once they have. A thumbnail is of the edited
    version once there is one of it, else of the original; its URL stays the same for a while, lives
    longer than it says, and shows the picture instead of saving it. Raises PhotoNotFound, NotYours,
    VersionNotFound, InvalidInput where `version` contradicts `version_id`.
    """
    return signed_download(app, find_download(app, caller, photo_id, query))


def find_download(app: App, caller: Caller, photo_id: str, query: GetQuery) -> UnsignedDownload:
    """Answer all but the URL. Raises what `get_photo` does."""
    photo = as_of(owned(app.catalog.find(photo_id), caller), app.clock())
    if query.version is DownloadVersion.THUMBNAIL:
        return _thumbnail(app, photo, query)
    version, kind = _chosen(app, photo, query)
    file = {
        "filename": version.filename,
        "content_type": version.content_type,
        "file_size": version.file_size,
        "checksum_sha256": version.checksum_sha256,
        **described(photo, version.picture),
    }
    return UnsignedDownload(
        download=_unsigned(photo, version, kind, file),
        bucket=version.bucket,
        s3_key=version.s3_key,
        version_id=version.version_id,
    )


def signed_download(app: App, found: UnsignedDownload) -> Download:
    """Sign a download from now on."""
    download = found.download
    if download.version_type is DownloadVersion.THUMBNAIL:
        seconds = lifetime(app)
        url = rendition_url(app, found.s3_key, found.version_id)
    else:
        seconds = app.limits.url_seconds
        url = app.objects.presign_get(
            found.bucket,
            found.s3_key,
            filename=download.metadata.filename,
            version_id=found.version_id,
            expires_in=seconds,
        )
    return msgspec.structs.replace(
        download,
        download_url=url,
        expires_in=seconds,
        expires_at=iso(app.clock() + seconds),
    )


def _chosen(app: App, photo: Photo, query: GetQuery) -> tuple[Version, DownloadVersion]:
    if query.version_id is not None:
        days = app.limits.noncurrent_days
        entry = entry_of(photo, query.version_id, app.clock(), days)
        kind = DownloadVersion(entry.version_type)
        if query.version not in {kind, DownloadVersion.ORIGINAL}:  # which is the default
            raise InvalidInput(FieldError("version_id", _THE_ORIGINAL))
        return entry.version, kind
    if query.version is DownloadVersion.ORIGINAL:
        return photo.original, query.version
    if photo.edited:
        return photo.edited, query.version
    if photo.awaited_edits:
        return photo.awaited_edits[-1], query.version
    raise VersionNotFound


def _thumbnail(app: App, photo: Photo, query: GetQuery) -> UnsignedDownload:
    if query.version_id is not None:
        raise InvalidInput(FieldError("version_id", _NO_HISTORY))
    version = shown(photo)
    rendition = find_rendition(photo, query.size, _TYPES[query.format])
    if rendition is None:
        raise VersionNotFound(_NO_THUMBNAIL)
    key = rendition_key(photo, version, rendition)
    file = {
        **described(photo, None),
        "filename": f"{PurePath(version.filename).stem}-{PurePath(key).name}",
        "content_type": rendition.content_type,
        "file_size": rendition.file_size,
        "width": rendition.width,
        "height": rendition.height,
    }
    return UnsignedDownload(
        download=_unsigned(photo, version, query.version, file),
        bucket=app.objects.edited_bucket,
        s3_key=key,
        version_id=rendition.version_id,
    )


def _unsigned(
    photo: Photo, version: Version, kind: DownloadVersion, file: dict[str, Any]
) -> Download:
    return Download(
        photo_id=photo.photo_id,
        version_type=kind,
        download_url="",
        expires_in=0,
        expires_at="",
        status=version.status,
        status_reason=version.status_reason,
        status_message=in_words(version.status_reason),
        metadata=FileMetadata(created_at=version.created_at, updated_at=photo.updated_at, **file),
        revision=photo.revision,
    )
