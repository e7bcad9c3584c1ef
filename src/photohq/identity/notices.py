"""Mail that tells the owner what was changed of what one signs in with."""

import logging

from photohq.identity.attempts import Attempts, Quota
from photohq.identity.mail.letters import Letter
from photohq.identity.mail.mailer import Mail
from photohq.identity.refusals import LimitExceeded

log = logging.getLogger("photohq.identity")
NOTICES_AN_HOUR = 10
"""For each address, so that whoever changes something over and over does not fill a mailbox."""


class Notices:
    def __init__(self, mail: Mail, attempts: Attempts) -> None:
        self._mail = mail
        self._quota = Quota(attempts, "notice", NOTICES_AN_HOUR)

    def tell(self, letter: Letter, address: str) -> None:
        """Write to the owner; what can't be sent is logged, as the change is made already."""
        try:
            self._quota.check(address)
            self._quota.spend(address)
            self._mail.send(letter, address)
        except (LimitExceeded, OSError) as error:
            log.warning("a notice was not sent: %s", error, extra={"letter": letter.value})
