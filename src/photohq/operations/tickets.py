"""Tickets: leave to upload one file, announced in the record and signed into a URL."""

from photohq.operations.app import App
from photohq.photos.keys import key_of
from photohq.photos.photo import Version, VersionType
from photohq.photos.requests import EditRequest
from photohq.photos.times import iso


def announced(
    app: App, body: EditRequest, *, kind: VersionType, user_id: str, photo_id: str, now: float
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


def upload_headers(version: Version, kind: VersionType) -> dict[str, str]:
    """Answer the headers that the client has to send, all of them signed.

    An original is write-once; edits share a key, and their upload id tells them apart.
    """
    headers = {"Content-Type": version.content_type}
    if kind is VersionType.ORIGINAL:
        headers["If-None-Match"] = "*"
    else:
        headers["x-amz-meta-upload-id"] = version.upload_id
    if version.checksum_sha256:
        headers["x-amz-checksum-sha256"] = version.checksum_sha256
    return headers


def upload_url(app: App, version: Version, headers: dict[str, str]) -> str:
    """Sign the upload."""
    return app.objects.presign_put(
        version.bucket,
        version.s3_key,
        headers=headers,
        length=version.file_size,
        expires_in=app.limits.url_seconds,
    )
