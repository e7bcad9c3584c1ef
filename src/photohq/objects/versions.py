"""The table of object versions: S3's versioning, key by key.

The latest version of a key is the one that has never become non-current. A delete marker is a
version without bytes.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec

from photohq.embedded.database import Database, translated
from photohq.photos.versions import Arrival

MIGRATIONS = [
    """
    CREATE TABLE object_versions (
        sequence         INTEGER PRIMARY KEY AUTOINCREMENT,  -- later versions have greater ones
        bucket           TEXT NOT NULL,
        key              TEXT NOT NULL,
        version_id       TEXT NOT NULL UNIQUE,               -- names the file, too
        is_delete_marker INTEGER NOT NULL,
        size             INTEGER NOT NULL,
        content_type     TEXT NOT NULL,
        etag             TEXT NOT NULL,                      -- without quotes
        checksum_sha256  TEXT,                               -- base64
        upload_id        TEXT,
        last_modified    REAL NOT NULL,                      -- seconds since the epoch
        wrapped_key      BLOB NOT NULL,                      -- by the master key
        noncurrent_since REAL                                -- NULL: the key's latest
    );
    CREATE UNIQUE INDEX object_latest ON object_versions (bucket, key)
        WHERE noncurrent_since IS NULL;
    CREATE INDEX object_history ON object_versions (bucket, key, sequence);
    CREATE INDEX object_noncurrent ON object_versions (noncurrent_since)
        WHERE noncurrent_since IS NOT NULL
    """
]

_LAST = "\U0010ffff"
"""Sorts behind whatever a key can go on with."""
EXPIRE_BATCH = 500
"""Versions that one transaction erases, so that uploads don't wait for long."""

