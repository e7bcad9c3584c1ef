"""Moments that no signal may cut in two."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from queue import SimpleQueue
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
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


def beside(work: Callable[[], T], stop: threading.Event) -> T:
    """Do work that has threads of its own in one more, while the main thread only waits.

    Python raises KeyboardInterrupt in the main thread, between any two steps: one that is taking a
    lock then may keep it for good, and other threads wait for it. Here it sets `stop`, which ends
    the work, and is raised once that has ended. Raises what the work raises.
    """
    ended: SimpleQueue[Callable[[], T]] = SimpleQueue()

    def run() -> None:
        try:
            answer = work()
        except BaseException as error:  # noqa: BLE001
            ended.put(partial(_raise, error))
        else:
            ended.put(lambda: answer)

    thread = threading.Thread(target=run, name="beside")
    try:
        with held_back():
            thread.start()
        told = ended.get()
    except KeyboardInterrupt:
        stop.set()
        while thread.is_alive():
            time.sleep(0.01)
        raise
    return told()


def _raise(error: BaseException) -> NoReturn:
    raise error


@contextlib.contextmanager
def _handled_by(handler: Callable[[int, Any], Any] | signal.Handlers) -> Iterator[None]:
    before = [(number, signal.signal(number, handler)) for number in ENDING]
    try:
        yield
    finally:
        for number, former in before:
            signal.signal(number, former)
