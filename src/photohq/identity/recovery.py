"""A forgotten password: a code by mail, and a new password for it."""

from photohq.identity.codes import Purpose
from photohq.identity.mail.letters import Letter
from photohq.identity.parts import Parts
from photohq.identity.passwords import check_policy
from photohq.identity.users import user_name


class Recovery:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def forgot(self, username: str) -> None:
        """Mail a code; for an unknown or disabled user it only seems so.

        Raises LimitExceeded, CodeDeliveryFailure.
        """
        name = user_name(username)
        user = self._parts.users.find(name)
        owner = user.sub if user and user.enabled else ""
        code = self._parts.codes.issue_again(Purpose.RESET, name, owner, name)
        self._parts.codes.deliver(Purpose.RESET, name, code, decoy=not owner)

    def confirm(self, username: str, code: str, password: str) -> None:
        """Set a new password, and end all sessions.

        The code came by mail, so that the address is confirmed by it, too. Raises InvalidPassword,
        CodeMismatch, ExpiredCode, LimitExceeded.
        """
        check_policy(password)
        name = user_name(username)
        user = self._parts.users.find(name)
        owner = user.sub if user and user.enabled else ""
        self._parts.codes.check(Purpose.RESET, name, owner, code)
        stored = self._parts.credentials.make(owner, password)
        with self._parts.database.transaction():
            self._parts.codes.redeem(Purpose.RESET, name, owner, code)
            self._parts.users.set_password(owner, stored)
            self._parts.users.confirm(owner)
            self._parts.sessions.revoke_all(owner)
            self._parts.lockout.forgive(name)
        self._parts.notices.tell(Letter.PASSWORD_CHANGED, name)
