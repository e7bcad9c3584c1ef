"""Signing up: a user, a code by mail, a confirmed address."""

from photohq.embedded.database import Database
from photohq.identity.attempts import Attempts, Quota
from photohq.identity.codes import Codes
from photohq.identity.mail import Letter, Mail
from photohq.identity.passwords import Passwords, check_policy
from photohq.identity.refusals import (
    CodeDeliveryFailure,
    CodeMismatch,
    ExpiredCode,
    InvalidParameter,
    NotAuthorized,
    Refused,
)
from photohq.identity.users import User, Users, is_email
from photohq.photos.times import Clock

WRONG_CODES_AN_HOUR = 10
MAILS_AN_HOUR = 5


class SignUp:
    """User names are taken in any case."""

    def __init__(
        self,
        *,
        database: Database,
        users: Users,
        codes: Codes,
        passwords: Passwords,
        attempts: Attempts,
        mail: Mail,
        clock: Clock,
    ) -> None:
        self._database = database
        self._users = users
        self._codes = codes
        self._passwords = passwords
        self._wrong_codes = Quota(attempts, "wrong code", WRONG_CODES_AN_HOUR)
        self._mails = Quota(attempts, "mail", MAILS_AN_HOUR)
        self._mail = mail
        self._clock = clock

    def sign_up(self, username: str, password: str) -> User:
        """Add a user who is to confirm the address by the code that is mailed.

        Raises InvalidParameter, InvalidPassword, UsernameExists, CodeDeliveryFailure.
        """
        password_hash = self._hash(username, password)
        with self._database.transaction():
            user = self._users.add(username, password_hash, confirmed=False, now=self._clock())
            code = self._codes.issue(user.sub)
        self._deliver(user, code)
        return user

    def add_confirmed(self, username: str, password: str) -> User:
        """Add a user whose address the administrator vouches for; raises as `sign_up` does."""
        password_hash = self._hash(username, password)
        return self._users.add(username, password_hash, confirmed=True, now=self._clock())

    def confirm(self, username: str, code: str) -> None:
        """Confirm the address by the newest code that was mailed to it.

        Raises NotAuthorized where that is done already, CodeMismatch, ExpiredCode (also for an
        unknown user), LimitExceeded.
        """
        with self._database.transaction():
            refusal = self._confirm(username, code)
        # Raised outside, so that the attempt stays counted.
        if refusal:
            raise refusal

    def resend_code(self, username: str) -> None:
        """Mail a new code; for an unknown user it only seems so.

        Raises InvalidParameter where the user is confirmed, LimitExceeded, CodeDeliveryFailure.
        """
        user = self._users.find(username)
        if user and user.confirmed:
            raise InvalidParameter("User is already confirmed.")
        with self._database.transaction():
            self._mails.check(username)
            self._mails.spend(username)
            code = self._codes.issue(user.sub) if user else None
        if user and code:
            self._deliver(user, code)

    def _hash(self, username: str, password: str) -> str:
        if not is_email(username):
            raise InvalidParameter("Username should be an email.")
        check_policy(password)
        return self._passwords.hash(password)

    def _confirm(self, username: str, code: str) -> Refused | None:
        user = self._users.find(username)
        if user and user.confirmed:
            return NotAuthorized("User cannot be confirmed. Current status is CONFIRMED")
        self._wrong_codes.check(username)
        if user is None:
            self._wrong_codes.spend(username)
            return ExpiredCode()
        try:
            self._codes.redeem(user.sub, code)
        except (CodeMismatch, ExpiredCode) as refusal:
            self._wrong_codes.spend(username)
            return refusal
        self._users.confirm(user.sub)
        self._wrong_codes.clear(username)
        return None

    def _deliver(self, user: User, code: str) -> None:
        try:
            self._mail.send(Letter.CONFIRM_SIGN_UP, user.email, code)
        except OSError as error:
            raise CodeDeliveryFailure from error
