"""Users who are gone, and whose photos have to go with them."""

from collections.abc import Callable

from photohq.embedded.database import Database
from photohq.identity.attempts import HOUR
from photohq.identity.schema import rows
from photohq.identity.users import User, Users
from photohq.photos.times import Clock

LINGER = HOUR
"""Seconds for which photos of somebody who is gone are looked for: requests may be on their way."""


class Departures:
    """`left` is called after each, so that whoever removes the photos need not wait."""

    def __init__(self, database: Database, users: Users, clock: Clock) -> None:
        self._database = database
        self._users = users
        self._clock = clock
        self.left: Callable[[], None] = lambda: None

    def leave(self, user: User) -> None:
        """Remove a user, and remember that the photos are to go."""
        with self._database.transaction() as writer:
            self._users.remove(user.sub)
            writer.execute(
                "INSERT OR REPLACE INTO departures VALUES (?, ?)", (user.sub, self._clock())
            )
        self.left()

    def pending(self) -> list[str]:
        """Answer the ids of users whose photos are to be looked for."""
        return [sub for (sub,) in rows(self._database, "SELECT user_id FROM departures")]

    def settled(self, user_id: str) -> None:
        """Note that a user has no photos now: that's enough once nothing can be on its way."""
        with self._database.transaction() as writer:
            writer.execute(
                "DELETE FROM departures WHERE user_id = ? AND left_at <= ?",
                (user_id, self._clock() - LINGER),
            )
