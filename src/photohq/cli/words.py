"""Sizes, times and counts in words."""

from datetime import datetime


def megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"


def seconds(elapsed: float) -> str:
    return f"{elapsed:.1f} s" if elapsed >= 1 else f"{elapsed * 1000:.0f} ms"


def count_of(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def rate(size: float, elapsed: float) -> str:
    return f"{size / 1e6 / max(elapsed, 1e-6):.0f} MB/s"


def minute(moment: datetime) -> str:
    """Write a time in UTC as the minute where the reader is."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
