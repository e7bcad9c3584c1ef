"""Mail that tells the owner what was changed of what one signs in with."""

import logging

from photohq.identity.letters import Letter
from photohq.identity.mail import Mail

log = logging.getLogger("photohq.identity")


class Notices:
    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def tell(self, letter: Letter, address: str) -> None:
        """Write to the owner; a mail that fails is logged, as the change is made already."""
        try:
            self._mail.send(letter, address)
        except OSError:
            log.exception("a notice could not be written", extra={"letter": letter.value})
