"""Passwords: the policy, and Argon2id hashes (RFC 9106)."""

import base64
import os
import re

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from photohq.identity.refusals import InvalidPassword

LONGEST = 256
_LEAST = 8
_KINDS = {
    "uppercase": re.compile(r"[A-Z]"),
    "lowercase": re.compile(r"[a-z]"),
    "numeric": re.compile(r"[0-9]"),
    "symbol": re.compile(r"[\^$*.\[\]{}()?\-\"!@#%&/\\,><':;|_~`+=]"),
}
"""What each password has of each; the symbols are Cognito's."""


def check_policy(password: str) -> None:
    """Raise InvalidPassword with the first rule that is broken."""
    if len(password) < _LEAST:
        raise InvalidPassword("Password not long enough")
    for kind, pattern in _KINDS.items():
        if not pattern.search(password):
            raise InvalidPassword(f"Password must have {kind} characters")


class Passwords:
    """Hashes with 32 MiB and two passes unless told otherwise; OWASP's least is 19 MiB and two."""

    def __init__(self, memory_kib: int = 32 * 1024, passes: int = 2) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID
        )
        # Nobody knows a password with this hash, as it is none: only its parameters matter.
        self._nobodys = f"$argon2id$v=19$m={memory_kib},t={passes},p=1${_random(16)}${_random(32)}"

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, password: str, hashed: str | None) -> bool:
        """Tell whether the password is the hashed one; None takes as long and answers False.

        One that is too long is not hashed at all, whoever's it is.
        """
        if len(password) > LONGEST:
            return False
        try:
            return self._hasher.verify(hashed or self._nobodys, password)
        except VerifyMismatchError:
            return False


def _random(length: int) -> str:
    return base64.b64encode(os.urandom(length)).decode().rstrip("=")
