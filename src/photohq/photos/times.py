"""Times: seconds since the epoch inside, ISO 8601 UTC with milliseconds and `Z` outside."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Answers the current time in seconds since the epoch."""


def iso(seconds: float) -> str:
    """Write a time as the API does: `2026-11-24T10:01:11.123Z`. Such texts sort as times do."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def seconds(text: str) -> float:
    """Read what `iso` has written."""
    return datetime.fromisoformat(text).timestamp()
