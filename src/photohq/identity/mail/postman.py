"""The postman: hands what lies in the outbox to the mail server, until it has taken all of it."""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from photohq.identity.mail.outbox import CODE, EXPIRES, Outbox, read, unfolded
from photohq.identity.mail.smtp import (
    Connection,
    MailPutOff,
    MailRefused,
    MailServer,
    MailServerAway,
)
from photohq.photos.times import Clock

log = logging.getLogger("photohq.mail")
SETTLE = 0.2
"""Seconds from the wake to the work. A mail is written only for a user who exists, and sending it
would compete with the very request whose time must not tell that."""
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0


class _Patience:
    """How long to wait after a failure: twice as long each time."""

    def __init__(self) -> None:
        self.failures = 0
        self.until = 0.0

    def failed(self, now: float) -> None:
        self.until = now + min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        self.failures += 1


class Postman:
    """One at a time works on an outbox. A crash at the wrong moment sends a mail twice."""

    def __init__(
        self,
        outbox: Outbox,
        server: MailServer,
        *,
        clock: Clock = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        settle: float = SETTLE,
    ) -> None:
        self.outbox = outbox
        self._server = server
        self._clock = clock
        self._monotonic = monotonic
        self._settle = settle
        self._patience = _Patience()
        self._put_off: dict[str, _Patience] = {}
        self._taken: set[str] = set()
        self._is_away = False

    def round(self) -> None:
        """Send what waits, oldest first, unless the server failed only just now."""
        if self._monotonic() < self._patience.until or not self._due():
            return
        time.sleep(self._settle)
        sent = 0
        try:
            with closing(self._server.connect()) as connection:
                for path in self._due():
                    sent += self._handle(connection, path)
        except MailServerAway as away:
            self._wait(away, sent)
        else:
            self._go_on()
        if sent:
            log.info("mail sent", extra={"count": sent})

    def _due(self) -> list[Path]:
        """Answer the mails to send now; those that failed are last, so that they block none."""
        now = self._monotonic()
        waiting = self.outbox.waiting()
        names = {path.name for path in waiting}
        self._put_off = {name: it for name, it in self._put_off.items() if name in names}
        self._taken &= names
        fresh = _Patience()
        tries = {path: self._put_off.get(path.name, fresh) for path in waiting}
        due = [path for path in waiting if tries[path].until <= now]
        return sorted(due, key=lambda path: tries[path].failures)

    def _handle(self, connection: Connection, path: Path) -> bool:
        """Send a mail and remove it, and tell whether it was sent; raises MailServerAway."""
        try:
            if path.name not in self._taken:
                return self._send(connection, path)
            path.unlink()
        except FileNotFoundError:  # forgotten meanwhile
            pass
        except OSError as error:
            self._wait_with(path, str(error.strerror))
        return False

    def _send(self, connection: Connection, path: Path) -> bool:
        message = read(path)
        if self._is_over(message):
            path.unlink()
            log.warning("a mail was given up: its code is not good any more", extra=_id(message))
            return False
        del message[CODE]
        try:
            connection.send(message, unfolded(message, "To"))
        except MailRefused as refused:
            self.outbox.set_aside(path)
            log.warning(
                "a mail was refused; it lies in the folder failed of the outbox",
                extra={"answer": str(refused), **_id(message)},
            )
            return False
        except MailPutOff as put_off:
            self._wait_with(path, str(put_off))
            return False
        except MailServerAway:  # perhaps because of this very mail
            self._failed(path)
            raise
        self._taken.add(path.name)
        path.unlink()
        return True

    def _is_over(self, message: Message) -> bool:
        try:
            expires = parsedate_to_datetime(str(message[EXPIRES]))
        except ValueError:  # a notice
            return False
        return expires.timestamp() <= self._clock()

    def _wait(self, away: MailServerAway, sent: int) -> None:
        """Wait longer each time; who takes some mails and then no more is there, after all."""
        if sent:
            self._go_on()
        elif not self._is_away:
            self._is_away = True
            log.warning(
                "mail can't be sent now; it is tried again until it can",
                extra={"reason": str(away), "waiting": len(self.outbox.waiting())},
            )
        self._patience.failed(self._monotonic())

    def _go_on(self) -> None:
        self._patience = _Patience()
        if self._is_away:
            self._is_away = False
            log.info("mail can be sent again")

    def _wait_with(self, path: Path, reason: str) -> None:
        if path.name not in self._put_off:
            log.warning("a mail is put off", extra={"reason": reason, "mail": path.name})
        self._failed(path)

    def _failed(self, path: Path) -> None:
        self._put_off.setdefault(path.name, _Patience()).failed(self._monotonic())


def _id(message: Message) -> dict[str, str]:
    """Answer what the mail server's log knows a mail by."""
    return {"message_id": str(message["Message-ID"])}
