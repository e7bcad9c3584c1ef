"""From a request to a response: find the route, know the caller, read, call, write.

The same for every deployment, and the only place that turns errors into problem documents.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from photohq.api import bodies
from photohq.api.messages import Request, Response
from photohq.api.problems import (
    HttpProblem,
    internal_error,
    method_not_allowed,
    problem_response,
    route_not_found,
    unsupported_media_type,
)
from photohq.api.routes import Match, Route, match
from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.photos.errors import (
    FieldError,
    InvalidInput,
    PhotoHQError,
    TooLarge,
    Unauthenticated,
)
from photohq.photos.reading import read

log = logging.getLogger("photohq.api")
JSON = "application/json"
_ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')
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


def is_signed_in(app: App, request: Request) -> bool:
    """Tell whether a request is worth its body: one without a good token is refused anyhow."""
    try:
        _caller(app, request.headers)
    except PhotoHQError:
        return False
    return True


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
    if route.query:
        texts = _query(request.query)
        arguments["query"] = read(route.query, texts, app.limits, texts=True)
    if route.body:
        arguments["body"] = read(route.body, _json(request), app.limits)
    if route.if_match:
        arguments["if_match"] = _entity_tags(request.headers.get("if-match"))
    view = route.operation(app, **arguments)
    if isinstance(view, Response):
        return view
    headers = {"Content-Type": JSON}
    if (revision := getattr(view, "revision", None)) is not None:
        headers["ETag"] = f'"{revision}"'
    return Response(status=200, headers=headers, body=msgspec.json.encode(view))


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


def _json(request: Request) -> Any:
    if request.body is None:
        raise TooLarge
    if not request.body:
        raise InvalidInput(message="A JSON body is required")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise unsupported_media_type(JSON)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise unsupported_media_type(f"{JSON} without a Content-Encoding")
    return bodies.parse(request.body)


def _entity_tags(header: str | None) -> frozenset[str] | None:
    """Read `If-Match` (RFC 9110, 13.1.1): strong comparison, so that weak tags match nothing."""
    if header is None:
        return None
    if header.strip() == "*":
        return frozenset("*")
    return frozenset(tag for weak, tag in _ENTITY_TAG.findall(header) if not weak)
