"""What signed-in users change of their own: password, address, second factor, being there."""

from photohq.identity.access import Access
from photohq.identity.codes import Purpose
from photohq.identity.departures import Departures
from photohq.identity.mail.letters import Letter
from photohq.identity.parts import Parts
from photohq.identity.passwords import check_policy
from photohq.identity.refusals import (
    AliasExists,
    ExpiredCode,
    InvalidParameter,
    LimitExceeded,
    NotAuthorized,
    TooManyRequests,
)
from photohq.identity.users import User, is_email, user_name


class Account:
    """Each call takes the access token of whose account it is; raises NotAuthorized without."""

    def __init__(
        self, parts: Parts, access: Access, departures: Departures, *, mfa_required: bool
    ) -> None:
        self._parts = parts
        self._mfa_required = mfa_required
        self._access = access
        self._departures = departures

    def change_password(self, access_token: str, previous: str, proposed: str) -> None:
        """Set a new password, and end all other sessions.

        A wrong previous one counts as a failed sign-in. Raises InvalidPassword, NotAuthorized,
        LimitExceeded.
        """
        session = self._access.check(access_token).origin_jti
        user = self._access.user(access_token)
        check_policy(proposed)
        try:
            attempt = self._parts.lockout.attempt(user.email)
        except (NotAuthorized, TooManyRequests):
            raise LimitExceeded from None
        if not self._parts.credentials.verify(user, previous):
            raise NotAuthorized("Incorrect username or password.")
        stored = self._parts.credentials.make(user.sub, proposed)
        with self._parts.database.transaction():
            self._parts.lockout.take_back(user.email, attempt)
            now = self._access.user(access_token)  # whoever was signed out meanwhile is too late
            if now.password_hash != user.password_hash:
                raise NotAuthorized("Incorrect username or password.")
            self._parts.users.set_password(user.sub, stored)
            self._parts.sessions.revoke_all(user.sub, but=session)
            self._parts.lockout.clear(user.email)
        self._parts.notices.tell(Letter.PASSWORD_CHANGED, user.email)

    def change_email(self, access_token: str, address: str) -> str | None:
        """Mail a code to a new address, which counts once the code is back.

        Answers the address, or None where it is the one that there is. Raises InvalidParameter,
        AliasExists, LimitExceeded, CodeDeliveryFailure.
        """
        user = self._access.user(access_token)
        if not is_email(address):
            raise InvalidParameter("Invalid email address format.")
        wanted = user_name(address)
        if wanted == user.email:
            self._parts.users.set_new_email(user.sub, None)
            return None
        if self._parts.users.find(wanted):
            raise AliasExists
        self._mail_code(user.sub, wanted)
        return wanted

    def resend_email_code(self, access_token: str) -> str:
        """Mail a new code to the address that waits for one, and answer the address.

        Raises InvalidParameter where none waits, LimitExceeded, CodeDeliveryFailure.
        """
        user = self._access.user(access_token)
        if user.new_email is None:
            raise InvalidParameter("There is no new email address to verify.")
        self._mail_code(user.sub, user.new_email)
        return user.new_email

    def confirm_email(self, access_token: str, code: str) -> None:
        """Put the new address in the place of the old one, which is told.

        Raises CodeMismatch, ExpiredCode, LimitExceeded, AliasExists.
        """
        user = self._access.user(access_token)
        if user.new_email is None:
            raise ExpiredCode
        owner = _owner(user.sub, user.new_email)
        self._parts.codes.check(Purpose.EMAIL, user.sub, owner, code)
        with self._parts.database.transaction():
            self._parts.codes.redeem(Purpose.EMAIL, user.sub, owner, code)
            if not self._parts.users.take_new_email(user.sub, user.new_email):
                raise ExpiredCode
        self._parts.notices.tell(Letter.EMAIL_CHANGED, user.email)

    def associate_app(self, access_token: str) -> str:
        """Answer a seed for an authenticator app, in base32, which counts once it is proved."""
        with self._parts.database.transaction():  # nobody leaves meanwhile
            return self._parts.second_factors.associate(self._access.user(access_token).sub)

    def prove_app(self, access_token: str, code: str) -> None:
        """Take the app into use by its first code; raises EnableSoftwareTokenMFA."""
        user = self._access.user(access_token)
        replaced = self._parts.second_factors.is_set_up(user.sub)
        self._parts.second_factors.prove(user.sub, code)
        if replaced:
            self._parts.notices.tell(Letter.MFA_CHANGED, user.email)

    def prefer_app(self, access_token: str, *, enabled: bool, preferred: bool = False) -> None:
        """Ask for a code at each sign-in, or don't.

        Raises InvalidParameter without an app, and where everybody has to have one.

        `preferred` is only told again: there is no other factor to prefer it to.
        """
        user = self._access.user(access_token)
        if enabled and not self._parts.second_factors.is_set_up(user.sub):
            raise InvalidParameter("User has not set up software token mfa")
        if not enabled and self._mfa_required:
            raise InvalidParameter("A second factor is required in this user pool.")
        was_enabled = self._parts.second_factors.is_enabled(user.sub)
        self._parts.second_factors.enable(user.sub, enabled, preferred=preferred)
        if enabled != was_enabled:
            self._parts.notices.tell(Letter.MFA_CHANGED, user.email)

    def app(self, user: User) -> tuple[bool, bool]:
        """Tell whether a code is asked for at each sign-in, and whether the user prefers that."""
        factors = self._parts.second_factors
        return factors.is_enabled(user.sub), factors.is_preferred(user.sub)

    def leave(self, access_token: str) -> None:
        """Remove the user; the photos go by and by."""
        self._departures.leave(self._access.user(access_token))

    def _mail_code(self, sub: str, address: str) -> None:
        """Mail a code to an address, which is the one that waits from now on."""
        with self._parts.database.transaction():
            code = self._parts.codes.issue_again(Purpose.EMAIL, sub, _owner(sub, address), address)
            self._parts.users.set_new_email(sub, address)
        self._parts.codes.deliver(Purpose.EMAIL, address, code)


def _owner(sub: str, address: str) -> str:
    """Bind a code to a user and to the very address that it was mailed to."""
    return f"{sub} {address}"
