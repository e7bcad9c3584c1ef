"""The client's half of the pool's Secure Remote Password protocol, with nothing but hashes.

N is the 3072-bit prime of RFC 3526, section 5, computed by the formula that stands there.
"""

import base64
import hmac
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import httpx

from .deployment import PASSWORD, Deployment
from .user_pool import post, respond


def _pi(bits: int) -> int:
    """floor(pi * 2^bits), by Machin's formula."""
    unit = 1 << (bits + 64)

    def arctangent(inverse: int) -> int:
        term = total = unit // inverse
        divisor, sign = 3, -1
        while term:
            term //= inverse * inverse
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    return (4 * (4 * arctangent(5) - arctangent(239))) >> 64


N = 2**3072 - 2**3008 - 1 + 2**64 * (_pi(2942) + 1690314)
G = 2


def _pad(number: int) -> bytes:
    """As few bytes as hold the number, with a zero first where the top bit is set."""
    digits = f"{number:x}"
    digits = "0" * (len(digits) % 2) + digits
    return bytes.fromhex(("00" if digits[0] in "89abcdef" else "") + digits)


def _hash(*parts: bytes) -> int:
    return int(sha256(b"".join(parts)).hexdigest(), 16)


def timestamp(ahead: float = 0) -> str:
    """The time as clients write it: in English, the day of the month without a zero."""
    at = time.gmtime(time.time() + ahead)
    return time.strftime(f"%a %b {at.tm_mday} %H:%M:%S UTC %Y", at)


@dataclass(frozen=True)
class Handshake:
    """The first step, answered: what the server told, and what only the client knows."""

    deployment: Deployment
    secret: int
    told: dict[str, str]

    def responses(self, password: str = PASSWORD, at: str | None = None) -> dict[str, str]:
        """What the second step sends."""
        pool_name = self.deployment.config["user_pool_id"].split("_", 1)[1]
        user_id, at = self.told["USER_ID_FOR_SRP"], at or timestamp()
        public, server = pow(G, self.secret, N), int(self.told["SRP_B"], 16)
        inner = sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
        x = _hash(_pad(int(self.told["SALT"], 16)), inner)
        k, u = _hash(b"\0", N.to_bytes(384, "big"), b"\2"), _hash(_pad(public), _pad(server))
        shared = pow(server - k * pow(G, x, N), self.secret + u * x, N)
        extracted = hmac.digest(_pad(u), _pad(shared), "sha256")
        key = hmac.digest(extracted, b"Caldera Derived Key\1", "sha256")[:16]
        block = base64.b64decode(self.told["SECRET_BLOCK"])
        claim = hmac.digest(key, f"{pool_name}{user_id}".encode() + block + at.encode(), "sha256")
        return {
            "USERNAME": self.told["USERNAME"],
            "PASSWORD_CLAIM_SECRET_BLOCK": self.told["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(claim).decode(),
            "TIMESTAMP": at,
        }

    def finish(
        self, password: str = PASSWORD, at: str | None = None, **changes: str
    ) -> httpx.Response:
        """Takes the second step; `changes` replace what is sent."""
        return send(self.deployment, self.responses(password, at) | changes)


def send(deployment: Deployment, responses: dict[str, str]) -> httpx.Response:
    """Takes the second step with responses that are at hand."""
    return respond(deployment, "PASSWORD_VERIFIER", **responses)


def ask(deployment: Deployment, email: str, public: str) -> httpx.Response:
    """Takes the first step with a public value A of one's own, in hex digits."""
    body: dict[str, Any] = {
        "ClientId": deployment.client_id,
        "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": {"USERNAME": email, "SRP_A": public},
    }
    return post(deployment, "InitiateAuth", body)


def a_public_value() -> str:
    return f"{pow(G, secrets.randbits(256), N):x}"


def begin(deployment: Deployment, email: str) -> Handshake:
    """Takes the first step."""
    secret = secrets.randbits(256)
    answer = ask(deployment, email, f"{pow(G, secret, N):x}")
    assert answer.status_code == 200, answer.text[:500]
    body = answer.json()
    assert body["ChallengeName"] == "PASSWORD_VERIFIER"
    return Handshake(deployment, secret, body["ChallengeParameters"])


def sign_in(deployment: Deployment, email: str, password: str = PASSWORD) -> httpx.Response:
    """Takes both steps, and answers the last one's."""
    return begin(deployment, email).finish(password)
