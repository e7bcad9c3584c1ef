"""The API over ASGI: collects the body, chooses the thread, answers."""

import asyncio
from collections.abc import Collection, Mapping

import msgspec
from starlette.types import Receive, Scope, Send

from photohq.api import cors
from photohq.api.answer import Found, answer, find, refuse, refused
from photohq.api.messages import Request, Response
from photohq.api.problems import HttpProblem
from photohq.api.request_id import HEADER, request_id
from photohq.api.routes import METHODS
from photohq.entrypoints.headers import joined
from photohq.entrypoints.observed import ROUTE, UNROUTED
from photohq.entrypoints.workers import Workers
from photohq.operations.app import App
from photohq.photos.errors import Unavailable

IDLE_SECONDS = 60.0
"""How long a client may send nothing of a body."""


class ApiEndpoint:
    """Serves every route of the table, and the refusals of everything else.

    `reads_inline`: GET requests are answered and callers known on the event loop. That is for a
    catalog and a user pool whose reads take microseconds (SQLite); a thread's hop would cost more
    than the read.
    """

    def __init__(
        self, app: App, workers: Workers, cors_origins: Collection[str], *, reads_inline: bool
    ) -> None:
        self._app = app
        self._workers = workers
        self._origins = cors_origins
        self._reads_inline = reads_inline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = joined(scope["headers"])
        identifier = request_id(headers.get("x-request-id"))
        origin = headers.get("origin")
        request = Request(
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=b"",
            request_id=identifier,
        )
        found = find(request)
        scope[ROUTE] = found.route.name if found and found.route else UNROUTED
        if request.method == "OPTIONS":
            asked = headers.get("access-control-request-headers")
            granted = cors.preflight(origin, asked, self._origins, METHODS)
            response = Response(status=204, headers=granted, body=b"")
        else:
            try:
                response = await self._answer(request, found, receive)
            except ClientGone:
                return
            response.headers.update(cors.allowed_origin(origin, self._origins))
            response.headers["Access-Control-Expose-Headers"] = cors.EXPOSED
        response.headers[HEADER] = identifier
        await _send(response, send)

    async def _answer(self, request: Request, found: Found | None, receive: Receive) -> Response:
        """Answer a request; raises ClientGone where its body ends before it is whole."""
        route = found.route if found else None
        if route and route.body:
            if not route.public and (refusal := await self._refused(request)):
                return refusal
            try:
                body = await _body(receive, request.headers, route.max_body)
            except (HttpProblem, Unavailable) as error:
                return refuse(request, error)
            request = msgspec.structs.replace(request, body=body)
        reads = route and route.method == "GET" and not route.draws
        if route is None or (reads and self._reads_inline):
            return answer(self._app, request, found)
        return await self._workers.run(answer, self._app, request, found)

    async def _refused(self, request: Request) -> Response | None:
        if self._reads_inline:
            return refused(self._app, request)
        return await self._workers.run(refused, self._app, request)


class ClientGone(Exception):
    """The connection ended in the middle of a body: there is nobody to answer."""


async def _body(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes | None:
    """Collect a body; None as soon as it is known to be longer than `limit` bytes.

    Raises ClientGone, HttpProblem where the client sends nothing for too long, and Unavailable
    where the server stops first: nothing of the request is begun then.
    """
    if int(headers.get("content-length", 0)) > limit:
        return None
    parts = []
    size = 0
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                message = await receive()
        except TimeoutError:
            raise HttpProblem(
                400, "request_timeout", "The body did not arrive in time", {"Connection": "close"}
            ) from None
        except asyncio.CancelledError:
            raise Unavailable("The server is stopping", retry_after=5) from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(response: Response, send: Send) -> None:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers.items()
    ]
    headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
