"""What is seen of each request: a line of the log, and the figures for Prometheus."""

import logging
import time
from functools import cache
from typing import Any

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("photohq.access")
ROUTE = "photohq.route"
"""Where in the ASGI scope an endpoint says which route it served (never a raw path)."""

UNROUTED = "none"
"""What is said where a request is for no route."""

_REQUESTS = Counter(
    "photohq_requests_total", "Requests, by route, method and status", ["route", "method", "status"]
)
_SECONDS = Histogram(
    "photohq_request_seconds",
    "Seconds from a request's head to the end of its answer",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


# Looking a child up by its labels costs more than counting; there are as many as routes.
_count = cache(lambda route, method, status: _REQUESTS.labels(route, method, str(status)))
_time = cache(_SECONDS.labels)


class Observed:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        head: dict[str, Any] = {"status": 0, "headers": ()}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            _note(scope, head, time.perf_counter() - started)


def _note(scope: Scope, head: dict[str, Any], seconds: float) -> None:
    route = scope.get(ROUTE, UNROUTED)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    status = head["status"]
    _count(route, method, status).inc()
    _time(route).observe(seconds)
    if not log.isEnabledFor(logging.INFO):
        return
    request_id = next(
        (value.decode() for name, value in head["headers"] if name == b"x-request-id"), None
    )
    details = {
        "method": method,
        "path": scope["raw_path"].decode("latin-1"),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "request_id": request_id,
    }
    log.info("request", extra=details)
