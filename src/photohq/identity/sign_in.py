"""Signing in: a password, by itself or by SRP, then a second factor where the user has one."""

from hashlib import sha256
from typing import Literal

import msgspec

from photohq.identity.handshakes import Proof
from photohq.identity.mail.letters import Letter
from photohq.identity.parts import Parts
from photohq.identity.refusals import (
    CodeMismatch,
    ExpiredCode,
    NotAuthorized,
    Refused,
    UserNotConfirmed,
)
from photohq.identity.sessions import SignedIn
from photohq.identity.users import Stored, User, user_name


class CodeChallenge(msgspec.Struct, frozen=True, tag="SOFTWARE_TOKEN_MFA"):
    """The password was right, the code is to come; void once the password is another."""

    username: str
    sub: str
    password: str


class SetUpChallenge(msgspec.Struct, frozen=True, tag="MFA_SETUP"):
    """The password was right, a second factor has to be set up, and so much of it is done."""

    username: str
    sub: str
    password: str
    step: Literal["begun", "associated", "proved"] = "begun"


class Challenged(msgspec.Struct, frozen=True):
    """A sign-in that is not done: which challenge to answer, and with what in hand."""

    name: str
    parameters: dict[str, str]
    session: str | None = None


class SignIn:
    """Refusals tell nothing of whether there is such a user before the password was right."""

    def __init__(self, parts: Parts, *, mfa_required: bool = False) -> None:
        self._parts = parts
        self._mfa_required = mfa_required

    def with_password(self, username: str, password: str) -> SignedIn | Challenged:
        """Check a password.

        Raises NotAuthorized and TooManyRequests; with the right password also UserNotConfirmed, and
        NotAuthorized for a disabled user.
        """
        user = self._parts.users.find(username)
        attempt = self._parts.lockout.attempt(username)
        if not self._parts.credentials.verify(user, password) or user is None:
            raise _incorrect()
        # Users from before there were verifiers get one.
        stored = None if user.srp_verifier else self._parts.credentials.make(user.sub, password)
        return self._password_was_right(user, username, attempt, stored)

    def begin_srp(self, username: str, client_public: str) -> Challenged:
        """Begin a handshake; raises InvalidParameter, and NotAuthorized and TooManyRequests while
        the account is locked."""
        self._parts.lockout.check(username)
        user = self._parts.users.find(username)
        return Challenged(
            "PASSWORD_VERIFIER", self._parts.handshakes.begin(user, username, client_public)
        )

    def finish_srp(self, username: str, proof: Proof) -> SignedIn | Challenged:
        """Check the client's proof that it knew the password; raises as `with_password` does."""
        try:
            begun = self._parts.handshakes.take(username, proof)
        except NotAuthorized:
            raise _incorrect() from None
        attempt = self._parts.lockout.attempt(begun.username)
        user = self._parts.users.find(begun.username)
        if not self._parts.handshakes.is_right(begun, user, proof) or user is None:
            raise _incorrect()
        return self._password_was_right(user, begun.username, attempt)

    def with_code(self, session: str, username: str, code: str) -> SignedIn:
        """Answer the challenge of the second factor.

        A wrong code counts as a failed sign-in, and the session may be tried again. Raises
        CodeMismatch, ExpiredCode (the code was used already), NotAuthorized, TooManyRequests.
        """
        begun = self._parts.challenges.open(session, CodeChallenge)
        with self._parts.database.transaction():
            attempt = self._parts.lockout.attempt(begun.username)
            outcome = self._check_code(begun, session, username, code, attempt)
        # Raised outside, so that the attempt stays counted.
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def associate(self, session: str) -> tuple[str, str]:
        """Answer the seed for an authenticator app, and the session that goes on.

        For users who have to set up a second factor at sign-in. Raises NotAuthorized.
        """
        begun = self._parts.challenges.open(session, SetUpChallenge)
        with self._parts.database.transaction():
            self._leave(begun, "begun", session)
            seed = self._parts.second_factors.associate(begun.sub)
        return seed, self._parts.challenges.seal(msgspec.structs.replace(begun, step="associated"))

    def prove(self, session: str, code: str) -> str:
        """Take the first code of an authenticator app, and answer the session that goes on.

        Raises EnableSoftwareTokenMFA, which leaves the session good, and NotAuthorized.
        """
        begun = self._parts.challenges.open(session, SetUpChallenge)
        with self._parts.database.transaction():
            user = self._leave(begun, "associated", session)
            self._parts.second_factors.prove(begun.sub, code)
            self._parts.second_factors.enable(begun.sub, True, preferred=True)
        self._parts.notices.tell(Letter.MFA_CHANGED, user.email)
        return self._parts.challenges.seal(msgspec.structs.replace(begun, step="proved"))

    def with_set_up(self, session: str, username: str) -> SignedIn:
        """Sign in after a second factor was set up; raises NotAuthorized."""
        begun = self._parts.challenges.open(session, SetUpChallenge)
        with self._parts.database.transaction():
            user = self._leave(begun, "proved", session)
            _check_name(user, username)
            return self._enter(user, begun.username)

    def _password_was_right(
        self, known: User, username: str, attempt: float, stored: Stored | None = None
    ) -> SignedIn | Challenged:
        with self._parts.database.transaction():
            self._parts.lockout.take_back(username, attempt)
        with self._parts.database.transaction():
            # Again: whoever was shut out during the hashing must not get a session after it.
            user = self._parts.users.get(known.sub)
            if user is None or user.password_hash != known.password_hash:
                raise _incorrect()
            if not user.enabled:
                raise NotAuthorized("User is disabled.")
            if not user.confirmed:
                raise UserNotConfirmed
            if stored:
                self._parts.users.set_password(user.sub, stored)
                user = msgspec.structs.replace(user, password_hash=stored.password_hash)
            return self._challenged(user, username) or self._enter(user, username)

    def _challenged(self, user: User, username: str) -> Challenged | None:
        """Answer what is still asked of a user whose password was right."""
        set_up = self._parts.second_factors.is_set_up(user.sub)
        if not self._mfa_required and not self._parts.second_factors.is_enabled(user.sub):
            return None
        kind = CodeChallenge if set_up else SetUpChallenge
        begun = kind(user_name(username), user.sub, _mark(user))
        parameters = {"USER_ID_FOR_SRP": user.sub}
        if not set_up:
            parameters["MFAS_CAN_SETUP"] = '["SOFTWARE_TOKEN_MFA"]'
        return Challenged(
            str(kind.__struct_config__.tag), parameters, session=self._parts.challenges.seal(begun)
        )

    def _check_code(
        self, begun: CodeChallenge, session: str, username: str, code: str, attempt: float
    ) -> SignedIn | Refused:
        try:
            user = self._begun_by(begun)
            _check_name(user, username)
            self._parts.second_factors.check(user.sub, code)
        except (CodeMismatch, ExpiredCode, NotAuthorized) as refusal:
            return refusal
        if not self._parts.challenges.spend(session):
            return _no_session()
        self._parts.lockout.take_back(begun.username, attempt)
        return self._enter(user, begun.username)

    def _leave(self, begun: SetUpChallenge, step: str, session: str) -> User:
        """Leave a step of the set-up behind; raises NotAuthorized for any other one.

        Nothing is set up over a second factor that was set up meanwhile.
        """
        user = self._begun_by(begun)
        ready = self._parts.second_factors.is_set_up(user.sub) == (step == "proved")
        if begun.step != step or not ready or not self._parts.challenges.spend(session):
            raise _no_session()
        return user

    def _begun_by(self, begun: CodeChallenge | SetUpChallenge) -> User:
        """Answer the user of a challenge; raises NotAuthorized after a new password or the like."""
        user = self._parts.users.get(begun.sub)
        if user is None or not user.enabled or _mark(user) != begun.password:
            raise _no_session()
        return user

    def _enter(self, user: User, username: str) -> SignedIn:
        self._parts.lockout.clear(username)
        session, refresh_token = self._parts.sessions.open(user.sub, self._parts.clock())
        return SignedIn(*self._parts.tokens.issue(user, session), refresh_token)


def _incorrect() -> NotAuthorized:
    return NotAuthorized("Incorrect username or password.")


def _no_session() -> NotAuthorized:
    return NotAuthorized("Invalid session for the user.")


def _check_name(user: User, username: str) -> None:
    if user_name(username) not in {user.sub, user.email}:
        raise _no_session()


def _mark(user: User) -> str:
    """Tell passwords apart without telling anything else of them."""
    return sha256(user.password_hash.encode()).hexdigest()[:16]
