"""The OpenAPI 3.1 document, rendered from the route table; `python -m photohq.api.openapi` prints
it (which is how `make contract` writes openapi.json)."""

import inspect
import json
import re
import sys
from functools import cache
from typing import Any, get_args

import msgspec

from photohq import __version__
from photohq.api.problems import MEDIA_TYPE, STATUS, Problem
from photohq.api.routes import IDEMPOTENCY_KEY, JSON, ROUTES, Route
from photohq.photos.errors import Kind, PhotoHQError, TooLarge, Unauthenticated
from photohq.photos.presets import MAX_NAME_CHARACTERS

_REF = "#/components/schemas/{name}"
_TEXT = {"type": "string"}
_PATH = {"name": {**_TEXT, "minLength": 1, "maxLength": MAX_NAME_CHARACTERS}}
"""The parameters of paths that are no ids."""


@cache
def document() -> bytes:
    """Render the document: UTF-8 JSON, indented, in the table's order."""
    shapes = [shape for route in ROUTES for shape in (route.body, *_given(route)) if shape]
    _, schemas = msgspec.json.schema_components([*shapes, Problem], ref_template=_REF)
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    rendered = {
        "openapi": "3.1.0",
        "info": {
            "title": "Photo HQ",
            "version": __version__,
            "summary": "Originals, edited versions and metadata of photos",
            "description": "Sign in at the identity endpoint that `/config` names (the protocol is"
            " Amazon Cognito's), send the access token with each request, and move the bytes"
            " through the presigned URLs that the answers hold.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "This deployment"}],
        "security": [{"accessToken": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
            "schemas": schemas,
        },
    }
    return json.dumps(rendered, indent=2, ensure_ascii=False).encode() + b"\n"


def _operation(route: Route) -> dict[str, Any]:
    about = inspect.getdoc(route.operation) or ""
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": " ".join(about.split()),
        "tags": ["Service" if route.public else "Photos"],
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.body:
        content = {accepted: {"schema": _reference(route.body)} for accepted in route.accepts}
        operation["requestBody"] = {"required": True, "content": content}
    if route.public:
        operation["security"] = []
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _PATH.get(name, _TEXT)}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query:
        schema = _inline(msgspec.json.schema(route.query))
        for name, field in schema["properties"].items():
            described = {"name": name, "in": "query", "required": False, "schema": field}
            if text := field.pop("description", None):
                described["description"] = text
            found.append(described)
    if route.if_match:
        text = "Only if the photo's revision is the one of this ETag; 412 otherwise"
        field = {"type": "string"}
        found.append({"name": "If-Match", "in": "header", "description": text, "schema": field})
    if route.once:
        text = (
            "The same key and body within 24 hours are answered as at first, and nothing is done"
            " twice"
        )
        field = {"type": "string", "minLength": 1, "maxLength": 255}
        found.append(
            {"name": IDEMPOTENCY_KEY, "in": "header", "description": text, "schema": field}
        )
    return found


def _given(route: Route) -> tuple[type, ...]:
    """Answer the shapes of a route's answers: one, several of a union, or none."""
    return get_args(route.gives) or ((route.gives,) if route.gives else ())


def _inline(schema: dict[str, Any]) -> dict[str, Any]:
    """Put the definitions of a query's types in their places: parameters have no components."""
    definitions = schema.get("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(child) for child in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = definitions[node["$ref"].rsplit("/", 1)[1]]
            rest = {key: value for key, value in node.items() if key != "$ref"}
            return resolved({**target, **rest})
        return {key: resolved(value) for key, value in node.items() if key != "$defs"}

    inlined = resolved(schema)
    assert isinstance(inlined, dict)
    return inlined


def _responses(route: Route) -> dict[str, Any]:
    if given := _given(route):
        references = [_reference(shape) for shape in given]
        schema = references[0] if len(given) == 1 else {"anyOf": references}
        good: dict[str, Any] = {"content": {JSON: {"schema": schema}}}
        if all(hasattr(shape, "revision") for shape in given):
            text = {"description": "The photo's revision", "schema": {"type": "string"}}
            good["headers"] = {"ETag": text}
    else:
        good = {"content": {route.media_type: {}}}
    done = "Done" if route.status == 200 else "Begun: work goes on after the answer"
    responses: dict[str, Any] = {str(route.status): {"description": done, **good}}
    may: list[type[PhotoHQError]] = list(route.may)
    if not route.public:
        may.append(Unauthenticated)
    if route.body:
        may.append(TooLarge)
    by_status: dict[int, list[type[PhotoHQError]]] = {}
    for error in may:
        by_status.setdefault(STATUS[error.kind], []).append(error)
    for status, errors in sorted(by_status.items()):
        said = "; ".join(f"`{error.code}`: {error.message}" for error in errors)
        responses[str(status)] = _problem(said)
    if route.body:
        responses["415"] = _problem(
            f"`unsupported_media_type`: the body must be {' or '.join(route.accepts)}"
        )
    if Kind.UNAVAILABLE in {error.kind for error in may}:
        retry = {"description": "Seconds to wait", "schema": {"type": "integer"}}
        responses["503"]["headers"] = {"Retry-After": retry}
    responses["default"] = _problem("Any other problem")
    return responses


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": _reference(Problem)}}}


def _reference(shape: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=shape.__name__)}


if __name__ == "__main__":
    sys.stdout.buffer.write(document())
