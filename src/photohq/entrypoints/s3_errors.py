"""S3's refusals: a status, a code, and a document in S3's XML.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from collections.abc import Mapping
from xml.sax.saxutils import escape

CONTENT_TYPE = "application/xml"


class S3Error(Exception):
    """Ends a request to the object endpoint."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def document(error: S3Error, resource: str, request_id: str) -> bytes:
    """Write the error down; `resource` is the path as it was asked for, still quoted."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
        f"<Resource>{escape(resource)}</Resource><RequestId>{escape(request_id)}</RequestId></Error>"
    ).encode()


def access_denied(message: str = "Access Denied") -> S3Error:
    return S3Error(403, "AccessDenied", message)


def no_such_key() -> S3Error:
    return S3Error(404, "NoSuchKey", "The specified key does not exist.")


def precondition_failed() -> S3Error:
    return S3Error(
        412,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    )


def incomplete_body() -> S3Error:
    return S3Error(
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
    )


def bad_digest(what: str) -> S3Error:
    return S3Error(
        400, "BadDigest", f"The {what} you specified did not match the bytes that were received."
    )


def stopping() -> S3Error:
    retry = {"Retry-After": "5"}
    return S3Error(503, "ServiceUnavailable", "The server is stopping. Please try again.", retry)


def internal_error() -> S3Error:
    return S3Error(500, "InternalError", "We encountered an internal error. Please try again.")
