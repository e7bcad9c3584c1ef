"""A forgotten password: a code by mail, and a new password for it."""

from photohq.embedded.database import Database
from photohq.identity.attempts import Lockout
from photohq.identity.codes import Purpose
from photohq.identity.credentials import Credentials
from photohq.identity.letters import Letter
from photohq.identity.mailed_codes import MailedCodes
from photohq.identity.notices import Notices
from photohq.identity.passwords import check_policy
from photohq.identity.sessions import Sessions
from photohq.identity.users import Users, user_name


class Recovery:
    def __init__(
        self,
        *,
        database: Database,
        users: Users,
        sessions: Sessions,
        credentials: Credentials,
        codes: MailedCodes,
        lockout: Lockout,
        notices: Notices,
    ) -> None:
        self._database = database
        self._users = users
        self._sessions = sessions
        self._credentials = credentials
        self._codes = codes
        self._lockout = lockout
        self._notices = notices

    def forgot(self, username: str) -> None:
        """Mail a code; for an unknown or disabled user it only seems so.

        Raises LimitExceeded, CodeDeliveryFailure.
        """
        name = user_name(username)
        user = self._users.find(name)
        owner = user.sub if user and user.enabled else ""
        code = self._codes.issue_again(Purpose.RESET, name, owner, name)
        self._codes.deliver(Purpose.RESET, name, code, decoy=not owner)

    def confirm(self, username: str, code: str, password: str) -> None:
        """Set a new password, and end all sessions.

        The code came by mail, so that the address is confirmed by it, too. Raises InvalidPassword,
        CodeMismatch, ExpiredCode, LimitExceeded.
        """
        check_policy(password)
        name = user_name(username)
        user = self._users.find(name)
        owner = user.sub if user and user.enabled else ""
        self._codes.check(Purpose.RESET, name, owner, code)
        stored = self._credentials.make(owner, password)
        with self._database.transaction():
            self._codes.redeem(Purpose.RESET, name, owner, code)
            self._users.set_password(owner, stored)
            self._users.confirm(owner)
            self._sessions.revoke_all(owner)
            self._lockout.forgive(name)
        self._notices.tell(Letter.PASSWORD_CHANGED, name)
