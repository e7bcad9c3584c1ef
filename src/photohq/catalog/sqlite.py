"""The catalog in SQLite: a record is one JSON document, beside the columns that are asked for."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence

import msgspec

from photohq.catalog.port import Changed, Claim, Claimed, Page, PageKey, Scan
from photohq.embedded.database import Database, translated
from photohq.photos.batch import Batch
from photohq.photos.photo import Photo, VersionType
from photohq.photos.presets import Presets
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
    """,
    """
    ALTER TABLE photos ADD COLUMN checksum TEXT;  -- of an original that has arrived, in base64
    UPDATE photos SET checksum = json_extract(CAST(record AS TEXT), '$.original.checksum_sha256')
        WHERE json_extract(CAST(record AS TEXT), '$.original.version_id') IS NOT NULL;
    CREATE INDEX photos_by_checksum ON photos (user_id, checksum) WHERE checksum IS NOT NULL;
    CREATE TABLE claims (
        key         TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        answer      BLOB NOT NULL,
        expires_at  REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX claims_expired ON claims (expires_at);
    CREATE TABLE batches (
        batch_id   TEXT PRIMARY KEY,
        expires_at REAL NOT NULL,
        record     BLOB NOT NULL         -- photos.batch.Batch as JSON
    ) WITHOUT ROWID;
    CREATE INDEX batches_expired ON batches (expires_at)
    """,
    """
    -- Past edits were known by their ids alone, which is not enough to go back to one.
    UPDATE photos SET record = CAST(json_remove(CAST(record AS TEXT), '$.past_edits') AS BLOB)
        WHERE json_extract(CAST(record AS TEXT), '$.past_edits[0].upload_id') IS NOT NULL
    """,
    """
    CREATE TABLE presets (
        user_id TEXT PRIMARY KEY,
        counter INTEGER NOT NULL,
        record  BLOB NOT NULL            -- photos.presets.Presets as JSON
    ) WITHOUT ROWID
    """,
]

_FIND = "SELECT record FROM photos WHERE photo_id = ?"
_FIND_MANY = "SELECT record FROM photos WHERE photo_id IN (SELECT value FROM json_each(?))"
_FIND_CHECKSUMS = """
    SELECT record, max(created_at) FROM photos  -- SQLite: the record of that very row
    WHERE user_id = ? AND checksum IN (SELECT value FROM json_each(?)) AND hidden_after IS NULL
    GROUP BY checksum
"""
_ADD = """
    INSERT INTO photos (photo_id, user_id, created_at, version_type, counter, hidden_after, due_at,
                        checksum, record)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADD_MISSING = f"{_ADD} ON CONFLICT (photo_id) DO NOTHING"
_REPLACE = """
    UPDATE photos
    SET version_type = ?, counter = ?, hidden_after = ?, due_at = ?, checksum = ?, record = ?
    WHERE photo_id = ? AND counter = ?
"""
_REMOVE = "DELETE FROM photos WHERE photo_id = ? AND counter = ?"
_EVERY = "SELECT record FROM photos WHERE photo_id > ? ORDER BY photo_id LIMIT ?"
_DUE = "SELECT record FROM photos WHERE due_at < ? ORDER BY due_at LIMIT ?"
_FIND_CLAIM = "SELECT key, fingerprint, answer, expires_at FROM claims WHERE key = ?"
_CLAIM = "INSERT OR REPLACE INTO claims (key, fingerprint, answer, expires_at) VALUES (?, ?, ?, ?)"
_FIND_BATCH = "SELECT record FROM batches WHERE batch_id = ? AND expires_at > ?"
_ADD_BATCH = "INSERT OR IGNORE INTO batches (batch_id, expires_at, record) VALUES (?, ?, ?)"
_FIND_PRESETS = "SELECT record FROM presets WHERE user_id = ?"
_PUT_PRESETS = """
    INSERT INTO presets (user_id, counter, record) VALUES (?, ?, ?)
    ON CONFLICT (user_id) DO UPDATE SET counter = excluded.counter, record = excluded.record
    WHERE presets.counter = ?
