"""Mail to users: which letters there are, and how they are written and handed over."""

from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol

from photohq.identity.outbox import CODE, Outbox

SENDER = "Photo HQ <no-reply@localhost>"


class Letter(StrEnum):
    """What there is to write to a user about; the first three bring a code."""

    CONFIRM_SIGN_UP = "confirm_sign_up"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a letter's name
    CONFIRM_EMAIL = "confirm_email"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    EMAIL_CHANGED = "email_changed"
    MFA_CHANGED = "mfa_changed"


class Mail(Protocol):
    def send(self, letter: Letter, address: str, code: str = "", *, decoy: bool = False) -> None:
        """Write a letter and hand it over; raises OSError where that fails.

        A `decoy` costs the same work and goes nowhere: for addresses that nobody has, so that time
        does not tell.
        """


class Mailer:
    """Implements `Mail` with the outbox."""

    def __init__(self, outbox: Outbox, sender: str = SENDER) -> None:
        self._outbox = outbox
        self._sender = sender

    def send(self, letter: Letter, address: str, code: str = "", *, decoy: bool = False) -> None:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = address
        message["Subject"] = "Your Photo HQ confirmation code"
        if code:
            message[CODE] = code
        message.set_content(f"Your code is {code}\n")
        self._outbox.put(message, decoy=decoy)
