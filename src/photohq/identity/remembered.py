"""What was found out about tokens, so that a signature is checked once."""

import threading
from hashlib import sha256
from typing import Generic, TypeVar

MOST = 4096
"""Tokens that are remembered at a time."""
Finding = TypeVar("Finding")


class Remembered(Generic[Finding]):
    """Findings by the hash of their token; where there are too many, the oldest goes."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._findings: dict[bytes, Finding] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._findings)

    def get(self, token: str) -> Finding | None:
        return self._findings.get(_digest(token))

    def put(self, token: str, finding: Finding) -> None:
        with self._lock:
            self._findings.pop(digest := _digest(token), None)
            while len(self._findings) >= self._most:
                del self._findings[next(iter(self._findings))]
            self._findings[digest] = finding


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
