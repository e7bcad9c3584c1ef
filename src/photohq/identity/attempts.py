"""How often one may guess: locked accounts, and quotas for codes and mails.

Both count for every user name, whether there is such a user or not, so that they tell nothing. They
stand in the database, so that a restart forgives nothing; names stand there only as keyed hashes,
as what people type into the wrong field may be a secret.
"""

import hmac
import math

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.refusals import LimitExceeded, NotAuthorized, TooManyRequests
from photohq.identity.schema import row
from photohq.identity.users import user_name
from photohq.photos.times import Clock

HOUR = 3600.0
DAY = 24 * HOUR
_FREE_FAILURES = 5
_LONGEST_LOCK = 900.0
_FAILURES_A_DAY = 100
_FAILED = "failed sign-in"


class Quota:
    """At most `limit` of something for a user name in an hour, from the first one on."""

    def __init__(self, attempts: "Attempts", kind: str, limit: int) -> None:
        self._attempts = attempts
        self._kind = kind
        self._limit = limit

    def check(self, name: str) -> None:
        """Raise LimitExceeded where all is spent."""
        spent, _ = self._attempts.spent(name, self._kind)
        if spent >= self._limit:
            raise LimitExceeded

    def spend(self, name: str) -> None:
        self._attempts.spend(name, self._kind, HOUR)

    def clear(self, name: str) -> None:
        self._attempts.clear(name, self._kind)


class Attempts:
    """Counts by user name and kind. Writes join the transaction that they are made in."""

    def __init__(self, database: Database, key: MasterKey, clock: Clock) -> None:
        self._database = database
        self._key = key.derive("identity attempts")
        self._clock = clock

    def spent(self, name: str, kind: str) -> tuple[int, float]:
        """Answer how many were counted, and when they are forgotten.

        What would end later than a day from now was counted while the clock was wrong.
        """
        query = (
            "SELECT spent, ends_at FROM quotas"
            " WHERE subject = ? AND kind = ? AND ends_at > ? AND ends_at <= ?"
        )
        now = self._clock()
        found = row(self._database, query, self.subject(name), kind, now, now + DAY)
        return (found[0], found[1]) if found else (0, 0.0)

    def spend(self, name: str, kind: str, seconds: float) -> None:
        now = self._clock()
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM quotas WHERE ends_at <= ? OR ends_at > ?", (now, now + DAY))
            writer.execute(
                "INSERT INTO quotas VALUES (?, ?, 1, ?)"
                " ON CONFLICT (subject, kind) DO UPDATE SET spent = spent + 1",
                (self.subject(name), kind, now + seconds),
            )

    def give_back(self, name: str, kind: str) -> None:
        with self._database.transaction() as writer:
            writer.execute(
                "UPDATE quotas SET spent = spent - 1 WHERE subject = ? AND kind = ?",
                (self.subject(name), kind),
            )

    def clear(self, name: str, kind: str) -> None:
        with self._database.transaction() as writer:
            writer.execute(
                "DELETE FROM quotas WHERE subject = ? AND kind = ?", (self.subject(name), kind)
            )

    def subject(self, name: str) -> bytes:
        return hmac.digest(self._key, user_name(name).encode(), "sha256")[:16]


class Lockout:
    """Cognito's lockout: from the 5th failure on, an account is locked for 2^(n-5) seconds.

    A lock lasts 15 minutes at most; a success, or 15 minutes of rest after a lock, makes n zero.
    What is tried while the account is locked is not counted. At most 100 failures a day.

    An attempt counts as a failure before the password is looked at, so that guesses side by side
    do not outrun the lock; what turns out right is taken back.
    """

    def __init__(self, attempts: Attempts, database: Database, clock: Clock) -> None:
        self._attempts = attempts
        self._database = database
        self._clock = clock

    def check(self, name: str) -> None:
        """Raise NotAuthorized while the account is locked, TooManyRequests after 100 failures."""
        now = self._clock()
        failures_today, ends_at = self._attempts.spent(name, _FAILED)
        if failures_today >= _FAILURES_A_DAY:
            raise TooManyRequests(retry_after=math.ceil(ends_at - now))
        _, locked_until = self._state(name)
        if now < locked_until:
            raise NotAuthorized("Password attempts exceeded")

    def attempt(self, name: str) -> float:
        """Count a failure, and answer until when it locks the account; raises as `check` does."""
        now = self._clock()
        with self._database.transaction():
            self.check(name)
            failures, _ = self._state(name)
            failures += 1
            lock = 0.0
            if failures >= _FREE_FAILURES:
                lock = min(_LONGEST_LOCK, 2.0 ** min(failures - _FREE_FAILURES, 10))
            self._attempts.spend(name, _FAILED, DAY)
            self._store(name, failures, now + lock)
        return now + lock

    def take_back(self, name: str, locked_until: float) -> None:
        """Undo an attempt that turned out right; `locked_until` is what it was answered.

        It is no success yet where a second factor is to come: only `clear` begins again at zero.
        """
        with self._database.transaction():
            failures, lock = self._state(name)
            self._attempts.give_back(name, _FAILED)
            # A lock that another attempt has brought meanwhile stays.
            self._store(name, max(0, failures - 1), 0.0 if lock == locked_until else lock)

    def forgive(self, name: str) -> None:
        """Forget the day's failures too: for an owner who has shown to be one by mail."""
        self.clear(name)
        self._attempts.clear(name, _FAILED)

    def clear(self, name: str) -> None:
        """Begin again at zero; the day's failures stay counted."""
        with self._database.transaction() as writer:
            writer.execute(
                "DELETE FROM lockouts WHERE subject = ?", (self._attempts.subject(name),)
            )

    def _store(self, name: str, failures: int, locked_until: float) -> None:
        now = self._clock()
        forgotten_at = max(now, locked_until) + _LONGEST_LOCK
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM lockouts WHERE forgotten_at <= ?", (now,))
            writer.execute(
                "INSERT OR REPLACE INTO lockouts VALUES (?, ?, ?, ?)",
                (self._attempts.subject(name), failures, locked_until, forgotten_at),
            )

    def _state(self, name: str) -> tuple[int, float]:
        query = (
            "SELECT failures, locked_until FROM lockouts"
            " WHERE subject = ? AND forgotten_at > ? AND forgotten_at <= ?"
        )
        now = self._clock()
        latest = now + 2 * _LONGEST_LOCK  # later ones were counted while the clock was wrong
        found = row(self._database, query, self._attempts.subject(name), now, latest)
        return (found[0], found[1]) if found else (0, 0.0)
