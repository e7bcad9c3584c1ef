"""What every answer of its kind must be, in the words of the contract."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx

ARRIVED = {"uploaded", "processing", "ready"}
PASSING = {"uploaded", "processing"}
EXPOSED = {"etag", "x-request-id", "location", "retry-after", "content-disposition"}
FRESH = {
    "upload_url",
    "download_url",
    "thumbnail_url",
    "url",
    "expires_at",
    "request_id",
    "instance",
}
"""What an answer to the same request has of its own."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def ok(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    body = answer.json()
    assert isinstance(body, dict)
    return body


def problem(answer: httpx.Response, status: int, *fields: str) -> dict[str, Any]:
    """An RFC 9457 problem document that names exactly the bad `fields`, where any are given."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"].partition(";")[0] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["request_id"] == request_id(answer)
    return _problem_document(body, *fields)


def inner_problem(body: dict[str, Any], *fields: str) -> dict[str, Any]:
    """The problem document of one part of a batch."""
    assert _REQUEST_ID.fullmatch(body["request_id"])
    return _problem_document(body, *fields)


def _problem_document(body: dict[str, Any], *fields: str) -> dict[str, Any]:
    for name in ("type", "title", "detail", "instance"):
        assert isinstance(body[name], str), name
        assert body[name], name
    assert re.fullmatch(r"[a-z][a-z0-9_]*", body["code"]), body["code"]
    assert body["error"] == body["detail"]
    if fields:
        for entry in body["errors"]:
            assert isinstance(entry["field"], str)
            assert isinstance(entry["message"], str)
            assert entry["message"]
        named = {re.split(r"[.\[]", entry["field"])[0] for entry in body["errors"]}
        assert named == set(fields), body["errors"]
    return body


def s3_error(answer: httpx.Response, status: int, code: str | None = None) -> str:
    """An error as S3 answers it; returns its code."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"].partition(";")[0] in {"application/xml", "text/xml"}
    root = ET.fromstring(answer.content)
    assert root.tag == "Error"
    found = root.findtext("Code")
    assert found
    assert root.findtext("Message")
    assert root.findtext("RequestId")
    if code:
        assert found == code
    return found


def request_id(answer: httpx.Response) -> str:
    found = answer.headers["x-request-id"]
    assert _REQUEST_ID.fullmatch(found), found
    return found


def etag(answer: httpx.Response) -> str:
    """The answer's strong entity tag."""
    found = answer.headers["etag"]
    assert re.fullmatch(r'"[\x21\x23-\x7e]+"', found), found
    return found


def timestamp(text: Any) -> datetime:
    assert isinstance(text, str)
    assert _TIME.fullmatch(text), text
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def uuid(text: Any) -> str:
    assert isinstance(text, str)
    assert str(UUID(text)) == text
    return text


def absolute(url: Any) -> str:
    assert isinstance(url, str)
    parts = urlsplit(url)
    assert parts.scheme in {"http", "https"}, url
    assert parts.netloc, url
    return url


def cors(answer: httpx.Response, origin: str) -> None:
    assert answer.headers.get("access-control-allow-origin") in {"*", origin}


def lasting(value: Any) -> Any:
    """An answer without what is made anew for each."""
    if isinstance(value, dict):
        return {name: lasting(each) for name, each in value.items() if name not in FRESH}
    return [lasting(each) for each in value] if isinstance(value, list) else value


def listed(answer: httpx.Response, header: str) -> set[str]:
    """The members of a comma-separated header, in lower case."""
    return {part.strip().lower() for part in answer.headers.get(header, "").split(",")} - {""}
