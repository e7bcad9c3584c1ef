"""The API on AWS: functions behind API Gateway (REST, proxy integration), a few routes each.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, urlencode

import msgspec

from photohq.entrypoints.quick_start import started  # before the others
from photohq.api import cors
from photohq.api.answer import Found, answer, find
from photohq.api.messages import Request, Response
from photohq.api.request_id import HEADER, request_id
from photohq.api.routes import METHODS, ROUTES
from photohq.entrypoints.aws_logs import tell
from photohq.settings import functions
from photohq.wiring.aws import aws

if TYPE_CHECKING:
    from photohq.imaging.port import Pictures

Event: TypeAlias = Mapping[str, Any]
Handler: TypeAlias = Callable[[Event, object], dict[str, Any]]

_settings = functions.read()
_ORIGINS = (_settings.cors_origin,)
_aws = aws(_settings)  # clients are built while a function starts, at full speed


def entry(*operations: str, otherwise: bool = False, pictures: "Pictures | None" = None) -> Handler:
    """Make the function of some operations: it refuses every other route as if it was not there.

    `otherwise`: it also answers what is for no route at all, wrong methods and preflights.
    `pictures` draws for those that answer with drawings.
    """

    def handle(event: Event, _: object) -> dict[str, Any]:
        began = time.perf_counter()
        request = _request(event)
        found = find(request)
        route = found.route.name if found and found.route else None
        if route not in operations and not (otherwise and route is None):
            found = None
        claims = (event["requestContext"].get("authorizer") or {}).get("claims")
        if otherwise and request.method == "OPTIONS":
            response = _preflight(request)
        else:
            response = _answered(request, found, claims, pictures)
        response.headers[HEADER] = request.request_id
        tell(
            "request",
            method=request.method,
            path=request.path,
            route=route or "none",
            status=response.status,
            ms=round((time.perf_counter() - began) * 1000, 1),
            request_id=request.request_id,
            user_id=claims and claims.get("sub"),
        )
        return {
            "statusCode": response.status,
            "headers": response.headers,
            "body": response.body.decode(),
            "isBase64Encoded": False,
        }

    return handle


def _preflight(request: Request) -> Response:
    origin = request.headers.get("origin")
    asked = request.headers.get("access-control-request-headers")
    granted = cors.preflight(origin, asked, _ORIGINS, METHODS)
    return Response(status=204, headers=granted, body=b"")


def _answered(
    request: Request,
    found: Found | None,
    claims: Mapping[str, Any] | None,
    pictures: "Pictures | None",
) -> Response:
    app = dataclasses.replace(_aws.app, identity=_aws.pool.verified(claims), pictures=pictures)
    response = answer(app, _limited(request, found), found)
    response.headers.update(cors.allowed_origin(request.headers.get("origin"), _ORIGINS))
    response.headers["Access-Control-Expose-Headers"] = cors.EXPOSED
    return response


def _request(event: Event) -> Request:
    headers = {
        name.lower(): ", ".join(values)
        for name, values in (event.get("multiValueHeaders") or {}).items()
    }
    pairs = event.get("multiValueQueryStringParameters") or {}
    body = event.get("body") or ""
    return Request(
        method=event["httpMethod"],
        path=_path(event),
        query=urlencode(pairs, doseq=True),
        headers=headers,
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(),
        request_id=request_id(headers.get(HEADER.lower()) or event["requestContext"]["requestId"]),
    )


def _path(event: Event) -> str:
    """Answer the path as it was sent: the gateway hands its parameters over decoded."""
    resource = str(event["resource"])
    parameters = event.get("pathParameters") or {}
    if "{proxy+}" in resource or not parameters:
        return str(event["path"])
    for name, value in parameters.items():
        resource = resource.replace(f"{{{name}}}", quote(value, safe=""))
    return resource


def _limited(request: Request, found: Found | None) -> Request:
    """Drop a body that is longer than its route allows."""
    route = found.route if found else None
    if route and request.body and len(request.body) > route.max_body:
        return msgspec.structs.replace(request, body=None)
    return request


upload_photo = entry("upload_photo")
get_photo = entry("get_photo")
list_photos = entry("list_photos")
update_photo = entry("update_photo")
delete_photo = entry("delete_photo")
get_metadata = entry("get_metadata")
update_metadata = entry("patch_metadata")
process_again = entry("process_again")
versions = entry("list_versions", "restore_version", "delete_edited")
recipes = entry(
    "put_recipe",
    "get_recipe",
    "delete_recipe",
    "get_recipe_xmp",
    "render_photo",
    "list_presets",
    "put_preset",
    "delete_preset",
)
batches = entry("create_batch", "get_batch", "resume_batch", "batch_photos")
fallback = entry(*(route.name for route in ROUTES if route.public), otherwise=True)

started()
