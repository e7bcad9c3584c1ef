"""Signing in with a password, staying signed in with a refresh token, signing out."""

import msgspec

from photohq.embedded.database import Database
from photohq.identity.attempts import Lockout
from photohq.identity.passwords import Passwords
from photohq.identity.refusals import NotAuthorized, UnsupportedTokenType, UserNotConfirmed
from photohq.identity.sessions import Sessions
from photohq.identity.tokens import AccessClaims, Tokens
from photohq.identity.users import User, Users
from photohq.photos.times import Clock


class SignedIn(msgspec.Struct, frozen=True):
    access_token: str
    id_token: str
    refresh_token: str | None = None


class SignIn:
    def __init__(
        self,
        *,
        database: Database,
        users: Users,
        sessions: Sessions,
        tokens: Tokens,
        passwords: Passwords,
        lockout: Lockout,
        clock: Clock,
    ) -> None:
        self._database = database
        self._users = users
        self._sessions = sessions
        self._tokens = tokens
        self._passwords = passwords
        self._lockout = lockout
        self._clock = clock

    def with_password(self, username: str, password: str) -> SignedIn:
        """Open a session.

        Raises NotAuthorized and TooManyRequests, which tell nothing of whether there is such a
        user; with the right password also UserNotConfirmed, and NotAuthorized for a disabled user.
        """
        self._lockout.check(username)
        user = self._users.find(username)
        right = self._passwords.verify(password, user.password_hash if user else None)
        with self._database.transaction():
            # Again: guesses that were hashed side by side must not outrun the lock.
            self._lockout.check(username)
            if right:
                self._lockout.clear(username)
            else:
                self._lockout.count_failure(username)
        if user is None or not right:
            raise NotAuthorized("Incorrect username or password.")
        return self._open_session(user)

    def with_refresh_token(self, refresh_token: str) -> SignedIn:
        """Answer new access and ID tokens of the same session; raises NotAuthorized."""
        session = self._sessions.of_refresh_token(refresh_token)
        user = self._users.get(session.sub) if session else None
        if session is None or user is None:
            raise NotAuthorized("Invalid Refresh Token")
        _check_enabled(user)
        if session.revoked:
            raise NotAuthorized("Refresh Token has been revoked")
        if session.expires_at <= self._clock():
            raise NotAuthorized("Refresh Token has expired")
        return SignedIn(*self._tokens.issue(user, session))

    def user(self, access_token: str) -> User:
        """Answer whose access token this is; raises NotAuthorized."""
        user = self._users.get(self.check(access_token).sub)
        if user is None:
            raise NotAuthorized("Access Token has been revoked")
        return user

    def check(self, access_token: str) -> AccessClaims:
        """Verify an access token and that its session lives; raises NotAuthorized."""
        claims = self._tokens.verify(access_token)
        enabled, revoked = self._sessions.state(claims.origin_jti) or (True, True)
        if not enabled:
            raise NotAuthorized("User is disabled.")
        if revoked:
            raise NotAuthorized("Access Token has been revoked")
        return claims

    def revoke(self, refresh_token: str) -> None:
        """End a refresh token and its access tokens.

        A token that is none of ours is no failure, as there is nothing that it could still open
        (RFC 7009, 2.2). Raises UnsupportedTokenType for an access or ID token.
        """
        if "." in refresh_token:
            raise UnsupportedTokenType
        if session := self._sessions.of_refresh_token(refresh_token):
            self._sessions.revoke(session.origin_jti)

    def sign_out_everywhere(self, access_token: str) -> None:
        """End every session of the token's user; raises NotAuthorized."""
        self._sessions.revoke_all(self.check(access_token).sub)

    def _open_session(self, known: User) -> SignedIn:
        with self._database.transaction():
            # Again: whoever was shut out during the hashing must not get a session after it.
            user = self._users.get(known.sub)
            if user is None or user.password_hash != known.password_hash:
                raise NotAuthorized("Incorrect username or password.")
            _check_enabled(user)
            if not user.confirmed:
                raise UserNotConfirmed
            session, refresh_token = self._sessions.open(user.sub, self._clock())
        return SignedIn(*self._tokens.issue(user, session), refresh_token)


def _check_enabled(user: User) -> None:
    if not user.enabled:
        raise NotAuthorized("User is disabled.")
