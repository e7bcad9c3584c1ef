"""Uvicorn's HTTP protocol, with limits on request heads and the contract's form for what is no
HTTP."""

import asyncio
import logging
from collections.abc import Collection

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from photohq.api import cors
from photohq.api.problems import HttpProblem, problem_response
from photohq.api.request_id import HEADER, request_id

log = logging.getLogger("photohq.access")
HEAD_SECONDS = 60.0
"""How long a client may take from its first byte, or from connecting, to the end of a head."""
MAX_HEAD = 64 * 1024
"""Bytes of a head after which no more of it is waited for."""


def protocol(origins: Collection[str]) -> type[HttpToolsProtocol]:
    """Answer the protocol of a server that pages of these origins may call."""
    return type("Protocol", (_Protocol,), {"origins": origins})


class _Protocol(HttpToolsProtocol):
    origins: Collection[str] = ()
    _patience: asyncio.TimerHandle | None = None
    _head_bytes: int | None = 0
    """How much of a head has come; None behind its end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_patience()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > MAX_HEAD:
            self._refuse(431, "head_too_large", "The request's head is too large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = self._head_bytes or 0
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_bytes = None
        self._end_patience()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._head_bytes = 0

    def send_400_response(self, msg: str) -> None:
        """Refuse bytes that can't be parsed, an unknown method among them, and hang up.

        A request that came whole before them is still answered.
        """
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            self._refuse(400, "malformed_request", msg)
        elif not cycle.more_body:
            cycle.keep_alive = False
            self.flow.pause_reading()
        elif cycle.response_started:
            self.transport.close()
        else:
            self._refuse(400, "malformed_request", msg)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: the request is answered as if it had not asked for an upgrade."""

    def _refuse(self, status: int, code: str, title: str) -> None:
        given = {name.lower(): value.decode("latin-1") for name, value in self.headers or ()}
        identifier = request_id(given.get(b"x-request-id"))
        response = problem_response(HttpProblem(status, code, title), "/", identifier)
        headers = {
            **response.headers,
            HEADER: identifier,
            **cors.allowed_origin(given.get(b"origin"), self.origins),
            "Access-Control-Expose-Headers": cors.EXPOSED,
            "Content-Length": str(len(response.body)),
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(f"HTTP/1.1 {status} \r\n{head}\r\n".encode() + response.body)
        self.transport.close()
        log.info("request", extra={"status": status, "code": code, "request_id": identifier})

    def _await_head(self) -> None:
        self._end_patience()
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
