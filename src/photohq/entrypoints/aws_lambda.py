"""The API on AWS: functions behind API Gateway (REST, proxy integration), a few routes each.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

import msgspec

from photohq.api import cors
from photohq.api.answer import Found, answer, find
from photohq.api.messages import Request, Response
from photohq.api.request_id import HEADER, request_id
from photohq.api.routes import ROUTES
from photohq.entrypoints.aws_logs import tell
from photohq.settings import functions
from photohq.wiring.aws import Aws, aws

Event: TypeAlias = Mapping[str, Any]
Handler: TypeAlias = Callable[[Event, object], dict[str, Any]]

_settings = functions.read()
_aws = aws(_settings, erases=False)  # clients are built while a function starts, at full speed


def entry(*operations: str, otherwise: bool = False, wired: Aws = _aws) -> Handler:
    """Make the function of some operations: it refuses every other route as if it was not there.

    `otherwise`: it also answers what is for no route at all, and wrong methods.
    """

    def handle(event: Event, _: object) -> dict[str, Any]:
        started = time.perf_counter()
        request = _request(event)
        found = find(request)
        name = found.route.name if found and found.route else None
        if name not in operations and not (otherwise and name is None):
            found = None
        claims = (event["requestContext"].get("authorizer") or {}).get("claims")
        app = dataclasses.replace(wired.app, identity=wired.pool.verified(claims))
        response = answer(app, _limited(request, found), found)
        response.headers.update(
            cors.allowed_origin(request.headers.get("origin"), (_settings.cors_origin,))
        )
        response.headers["Access-Control-Expose-Headers"] = cors.EXPOSED
        response.headers[HEADER] = request.request_id
        tell(
            "request",
            method=request.method,
            path=request.path,
            route=name or "none",
            status=response.status,
            ms=round((time.perf_counter() - started) * 1000, 1),
            request_id=request.request_id,
            user_id=claims and claims.get("sub"),
        )
        return _result(response)

    return handle


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


def _result(response: Response) -> dict[str, Any]:
    return {
        "statusCode": response.status,
        "headers": response.headers,
        "body": response.body.decode(),
        "isBase64Encoded": False,
    }


upload_photo = entry("upload_photo")
get_photo = entry("get_photo")
list_photos = entry("list_photos")
update_photo = entry("update_photo")
delete_photo = entry("delete_photo")
get_metadata = entry("get_metadata")
update_metadata = entry("patch_metadata")
batches = entry("create_batch", "get_batch", "resume_batch", "batch_photos")
fallback = entry(*(route.name for route in ROUTES if route.public), otherwise=True)
