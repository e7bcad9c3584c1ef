"""The object endpoint: presigned PUT, GET and HEAD, answered as S3 answers them.

It exists because one machine has no S3 of its own. Bytes go through in frames of 1 MiB, one at a
time for each request; whatever touches the disk or does cryptography runs in a thread.
"""

import asyncio
import logging
from collections.abc import Collection
from typing import NoReturn

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from photohq.api import cors
from photohq.embedded.database import Database
from photohq.entrypoints import s3_errors
from photohq.entrypoints.conditions import Unsatisfiable, byte_range, http_date, precondition
from photohq.entrypoints.exchange import IDLE_SECONDS, Exchange
from photohq.entrypoints.object_uploads import ObjectUploads
from photohq.entrypoints.observed import ROUTE
from photohq.entrypoints.s3_errors import S3Error
from photohq.entrypoints.workers import Workers
from photohq.objects.files import FileStore
from photohq.objects.presign import Refused
from photohq.objects.staging import OpenFile
from photohq.objects.versions import ObjectVersion
from photohq.operations.app import App
from photohq.operations.confirm_upload import is_served
from photohq.photos.errors import Unavailable

log = logging.getLogger("photohq.objects")
PREFIX = "/objects/"
METHODS = ("GET", "HEAD", "PUT")
LARGEST_BLOCK = 4 * 1024 * 1024
"""Bytes: more than any buffer of a request."""
_NAMES = {"GET": "get_object", "HEAD": "head_object", "PUT": "put_object"}
_REFUSALS = {"AuthorizationQueryParametersError": 400}
"""The statuses of refused signatures, where they are not 403."""


def object_routes(
    app: App,
    store: FileStore,
    database: Database,
    workers: Workers,
    cors_origins: Collection[str],
    *,
    idle_seconds: float = IDLE_SECONDS,
) -> list[BaseRoute]:
    """Answer the routes under `/objects/`; an upload may pause for `idle_seconds`."""
    _teach_allocator()
    uploads = ObjectUploads(app, store, database, workers)
    endpoint = ObjectEndpoint(
        app, store, workers, uploads, cors_origins=cors_origins, idle_seconds=idle_seconds
    )
    return [_Objects(endpoint)]


