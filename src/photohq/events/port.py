"""What is promised of jobs: pictures are processed later, by others, at least once.

A job names a version of a photo: what is to be done about it follows from the record.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

MAX_TRIES = 3
"""Tries that a job has before it is given up."""


class JobKind(StrEnum):
    """What is to be done: read the picture of a version that has arrived, or make the edit that was
    announced by a recipe. Somebody waits for the latter."""

    PROCESS = "process"
    RENDER = "render"


class Job(msgspec.Struct, frozen=True, omit_defaults=True):
    """The version of a photo whose picture is to be processed or made; the user is the photo's."""

    user_id: str
    photo_id: str
    upload_id: str
    kind: JobKind = JobKind.PROCESS


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many jobs there are: those that wait, also for another try; those that somebody is at;
    those that were tried as often as is allowed."""

    waiting: int = 0
    running: int = 0
    failed: int = 0


class Jobs(Protocol):
    """Where jobs are put for whoever processes pictures."""

    def put(self, jobs: Sequence[Job]) -> None:
        """Have some versions processed. One that is put twice may be done twice.

        Where records and jobs are kept together it is part of the transaction that it is called in.
        """

    def counts(self) -> Counts | None:
        """Count the jobs; None where the queue is watched with means of its own."""


class JobState(StrEnum):
    """Where a job stands; one that is done is forgotten."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"


class KeptJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job as a worklist keeps it.

    `tries` counts the one that is running. `due_at` is when it may be taken, in seconds since the
    epoch; `reason` why the last try failed. `turn` tells a job from the same one put anew: whoever
    has taken an earlier one has no more say in it.
    """

    job: Job
    state: JobState
    tries: int
    due_at: float
    turn: int
    reason: str | None = None


class Worklist(Protocol):
    """Jobs that are taken one by one by those who work on this machine."""

    def take(self, now: float) -> KeptJob | None:
        """Take the job that has been due for the longest time, a rendering before all others; None
        where none is due."""

    def done(self, taken: KeptJob) -> None:
        """Forget a job."""

    def put_off(self, taken: KeptJob, until: float) -> None:
        """Have a job taken later, as if it had not been tried."""

    def failed(self, taken: KeptJob, reason: str, again_at: float | None) -> None:
        """Have a job tried again at a time, or (None) keep it as one that has failed."""

    def counts(self) -> Counts:
        """Count the jobs."""
