"""From a request to a response: find the route, know the caller, read, call, write.

The same for every deployment, and the only place that turns errors into problem documents.
"""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from photohq.api import bodies
from photohq.api.matching import Match, match
from photohq.api.messages import Request, Response
from photohq.api.problems import (
    HttpProblem,
    internal_error,
    method_not_allowed,
    problem_response,
    route_not_found,
    unsupported_media_type,
)
from photohq.api.routes import IDEMPOTENCY_KEY, JSON, Route
from photohq.identity.port import Caller
from photohq.operations.access import revisions
from photohq.operations.app import App
from photohq.operations.once import Once
from photohq.photos.errors import (
    FieldError,
    InvalidInput,
    PhotoHQError,
    TooLarge,
    Unauthenticated,
)
from photohq.photos.reading import read

log = logging.getLogger("photohq.api")
_KEY = re.compile(r"[ -~]{1,255}")
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """A request whose path is known: the route, unless the method is wrong."""

    match: Match
    route: Route | None


def find(request: Request) -> Found | None:
    """Look a request up in the route table; None where its path is in no route."""
    matched = match(request.path)
    return matched and Found(matched, matched.routes.get(request.method))


def refused(app: App, request: Request) -> Response | None:
    """Answer a request that is not worth its body, having no good token; None for the others."""
    try:
        _caller(app, request.headers)
    except PhotoHQError as error:
        return refuse(request, error)
    return None


def answer(app: App, request: Request, found: Found | None) -> Response:
    """Answer a request, whatever it is; what is unexpected is logged and becomes a 500."""
    try:
        return _guarded(_respond(app, request, found))
    except (PhotoHQError, HttpProblem) as error:
        return refuse(request, error)
    except Exception:
        log.exception("unexpected error", extra={"request_id": request.request_id})
        return refuse(request, internal_error())


def refuse(request: Request, error: PhotoHQError | HttpProblem) -> Response:
    """Answer a request with a problem document."""
    return _guarded(problem_response(error, request.path, request.request_id))


def _guarded(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _respond(app: App, request: Request, found: Found | None) -> Response:
    if found is None:
        raise route_not_found()
    route = found.route
    if route is None:
        raise method_not_allowed([*found.match.routes, "OPTIONS"])
    arguments: dict[str, Any] = dict(found.match.parameters)
    if not route.public:
        arguments["caller"] = _caller(app, request.headers)
    arguments |= _read(app, request, route, found.match.parameters, arguments.get("caller"))
    view = route.operation(app, **arguments)
    if route.write:
        view = route.write(view, request)
    if isinstance(view, Response):
        return view
    headers = {"Content-Type": JSON}
    if (revision := getattr(view, "revision", None)) is not None:
        headers["ETag"] = f'"{revision}"'
    return Response(status=route.status, headers=headers, body=msgspec.json.encode(view))


def _read(
    app: App,
    request: Request,
    route: Route,
    parameters: Mapping[str, str],
    caller: Caller | None,
) -> dict[str, Any]:
    """Read what the operation takes of a request; raises InvalidInput that names all mistakes."""
    errors: list[FieldError] = []

    def tried(reader: Callable[[], Any]) -> Any:
        try:
            return reader()
        except InvalidInput as error:
            if not error.errors:
                raise
            errors.extend(error.errors)

    values: dict[str, Any] = {}
    raw: Any = None
    if route.query:
        shape = route.query
        texts = _query(request.query)
        values["query"] = tried(lambda: read(shape, texts, app.limits, texts=True))
    if route.body:
        body = route.body
        raw = _json(request, route.accepts)
        values["body"] = raw if route.raw else tried(lambda: read(body, raw, app.limits))
    if route.if_match:
        values["if_match"] = revisions(request.headers.get("if-match"))
    if route.once and caller:
        values["once"] = tried(lambda: _once(request, route, parameters, caller, raw))
    if errors:
        raise InvalidInput(*errors)
    return values


def _once(
    request: Request, route: Route, parameters: Mapping[str, str], caller: Caller, body: Any
) -> Once | None:
    """Read the Idempotency-Key; keys are apart by user, method and path."""
    key = request.headers.get(IDEMPOTENCY_KEY.lower())
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        text = f"{IDEMPOTENCY_KEY} must be 1 to 255 printable ASCII characters"
        raise InvalidInput(FieldError(IDEMPOTENCY_KEY, text))
    scope = json.dumps([route.method, route.path, dict(parameters), key]).encode()
    same = json.dumps(body, sort_keys=True).encode()
    return Once(
        key=f"{caller.user_id}#{route.name}#{hashlib.sha256(scope).hexdigest()}",
        fingerprint=hashlib.sha256(same).hexdigest(),
    )


def _caller(app: App, headers: Mapping[str, str]) -> Caller:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return app.identity.caller(token.strip())


def _query(query: str) -> Mapping[str, str]:
    """Read a query string; a parameter that is given twice is refused."""
    if not query:
        return _NOTHING
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise InvalidInput(message="The query string is not valid") from None
    texts = dict(pairs)
    if len(texts) < len(pairs):
        names = [name for name, _ in pairs]
        twice = dict.fromkeys(name for name in names if names.count(name) > 1)
        raise InvalidInput(*(FieldError(name, f"{name} is given twice") for name in twice))
    return texts


def _json(request: Request, accepted: tuple[str, ...]) -> Any:
    if request.body is None:
        raise TooLarge
    if not request.body:
        raise InvalidInput(message="A JSON body is required")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in accepted:
        raise unsupported_media_type(" or ".join(accepted))
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise unsupported_media_type(f"{accepted[0]} without a Content-Encoding")
    return bodies.parse(request.body)
