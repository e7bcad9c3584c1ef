"""The outbox: a folder of mails, each a file."""

import email
import email.policy
import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.utils import format_datetime
from pathlib import Path

import msgspec

from photohq.photos.times import Clock

_STAMP = "%Y%m%dT%H%M%S.%f"
CODE = "X-Photo-HQ-Code"
"""The header that repeats a mail's code for `latest_code`; it is for this machine only."""
EXPIRES = "Expires"
"""The header that says until when a mail is worth sending (RFC 4021, 2.1.50)."""


class Sent(msgspec.Struct, frozen=True):
    """A mail in the outbox, as far as a list shows it."""

    sent_at: str
    to: str
    subject: str
    code: str | None
    refused: bool


class Outbox:
    """A folder of .eml files (RFC 5322), named in the order in which they were written.

    Those that the mail server has refused lie in a folder `failed` inside. `arrived` is called for
    each mail, decoys too, once it is here.
    """

    def __init__(self, folder: Path, clock: Clock = time.time) -> None:
        self._folder = folder
        self._failed = folder / "failed"
        self._clock = clock
        self.arrived: Callable[[], object] = lambda: None

    def put(
        self, message: EmailMessage, *, good_for: float | None = None, decoy: bool = False
    ) -> None:
        """Write a mail, so that it survives a crash; `good_for`: seconds that it is worth sending.

        A decoy is removed where another would get its name. Raises OSError.
        """
        now = self._clock()
        message["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
        if good_for is not None:
            message[EXPIRES] = format_datetime(datetime.fromtimestamp(now + good_for, UTC))
        name = f"{_stamp(now)}-{secrets.token_hex(4)}.eml"
        temporary = self._folder / f".{name}.part"
        temporary.touch(mode=0o600)
        with temporary.open("wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        if decoy:
            temporary.unlink()
        else:
            temporary.rename(self._folder / name)
        _sync(self._folder)
        self.arrived()

    def waiting(self) -> list[Path]:
        """Answer the mails that were not refused, oldest first."""
        return sorted(self._folder.glob("*.eml"))

    def set_aside(self, path: Path) -> None:
        """Put a mail that was refused where it is not sent from; raises OSError."""
        self._failed.mkdir(mode=0o700, exist_ok=True)
        path.rename(self._failed / path.name)

    def sent(self) -> Iterator[Sent]:
        """Answer the mails, newest first."""
        paths = [*self._folder.glob("*.eml"), *self._failed.glob("*.eml")]
        for path in sorted(paths, key=lambda path: path.name, reverse=True):
            try:
                message = read(path)
            except FileNotFoundError:  # sent or forgotten meanwhile
                continue
            yield Sent(
                sent_at=str(message["Date"]),
                to=unfolded(message, "To"),
                subject=email.policy.default.header_fetch_parse(
                    "Subject", unfolded(message, "Subject")
                ),
                code=message[CODE] and str(message[CODE]),
                refused=path.parent == self._failed,
            )

    def latest_code(self, address: str) -> str | None:
        """Answer the newest code that lies here for an address."""
        wanted = address.lower()
        return next((mail.code for mail in self.sent() if mail.code and mail.to == wanted), None)

    def forget(self, older_than_seconds: float) -> None:
        """Remove the mails that were written longer ago than that, and what a crash left over."""
        oldest = _stamp(self._clock() - older_than_seconds)
        for folder, pattern in (
            (self._folder, "*.eml"),
            (self._folder, ".*.eml.part"),
            (self._failed, "*.eml"),
        ):
            for path in folder.glob(pattern):
                if path.name.removeprefix(".") < oldest:
                    path.unlink(missing_ok=True)


def read(path: Path) -> Message:
    """Read a mail as it was written, its headers neither decoded nor folded anew; raises OSError.

    Nothing is made of headers, since making something of a file that is no mail may raise anything.
    """
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)


def unfolded(message: Message, name: str) -> str:
    """Answer a header of a mail in one line (RFC 5322, 2.2.3)."""
    return " ".join(str(message[name]).split())


def _stamp(when: float) -> str:
    return f"{datetime.fromtimestamp(when, UTC):{_STAMP}}"


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
