"""The user pool over HTTP: Cognito's JSON protocol, and the documents that verify its tokens.

A client calls it as it calls `cognito-idp.REGION.amazonaws.com`.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from photohq.api import bodies, cors
from photohq.api.request_id import HEADER, request_id
from photohq.entrypoints.observed import ROUTE
from photohq.entrypoints.workers import Workers
from photohq.identity.actions import ACTIONS, act, costs_a_proof, is_counted, proven_innocent
from photohq.identity.pool import MOUNT, Pool
from photohq.identity.refusals import (
    InvalidParameter,
    Refused,
    TooManyRequests,
    UnknownOperation,
)
from photohq.identity.throttle import AddressLimit, HashingGate
from photohq.photos.errors import InvalidInput, Unavailable

log = logging.getLogger("photohq.identity")
JSON = "application/x-amz-json-1.1"
MAX_BODY = bodies.MAX_BYTES
QUICKLY_READ = 16 * 1024
"""Bytes of a body that are read on the event loop; the greatest in use have a few KiB."""
BODY_SECONDS = 60.0
"""How long a client may take to send a body."""
CACHED_SECONDS = 60
"""How long the key set may be cached: a new key signs at once, and should soon be known."""
GRAIN = 0.01
"""Guesses are answered on the tick of a clock with so many seconds between: a row that was found, a
file that was removed and not renamed, would tell by microseconds whether there is such a user."""
_TARGET = re.compile(r"AWSCognitoIdentityProviderService\.([A-Za-z]{1,64})")
_EXPOSED = f"x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date, Retry-After, {HEADER}"


class Serialization(Refused):
    """The body is no JSON object; the name is that of AWS's JSON protocols."""

    default = "The body must be a JSON object"


