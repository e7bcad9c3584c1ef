"""Codes on their way to users and back, and how many may be sent and tried."""

from photohq.embedded.database import Database
from photohq.identity.attempts import Attempts, Quota
from photohq.identity.codes import Codes, Purpose
from photohq.identity.mail.letters import Letter
from photohq.identity.mail.mailer import Mail
from photohq.identity.refusals import CodeDeliveryFailure, CodeMismatch, ExpiredCode, Refused

WRONG_CODES_AN_HOUR = 10
MAILS_AN_HOUR = 5
_LETTERS = {
    Purpose.SIGN_UP: Letter.CONFIRM_SIGN_UP,
    Purpose.RESET: Letter.RESET_PASSWORD,
    Purpose.EMAIL: Letter.CONFIRM_EMAIL,
}


class MailedCodes:
    """Counts by the name that was asked for, each purpose for itself, and by where mail goes.

    `owner` is what a code is bound to: the user's id, or empty where there is no such user.
    """

    def __init__(self, database: Database, codes: Codes, attempts: Attempts, mail: Mail) -> None:
        self._database = database
        self._codes = codes
        self._mail = mail
        self._wrong_codes = {
            purpose: Quota(attempts, f"wrong code: {purpose.label}", WRONG_CODES_AN_HOUR)
            for purpose in Purpose
        }
        self._asked = {
            purpose: Quota(attempts, f"code asked for: {purpose.label}", MAILS_AN_HOUR)
            for purpose in Purpose
        }
        self._mails = Quota(attempts, "mail", MAILS_AN_HOUR)

    def issue(self, purpose: Purpose, name: str, owner: str) -> str:
        """Make a code, in the transaction that this is called in; `deliver` is to follow."""
        return self._codes.issue(purpose, name, owner)

    def issue_again(self, purpose: Purpose, name: str, owner: str, address: str) -> str:
        """Make a code that is counted; raises LimitExceeded.

        A user who writes to many addresses is stopped, and so are many who write to one.
        """
        with self._database.transaction():
            for quota, counted in ((self._asked[purpose], name), (self._mails, address)):
                quota.check(counted)
                quota.spend(counted)
            return self.issue(purpose, name, owner)

    def deliver(self, purpose: Purpose, address: str, code: str, *, decoy: bool = False) -> None:
        """Mail a code; a decoy costs the same and goes nowhere. Raises CodeDeliveryFailure."""
        try:
            self._mail.send(_LETTERS[purpose], address, code, decoy=decoy)
        except OSError as error:
            raise CodeDeliveryFailure from error

    def check(self, purpose: Purpose, name: str, owner: str, code: str) -> None:
        """Look at a code that came back; raises CodeMismatch, ExpiredCode, LimitExceeded.

        Not to be called in a transaction, as what is refused stays counted.
        """
        with self._database.transaction():
            self._wrong_codes[purpose].check(name)
            refusal = self._refusal(purpose, name, owner, code)
            if refusal:
                self._wrong_codes[purpose].spend(name)
        if refusal:
            raise refusal

    def redeem(self, purpose: Purpose, name: str, owner: str, code: str) -> None:
        """Use up a code that was checked; raises ExpiredCode for the later of two at once."""
        self._codes.redeem(purpose, name, owner, code)
        self._wrong_codes[purpose].clear(name)

    def _refusal(self, purpose: Purpose, name: str, owner: str, code: str) -> Refused | None:
        try:
            self._codes.check(purpose, name, owner, code)
        except (CodeMismatch, ExpiredCode) as refusal:
            return refusal
        return None if owner else ExpiredCode()
