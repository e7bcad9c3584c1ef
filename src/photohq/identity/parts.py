"""What the pool is made of, for those who do with it what users ask for."""

from dataclasses import dataclass

from photohq.embedded.database import Database
from photohq.identity.attempts import Lockout
from photohq.identity.challenges import Challenges
from photohq.identity.credentials import Credentials
from photohq.identity.handshakes import Handshakes
from photohq.identity.mailed_codes import MailedCodes
from photohq.identity.notices import Notices
from photohq.identity.sessions import Sessions
from photohq.identity.tokens import Tokens
from photohq.identity.totp import SecondFactors
from photohq.identity.users import Users
from photohq.photos.times import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    database: Database
    users: Users
    sessions: Sessions
    tokens: Tokens
    credentials: Credentials
    challenges: Challenges
    handshakes: Handshakes
    second_factors: SecondFactors
    codes: MailedCodes
    notices: Notices
    lockout: Lockout
    clock: Clock