class ObjectEndpoint:
    """Serves one request after the other; every refusal is S3's."""

    def __init__(
        self,
        app: App,
        store: FileStore,
        workers: Workers,
        uploads: ObjectUploads,
        *,
        cors_origins: Collection[str],
        idle_seconds: float,
    ) -> None:
        self._app = app
        self._store = store
        self._workers = workers
        self._uploads = uploads
        self._origins = cors_origins
        self._idle_seconds = idle_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send, self._origins, self._idle_seconds)
        scope[ROUTE] = _NAMES.get(exchange.method, "object")
        try:
            await self._serve(exchange)
        except S3Error as error:
            await exchange.refuse(error)
        except Unavailable as error:
            retry = {"Retry-After": str(error.retry_after)}
            await exchange.refuse(S3Error(503, "ServiceUnavailable", error.detail, retry))
        except asyncio.CancelledError:  # the server's patience with what is in flight has ended
            if exchange.started:
                raise
            exchange.body.lingers = False
            await exchange.refuse(s3_errors.stopping())
        except Exception:
            log.exception("an object request failed", extra={"request_id": exchange.request_id})
            if exchange.started:
                raise
            await exchange.refuse(s3_errors.internal_error())

    async def _serve(self, exchange: Exchange) -> None:
        if exchange.method == "OPTIONS":
            asked = exchange.headers.get("access-control-request-headers")
            origin = exchange.headers.get("origin")
            await exchange.answer(204, cors.preflight(origin, asked, self._origins, METHODS))
            return
        if exchange.method == "PUT" and exchange.body.length is None:
            raise S3Error(
                411, "MissingContentLength", "You must provide the Content-Length HTTP header."
            )
        try:
            exchange.query = self._store.verifier.verify(
                exchange.method, exchange.raw_path, exchange.raw_query, exchange.headers
            )
        except Refused as refused:
            status = _REFUSALS.get(refused.code, 403)
            raise S3Error(status, refused.code, refused.message) from refused
        if exchange.method not in METHODS:
            _refuse_method()
        if exchange.bucket not in self._store.buckets:
            raise S3Error(404, "NoSuchBucket", "The specified bucket does not exist")
        if exchange.method == "PUT":
            await self._uploads.put(exchange)
        else:
            await self._get(exchange)

    async def _get(self, exchange: Exchange) -> None:
        version = self._find(exchange)
        headers = {
            "ETag": f'"{version.etag}"',
            "Last-Modified": http_date(version.last_modified),
            "Cache-Control": exchange.query.get("response-cache-control", "private, no-store"),
            "x-amz-version-id": version.version_id,
        }
        status = precondition(exchange.headers, version.etag, version.last_modified)
        if status == 412:
            raise s3_errors.precondition_failed()
        if status == 304:
            await exchange.answer(304, headers)
            return
        headers |= {
            "Accept-Ranges": "bytes",
            "Content-Type": version.content_type,
        }
        if disposition := exchange.query.get("response-content-disposition"):
            headers["Content-Disposition"] = disposition
        try:
            part = byte_range(exchange.headers, version.size, version.etag, version.last_modified)
        except Unsatisfiable as error:
            beyond = {"Content-Range": f"bytes */{version.size}"}
            raise S3Error(
                416, "InvalidRange", "The requested range is not satisfiable", beyond
            ) from error
        if part:
            headers["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{version.size}"
        await self._send(exchange, version, part, headers)

    async def _send(
        self,
        exchange: Exchange,
        version: ObjectVersion,
        part: tuple[int, int] | None,
        headers: dict[str, str],
    ) -> None:
        status = 206 if part else 200
        start, stop = part or (0, version.size)
        if exchange.method == "HEAD" or start == stop:
            await exchange.answer(status, headers, length=stop - start)
            return
        file, frame = await self._workers.run(self._open, version, start, stop)
        try:
            await exchange.start(status, headers, length=stop - start)
            while True:
                start += len(frame)
                await exchange.send_piece(frame, more=start < stop)
                if start == stop:
                    return
                frame = await self._workers.run(file.read, start, stop)
        finally:
            await self._workers.run(file.close)

    def _open(self, version: ObjectVersion, start: int, stop: int) -> tuple[OpenFile, bytes]:
        """Open a file and read its first frame, so that damage there is still answered as such."""
        try:
            file = self._store.open(version)
        except FileNotFoundError as error:
            if self._store.find(version.bucket, version.key, version.version_id):
                raise
            raise s3_errors.no_such_key() from error
        try:
            return file, file.read(start, stop)
        except BaseException:
            file.close()
            raise

    def _find(self, exchange: Exchange) -> ObjectVersion:
        version_id = exchange.query.get("versionId")
        if not is_served(self._app, exchange.key):
            raise s3_errors.no_such_key()
        version = self._store.find(exchange.bucket, exchange.key, version_id)
        if version is None and version_id is not None:
            raise S3Error(404, "NoSuchVersion", "The specified version does not exist.")
        if version is None or version.is_delete_marker:
            raise s3_errors.no_such_key()
        return version


class _Objects(BaseRoute):
    """Everything under the prefix, whatever characters a key may have in it."""

    def __init__(self, endpoint: ObjectEndpoint) -> None:
        self._endpoint = endpoint

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found = scope["type"] == "http" and scope["path"].startswith(PREFIX)
        return (Match.FULL if found else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._endpoint(scope, receive, send)


def _teach_allocator() -> None:
    """Have freed memory used again instead of given back to the system after each piece of a body.

    glibc raises its thresholds for that to the size of the greatest block that was freed (mallopt,
    M_MMAP_THRESHOLD). Pages that are new each time cost more than everything else in receiving.
    """
    bytearray(LARGEST_BLOCK)


def _refuse_method() -> NoReturn:
    raise S3Error(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
        {"Allow": ", ".join((*METHODS, "OPTIONS"))},
    )
