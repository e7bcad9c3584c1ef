"""The second factor: six digits from an authenticator app (RFC 6238), each used once."""

import re
from hmac import compare_digest

import pyotp

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.refusals import CodeMismatch, EnableSoftwareTokenMFA, ExpiredCode
from photohq.identity.schema import row
from photohq.photos.times import Clock

STEP = 30
_CODE = re.compile(r"[0-9]{6}")
_AROUND = (-1, 0, 1)
"""Steps before and after this one whose codes count, as clocks differ (RFC 6238, 5.2)."""


class SecondFactors:
    """A seed per user, and one that waits for its first code. Writes join their transaction."""

    def __init__(self, database: Database, master_key: MasterKey, clock: Clock) -> None:
        self._database = database
        self._master_key = master_key
        self._clock = clock

    def is_set_up(self, sub: str) -> bool:
        """Tell whether the user has proved to have an authenticator app."""
        return self._row("seed IS NOT NULL", sub)

    def is_enabled(self, sub: str) -> bool:
        """Tell whether the user wants to be asked for a code."""
        return self._row("seed IS NOT NULL AND enabled", sub)

    def is_preferred(self, sub: str) -> bool:
        """Tell whether the user has named it as the factor to ask for: it is the only one."""
        return self._row("seed IS NOT NULL AND enabled AND preferred", sub)

    def enable(self, sub: str, enabled: bool, *, preferred: bool) -> None:
        with self._database.transaction() as writer:
            writer.execute(
                "UPDATE totp SET enabled = ?, preferred = ? WHERE sub = ?",
                (enabled, preferred, sub),
            )

    def remove(self, sub: str) -> None:
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM totp WHERE sub = ?", (sub,))

    def associate(self, sub: str) -> str:
        """Answer a new seed in base32; the one that there was counts until a code proves this."""
        seed = pyotp.random_base32()
        with self._database.transaction() as writer:
            writer.execute(
                "INSERT INTO totp (sub, waiting) VALUES (?, ?)"
                " ON CONFLICT (sub) DO UPDATE SET waiting = excluded.waiting",
                (sub, self._master_key.wrap(seed.encode(), _context(sub))),
            )
        return seed

    def prove(self, sub: str, code: str) -> None:
        """Take the waiting seed into use; raises EnableSoftwareTokenMFA where the code is wrong."""
        with self._database.transaction() as writer:
            found = row(self._database, "SELECT waiting FROM totp WHERE sub = ?", sub)
            steps = self._steps(sub, found[0] if found else None, code)
            if not steps:
                raise EnableSoftwareTokenMFA
            writer.execute(
                "UPDATE totp SET seed = waiting, waiting = NULL, last_step = ? WHERE sub = ?",
                (max(steps), sub),
            )

    def check(self, sub: str, code: str) -> None:
        """Use a code up; raises CodeMismatch, and ExpiredCode where it or a later one was used."""
        with self._database.transaction() as writer:
            found = row(self._database, "SELECT seed, last_step FROM totp WHERE sub = ?", sub)
            steps = self._steps(sub, found[0] if found else None, code)
            if found is None or not steps:
                raise CodeMismatch("Invalid code received for user")
            # A step that is still to come was used while the clock was wrong.
            used = found[1] if found[1] <= max(self._steps_around()) else 0
            fresh = [step for step in steps if step > used]
            if not fresh:
                raise ExpiredCode("Your software token has already been used once.")
            writer.execute("UPDATE totp SET last_step = ? WHERE sub = ?", (min(fresh), sub))

    def _steps(self, sub: str, wrapped: bytes | None, code: str) -> list[int]:
        """Answer the steps around now of which this is the code."""
        if wrapped is None or not _CODE.fullmatch(code):
            return []
        app = pyotp.TOTP(self._master_key.unwrap(wrapped, _context(sub)).decode(), interval=STEP)
        return [
            step for step in self._steps_around() if compare_digest(app.generate_otp(step), code)
        ]

    def _steps_around(self) -> list[int]:
        now = int(self._clock()) // STEP
        return [now + around for around in _AROUND]

    def _row(self, condition: str, sub: str) -> bool:
        query = f"SELECT 1 FROM totp WHERE sub = ? AND {condition}"  # noqa: S608
        return row(self._database, query, sub) is not None


def _context(sub: str) -> str:
    return f"totp seed {sub}"
