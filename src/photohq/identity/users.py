"""The users: an email address to sign in with, and a `sub` that never changes."""

import re
import uuid

import msgspec

from photohq.embedded.database import Database
from photohq.identity.refusals import UsernameExists
from photohq.identity.schema import row, rows

_COLUMNS = "sub, email, password_hash, confirmed, enabled, created_at"
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"  # the local part as in HTML's input type=email
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
_LONGEST = 128  # Cognito's longest user name


class User(msgspec.Struct, frozen=True):
    sub: str
    email: str
    password_hash: str
    confirmed: bool
    enabled: bool
    created_at: float


def is_email(text: str) -> bool:
    """Tell addresses from other names. Only ASCII, where upper and lower case are no riddle."""
    return len(text) <= _LONGEST and _EMAIL.fullmatch(text) is not None


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

    def add(self, email: str, password_hash: str, *, confirmed: bool, now: float) -> User:
        """Make an enabled user; raises UsernameExists."""
        user = User(str(uuid.uuid4()), user_name(email), password_hash, confirmed, True, now)
        with self._database.transaction() as writer:
            if self.find(email):
                raise UsernameExists
            writer.execute(
                f"INSERT INTO users ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                msgspec.structs.astuple(user),
            )
        return user

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


def _user(found: tuple[str, str, str, int, int, float]) -> User:
    sub, email, password_hash, confirmed, enabled, created_at = found
    return User(sub, email, password_hash, bool(confirmed), bool(enabled), created_at)
