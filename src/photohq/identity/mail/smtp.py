"""The way to the mail server: SMTP (RFC 5321) with STARTTLS (RFC 3207), TLS (RFC 8314) or neither.

Certificate and host name of the server are verified; where STARTTLS is asked for and not offered,
nothing is sent.
"""

import ipaddress
import re
import smtplib
import ssl
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

import msgspec

from photohq.identity.users import is_email

TIMEOUT = 20.0
"""Seconds that the mail server may take for each of its answers."""


class MailFailure(Exception):
    """As text it is fit for the log; `answer` is what the server said, addresses and all."""

    def __init__(self, status: str, answer: str = "") -> None:
        super().__init__(status)
        self.answer = answer or status


class MailServerAway(MailFailure):
    """The server can't be used now, for whatever mail."""


class MailPutOff(MailFailure):
    """The server did not take this mail for now (4yz)."""


class MailRefused(MailFailure):
    """The server will never take this mail (5yz)."""


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed in, and by whom; `security` is starttls, tls or none."""

    host: str
    port: int
    security: str
    sender: str
    username: str = ""
    password_file: str = ""

    @property
    def mailbox(self) -> str:
        """The sender's address without the name."""
        return parseaddr(self.sender)[1]

    @property
    def reveals_password(self) -> bool:
        """Whether the password would go over a network for all to read."""
        return bool(self.username) and self.security == "none" and not _is_loopback(self.host)

    def password(self) -> str:
        """Read the password anew, as it may be changed at any time; raises OSError, ValueError."""
        if not self.username:
            return ""
        text = Path(self.password_file).read_bytes().decode("ascii", "replace")
        password = text.removesuffix("\n").removesuffix("\r")
        if not password:
            raise ValueError(f"{self.password_file} holds no password")
        if not (password.isascii() and self.username.isascii()):
            raise ValueError(f"the user name and what {self.password_file} holds have to be ASCII")
        return password

    def connect(self) -> "Connection":
        """Connect and sign in; raises MailServerAway."""
        try:
            return Connection(self._open(), self.mailbox)
        except smtplib.SMTPResponseException as error:
            raise MailServerAway(_answer(error.smtp_code, error.smtp_error)) from error
        except (OSError, ValueError) as error:
            raise MailServerAway(_line(str(error) or type(error).__name__)) from error

    def _open(self) -> smtplib.SMTP:
        password = self.password()
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.username:
                server.login(self.username, password)
        except BaseException:
            server.close()
            raise
        return server


class Connection:
    """A connection on which mails are sent one after the other."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, message: Message, address: str) -> None:
        """Send a mail; raises MailRefused, MailPutOff, MailServerAway."""
        if not is_email(address):
            raise MailRefused("it is to nobody")
        try:
            self._server.send_message(message, self._sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            raise _judged(*error.recipients[address]) from error
        except smtplib.SMTPDataError as error:
            raise _judged(error.smtp_code, error.smtp_error) from error
        except (
            smtplib.SMTPResponseException
        ) as error:  # the sender: no other mail would fare better
            answer = _answer(error.smtp_code, error.smtp_error)
            raise MailServerAway(_status(answer), answer) from error
        except (OSError, ValueError) as error:
            raise MailServerAway(_line(str(error) or type(error).__name__)) from error

    def close(self) -> None:
        """Say goodbye (RFC 5321, 4.1.1.10), unless the server has left already."""
        try:
            self._server.quit()
        except OSError:
            self._server.close()


def _judged(code: int, text: bytes | str) -> MailFailure:
    answer = _answer(code, text)
    if code == 421:  # "service not available, closing transmission channel"
        return MailServerAway(_status(answer), answer)
    return (MailRefused if code >= 500 else MailPutOff)(_status(answer), answer)


def _answer(code: int, text: bytes | str) -> str:
    return _line(f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}")


def _status(answer: str) -> str:
    """Answer the codes that an answer begins with (RFC 5321, 4.2; RFC 3463), without its words."""
    found = re.match(r"\d{3}( \d\.\d{1,3}\.\d{1,3}\b)?", answer)
    return found[0] if found else "no status"


def _line(text: str) -> str:
    return " ".join(text.split())


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
