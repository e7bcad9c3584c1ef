"""Sessions: each sign-in opens one, known by its `origin_jti`, and has one refresh token."""

import secrets
import uuid
from hashlib import sha256

import msgspec

from photohq.embedded.database import Database
from photohq.identity.attempts import DAY
from photohq.identity.schema import row

REFRESH_LIFETIME = 30 * DAY


class Session(msgspec.Struct, frozen=True):
    origin_jti: str
    sub: str
    auth_time: int
    expires_at: float
    revoked: bool = False


class SignedIn(msgspec.Struct, frozen=True):
    """The tokens of a session; a refresh brings no refresh token."""

    access_token: str
    id_token: str
    refresh_token: str | None = None


class Sessions:
    """Writes join the transaction that they are made in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, sub: str, now: float) -> tuple[Session, str]:
        """Begin a session; answers it and its refresh token, which is nowhere stored."""
        refresh_token = secrets.token_urlsafe(48)
        session = Session(
            origin_jti=str(uuid.uuid4()),
            sub=sub,
            auth_time=int(now),
            expires_at=now + REFRESH_LIFETIME,
        )
        with self._database.transaction() as writer:
            # A day later, so that a client that comes late hears what has happened.
            writer.execute("DELETE FROM sessions WHERE expires_at <= ?", (now - DAY,))
            writer.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, 0)",
                (
                    session.origin_jti,
                    sub,
                    _hash(refresh_token),
                    session.auth_time,
                    session.expires_at,
                ),
            )
        return session, refresh_token

    def of_refresh_token(self, refresh_token: str) -> Session | None:
        query = (
            "SELECT origin_jti, sub, auth_time, expires_at, revoked FROM sessions"
            " WHERE refresh_hash = ?"
        )
        found = row(self._database, query, _hash(refresh_token))
        if found is None:
            return None
        origin_jti, sub, auth_time, expires_at, revoked = found
        return Session(origin_jti, sub, auth_time, expires_at, bool(revoked))

    def state(self, origin_jti: str) -> tuple[bool, bool] | None:
        """Tell whether a session's user is enabled, and whether the session is revoked.

        None where it is gone, or its user. Read for every request: two lookups by key.
        """
        query = (
            "SELECT users.enabled, sessions.revoked FROM sessions JOIN users USING (sub)"
            " WHERE origin_jti = ?"
        )
        found = row(self._database, query, origin_jti)
        return found and (bool(found[0]), bool(found[1]))

    def revoke(self, origin_jti: str) -> None:
        with self._database.transaction() as writer:
            writer.execute("UPDATE sessions SET revoked = 1 WHERE origin_jti = ?", (origin_jti,))

    def revoke_all(self, sub: str, *, but: str = "") -> None:
        """End all sessions of a user, but the one of an `origin_jti`."""
        with self._database.transaction() as writer:
            writer.execute(
                "UPDATE sessions SET revoked = 1 WHERE sub = ? AND origin_jti != ?", (sub, but)
            )


def _hash(refresh_token: str) -> bytes:
    return sha256(refresh_token.encode()).digest()
