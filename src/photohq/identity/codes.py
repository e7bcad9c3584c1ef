"""Codes that are mailed: six digits, the newest only, once.

They stand under the name that was asked for, whether there is such a user or not, so that neither
answers nor time tell.
"""

import hmac
import secrets
from enum import Enum

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.attempts import DAY, HOUR
from photohq.identity.refusals import CodeMismatch, ExpiredCode
from photohq.identity.schema import row
from photohq.photos.times import Clock


class Purpose(Enum):
    """What a code is good for, and for how many seconds."""

    SIGN_UP = ("sign up", DAY)
    RESET = ("reset", HOUR)
    EMAIL = ("email", DAY)

    def __init__(self, label: str, lifetime: float) -> None:
        self.label = label
        self.lifetime = lifetime


class Codes:
    """`owner` is what a code is bound to beside the name: it is void for another owner.

    Writes join the transaction that they are made in.
    """

    def __init__(self, database: Database, key: MasterKey, clock: Clock) -> None:
        self._database = database
        self._key = key.derive("identity codes")
        self._clock = clock

    def issue(self, purpose: Purpose, name: str, owner: str) -> str:
        """Make a code; earlier ones of that purpose and name are void."""
        code = f"{secrets.randbelow(1_000_000):06}"
        now = self._clock()
        place = self._keyed(purpose.label, name)
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM codes WHERE expires_at <= ?", (now,))
            writer.execute(
                "INSERT OR REPLACE INTO codes VALUES (?, ?, ?)",
                (place, self._keyed(purpose.label, name, owner, code), now + purpose.lifetime),
            )
        return code

    def check(self, purpose: Purpose, name: str, owner: str, code: str) -> None:
        """Raise CodeMismatch, or ExpiredCode where there is none to use."""
        query = "SELECT code_hash FROM codes WHERE place = ? AND expires_at > ?"
        place = self._keyed(purpose.label, name)
        found = row(self._database, query, place, self._clock())
        if found is None:
            raise ExpiredCode
        if not hmac.compare_digest(found[0], self._keyed(purpose.label, name, owner, code)):
            raise CodeMismatch

    def redeem(self, purpose: Purpose, name: str, owner: str, code: str) -> None:
        """Use a code up; raises as `check` does."""
        with self._database.transaction() as writer:
            self.check(purpose, name, owner, code)
            place = self._keyed(purpose.label, name)
            writer.execute("DELETE FROM codes WHERE place = ?", (place,))

    def _keyed(self, *parts: str) -> bytes:
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256")
