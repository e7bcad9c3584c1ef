"""The web client: the page at `/`, and its files under `/web/`.

Everything is named by relative addresses, so that a path prefix in front does no harm. Files are
revalidated by their ETag at every visit: an upgrade never mixes old modules with new ones.
"""

import gzip
import hashlib
from collections.abc import Collection
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from photohq.api.problems import (
    HttpProblem,
    method_not_allowed,
    problem_response,
    route_not_found,
)
from photohq.api.request_id import HEADER, request_id
from photohq.entrypoints.conditions import precondition
from photohq.entrypoints.observed import ROUTE

PAGE = "index.html"
MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
"""What is served: a file of any other kind is none of the client's."""
_WORKER = ".worker.js"
"""The ending of scripts that run in a world of their own, under a policy of their own."""
_APIS = b'<meta name="photohq-apis" content="">'
"""Where the page is told which other deployments it may be pointed at."""


class File(NamedTuple):
    """A file as it is sent."""

    media_type: str
    plain: bytes
    zipped: bytes
    etag: str


def web_routes(
    here: Collection[str], apis: Collection[str], others: Collection[str]
) -> list[BaseRoute]:
    """Answer the routes of the web client.

    `here`: the URLs of this deployment, its API and its user pool. `apis`: the API URLs of other
    deployments, one of which a visitor may choose by `?api=`. `others`: what else those talk to,
    the origins of their buckets and user pools.
    """
    origins = sorted({_origin(url) for url in (*here, *apis, *others)})
    # A policy has no way to name an IPv6 address.
    origins = [origin for origin in origins if "[" not in origin]
    client = WebClient(policy(origins), apis)
    return [Route("/", client), Route("/web/{path:path}", client)]


def policy(origins: Collection[str]) -> str:
    """Write the content security policy of a page that may talk to these origins."""
    beyond = "".join(f" {origin}" for origin in origins)
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:{beyond};"
        f" connect-src 'self'{beyond}; worker-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'; require-trusted-types-for 'script';"
        " trusted-types lit-html photohq"
    )


class WebClient:
    """Serves the files, to GET and HEAD."""

    def __init__(self, content_policy: str, apis: Collection[str]) -> None:
        self._policy = content_policy
        self._apis = _APIS.replace(b'""', b'"%s"' % " ".join(sorted(apis)).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        scope[ROUTE] = "web"
        identifier = request_id(request.headers.get("x-request-id"))
        try:
            response = self._answer(request)
        except HttpProblem as error:
            refused = problem_response(error, scope["raw_path"].decode("latin-1"), identifier)
            response = Response(refused.body, refused.status, refused.headers)
        response.headers[HEADER] = identifier
        await response(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            raise method_not_allowed(["GET", "HEAD"])
        path = request.path_params.get("path", PAGE)
        file = self._file(path)
        if file is None:
            raise route_not_found()
        zips = "gzip" in request.headers.get("accept-encoding", "")
        etag = file.etag + ("-gzip" if zips else "")
        headers = {
            "ETag": f'"{etag}"',
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if path == PAGE or path.endswith(_WORKER):
            headers["Content-Security-Policy"] = self._policy
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Referrer-Policy"] = "no-referrer"
        given = {"if-none-match": request.headers.get("if-none-match", "")}
        if precondition(given, etag, 0) == 304:
            return Response(status_code=304, headers=headers)
        if zips:
            headers["Content-Encoding"] = "gzip"
        return Response(file.zipped if zips else file.plain, 200, headers, file.media_type)

    def _file(self, path: str) -> File | None:
        media_type = MEDIA_TYPES.get(path.rpartition(".")[2])
        found = _find(path) if media_type else None
        if media_type is None or found is None:
            return None
        body = found.read_bytes()
        return _packed(media_type, body.replace(_APIS, self._apis) if path == PAGE else body)


def _find(path: str) -> Traversable | None:
    """Find a file by its path: only through folders, and never up."""
    found: Traversable | None = resources.files("photohq") / "web"
    for name in path.split("/"):
        found = next((entry for entry in _entries(found) if entry.name == name), None)
    return found if found and found.is_file() else None


def _entries(folder: Traversable | None) -> list[Traversable]:
    return list(folder.iterdir()) if folder and folder.is_dir() else []


@cache
def _packed(media_type: str, body: bytes) -> File:
    """Compress a file once, as long as it is what it was."""
    etag = hashlib.sha256(body).hexdigest()[:32]
    return File(media_type, body, gzip.compress(body, 9, mtime=0), etag)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
