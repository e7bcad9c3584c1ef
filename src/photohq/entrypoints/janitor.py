"""The janitor: a thread that does, once a minute, what time alone brings about."""

import logging
import threading
from collections.abc import Callable, Sequence

log = logging.getLogger("photohq.janitor")
INTERVAL = 60.0


class Janitor:
    """Calls each task in turn, at once and then every `interval` seconds, until it is stopped."""

    def __init__(self, tasks: Sequence[Callable[[], object]], interval: float = INTERVAL) -> None:
        self._tasks = tasks
        self._interval = interval
        self._stopped = False
        self._awake = threading.Event()
        self._thread = threading.Thread(target=self._work, name="photohq-janitor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Begin the next round now."""
        self._awake.set()

    def stop(self, seconds: float | None = None) -> None:
        """Let the task that is running end, for at most so many seconds, and no other begin."""
        self._stopped = True
        self._awake.set()
        self._thread.join(seconds)

    def _work(self) -> None:
        while not self._stopped:
            self._awake.clear()
            for task in self._tasks:
                if self._stopped:
                    return
                try:
                    task()
                except Exception:
                    log.exception("a task failed; it is tried again in the next round")
            self._awake.wait(self._interval)
