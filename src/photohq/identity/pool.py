"""Photo HQ's own user pool, in the embedded database."""

import secrets
import string
import time
from typing import Any

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.access import Access
from photohq.identity.account import Account
from photohq.identity.attempts import Attempts, Lockout
from photohq.identity.challenges import Challenges
from photohq.identity.codes import Codes
from photohq.identity.credentials import Credentials
from photohq.identity.departures import Departures
from photohq.identity.handshakes import Handshakes
from photohq.identity.keys import SigningKeys
from photohq.identity.mail.letters import Letter
from photohq.identity.mail.mailer import Mail
from photohq.identity.mailed_codes import MailedCodes
from photohq.identity.notices import Notices
from photohq.identity.parts import Parts
from photohq.identity.passwords import Passwords
from photohq.identity.port import Caller, PoolDescription
from photohq.identity.recovery import Recovery
from photohq.identity.refusals import NotAuthorized
from photohq.identity.schema import MIGRATIONS, row
from photohq.identity.sessions import Sessions
from photohq.identity.sign_in import SignIn
from photohq.identity.sign_up import SignUp
from photohq.identity.tokens import Tokens
from photohq.identity.totp import SecondFactors
from photohq.identity.users import User, Users
from photohq.photos.errors import Unauthenticated
from photohq.photos.times import Clock

REGION = "local"
MOUNT = "/identity"
"""The path of the identity endpoint below the public URL."""


class Pool:
    """Implements `identity.port.UserPool`; clients reach it below `public_url`."""

    def __init__(
        self,
        database: Database,
        master_key: MasterKey,
        mail: Mail,
        public_url: str,
        clock: Clock = time.time,
        *,
        passwords: Passwords | None = None,
        mfa_required: bool = False,
    ) -> None:
        database.migrate("identity", MIGRATIONS)
        user_pool_id, self.client_id = _names(database)
        endpoint = public_url.rstrip("/") + MOUNT
        issuer = f"{endpoint}/{user_pool_id}"
        self._description = PoolDescription(
            region=REGION,
            user_pool_id=user_pool_id,
            client_id=self.client_id,
            identity_endpoint=endpoint,
            issuer=issuer,
            jwks_uri=f"{issuer}/.well-known/jwks.json",
        )
        attempts = Attempts(database, master_key, clock)
        challenges = Challenges(database, master_key, clock)
        credentials = Credentials(
            passwords or Passwords(), master_key, user_pool_id.removeprefix(f"{REGION}_")
        )
        self._keys = SigningKeys(database, master_key, clock)
        self._parts = parts = Parts(
            database=database,
            users=Users(database),
            sessions=Sessions(database),
            tokens=Tokens(self._keys, issuer, self.client_id, clock),
            credentials=credentials,
            challenges=challenges,
            handshakes=Handshakes(credentials, challenges, clock),
            second_factors=SecondFactors(database, master_key, clock),
            codes=MailedCodes(database, Codes(database, master_key, clock), attempts, mail),
            notices=Notices(mail, attempts),
            lockout=Lockout(attempts, database, clock),
            clock=clock,
        )
        self.departures = Departures(database, parts.users, clock)
        self.access = Access(parts.users, parts.sessions, parts.tokens, clock)
        self.sign_up = SignUp(parts)
        self.sign_in = SignIn(parts, mfa_required=mfa_required)
        self.recovery = Recovery(parts)
        self.account = Account(parts, self.access, self.departures, mfa_required=mfa_required)

    def caller(self, access_token: str) -> Caller:
        try:
            claims = self.access.check(access_token)
        except NotAuthorized as refusal:
            raise Unauthenticated from refusal
        return Caller(claims.sub)

    def describe(self) -> PoolDescription:
        return self._description

    def check(self) -> None:
        row(self._parts.database, "SELECT 1 FROM users LIMIT 1")

    def key_set(self) -> dict[str, Any]:
        """Answer the JSON Web Key Set (RFC 7517) that verifies the pool's tokens."""
        return {"keys": self._keys.published()}

    def users(self) -> list[User]:
        """Answer every user, by email."""
        return self._parts.users.all()

    def rotate_keys(self) -> None:
        """Sign with new keys from now on; the old ones verify for three hours more."""
        self._keys.rotate()

    def reset_second_factor(self, email: str) -> bool:
        """Take a second factor away from a user who has lost it; False where there is no user.

        Sessions end, as whoever has planted it may be in one of them, and the owner is told.
        """
        with self._parts.database.transaction():
            user = self._parts.users.find(email)
            if user is None:
                return False
            self._parts.second_factors.remove(user.sub)
            self._parts.sessions.revoke_all(user.sub)
        self._parts.notices.tell(Letter.MFA_CHANGED, user.email)
        return True

    def remove(self, email: str) -> bool:
        """Remove a user, whose photos go by and by; False where there is none."""
        user = self._parts.users.find(email)
        if user is None:
            return False
        self.departures.leave(user)
        return True

    def set_enabled(self, email: str, *, enabled: bool) -> bool:
        """Let a user in, or keep one out from the next request on; False where there is none.

        As in Cognito's AdminDisableUser, sessions end, so that no old token lives again later.
        """
        with self._parts.database.transaction():
            user = self._parts.users.find(email)
            if user is None:
                return False
            self._parts.users.set_enabled(user.sub, enabled)
            if not enabled:
                self._parts.sessions.revoke_all(user.sub)
        return True


def _names(database: Database) -> tuple[str, str]:
    """Answer the ids of the user pool and of its client, which are made once."""
    query = "SELECT user_pool_id, client_id FROM pool"
    with database.transaction() as writer:
        found = row(database, query)
        if found is None:
            letters = string.ascii_letters + string.digits
            small = string.ascii_lowercase + string.digits
            found = (f"{REGION}_{_random(letters, 9)}", _random(small, 26))
            writer.execute("INSERT INTO pool VALUES (1, ?, ?)", found)
    return found[0], found[1]


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
