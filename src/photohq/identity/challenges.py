"""Challenges: what a client has to carry from one step of a sign-in to the next.

Nothing is stored for the first step, so that beginning costs nothing: what the server has to
remember is sealed (Fernet: AES-128-CBC and HMAC-SHA256, with a time) and given to the client. Only
what was answered is remembered until it expires, as it counts once.
"""

import base64
from hashlib import sha256
from typing import TypeVar

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.refusals import NotAuthorized
from photohq.identity.schema import row
from photohq.photos.times import Clock

LIFETIME = 180
"""Seconds in which a challenge is to be answered: Cognito's default."""

T = TypeVar("T", bound=msgspec.Struct)


class Challenges:
    """Seals values of tagged Structs. Writes join the transaction that they are made in."""

    def __init__(self, database: Database, master_key: MasterKey, clock: Clock) -> None:
        key = base64.urlsafe_b64encode(master_key.derive("identity challenges"))
        self._fernet = Fernet(key)
        self._database = database
        self._clock = clock

    def seal(self, value: msgspec.Struct) -> str:
        """Answer a text that only this pool can read, in standard base64."""
        sealed = self._fernet.encrypt_at_time(msgspec.json.encode(value), int(self._clock()))
        return base64.b64encode(base64.urlsafe_b64decode(sealed)).decode()

    def open(self, sealed: str, kind: type[T]) -> T:
        """Read a challenge of a kind; raises NotAuthorized where it is none, expired or spent."""
        try:
            token = base64.urlsafe_b64encode(_bytes(sealed))
            made_at = self._fernet.extract_timestamp(token)
            value = msgspec.json.decode(self._fernet.decrypt(token), type=kind)
        except (InvalidToken, ValueError):
            raise NotAuthorized("Invalid session for the user.") from None
        if made_at + LIFETIME <= self._clock():
            raise NotAuthorized("Invalid session for the user, session is expired.")
        if row(self._database, "SELECT 1 FROM spent WHERE digest = ?", _digest(sealed)):
            raise NotAuthorized("Invalid session for the user, session can only be used once.")
        return value

    def spend(self, sealed: str) -> bool:
        """Use a challenge up; False where that was done before."""
        now = self._clock()
        with self._database.transaction() as writer:
            writer.execute("DELETE FROM spent WHERE ends_at <= ?", (now,))
            done = writer.execute(
                "INSERT OR IGNORE INTO spent VALUES (?, ?)", (_digest(sealed), now + LIFETIME)
            )
        return done.rowcount == 1


def _bytes(sealed: str) -> bytes:
    """Decode base64; raises ValueError for any but the one spelling that `seal` gave.

    The last letter may have bits that nobody looks at: a spent challenge could come back with
    others.
    """
    decoded = base64.b64decode(sealed, validate=True)
    if base64.b64encode(decoded).decode() != sealed:
        raise ValueError
    return decoded


def _digest(sealed: str) -> bytes:
    return sha256(sealed.encode()).digest()
