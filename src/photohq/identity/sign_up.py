"""Signing up: a user, a code by mail, a confirmed address."""

import uuid

from photohq.identity.codes import Purpose
from photohq.identity.parts import Parts
from photohq.identity.passwords import check_policy
from photohq.identity.refusals import InvalidParameter, NotAuthorized
from photohq.identity.users import Stored, User, is_email, user_name


class SignUp:
    """User names are taken in any case."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def sign_up(self, username: str, password: str) -> User:
        """Add a user who is to confirm the address by the code that is mailed.

        Raises InvalidParameter, InvalidPassword, UsernameExists, CodeDeliveryFailure.
        """
        sub, stored = self._credentials_of(username, password)
        with self._parts.database.transaction():
            now = self._parts.clock()
            user = self._parts.users.add(sub, username, stored, confirmed=False, now=now)
            code = self._parts.codes.issue(Purpose.SIGN_UP, user.email, sub)
        self._parts.codes.deliver(Purpose.SIGN_UP, user.email, code)
        return user

    def add_confirmed(self, username: str, password: str) -> User:
        """Add a user whose address the administrator vouches for; raises as `sign_up` does."""
        sub, stored = self._credentials_of(username, password)
        return self._parts.users.add(sub, username, stored, confirmed=True, now=self._parts.clock())

    def confirm(self, username: str, code: str) -> None:
        """Confirm the address by the newest code that was mailed to it.

        Raises NotAuthorized where that is done already, CodeMismatch, ExpiredCode, LimitExceeded.
        """
        name = user_name(username)
        user = self._parts.users.find(name)
        if user and user.confirmed:
            raise NotAuthorized("User cannot be confirmed. Current status is CONFIRMED")
        owner = user.sub if user else ""
        self._parts.codes.check(Purpose.SIGN_UP, name, owner, code)
        with self._parts.database.transaction():
            self._parts.codes.redeem(Purpose.SIGN_UP, name, owner, code)
            self._parts.users.confirm(owner)

    def resend_code(self, username: str) -> None:
        """Mail a new code; for an unknown user it only seems so.

        Raises InvalidParameter where the user is confirmed, LimitExceeded, CodeDeliveryFailure.
        """
        name = user_name(username)
        user = self._parts.users.find(name)
        if user and user.confirmed:
            raise InvalidParameter("User is already confirmed.")
        code = self._parts.codes.issue_again(Purpose.SIGN_UP, name, user.sub if user else "", name)
        self._parts.codes.deliver(Purpose.SIGN_UP, name, code, decoy=user is None)

    def _credentials_of(self, username: str, password: str) -> tuple[str, Stored]:
        """Answer the id of a new user, and what to store of the password."""
        if not is_email(username):
            raise InvalidParameter("Username should be an email.")
        check_policy(password)
        sub = str(uuid.uuid4())
        return sub, self._parts.credentials.make(sub, password)
