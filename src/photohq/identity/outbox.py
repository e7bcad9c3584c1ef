"""The outbox: a folder of mails, each a file."""

import email
import email.policy
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import msgspec

from photohq.photos.times import Clock

_STAMP = "%Y%m%dT%H%M%S.%f"
CODE = "X-Photo-HQ-Code"
"""The header that repeats a mail's code for `latest_code`."""


class Sent(msgspec.Struct, frozen=True):
    """A mail in the outbox, as far as a list shows it."""

    sent_at: str
    to: str
    subject: str
    code: str | None


class Outbox:
    """A folder of .eml files (RFC 5322), named in the order in which they were sent."""

    def __init__(self, folder: Path, clock: Clock = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def put(self, message: EmailMessage, *, decoy: bool = False) -> None:
        """Write a mail; a decoy is removed where another would get its name. Raises OSError."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        message["Date"] = format_datetime(now)
        name = f"{now:{_STAMP}}-{secrets.token_hex(4)}.eml"
        temporary = self._folder / f".{name}.part"
        temporary.touch(mode=0o600)
        temporary.write_bytes(message.as_bytes(policy=email.policy.SMTP))
        if decoy:
            temporary.unlink()
        else:
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
                code=message[CODE] and str(message[CODE]),
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
