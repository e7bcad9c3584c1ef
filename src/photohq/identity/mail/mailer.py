"""Mail to users: letters as messages, handed over to the outbox."""

import email.policy
import secrets
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol

from photohq.identity.mail.letters import HOURS, Letter, Letters, Written
from photohq.identity.mail.outbox import CODE, Outbox
from photohq.identity.users import is_email

SENDER = "Photo HQ <no-reply@localhost>"
NOBODY = "nobody@mail.invalid"
POLICY = email.policy.SMTP.clone(cte_type="7bit")
"""Lines that any mail server takes, with 8BITMIME (RFC 6152) or without."""


class Mail(Protocol):
    def send(self, letter: Letter, address: str, code: str = "", *, decoy: bool = False) -> None:
        """Write a letter and hand it over; raises OSError where that fails.

        A `decoy` costs the same work and goes nowhere: for addresses that nobody has, so that time
        does not tell.
        """


class Mailer:
    """Implements `Mail` with the outbox. Raises ValueError for what is no address."""

    def __init__(
        self, outbox: Outbox, letters: Letters | None = None, sender: str = SENDER
    ) -> None:
        self._outbox = outbox
        self._letters = letters or Letters()
        self._sender = sender

    def send(self, letter: Letter, address: str, code: str = "", *, decoy: bool = False) -> None:
        if decoy and not is_email(address):  # the name of an unknown user can be any text
            address = NOBODY
        message = compose(self._sender, address, self._letters.write(letter, address, code))
        if code:
            message[CODE] = code
        hours = HOURS.get(letter)
        self._outbox.put(message, good_for=hours and hours * 3600, decoy=decoy)


def trial(sender: str, address: str) -> EmailMessage:
    """Make a mail that says nothing but that mail arrives; raises ValueError as `compose` does."""
    text = "This mail was sent to try the settings: Photo HQ can send mail.\n"
    message = compose(sender, address, Written("Photo HQ can send mail", text, None))
    message["Date"] = format_datetime(datetime.now(UTC))
    return message


def compose(sender: str, address: str, written: Written) -> EmailMessage:
    """Make a message (RFC 5322) to one address; raises ValueError where it is none."""
    if not is_email(address):
        raise ValueError("not an email address")
    _, mailbox = parseaddr(sender)
    message = EmailMessage(POLICY)
    message["From"] = sender
    message["To"] = address
    message["Subject"] = written.subject
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{mailbox.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is to answer it
    message.set_content(written.text)
    if written.html is not None:
        message.add_alternative(written.html, subtype="html")
    return message