def identity_routes(pool: Pool, workers: Workers, cors_origins: Collection[str]) -> list[BaseRoute]:
    """Answer the routes at and below `/identity`."""
    actions = Endpoint(Actions(pool, workers), cors_origins, ("POST",))
    issued = pool.describe()
    configuration = {
        "issuer": issued.issuer,
        "jwks_uri": issued.jwks_uri,
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    documents = {"jwks.json": pool.key_set, "openid-configuration": lambda: configuration}
    well_known = f"{MOUNT}/{issued.user_pool_id}/.well-known"
    return [
        Route(MOUNT, actions),
        Route(f"{MOUNT}/", actions),
        *(
            Route(
                f"{well_known}/{name}",
                Endpoint(Document(name, make, workers), cors_origins, ("GET", "HEAD")),
            )
            for name, make in documents.items()
        ),
    ]


class Actions:
    """Answers Cognito's actions; what looks at a password stands in line for it."""

    def __init__(self, pool: Pool, workers: Workers) -> None:
        self._pool = pool
        self._workers = workers
        self._gate = HashingGate()
        self._addresses = AddressLimit(time.monotonic)

    async def __call__(self, request: Request) -> Response:
        target = _TARGET.fullmatch(request.headers.get("x-amz-target", ""))
        name = target[1] if target else ""
        request.scope[ROUTE] = name if name in ACTIONS else "unknown"
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise UnknownOperation(f"The Content-Type of a request is {JSON}")
        content = await _body(request)
        if len(content) <= QUICKLY_READ:
            body = _parsed(content)
        else:
            body = await self._workers.run(_parsed, content)
        address = request.client.host if request.client else None
        if is_counted(name, body):
            answer = await self._counted(name, body, address)
        else:
            answer = await self._act(name, body)
        return _json(answer, JSON) if answer is not None else Response()

    async def _counted(
        self, name: str, body: dict[str, Any], address: str | None
    ) -> dict[str, Any] | None:
        self._addresses.spend(address)
        try:
            answer = await self._act(name, body)
        finally:
            await asyncio.sleep(GRAIN - asyncio.get_running_loop().time() % GRAIN)
        self._addresses.give_back(address, proven_innocent(name, body))
        return answer

    async def _act(self, name: str, body: dict[str, Any]) -> dict[str, Any] | None:
        if not costs_a_proof(name, body):
            return await self._workers.run(act, self._pool, name, body)
        async with self._gate.place():
            return await self._workers.run(act, self._pool, name, body)


class Document:
    """Answers one of the documents that are found below the issuer's URL."""

    def __init__(self, name: str, make: Callable[[], dict[str, Any]], workers: Workers) -> None:
        self._name = name
        self._make = make
        self._workers = workers

    async def __call__(self, request: Request) -> Response:
        request.scope[ROUTE] = self._name
        response = _json(await self._workers.run(self._make), "application/json")
        response.headers["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
        return response


class Endpoint:
    """Puts around an answer what all have in common: methods, CORS, request ids, refusals."""

    def __init__(
        self,
        perform: Callable[[Request], Awaitable[Response]],
        cors_origins: Collection[str],
        methods: tuple[str, ...],
    ) -> None:
        self._perform = perform
        self._origins = cors_origins
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        scope[ROUTE] = "identity"
        identifier = request_id(request.headers.get(HEADER))
        origin = request.headers.get("origin")
        if request.method == "OPTIONS":
            asked = request.headers.get("access-control-request-headers")
            granted = cors.preflight(origin, asked, self._origins, self._methods)
            response = Response(status_code=204, headers=granted)
        elif request.method not in self._methods:
            response = _error("UnknownOperationException", "There is no such operation", 405)
            response.headers["Allow"] = ", ".join((*self._methods, "OPTIONS"))
        else:
            try:
                response = await self._answer(request, identifier)
            except ClientDisconnect:
                return
        response.headers.update(cors.allowed_origin(origin, self._origins))
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["x-amzn-RequestId"] = identifier
        response.headers[HEADER] = identifier
        await response(scope, receive, send)

    async def _answer(self, request: Request, identifier: str) -> Response:
        outcome = "ok"
        try:
            response = await self._perform(request)
        except ClientDisconnect:
            raise
        except Refused as refusal:
            outcome = refusal.name
            response = _error(outcome, refusal.message, 400)
            if isinstance(refusal, TooManyRequests):
                response.headers["Retry-After"] = str(refusal.retry_after)
        except Unavailable as error:
            outcome = "ServiceUnavailableException"
            response = _error(outcome, error.detail, 503)
            response.headers["Retry-After"] = str(error.retry_after)
        except Exception:
            outcome = "InternalErrorException"
            log.exception("unexpected error", extra={"request_id": identifier})
            response = _error(outcome, "Something went wrong", 500)
        action = request.scope[ROUTE]
        log.info("action", extra={"action": action, "outcome": outcome, "request_id": identifier})
        return response


async def _body(request: Request) -> bytes:
    """Collect the body; raises InvalidParameter where it is too long, or too long on its way, and
    Unavailable where the server stops first."""
    too_long = InvalidParameter(f"The body is longer than {MAX_BODY} bytes")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_BODY:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MAX_BODY:
                    raise too_long
    except TimeoutError:
        raise InvalidParameter("The body did not arrive in time") from None
    except asyncio.CancelledError:  # nothing of the request is begun
        raise Unavailable("The server is stopping", retry_after=5) from None
    return bytes(body)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = bodies.parse(body)
    except InvalidInput:
        raise Serialization from None
    if not isinstance(parsed, dict):
        raise Serialization
    return parsed


def _json(content: Any, media_type: str) -> Response:
    return Response(msgspec.json.encode(content), media_type=media_type)


def _error(name: str, message: str, status: int) -> Response:
    response = _json({"__type": name, "message": message}, JSON)
    response.status_code = status
    response.headers["x-amzn-ErrorType"] = f"{name}:"
    response.headers["x-amzn-ErrorMessage"] = message.encode("ascii", "replace").decode()
    return response
