"""Being signed in: what tokens are good for, and how they end."""

from photohq.identity.refusals import NotAuthorized, UnsupportedTokenType
from photohq.identity.sessions import Sessions, SignedIn
from photohq.identity.tokens import AccessClaims, Tokens
from photohq.identity.users import User, Users
from photohq.photos.times import Clock


class Access:
    def __init__(self, users: Users, sessions: Sessions, tokens: Tokens, clock: Clock) -> None:
        self._users = users
        self._sessions = sessions
        self._tokens = tokens
        self._clock = clock

    def refresh(self, refresh_token: str) -> SignedIn:
        """Answer new access and ID tokens of the same session; raises NotAuthorized."""
        session = self._sessions.of_refresh_token(refresh_token)
        user = self._users.get(session.sub) if session else None
        if session is None or user is None:
            raise NotAuthorized("Invalid Refresh Token")
        if not user.enabled:
            raise NotAuthorized("User is disabled.")
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