_COLUMNS = (
    "bucket, key, version_id, is_delete_marker, size, content_type, etag, checksum_sha256,"
    " upload_id, last_modified, wrapped_key"
)
_LATEST = (
    f"SELECT {_COLUMNS} FROM object_versions"  # noqa: S608
    " WHERE bucket = ? AND key = ? AND noncurrent_since IS NULL"
)
_VERSION = (
    f"SELECT {_COLUMNS} FROM object_versions"  # noqa: S608
    " WHERE bucket = ? AND key = ? AND version_id = ?"
)
_UPLOAD = (
    f"SELECT {_COLUMNS} FROM object_versions"  # noqa: S608
    " WHERE bucket = ? AND key = ? AND upload_id = ? ORDER BY sequence DESC LIMIT 1"
)
_IDS = "SELECT version_id FROM object_versions WHERE version_id >= ? AND version_id < ?"
_SUPERSEDE = """
    UPDATE object_versions SET noncurrent_since = ?
    WHERE bucket = ? AND key = ? AND noncurrent_since IS NULL
"""
_INSERT = (
    f"INSERT INTO object_versions ({_COLUMNS})"  # noqa: S608
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ERASE = "DELETE FROM object_versions WHERE bucket = ? AND key = ? AND version_id = ?"
_PREFIXED = """
    SELECT bucket, key, version_id FROM object_versions WHERE bucket = ? AND key >= ? AND key < ?
"""
_HISTORY = """
    SELECT version_id, is_delete_marker, noncurrent_since IS NULL FROM object_versions
    WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 2
"""
_PROMOTE = "UPDATE object_versions SET noncurrent_since = NULL WHERE version_id = ?"
_EXPIRED = """
    SELECT bucket, key, version_id FROM object_versions
    WHERE noncurrent_since < ? ORDER BY noncurrent_since LIMIT ?
"""


class ObjectVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A row; a delete marker has no bytes, hence neither size nor type."""

    bucket: str
    key: str
    version_id: str
    is_delete_marker: bool
    size: int
    content_type: str
    etag: str
    checksum_sha256: str | None
    upload_id: str | None
    last_modified: float
    wrapped_key: bytes

    def arrival(self) -> Arrival:
        """Describe the version as the object store's port does."""
        return Arrival(
            bucket=self.bucket,
            key=self.key,
            version_id=self.version_id,
            file_size=self.size,
            content_type=self.content_type,
            etag=self.etag,
            checksum_sha256=self.checksum_sha256,
            upload_id=self.upload_id,
            last_modified=self.last_modified,
        )


_FIELDS = ObjectVersion.__struct_fields__


class VersionTable:
    """Calls that write join the transaction that they are made in; raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.migrate("objects", MIGRATIONS)

    def find(self, bucket: str, key: str, version_id: str | None) -> ObjectVersion | None:
        if version_id is None:
            return self._one(_LATEST, (bucket, key))
        return self._one(_VERSION, (bucket, key, version_id))

    def find_upload(self, bucket: str, key: str, upload_id: str) -> ObjectVersion | None:
        return self._one(_UPLOAD, (bucket, key, upload_id))

    def version_ids(self, prefix: str) -> set[str]:
        """Answer the ids that begin with some hex digits."""
        return {row[0] for row in self._read(_IDS, (prefix, prefix + "g"))}

    def add(self, arrival: Arrival, wrapped_key: bytes) -> None:
        """Put a version on top of its key."""
        with self._database.transaction() as writer:
            now = arrival.last_modified
            writer.execute(_SUPERSEDE, (now, arrival.bucket, arrival.key))
            writer.execute(
                _INSERT,
                (
                    arrival.bucket,
                    arrival.key,
                    arrival.version_id,
                    False,
                    arrival.file_size,
                    arrival.content_type,
                    arrival.etag,
                    arrival.checksum_sha256,
                    arrival.upload_id,
                    now,
                    wrapped_key,
                ),
            )

    def mark_deleted(self, bucket: str, key: str, version_id: str, now: float) -> None:
        """Put a delete marker on top of a key, unless one is there or the key has no versions."""
        with self._database.transaction() as writer:
            latest = self._one(_LATEST, (bucket, key))
            if latest is None or latest.is_delete_marker:
                return
            writer.execute(_SUPERSEDE, (now, bucket, key))
            writer.execute(
                _INSERT, (bucket, key, version_id, True, 0, "", "", None, None, now, b"")
            )

    def erase(self, bucket: str, key: str, version_id: str) -> list[str]:
        """Remove a version; answers its id where there was one."""
        with self._database.transaction() as writer:
            return _erase(writer, [(bucket, key, version_id)])

    def erase_prefix(self, bucket: str, prefix: str) -> list[str]:
        """Remove every version of the keys that begin with a prefix; answers their ids."""
        with self._database.transaction() as writer:
            found = writer.execute(_PREFIXED, (bucket, prefix, prefix + _LAST)).fetchall()
            return _erase(writer, found)

    def expire(self, before: float) -> list[str]:
        """Remove some of the versions that are non-current since before; answers their ids."""
        with self._database.transaction() as writer:
            return _erase(writer, writer.execute(_EXPIRED, (before, EXPIRE_BATCH)).fetchall())

    def _one(self, query: str, values: tuple[str, ...]) -> ObjectVersion | None:
        row = next(iter(self._read(query, values)), None)
        if row is None:
            return None
        facts = dict(zip(_FIELDS, row, strict=True))
        facts["is_delete_marker"] = bool(facts["is_delete_marker"])
        return ObjectVersion(**facts)

    def _read(self, query: str, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._database.reader().execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            raise translated(error) from error


def _erase(writer: sqlite3.Connection, versions: Iterable[tuple[str, str, str]]) -> list[str]:
    erased = []
    for bucket, key, version_id in versions:
        if writer.execute(_ERASE, (bucket, key, version_id)).rowcount:
            erased.append(version_id)
            _settle(writer, bucket, key)
    return erased


def _settle(writer: sqlite3.Connection, bucket: str, key: str) -> None:
    """Let the newest of what is left be the latest, and a delete marker go that is left alone."""
    left = writer.execute(_HISTORY, (bucket, key)).fetchall()
    if not left:
        return
    version_id, is_delete_marker, is_latest = left[0]
    if is_delete_marker and len(left) == 1:
        writer.execute(_ERASE, (bucket, key, version_id))
    elif not is_latest:
        writer.execute(_PROMOTE, (version_id,))
