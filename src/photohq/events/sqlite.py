"""Jobs in SQLite: a row beside the records, written by the very transaction that makes the work."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from photohq.embedded.database import Database, translated
from photohq.events.port import Counts, Job, JobState, KeptJob
from photohq.photos.times import Clock

MIGRATIONS = [
    """
    CREATE TABLE jobs (
        photo_id  TEXT NOT NULL,
        upload_id TEXT NOT NULL,
        user_id   TEXT NOT NULL,
        state     TEXT NOT NULL,      -- waiting, running or failed
        tries     INTEGER NOT NULL,
        due_at    REAL NOT NULL,      -- of one that has failed: since when
        turn      INTEGER NOT NULL,   -- raised whenever the job is put or taken
        reason    TEXT,
        PRIMARY KEY (photo_id, upload_id)
    ) WITHOUT ROWID;
    CREATE INDEX jobs_due ON jobs (state, due_at)
    """,
    """
    ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'process';  -- or render, which is first
    DROP INDEX jobs_due;
    CREATE INDEX jobs_due ON jobs (state, kind DESC, due_at)
    """,
]

_PUT = """
    INSERT INTO jobs (user_id, photo_id, upload_id, kind, state, tries, due_at, turn)
    VALUES (?, ?, ?, ?, 'waiting', 0, ?, 1)
    ON CONFLICT (photo_id, upload_id) DO UPDATE
    SET kind = excluded.kind, state = 'waiting', tries = 0, due_at = excluded.due_at,
        turn = turn + 1, reason = NULL
"""
_TAKE = """
    UPDATE jobs SET state = 'running', tries = tries + 1, turn = turn + 1
    WHERE (photo_id, upload_id) = (
        SELECT photo_id, upload_id FROM jobs
        WHERE state = 'waiting' AND due_at <= ? ORDER BY kind DESC, due_at LIMIT 1
    )
    RETURNING user_id, photo_id, upload_id, kind, state, tries, due_at, turn, reason
"""
_DONE = "DELETE FROM jobs WHERE photo_id = ? AND upload_id = ? AND turn = ?"
_PUT_OFF = """
    UPDATE jobs SET state = 'waiting', tries = tries - 1, due_at = ?
    WHERE photo_id = ? AND upload_id = ? AND turn = ?
"""
_FAILED = """
    UPDATE jobs SET state = ?, due_at = ?, reason = ?
    WHERE photo_id = ? AND upload_id = ? AND turn = ?
"""
_RESUME = "UPDATE jobs SET state = 'waiting' WHERE state = 'running'"
_FORGET = "DELETE FROM jobs WHERE state = 'failed' AND due_at < ?"
_ALL = """
    SELECT user_id, photo_id, upload_id, kind, state, tries, due_at, turn, reason
    FROM jobs ORDER BY due_at, photo_id
"""
_COUNT = "SELECT state, count(*) FROM jobs GROUP BY state"


class SqliteJobs:
    """Implements `events.port.Jobs` and `Worklist`; writes join the transaction that they are made
    in. `arrived` is called when jobs are put, still inside of it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.arrived: Callable[[], object] = lambda: None
        database.migrate("events", MIGRATIONS)

    def put(self, jobs: Sequence[Job]) -> None:
        now = self._clock()
        with self._database.transaction() as writer:
            writer.executemany(_PUT, [(*msgspec.structs.astuple(job), now) for job in jobs])
        self.arrived()

    def take(self, now: float) -> KeptJob | None:
        with self._database.transaction() as writer:
            # The row is read to its end: a statement that is not would hold the commit up.
            rows = writer.execute(_TAKE, (now,)).fetchall()
        return _kept(rows[0]) if rows else None

    def done(self, taken: KeptJob) -> None:
        self._write(_DONE, *_mine(taken))

    def put_off(self, taken: KeptJob, until: float) -> None:
        self._write(_PUT_OFF, until, *_mine(taken))

    def failed(self, taken: KeptJob, reason: str, again_at: float | None) -> None:
        state = JobState.FAILED if again_at is None else JobState.WAITING
        since = self._clock() if again_at is None else again_at
        self._write(_FAILED, state.value, since, reason, *_mine(taken))

    def counts(self) -> Counts:
        return msgspec.convert(dict(self._read(_COUNT)), Counts)

    def every(self) -> list[KeptJob]:
        """Answer all jobs, those first that were or will be due first."""
        return [_kept(row) for row in self._read(_ALL)]

    def resume(self) -> None:
        """Have those taken again that a process was at which is no more."""
        self._write(_RESUME)

    def forget(self, before: float) -> None:
        """Forget jobs that have failed before a time."""
        self._write(_FORGET, before)

    def _write(self, statement: str, *values: object) -> None:
        with self._database.transaction() as writer:
            writer.execute(statement, values)

    def _read(self, query: str) -> list[Any]:
        try:
            return self._database.reader().execute(query).fetchall()
        except sqlite3.OperationalError as error:
            raise translated(error) from error


def _mine(taken: KeptJob) -> tuple[str, str, int]:
    return taken.job.photo_id, taken.job.upload_id, taken.turn


def _kept(row: Sequence[object]) -> KeptJob:
    job = dict(zip(Job.__struct_fields__, row[:4], strict=True))
    kept = dict(zip(("state", "tries", "due_at", "turn", "reason"), row[4:], strict=True))
    return msgspec.convert({"job": job, **kept}, KeptJob)
