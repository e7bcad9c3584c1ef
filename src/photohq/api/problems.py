"""Problem documents (RFC 9457), and the only place that knows which error has which HTTP status."""

from typing import Any

import msgspec

from photohq.api.messages import Response
from photohq.photos.errors import FieldError, InvalidInput, Kind, PhotoHQError, Unavailable

STATUS = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.TOO_LARGE: 413,
    Kind.UNAVAILABLE: 503,
}
MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every refusal; `error` repeats `detail` for clients of the first version."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    code: str
    error: str
    errors: tuple[FieldError, ...] | None = None
    retry_after: int | None = None


class HttpProblem(Exception):
    """A refusal that only HTTP knows: its status, code, title and what else it has to say."""

    def __init__(
        self, status: int, code: str, title: str, headers: dict[str, str] | None = None
    ) -> None:
        self.status, self.code, self.title, self.headers = status, code, title, headers or {}
        super().__init__(title)


def route_not_found() -> HttpProblem:
    return HttpProblem(404, "route_not_found", "There is no such route")


def method_not_allowed(allowed: list[str]) -> HttpProblem:
    title = "This route does not answer to this method"
    return HttpProblem(405, "method_not_allowed", title, {"Allow": ", ".join(allowed)})


def unsupported_media_type(accepted: str) -> HttpProblem:
    return HttpProblem(415, "unsupported_media_type", f"The body must be {accepted}")


def internal_error() -> HttpProblem:
    return HttpProblem(500, "internal_error", "Something went wrong on our side")


def problem_response(error: PhotoHQError | HttpProblem, path: str, request_id: str) -> Response:
    """Answer an error as a problem document."""
    headers = {"Content-Type": MEDIA_TYPE}
    if isinstance(error, HttpProblem):
        headers |= error.headers
    problem = problem_of(error, path, request_id)
    if problem.status == STATUS[Kind.UNAUTHENTICATED]:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return Response(status=problem.status, headers=headers, body=msgspec.json.encode(problem))


def problem_of(error: PhotoHQError | HttpProblem, path: str, request_id: str) -> Problem:
    """Write an error as a problem document's body."""
    if isinstance(error, HttpProblem):
        status, title, detail = error.status, error.title, error.title
    else:
        status, title, detail = STATUS[error.kind], error.message, error.detail
    extra: dict[str, Any] = {}
    if isinstance(error, InvalidInput) and error.errors:
        extra["errors"] = error.errors
    if isinstance(error, Unavailable):
        extra["retry_after"] = error.retry_after
    return Problem(
        type=f"urn:photohq:problem:{error.code}",
        title=title,
        status=status,
        detail=detail,
        instance=path,
        request_id=request_id,
        code=error.code,
        error=detail,
        **extra,
    )
