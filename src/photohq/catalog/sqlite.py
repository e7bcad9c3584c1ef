"""The catalog in SQLite: a record is one JSON document, beside the columns that are asked for."""

import sqlite3
from collections.abc import Iterable

import msgspec

from photohq.catalog.port import Changed, Page, PageKey
from photohq.embedded.database import Database, translated
from photohq.photos.photo import Photo, VersionType
from photohq.photos.versions import due_at, hidden_after

MIGRATIONS = [
    """
    CREATE TABLE photos (
        photo_id     TEXT PRIMARY KEY,
        user_id      TEXT NOT NULL,
        created_at   TEXT NOT NULL,
        version_type TEXT NOT NULL,
        counter      INTEGER NOT NULL,
        hidden_after REAL,               -- lists leave the photo out from then on
        due_at       REAL,               -- the janitor looks at it from then on
        record       BLOB NOT NULL       -- photos.photo.Photo as JSON
    ) WITHOUT ROWID;
    CREATE INDEX photos_by_user ON photos (user_id, created_at, photo_id);
    CREATE INDEX photos_by_version ON photos (user_id, version_type, created_at, photo_id);
    CREATE INDEX photos_due ON photos (due_at) WHERE due_at IS NOT NULL
    """
]

_FIND = "SELECT record FROM photos WHERE photo_id = ?"
_ADD = "INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_REPLACE = """
    UPDATE photos SET version_type = ?, counter = ?, hidden_after = ?, due_at = ?, record = ?
    WHERE photo_id = ? AND counter = ?
"""
_REMOVE = "DELETE FROM photos WHERE photo_id = ? AND counter = ?"
_DUE = "SELECT record FROM photos WHERE due_at < ? ORDER BY due_at LIMIT ?"

_decode = msgspec.json.Decoder(Photo).decode
_encode = msgspec.json.Encoder().encode


class SqliteCatalog:
    """Implements `catalog.port.Catalog`; writes join the transaction that they are made in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.migrate("catalog", MIGRATIONS)

    def add(self, photo: Photo) -> None:
        row = (photo.photo_id, photo.user_id, photo.created_at, *_columns(photo))
        with self._database.transaction() as writer:
            try:
                writer.execute(_ADD, row)
            except sqlite3.IntegrityError as error:
                raise Changed from error

    def find(self, photo_id: str) -> Photo | None:
        row = next(iter(self._read(_FIND, (photo_id,))), None)
        return row and _decode(row[0])

    def replace(self, old: Photo, new: Photo) -> None:
        with self._database.transaction() as writer:
            done = writer.execute(_REPLACE, (*_columns(new), old.photo_id, old.counter))
            if done.rowcount == 0:
                raise Changed

    def remove(self, photo: Photo) -> None:
        with self._database.transaction() as writer:
            if writer.execute(_REMOVE, (photo.photo_id, photo.counter)).rowcount == 0:
                raise Changed

    def page(
        self,
        user_id: str,
        *,
        limit: int,
        now: float,
        version_type: VersionType | None = None,
        after: PageKey | None = None,
    ) -> Page:
        where = ["user_id = ?", "(hidden_after IS NULL OR hidden_after > ?)"]
        values: list[object] = [user_id, now]
        if version_type:
            where.append("version_type = ?")
            values.append(version_type.value)
        if after:
            where.append("(created_at, photo_id) < (?, ?)")
            values += [after.created_at, after.photo_id]
        index = "photos_by_version" if version_type else "photos_by_user"
        query = (
            f"SELECT record FROM photos INDEXED BY {index} WHERE {' AND '.join(where)}"  # noqa: S608
            " ORDER BY created_at DESC, photo_id DESC LIMIT ?"
        )
        found = [_decode(row[0]) for row in self._read(query, (*values, limit + 1))]
        photos = found[:limit]
        following = None
        if len(found) > limit:
            following = PageKey(created_at=photos[-1].created_at, photo_id=photos[-1].photo_id)
        return Page(photos=photos, scanned=len(photos), next=following)

    def due(self, now: float, limit: int) -> list[Photo]:
        return [_decode(row[0]) for row in self._read(_DUE, (now, limit))]

    def check(self) -> None:
        self._database.check()

    def _read(self, query: str, values: Iterable[object]) -> list[tuple[bytes]]:
        try:
            return self._database.reader().execute(query, tuple(values)).fetchall()
        except sqlite3.OperationalError as error:
            raise translated(error) from error


def _columns(photo: Photo) -> tuple[str, int, float | None, float | None, bytes]:
    """Answer what changes with a record: version_type, counter, hidden_after, due_at, record.

    A photo that is being deleted is out of every list at once.
    """
    hidden = 0.0 if photo.deleting else hidden_after(photo)
    return (photo.version_type.value, photo.counter, hidden, due_at(photo), _encode(photo))
