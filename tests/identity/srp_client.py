"""The client's side of a handshake, as Amazon Cognito's own clients compute it."""

import base64
import hmac
from hashlib import sha256
from time import gmtime, strftime

from photohq.identity import srp
from photohq.identity.handshakes import Proof


def hashed(*parts):
    return int.from_bytes(sha256(b"".join(parts)).digest(), "big")


class Client:
    def __init__(self, secret=0x1234567890ABCDEF << 200):
        self.secret = secret
        self.public = pow(srp.GENERATOR, secret, srp.PRIME)

    def key(self, pool_name, user_id, password, salt, server_public):
        inner = sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
        x = hashed(srp.padded(salt), inner)
        u = hashed(srp.padded(self.public), srp.padded(server_public))
        k = hashed(srp.padded(srp.PRIME), srp.padded(srp.GENERATOR))
        base = server_public - k * pow(srp.GENERATOR, x, srp.PRIME)
        shared = pow(base, self.secret + u * x, srp.PRIME)
        prk = hmac.digest(srp.padded(u), srp.padded(shared), "sha256")
        return hmac.digest(prk, b"Caldera Derived Key\1", "sha256")[:16]

    def begin(self, sign_in, username):
        return sign_in.begin_srp(username, f"{self.public:x}")

    def finish(self, sign_in, challenge, pool_name, password, now, **changes):
        """Answer a challenge; `changes` alter what is sent."""
        of = challenge.parameters
        timestamp = changes.pop("signed", None) or written(now)
        key = self.key(
            pool_name, of["USER_ID_FOR_SRP"], password, int(of["SALT"], 16), int(of["SRP_B"], 16)
        )
        block = base64.b64decode(of["SECRET_BLOCK"])
        proof = srp.signature(key, pool_name, of["USER_ID_FOR_SRP"], block, timestamp)
        username = changes.pop("username", of["USERNAME"])
        sent = {
            "secret_block": of["SECRET_BLOCK"],
            "signature": base64.b64encode(proof).decode(),
            "timestamp": timestamp,
        }
        return sign_in.finish_srp(username, Proof(**sent | changes))


def written(seconds):
    """Write a time as the clients do: the day of the month is not padded."""
    time = gmtime(seconds)
    return strftime(f"%a %b {time.tm_mday} %H:%M:%S UTC %Y", time)
