"""Confirmation codes: six digits, the newest only, once, for a day."""

import hmac
import secrets

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.attempts import DAY
from photohq.identity.refusals import CodeMismatch, ExpiredCode
from photohq.identity.schema import row
from photohq.photos.times import Clock

LIFETIME = DAY


class Codes:
    """Writes join the transaction that they are made in."""

    def __init__(self, database: Database, key: MasterKey, clock: Clock) -> None:
        self._database = database
        self._key = key.derive("identity codes")
        self._clock = clock

    def issue(self, sub: str) -> str:
        """Make a code for a user; earlier ones are void."""
        code = f"{secrets.randbelow(1_000_000):06}"
        with self._database.transaction() as writer:
            writer.execute(
                "INSERT OR REPLACE INTO codes VALUES (?, ?, ?)",
                (sub, self._hash(sub, code), self._clock() + LIFETIME),
            )
        return code

    def redeem(self, sub: str, code: str) -> None:
        """Use a code up; raises CodeMismatch, or ExpiredCode where there is none to use."""
        query = "SELECT code_hash, expires_at FROM codes WHERE sub = ?"
        found = row(self._database, query, sub)
        if found is None or found[1] <= self._clock():
            raise ExpiredCode
        if not hmac.compare_digest(found[0], self._hash(sub, code)):
            raise CodeMismatch
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM codes WHERE sub = ?", (sub,))

    def _hash(self, sub: str, code: str) -> bytes:
        return hmac.digest(self._key, f"{sub} {code}".encode(), "sha256")
