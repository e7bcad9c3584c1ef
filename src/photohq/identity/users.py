"""The users: an email address to sign in with, and a `sub` that never changes."""

import re
import sqlite3
from typing import Any

import msgspec

from photohq.embedded.database import Database
from photohq.identity.refusals import AliasExists, UsernameExists
from photohq.identity.schema import row, rows

_COLUMNS = (
    "sub, email, password_hash, srp_salt, srp_verifier, confirmed, enabled, created_at, new_email"
)
_NAMES = _COLUMNS.split(", ")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"  # the local part as in HTML's input type=email
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
_LONGEST = 128  # Cognito's longest user name


class Stored(msgspec.Struct, frozen=True):
    """What is stored of a password; the verifier is wrapped with the master key."""

    password_hash: str
    srp_salt: bytes
    srp_verifier: bytes


class User(Stored, frozen=True, kw_only=True):
    """`new_email` is the address that takes the place of `email` once its code is here."""

    sub: str
    email: str
    confirmed: bool
    enabled: bool
    created_at: float
    new_email: str | None = None


def is_email(text: str) -> bool:
    """Tell addresses from other names. Only ASCII, where upper and lower case are no riddle.

    `=?` begins an encoded word (RFC 2047): in a mail it would be read as another address.
    """
    return len(text) <= _LONGEST and "=?" not in text and _EMAIL.fullmatch(text) is not None


def user_name(text: str) -> str:
    """Answer the form of a user name that is stored and compared: case doesn't count."""
    return text.lower()


class Users:
    """Emails are taken in any case. Writes join the transaction that they are made in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, email: str) -> User | None:
        return self._one("email", user_name(email))

    def get(self, sub: str) -> User | None:
        return self._one("sub", sub)

    def all(self) -> list[User]:
        """Answer every user, by email."""
        return [
            _user(found)
            for found in rows(self._database, f"SELECT {_COLUMNS} FROM users ORDER BY email")  # noqa: S608
        ]

    def add(self, sub: str, email: str, stored: Stored, *, confirmed: bool, now: float) -> User:
        """Make an enabled user; raises UsernameExists."""
        user = User(
            **msgspec.structs.asdict(stored),
            sub=sub,
            email=user_name(email),
            confirmed=confirmed,
            enabled=True,
            created_at=now,
        )
        with self._database.transaction() as writer:
            if self.find(email):
                raise UsernameExists
            writer.execute(
                f"INSERT INTO users ({_COLUMNS}) VALUES"  # noqa: S608
                " (:sub, :email, :password_hash, :srp_salt, :srp_verifier, :confirmed, :enabled,"
                " :created_at, :new_email)",
                msgspec.structs.asdict(user),
            )
        return user

    def set_password(self, sub: str, stored: Stored) -> None:
        with self._database.transaction() as writer:
            writer.execute(
                "UPDATE users SET password_hash = ?, srp_salt = ?, srp_verifier = ? WHERE sub = ?",
                (*msgspec.structs.astuple(stored), sub),
            )

    def set_new_email(self, sub: str, email: str | None) -> None:
        with self._database.transaction() as writer:
            writer.execute("UPDATE users SET new_email = ? WHERE sub = ?", (email, sub))

    def take_new_email(self, sub: str, email: str) -> bool:
        """Put a new address in the place of the old one, confirmed.

        False where another one waits by now; raises AliasExists.
        """
        try:
            with self._database.transaction() as writer:
                done = writer.execute(
                    "UPDATE users SET email = new_email, new_email = NULL, confirmed = 1"
                    " WHERE sub = ? AND new_email = ?",
                    (sub, email),
                )
        except sqlite3.IntegrityError:
            raise AliasExists from None
        return done.rowcount == 1

    def remove(self, sub: str) -> None:
        """Remove a user, and with it sessions and second factor."""
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM users WHERE sub = ?", (sub,))

    def confirm(self, sub: str) -> None:
        with self._database.transaction() as writer:
            writer.execute("UPDATE users SET confirmed = 1 WHERE sub = ?", (sub,))

    def set_enabled(self, sub: str, enabled: bool) -> None:
        with self._database.transaction() as writer:
            writer.execute("UPDATE users SET enabled = ? WHERE sub = ?", (enabled, sub))

    def _one(self, column: str, value: str) -> User | None:
        query = f"SELECT {_COLUMNS} FROM users WHERE {column} = ?"  # noqa: S608
        found = row(self._database, query, value)
        return _user(found) if found else None


def _user(found: tuple[Any, ...]) -> User:
    return msgspec.convert(dict(zip(_NAMES, found, strict=True)), User, strict=False)
