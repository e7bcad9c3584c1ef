"""Conditional requests and ranges (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime

_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)
_TAG = re.compile(r'(W/)?"([^"]*)"')


class Unsatisfiable(Exception):
    """A range that lies outside."""


def http_date(seconds: float) -> str:
    """Write a time as HTTP does, to the second."""
    return formatdate(seconds, usegmt=True)


def precondition(headers: Mapping[str, str], etag: str, last_modified: float) -> int:
    """Answer the status that the preconditions of a GET or HEAD lead to: 200, 304 or 412.

    `etag` is strong and comes without quotes, `last_modified` in seconds since the epoch.
    """
    modified = int(last_modified)
    if "if-match" in headers:
        if not _names(headers["if-match"], etag, weak=False):
            return 412
    elif (since := _seconds(headers.get("if-unmodified-since"))) is not None and modified > since:
        return 412
    if "if-none-match" in headers:
        return 304 if _names(headers["if-none-match"], etag, weak=True) else 200
    since = _seconds(headers.get("if-modified-since"))
    return 304 if since is not None and modified <= since else 200


def byte_range(
    headers: Mapping[str, str], size: int, etag: str, last_modified: float
) -> tuple[int, int] | None:
    """Answer the bytes asked for, as (first, behind the last); None for the whole.

    Several ranges, other units, malformed ranges and those whose `If-Range` does not hold ask for
    the whole. Raises Unsatisfiable where the range holds none of the `size` bytes.
    """
    asked = _RANGE.fullmatch(headers.get("range", ""))
    if asked is None or not _if_range(headers.get("if-range"), etag, last_modified):
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start = int(first)
        if last and int(last) < start:
            return None
        stop = min(size, int(last) + 1) if last else size
    if start >= stop:
        raise Unsatisfiable
    return start, stop


def _if_range(value: str | None, etag: str, last_modified: float) -> bool:
    if value is None:
        return True
    if '"' in value:
        return _names(value, etag, weak=False)
    return _seconds(value) == int(last_modified)


def _names(value: str, etag: str, *, weak: bool) -> bool:
    """Whether a list of entity tags names this one; a weak tag does so in a weak comparison."""
    if value.strip() == "*":
        return True
    return any(tag == etag and (weak or not mark) for mark, tag in _TAG.findall(value))


def _seconds(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
