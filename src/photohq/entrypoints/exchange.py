"""One HTTP exchange with the object endpoint: its head, its body in pieces, its answer."""

import asyncio
from collections.abc import Collection, Mapping
from urllib.parse import unquote

from starlette.types import Receive, Scope, Send

from photohq.api import cors
from photohq.api.request_id import HEADER, request_id
from photohq.entrypoints import s3_errors
from photohq.entrypoints.headers import joined
from photohq.entrypoints.s3_errors import S3Error

PIECE = 1024 * 1024
"""Bytes of a body that are gathered before they are handed on."""
IDLE_SECONDS = 60.0
LINGER_SECONDS = 30.0
LINGER_BYTES = 64 * 1024 * 1024
"""What is still read of a body that has been refused: closing the connection on a client that is
sending would take the answer from it (RFC 9112, section 9.6)."""


class Body:
    """The body of a request, read piece by piece."""

    def __init__(self, receive: Receive, headers: Mapping[str, str], idle_seconds: float) -> None:
        self._receive = receive
        self._idle_seconds = idle_seconds
        length = headers.get("content-length", "")
        chunked = "transfer-encoding" in headers
        self.length = int(length) if length.isdecimal() and not chunked else None
        """Bytes announced; None for a body whose length is not known before its end."""
        self.ended = not chunked and not self.length
        self.lingers = headers.get("expect", "").lower() != "100-continue"
        """Whether a client that is refused goes on sending: not if it waits to be asked."""

    async def pieces(self) -> list[bytes]:
        """Answer the next MiB or so, or all the rest.

        Raises S3Error: IncompleteBody where the client is gone, RequestTimeout where it is idle.
        """
        pieces: list[bytes] = []
        size = 0
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._idle_seconds) as idle:
                while size < PIECE and not self.ended:
                    piece = await self._next()
                    if piece:
                        idle.reschedule(loop.time() + self._idle_seconds)
                        pieces.append(piece)
                        size += len(piece)
        except TimeoutError as error:
            self.lingers = False
            raise S3Error(
                400,
                "RequestTimeout",
                "Your socket connection to the server was not read from or written to within the"
                " timeout period. Idle connections will be closed.",
            ) from error
        return pieces

    async def linger(self) -> None:
        """Take what a client still sends of a body that nobody wants, up to a limit."""
        size = 0
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while size < LINGER_BYTES and not self.ended:
                    size += len(await self._next())
        except (TimeoutError, S3Error):
            return

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.lingers = False
            raise s3_errors.incomplete_body()
        self.ended = not message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        return piece


class Exchange:
    """A request under `/objects/{bucket}/{key}`, and how far its answer has come."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        cors_origins: Collection[str],
        idle_seconds: float,
    ) -> None:
        self._send = send
        self.method: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self.raw_query: bytes = scope["query_string"]
        self.headers = joined(scope["headers"])
        self.query: dict[str, str] = {}
        """The parameters of the query, once the signature is known to be good."""
        self.request_id = request_id(self.headers.get("x-request-id"))
        self.body = Body(receive, self.headers, idle_seconds)
        self.started = False
        self._common = {
            HEADER: self.request_id,
            **cors.allowed_origin(self.headers.get("origin"), cors_origins),
            "Access-Control-Expose-Headers": cors.EXPOSED,
            "X-Content-Type-Options": "nosniff",
        }

    @property
    def bucket(self) -> str:
        return self._place()[0]

    @property
    def key(self) -> str:
        return self._place()[1]

    async def start(self, status: int, headers: Mapping[str, str], *, length: int | None) -> None:
        """Send the head of an answer; `length` None for one that can't have a body."""
        self.started = True
        names = {**self._common, **headers}
        if length is not None:
            names["Content-Length"] = str(length)
        if not self.body.ended:
            names["Connection"] = "close"
        encoded = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in names.items()
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": encoded})

    async def send_piece(self, piece: bytes, *, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def answer(
        self,
        status: int,
        headers: Mapping[str, str],
        content: bytes = b"",
        *,
        length: int | None = None,
    ) -> None:
        """Send a whole answer; `length` is that of the body that HEAD does not get."""
        bodiless = status in {204, 304}
        size = len(content) if length is None else length
        await self.start(status, headers, length=None if bodiless else size)
        if not self.body.ended and self.body.lingers:
            await self.send_piece(content, more=True)
            await self.body.linger()
            content = b""
        await self.send_piece(content, more=False)

    async def refuse(self, error: S3Error) -> None:
        """Answer an error; `HEAD` gets its head alone."""
        resource = self.raw_path.decode("ascii", "replace")
        content = s3_errors.document(error, resource, self.request_id)
        await self.answer(
            error.status, {"Content-Type": s3_errors.CONTENT_TYPE, **error.headers}, content
        )

    def _place(self) -> tuple[str, str]:
        try:
            path = unquote(self.raw_path.decode("ascii"), errors="strict")
        except UnicodeDecodeError as error:
            raise S3Error(400, "InvalidURI", "Couldn't parse the specified URI.") from error
        bucket, _, key = path.removeprefix("/objects/").partition("/")
        return bucket, key
