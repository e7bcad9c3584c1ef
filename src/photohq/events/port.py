"""What is promised of jobs: pictures are processed later, by others, at least once.

A job names a version of a photo: what is to be done about it follows from the record.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Job(msgspec.Struct, frozen=True):
    """The version of a photo whose picture is to be processed; the user is the photo's."""

    user_id: str
    photo_id: str
    upload_id: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many jobs there are: those that wait, also for another try; those that somebody is at;
    those that were tried as often as is allowed."""

    waiting: int
    running: int
    failed: int


class Jobs(Protocol):
    """Where jobs are put for whoever processes pictures."""

    def put(self, jobs: Sequence[Job]) -> None:
        """Have some versions processed. One that is put twice may be done twice.

        Where records and jobs are kept together it is part of the transaction that it is called in.
        """

    def counts(self) -> Counts | None:
        """Count the jobs; None where the queue is watched with means of its own."""
