"""Moments that no signal may cut in two."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import Any

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Let a signal that ends the command wait: a process is started, and then it is known."""
    caught: list[int] = []
    with _handled_by(lambda number, _: caught.append(number)):
        yield
    if caught:
        signal.raise_signal(caught[0])


@contextlib.contextmanager
def ignored() -> Iterator[None]:
    """Let an impatient Ctrl-C not leave something behind."""
    with _handled_by(signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handled_by(handler: Callable[[int, Any], Any] | signal.Handlers) -> Iterator[None]:
    before = [(number, signal.signal(number, handler)) for number in ENDING]
    try:
        yield
    finally:
        for number, former in before:
            signal.signal(number, former)
