"""The contract for people and machines: /openapi.json and /docs, with no third-party host."""

from functools import cache

from photohq.api.messages import Response
from photohq.api.problems import route_not_found
from photohq.operations.app import App

_SWAGGER = "web/vendor/swagger-ui"
_FILES = {
    "swagger-ui.css": (_SWAGGER, "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": (_SWAGGER, "text/javascript; charset=utf-8"),
    "docs.js": ("web/docs", "text/javascript; charset=utf-8"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src *; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def get_openapi(app: App) -> Response:  # noqa: ARG001
    """Answer the OpenAPI document, rendered from the route table."""
    from photohq.api.openapi import document  # noqa: PLC0415  the document is made of the routes

    return _page(document(), "application/json")


def get_docs(app: App) -> Response:  # noqa: ARG001
    """Answer the page that shows the OpenAPI document."""
    return _page(_file("web/docs", "index.html"), "text/html; charset=utf-8")


def get_docs_file(app: App, file: str) -> Response:  # noqa: ARG001
    """Answer a file of that page."""
    if file not in _FILES:
        raise route_not_found()
    folder, media_type = _FILES[file]
    return _page(_file(folder, file), media_type)


def _page(body: bytes, media_type: str) -> Response:
    headers = {"Content-Type": media_type, "Content-Security-Policy": _POLICY}
    return Response(status=200, headers=headers, body=body)


@cache
def _file(folder: str, name: str) -> bytes:
    from importlib import resources  # noqa: PLC0415  most functions on AWS have no use for it

    return resources.files("photohq").joinpath(folder, name).read_bytes()
