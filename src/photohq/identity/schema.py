"""The user pool's tables in the embedded database."""

import sqlite3
from typing import Any

from photohq.embedded.database import Database, translated

MIGRATIONS = [
    """
    CREATE TABLE pool (
        one          INTEGER PRIMARY KEY CHECK (one = 1),
        user_pool_id TEXT NOT NULL,
        client_id    TEXT NOT NULL
    );
    CREATE TABLE users (
        sub           TEXT PRIMARY KEY,
        email         TEXT NOT NULL UNIQUE,  -- in lower case
        password_hash TEXT NOT NULL,         -- Argon2id, in its PHC form
        confirmed     INTEGER NOT NULL,
        enabled       INTEGER NOT NULL,
        created_at    REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE sessions (
        origin_jti   TEXT PRIMARY KEY,
        sub          TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        refresh_hash BLOB NOT NULL UNIQUE,   -- SHA-256 of the refresh token
        auth_time    INTEGER NOT NULL,
        expires_at   REAL NOT NULL,          -- the refresh token's end
        revoked      INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX sessions_by_user ON sessions (sub);
    CREATE INDEX sessions_by_end ON sessions (expires_at);
    CREATE TABLE codes (
        sub        TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        code_hash  BLOB NOT NULL,            -- keyed, as six digits are soon tried out
        expires_at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE quotas (
        subject BLOB NOT NULL,               -- keyed hash of a user name, known or not
        kind    TEXT NOT NULL,
        spent   INTEGER NOT NULL,
        ends_at REAL NOT NULL,
        PRIMARY KEY (subject, kind)
    ) WITHOUT ROWID;
    CREATE INDEX quotas_by_end ON quotas (ends_at);
    CREATE TABLE lockouts (
        subject      BLOB PRIMARY KEY,       -- as in quotas
        failures     INTEGER NOT NULL,
        locked_until REAL NOT NULL,
        forgotten_at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX lockouts_by_end ON lockouts (forgotten_at);
    CREATE TABLE signing_keys (
        kid         TEXT PRIMARY KEY,
        purpose     TEXT NOT NULL,           -- access or id
        public      BLOB NOT NULL,           -- DER, SubjectPublicKeyInfo
        private     BLOB NOT NULL,           -- DER, PKCS #8, wrapped with the master key
        created_at  REAL NOT NULL,
        replaced_at REAL                     -- it signs no more from then on
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (purpose) WHERE replaced_at IS NULL
    """,
    """
    ALTER TABLE users ADD COLUMN srp_salt BLOB NOT NULL DEFAULT x'';
    ALTER TABLE users ADD COLUMN srp_verifier BLOB NOT NULL DEFAULT x'';  -- wrapped
    ALTER TABLE users ADD COLUMN new_email TEXT;  -- waits for its code
    DROP TABLE codes;
    CREATE TABLE codes (
        place      BLOB PRIMARY KEY,         -- keyed hash of a purpose and a name, known or not
        code_hash  BLOB NOT NULL,            -- keyed, as six digits are soon tried out
        expires_at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX codes_by_end ON codes (expires_at);
    CREATE TABLE totp (
        sub       TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        seed      BLOB,                      -- wrapped, as is the waiting one
        waiting   BLOB,
        enabled   INTEGER NOT NULL DEFAULT 0,
        preferred INTEGER NOT NULL DEFAULT 0,
        last_step INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE spent (
        digest  BLOB PRIMARY KEY,            -- of a challenge that was answered
        ends_at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX spent_by_end ON spent (ends_at);
    CREATE TABLE departures (
        user_id TEXT PRIMARY KEY,            -- a user who is gone, and whose photos have to go
        left_at REAL NOT NULL
    ) WITHOUT ROWID
    """,
]


def rows(database: Database, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Read; raises Unavailable where the database doesn't answer."""
    try:
        return database.reader().execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        raise translated(error) from error


def row(database: Database, query: str, *values: object) -> tuple[Any, ...] | None:
    """Read the one row that is there, or None."""
    found = rows(database, query, *values)
    return found[0] if found else None
