"""PUT on the object endpoint: an upload that a ticket awaits becomes an object version and a fact
of its photo's record in one transaction, or leaves nothing."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from photohq.embedded.database import Database
from photohq.entrypoints import s3_errors
from photohq.entrypoints.exchange import Exchange
from photohq.entrypoints.s3_errors import S3Error
from photohq.entrypoints.workers import Workers
from photohq.objects.files import FileStore, Upload
from photohq.operations.app import App
from photohq.operations.confirm_upload import awaited, confirm_upload, is_served

CHECKSUM = "x-amz-checksum-sha256"
UPLOAD_ID = "x-amz-meta-upload-id"
NO_TICKET = "No open upload ticket awaits these bytes"


@dataclass(frozen=True, slots=True)
class _Put:
    """What the head of a request says of an upload; digests are the raw bytes."""

    bucket: str
    key: str
    length: int
    content_type: str
    upload_id: str | None
    write_once: bool
    sha256: bytes | None
    md5: bytes | None


@dataclass(frozen=True, slots=True)
class _Stored:
    """An object version as the answer to its upload names it."""

    version_id: str
    etag: str


class ObjectUploads:
    """Takes uploads whose signature is good."""

    def __init__(self, app: App, store: FileStore, database: Database, workers: Workers) -> None:
        self._app = app
        self._store = store
        self._database = database
        self._workers = workers

    async def put(self, exchange: Exchange) -> None:
        """Store the body of a request and answer it; raises S3Error or Unavailable.

        What can be refused for its head is refused before the body is read.
        """
        put = _put_of(exchange)
        if put.write_once and self._store.head(put.bucket, put.key):
            raise s3_errors.precondition_failed()
        if awaited(self._app, put.bucket, put.key, put.upload_id):
            stored = await self._receive(exchange, put)
        else:
            stored = await self._compare(exchange, put)
        headers = {"ETag": f'"{stored.etag}"', "x-amz-version-id": stored.version_id}
        if CHECKSUM in exchange.headers:
            headers[CHECKSUM] = exchange.headers[CHECKSUM]
        await exchange.answer(200, headers)

    async def _receive(self, exchange: Exchange, put: _Put) -> _Stored:
        upload = self._store.stage(
            put.bucket,
            put.key,
            length=put.length,
            content_type=put.content_type,
            upload_id=put.upload_id,
            md5=put.md5 is not None,
        )
        try:
            pieces = await exchange.body.pieces()
            while not exchange.body.ended:
                await self._workers.run(upload.file.write, pieces)
                pieces = await exchange.body.pieces()
            return await self._workers.run(self._finish, put, upload, pieces)
        except BaseException:
            await self._workers.run(upload.file.discard)
            raise

    def _finish(self, put: _Put, upload: Upload, pieces: list[bytes]) -> _Stored:
        """Write what is left, then keep the file or leave nothing."""
        file = upload.file
        file.write(pieces)
        if file.received != put.length:
            raise s3_errors.incomplete_body()
        _check_digests(put, file.sha256, file.md5)
        if file.keep(lambda: self._commit(put, upload)):
            return _Stored(upload.version_id, file.etag)
        file.discard()
        return self._judge(put, file.sha256)

    def _commit(self, put: _Put, upload: Upload) -> bool:
        """Write the object version and the photo's record; False where no ticket takes it."""
        with self._database.transaction():
            if put.write_once and self._store.head(put.bucket, put.key):
                raise s3_errors.precondition_failed()
            if not confirm_upload(self._app, upload.arrival):
                return False
            self._store.add(upload)
            return True

    async def _compare(self, exchange: Exchange, put: _Put) -> _Stored:
        """Answer an upload that nobody awaits: perhaps it is one whose answer was lost."""
        self._earlier(put)
        sha256 = hashlib.sha256()
        md5 = hashlib.md5(usedforsecurity=False) if put.md5 else None

        def update(pieces: list[bytes]) -> None:
            for piece in pieces:
                sha256.update(piece)
                if md5:
                    md5.update(piece)

        while not exchange.body.ended:
            await self._workers.run(update, await exchange.body.pieces())
        _check_digests(put, sha256.digest(), md5.digest() if md5 else None)
        return self._judge(put, sha256.digest())

    def _judge(self, put: _Put, sha256: bytes) -> _Stored:
        """Answer the version that the same upload has made of the same bytes, or refuse."""
        stored, checksum = self._earlier(put)
        if checksum != base64.b64encode(sha256).decode():
            raise s3_errors.precondition_failed()
        return stored

    def _earlier(self, put: _Put) -> tuple[_Stored, str | None]:
        """Find what the upload has made already, and its SHA-256 in base64; raises S3Error."""
        if put.upload_id is None or not is_served(self._app, put.key):
            if self._store.head(put.bucket, put.key):
                raise s3_errors.precondition_failed()
            raise s3_errors.access_denied(NO_TICKET)
        version = self._store.find_upload(put.bucket, put.key, put.upload_id)
        if version is None:
            raise s3_errors.access_denied(NO_TICKET)
        if version.size != put.length:
            raise s3_errors.precondition_failed()
        return _Stored(version.version_id, version.etag), version.checksum_sha256


def _put_of(exchange: Exchange) -> _Put:
    headers = exchange.headers
    if "if-match" in headers or headers.get("if-none-match", "*").strip() != "*":
        raise S3Error(
            501, "NotImplemented", "A header you provided implies functionality that is not here"
        )
    checksum = headers.get(CHECKSUM)
    md5 = headers.get("content-md5")
    return _Put(
        bucket=exchange.bucket,
        key=exchange.key,
        length=exchange.body.length or 0,
        content_type=headers.get("content-type", "application/octet-stream"),
        upload_id=headers.get(UPLOAD_ID),
        write_once="if-none-match" in headers,
        sha256=None
        if checksum is None
        else _digest(checksum, 32, "InvalidRequest", f"Value for {CHECKSUM} header is invalid."),
        md5=None
        if md5 is None
        else _digest(md5, 16, "InvalidDigest", "The Content-MD5 you specified was invalid."),
    )


def _digest(text: str, length: int, code: str, message: str) -> bytes:
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise S3Error(400, code, message) from error
    if len(digest) != length:
        raise S3Error(400, code, message)
    return digest


def _check_digests(put: _Put, sha256: bytes, md5: bytes | None) -> None:
    if put.sha256 and not hmac.compare_digest(put.sha256, sha256):
        raise s3_errors.bad_digest("SHA256")
    if put.md5 and put.md5 != md5:
        raise s3_errors.bad_digest("Content-MD5")