"""
_REMOVE_PRESETS = "DELETE FROM presets WHERE user_id = ?"

_decode = msgspec.json.Decoder(Photo).decode
_decode_batch = msgspec.json.Decoder(Batch).decode
_decode_presets = msgspec.json.Decoder(Presets).decode
_encode = msgspec.json.Encoder().encode


class SqliteCatalog:
    """Implements `catalog.port.Catalog` and `Agenda`; writes join the transaction that they are
    made in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.migrate("catalog", MIGRATIONS)

    def add(self, photo: Photo, claim: Claim | None = None) -> None:
        with self._database.transaction() as writer:
            _put_claim(writer, claim)
            try:
                writer.execute(_ADD, _row(photo))
            except sqlite3.IntegrityError as error:
                raise Changed from error

    def find(self, photo_id: str) -> Photo | None:
        row = next(iter(self._read(_FIND, (photo_id,))), None)
        return _decode(row[0]) if row else None

    def find_many(self, photo_ids: Collection[str]) -> dict[str, Photo]:
        rows = self._read(_FIND_MANY, (_encode(list(photo_ids)).decode(),))
        return {photo.photo_id: photo for photo in (_decode(row[0]) for row in rows)}

    def find_by_checksums(self, user_id: str, checksums: Collection[str]) -> dict[str, Photo]:
        rows = self._read(_FIND_CHECKSUMS, (user_id, _encode(list(checksums)).decode()))
        photos = [_decode(row[0]) for row in rows]
        return {str(photo.original.checksum_sha256): photo for photo in photos}

    def replace(self, old: Photo, new: Photo, claim: Claim | None = None) -> None:
        with self._database.transaction() as writer:
            _put_claim(writer, claim)
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

    def every(self, *, limit: int, after: str | None = None) -> Scan:
        photos = [_decode(row[0]) for row in self._read(_EVERY, (after or "", limit))]
        return Scan(photos, photos[-1].photo_id if len(photos) == limit else None)

    def claim(self, claim: Claim) -> None:
        with self._database.transaction() as writer:
            _put_claim(writer, claim)

    def find_claim(self, key: str, now: float) -> Claim | None:
        for row in self._read(_FIND_CLAIM, (key,)):
            found = _claim_of(row)
            if found.expires_at > now:
                return found
        return None

    def add_batch(self, batch: Batch, photos: Sequence[Photo]) -> None:
        with self._database.transaction() as writer:
            if writer.execute(
                "SELECT 1 FROM batches WHERE batch_id = ?", (batch.batch_id,)
            ).fetchone():
                return
            writer.executemany(_ADD_MISSING, map(_row, photos))
            writer.execute(_ADD_BATCH, (batch.batch_id, batch.expires_at, _encode(batch)))

    def find_batch(self, batch_id: str, now: float) -> Batch | None:
        row = next(iter(self._read(_FIND_BATCH, (batch_id, now))), None)
        return _decode_batch(row[0]) if row else None

    def due(self, now: float, limit: int) -> list[Photo]:
        return [_decode(row[0]) for row in self._read(_DUE, (now, limit))]

    def forget(self, now: float) -> None:
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM claims WHERE expires_at <= ?", (now,))
            writer.execute("DELETE FROM batches WHERE expires_at <= ?", (now,))

    def find_presets(self, user_id: str) -> Presets:
        row = next(iter(self._read(_FIND_PRESETS, (user_id,))), None)
        return _decode_presets(row[0]) if row else Presets(user_id=user_id)

    def replace_presets(self, old: Presets, new: Presets) -> None:
        row = (new.user_id, new.counter, _encode(new))
        with self._database.transaction() as writer:
            if writer.execute(_PUT_PRESETS, (*row, old.counter)).rowcount == 0:
                raise Changed

    def remove_presets(self, user_id: str) -> None:
        with self._database.transaction() as writer:
            writer.execute(_REMOVE_PRESETS, (user_id,))

    def check(self) -> None:
        self._database.check()

    def _read(self, query: str, values: Iterable[object]) -> list[tuple[bytes, ...]]:
        try:
            return self._database.reader().execute(query, tuple(values)).fetchall()
        except sqlite3.OperationalError as error:
            raise translated(error) from error


def _put_claim(writer: sqlite3.Connection, claim: Claim | None) -> None:
    if claim is None:
        return
    row = writer.execute(_FIND_CLAIM, (claim.key,)).fetchone()
    if row and (earlier := _claim_of(row)).expires_at > claim.made_at:
        raise Claimed(earlier)
    writer.execute(_CLAIM, (claim.key, claim.fingerprint, claim.answer, claim.expires_at))


def _row(photo: Photo) -> tuple[object, ...]:
    return (photo.photo_id, photo.user_id, photo.created_at, *_columns(photo))


def _columns(photo: Photo) -> tuple[object, ...]:
    """Answer what changes with a record: version_type, counter, hidden_after, due_at, checksum,
    record.

    A photo that is being deleted is out of every list at once.
    """
    return (
        photo.version_type.value,
        photo.counter,
        0.0 if photo.deleting else hidden_after(photo),
        due_at(photo),
        photo.original.checksum_sha256 if photo.original.arrived else None,
        _encode(photo),
    )


def _claim_of(row: Sequence[object]) -> Claim:
    return msgspec.convert(dict(zip(Claim.__struct_fields__, row, strict=True)), Claim)
