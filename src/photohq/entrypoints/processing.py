"""Processing on one machine: threads that take jobs off the worklist and see pictures through."""

import logging
import threading
import time
from functools import partial

from prometheus_client import Counter, Gauge, Histogram

from photohq.events.port import MAX_TRIES, KeptJob, Worklist
from photohq.imaging.port import Pictures
from photohq.operations.app import App
from photohq.operations.work import give_up, work
from photohq.photos.errors import Unavailable

log = logging.getLogger("photohq.pictures")
ROUND = 2.0
"""Seconds between two looks for jobs that nobody here has put: those of a command beside the
server, and those that wait for another try."""
BACKOFF = (5.0, 60.0)
"""Seconds before the second and the third try."""
PAUSE = 15.0
"""Seconds that a job waits where it isn't at fault: the disk is full, or no worker starts."""

_PICTURES = Counter(
    "photohq_pictures_total", "Pictures processed, by what became of them", ["outcome"]
)
_SECONDS = Histogram(
    "photohq_picture_seconds",
    "Seconds from taking a picture up to its end",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
_JOBS = Gauge("photohq_jobs", "Jobs, by where they stand", ["state"])


class Processing:
    """`threads` threads; more than there are processes, so that none of these waits for a disk."""

    def __init__(self, app: App, worklist: Worklist, pictures: Pictures, threads: int) -> None:
        self._app = app
        self._worklist = worklist
        self._pictures = pictures
        self._stopped = False
        self._news = threading.Condition()
        self._wakes = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"photohq-pictures-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        for state in ("waiting", "running", "failed"):
            _JOBS.labels(state).set_function(partial(self._count, state))
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look for jobs now; also called while what puts them is not finished."""
        with self._news:
            self._wakes += 1
            self._news.notify_all()

    def stop(self) -> None:
        """Take no more jobs; those that are running are given up here, and go back."""
        self._stopped = True
        self.wake()
        self._pictures.close()
        for thread in self._threads:
            thread.join()

    def _count(self, state: str) -> float:
        return float(getattr(self._worklist.counts(), state))

    def _work(self) -> None:
        while not self._stopped:
            wakes = self._wakes
            try:
                found = self._next()
            except Exception:
                log.exception("jobs can't be worked at; it is tried again in a moment")
                found = False
            if not found:
                with self._news:
                    if not self._stopped and self._wakes == wakes:
                        self._news.wait(ROUND)

    def _next(self) -> bool:
        """Do one job, if there is any."""
        taken = self._worklist.take(self._app.clock())
        if taken is None:
            return False
        began = time.perf_counter()
        outcome = self._outcome(taken)
        _PICTURES.labels(outcome).inc()
        _SECONDS.observe(time.perf_counter() - began)
        return True

    def _outcome(self, taken: KeptJob) -> str:
        """Do a job, once more than it is allowed to be tried where it has ended whole processes."""
        if taken.tries > MAX_TRIES:
            return self._given_up(taken, "The server ended while it was at it")
        try:
            status = work(self._app, self._pictures, taken.job)
        except Unavailable as error:
            wait = 0.0 if self._stopped else PAUSE
            self._worklist.put_off(taken, self._app.clock() + wait)
            if not self._stopped:
                log.warning("a picture waits: %s", error, extra={"photo_id": taken.job.photo_id})
            return "put_off"
        except Exception as error:
            log.exception("a picture was not processed", extra={"photo_id": taken.job.photo_id})
            reason = f"{type(error).__name__}: {error}"
            if taken.tries == MAX_TRIES:
                return self._given_up(taken, reason)
            again_at = self._app.clock() + BACKOFF[taken.tries - 1]
            self._worklist.failed(taken, reason, again_at)
            return "tried"
        self._worklist.done(taken)
        return status.value if status else "nothing_to_do"

    def _given_up(self, taken: KeptJob, reason: str) -> str:
        with self._app.together():
            give_up(self._app, taken.job)
            self._worklist.failed(taken, reason, None)
        return "given_up"
