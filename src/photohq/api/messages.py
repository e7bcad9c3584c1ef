"""A request and a response, as every entry point makes and takes them."""

from collections.abc import Mapping

import msgspec


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP request: `path` and `query` as they were sent, header names in lower case.

    `body` is None where it was longer than the route allows, and was not kept.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None
    request_id: str


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes
