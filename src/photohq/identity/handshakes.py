"""Handshakes: a password is proved to be known and never sent (SRP), in two steps."""

import base64
import binascii
import hmac
import re
from datetime import UTC, datetime

import msgspec

from photohq.identity import srp
from photohq.identity.challenges import Challenges
from photohq.identity.credentials import Credentials
from photohq.identity.refusals import InvalidParameter, NotAuthorized
from photohq.identity.users import User, user_name
from photohq.photos.times import Clock

TIMESTAMP_OFF = 300
"""Seconds by which the clock of a client may differ."""
_TIMESTAMP = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d\d:\d\d:\d\d UTC \d{4}", re.ASCII)
_PUBLIC = re.compile(r"[0-9A-Fa-f]{1,770}")  # the prime's digits, and a leading zero byte


class Handshake(msgspec.Struct, frozen=True, tag="PASSWORD_VERIFIER"):
    """One that was begun: what the server has to remember of it, numbers in hexadecimal."""

    username: str
    user_id: str
    client_public: str
    secret: str
    scrambler: str


class Proof(msgspec.Struct, frozen=True):
    """What a client answers; the names are those of PASSWORD_CLAIM_..."""

    secret_block: str
    signature: str
    timestamp: str


class Handshakes:
    """An unknown user gets a handshake that looks like others and can't be finished."""

    def __init__(self, credentials: Credentials, challenges: Challenges, clock: Clock) -> None:
        self._credentials = credentials
        self._challenges = challenges
        self._clock = clock

    def begin(self, user: User | None, username: str, client_public: str) -> dict[str, str]:
        """Answer the parameters of the challenge.

        Raises InvalidParameter where the client's public value A is no number or a multiple of the
        prime.
        """
        public = int(client_public, 16) if _PUBLIC.fullmatch(client_public) else 0
        if public % srp.PRIME == 0:
            raise InvalidParameter("SRP_A is not a public value of the protocol.")
        secrets = self._credentials.srp(user, username)
        secret, server_public = srp.server_keys(secrets.verifier)
        begun = Handshake(
            username=user_name(username),
            user_id=secrets.user_id,
            client_public=f"{public:x}",
            secret=f"{secret:x}",
            scrambler=f"{srp.scrambler(public, server_public):x}",
        )
        return {
            "SALT": f"{secrets.salt:x}",
            "SECRET_BLOCK": self._challenges.seal(begun),
            "SRP_B": f"{server_public:x}",
            "USERNAME": secrets.user_id,
            "USER_ID_FOR_SRP": secrets.user_id,
        }

    def take(self, username: str, proof: Proof) -> Handshake:
        """Answer the handshake that a proof belongs to, and use it up; raises NotAuthorized."""
        begun = self._challenges.open(proof.secret_block, Handshake)
        named = user_name(username) in {begun.user_id, begun.username}
        if not (named and self._is_now(proof.timestamp)):
            raise NotAuthorized
        if not self._challenges.spend(proof.secret_block):
            raise NotAuthorized
        return begun

    def is_right(self, begun: Handshake, user: User | None, proof: Proof) -> bool:
        """Tell whether the client knew the password of the user who began; None has none."""
        key = srp.session_key(
            int(begun.client_public, 16),
            int(begun.secret, 16),
            int(begun.scrambler, 16),
            self._credentials.srp(user, begun.username).verifier,
        )
        block = base64.b64decode(proof.secret_block)
        pool_name = self._credentials.pool_name
        expected = srp.signature(key, pool_name, begun.user_id, block, proof.timestamp)
        right = hmac.compare_digest(expected, _decoded(proof.signature))
        return right and user is not None and user.sub == begun.user_id

    def _is_now(self, timestamp: str) -> bool:
        if not _TIMESTAMP.fullmatch(timestamp):
            return False
        try:
            told = datetime.strptime(timestamp, "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=UTC)
        except ValueError:
            return False
        return abs(told.timestamp() - self._clock()) <= TIMESTAMP_OFF


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""
