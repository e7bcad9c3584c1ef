"""Mail to users: what it says, and the outbox folder where it lands."""

import email
import email.policy
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

import msgspec

from photohq.photos.times import Clock

_STAMP = "%Y%m%dT%H%M%S.%f"
_CODE = "X-Photo-HQ-Code"
_SENDER = "Photo HQ <no-reply@localhost>"


class Mail(Protocol):
    def send(self, message: EmailMessage) -> None:
        """Hand a message over; raises OSError where that fails."""


class Sent(msgspec.Struct, frozen=True):
    """A mail in the outbox, as far as a list shows it."""

    sent_at: str
    to: str
    subject: str
    code: str | None


def confirmation(address: str, code: str) -> EmailMessage:
    """Write the mail that brings a confirmation code."""
    message = EmailMessage()
    message["From"] = _SENDER
    message["To"] = address
    message["Subject"] = "Your Photo HQ confirmation code"
    message[_CODE] = code
    message.set_content(
        f"Your confirmation code is {code}\n\nIt is good for 24 hours and can be used once.\n"
        "If you did not sign up for Photo HQ, there is nothing to do.\n"
    )
    return message


class Outbox:
    """A folder of .eml files (RFC 5322), named in the order in which they were sent."""

    def __init__(self, folder: Path, clock: Clock = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def send(self, message: EmailMessage) -> None:
        now = datetime.fromtimestamp(self._clock(), UTC)
        message["Date"] = format_datetime(now)
        name = f"{now:{_STAMP}}-{secrets.token_hex(4)}.eml"
        temporary = self._folder / f".{name}.part"
        temporary.touch(mode=0o600)
        temporary.write_bytes(message.as_bytes(policy=email.policy.SMTP))
        temporary.rename(self._folder / name)

    def sent(self) -> Iterator[Sent]:
        """Answer the mails, newest first."""
        for path in sorted(self._folder.glob("*.eml"), reverse=True):
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # forgotten meanwhile
                continue
            message = email.message_from_bytes(content, policy=email.policy.default)
            yield Sent(
                sent_at=str(message["Date"]),
                to=str(message["To"]),
                subject=str(message["Subject"]),
                code=message[_CODE] and str(message[_CODE]),
            )

    def latest_code(self, address: str) -> str | None:
        """Answer the newest code that was sent to an address."""
        wanted = address.lower()
        return next((mail.code for mail in self.sent() if mail.code and mail.to == wanted), None)

    def forget(self, older_than_seconds: float) -> None:
        """Remove the mails that were sent longer ago than that."""
        oldest = datetime.fromtimestamp(self._clock() - older_than_seconds, UTC)
        for path in self._folder.glob("*.eml"):
            if path.name < f"{oldest:{_STAMP}}":
                path.unlink(missing_ok=True)
