"""The embedded database: one SQLite file in WAL mode, one writer, a reading connection a thread.

Rooms that keep tables in it bring their own migrations. Several processes may use the file at
once (the server and the administrator's commands).
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from photohq.photos.errors import Unavailable

BUSY_TIMEOUT = 10.0
"""Seconds that a writer waits for the one of another process."""


class Database:
    """Opens `path`, making the file where there is none.

    Raises Unavailable where it can't be opened, or is no database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: list[sqlite3.Connection] = []
        self._writer_lock = threading.RLock()
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # others' eyes are kept off it
            self._writer = self._connect()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise Unavailable(f"{path} can't be opened: {error}") from error
        self._depth = 0
        self._local = threading.local()

    def reader(self) -> sqlite3.Connection:
        """Answer this thread's connection for reading: the writer inside `transaction()`."""
        inside: sqlite3.Connection | None = getattr(self._local, "inside", None)
        if inside is not None:
            return inside
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write: all or nothing, durable when the block is left.

        A transaction opened inside another one of the same thread belongs to it. Raises Unavailable
        where the disk is full or the database stays locked.
        """
        with self._writer_lock:
            if self._depth:
                yield self._writer
                return
            self._depth = 1
            self._local.inside = self._writer
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except sqlite3.OperationalError as error:
                self._roll_back()
                raise translated(error) from error
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._depth = 0
                self._local.inside = None

    def migrate(self, room: str, steps: Sequence[str]) -> None:
        """Bring a room's tables up to date: run the steps that this file has not seen, in order.

        Raises Unavailable where a newer version has made more steps than are known here.
        """
        with self.transaction() as writer:
            writer.execute(
                "CREATE TABLE IF NOT EXISTS migrations"
                " (room TEXT, step INTEGER, applied_at REAL, PRIMARY KEY (room, step))"
            )
            (done,) = writer.execute(
                "SELECT count(*) FROM migrations WHERE room = ?", (room,)
            ).fetchone()
            if done > len(steps):
                raise Unavailable(f"{self._path} was written by a newer version of Photo HQ")
            for number, step in enumerate(steps[done:], start=done + 1):
                for statement in filter(str.strip, step.split(";")):
                    writer.execute(statement)
                writer.execute(
                    "INSERT INTO migrations VALUES (?, ?, ?)", (room, number, time.time())
                )

    def check(self) -> None:
        """Raise Unavailable where the file can't be read."""
        try:
            self.reader().execute("SELECT 1 FROM migrations LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise translated(error) from error

    def close(self) -> None:
        """Close every thread's connection; nobody may be using one."""
        with self._writer_lock:
            while self._connections:
                self._connections.pop().close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT
        )
        self._connections.append(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")


def translated(error: sqlite3.Error) -> Unavailable:
    """Say a database failure in the product's words."""
    if "full" in str(error):
        return Unavailable("The disk is full", retry_after=60)
    return Unavailable("The database does not answer", retry_after=1)
