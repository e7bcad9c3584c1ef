"""What is stored of a password: an Argon2id hash, and an SRP verifier under the master key."""

import hmac
import secrets
import uuid

import msgspec

from photohq.embedded.master_key import MasterKey
from photohq.identity import srp
from photohq.identity.passwords import Passwords
from photohq.identity.users import Stored, User, user_name

_SALT_BITS = 128


class SrpSecrets(msgspec.Struct, frozen=True):
    """What a handshake begins with; `user_id` is the name that the client hashes."""

    user_id: str
    salt: int
    verifier: int


class Credentials:
    """Nothing here tells by its answers or its time whether there is a user: None is one, too."""

    def __init__(self, passwords: Passwords, master_key: MasterKey, pool_name: str) -> None:
        self.pool_name = pool_name
        self._passwords = passwords
        self._master_key = master_key
        self._key = master_key.derive("identity decoys")
        nobodys = pow(srp.GENERATOR, secrets.randbits(256), srp.PRIME)
        self._nobodys_verifier = self._wrapped("", nobodys)

    def make(self, sub: str, password: str) -> Stored:
        """Answer what is to be stored of a password; takes as long as a hash does."""
        salt = secrets.randbits(_SALT_BITS)
        verifier = srp.verifier(self.pool_name, sub, password, salt)
        return Stored(
            password_hash=self._passwords.hash(password),
            srp_salt=srp.padded(salt),
            srp_verifier=self._wrapped(sub, verifier),
        )

    def verify(self, user: User | None, password: str) -> bool:
        """Tell whether it is the user's password; None takes as long and has none."""
        return self._passwords.verify(password, user.password_hash if user else None)

    def srp(self, user: User | None, username: str) -> SrpSecrets:
        """Answer the secrets of a user, or stable ones that no password fits.

        A user from before there were verifiers has none until the next sign-in with a password.
        """
        sub, salt = self._decoy(username)
        wrapped, context = self._nobodys_verifier, ""
        if user and user.srp_verifier:
            sub = context = user.sub
            salt = user.srp_salt
            wrapped = user.srp_verifier
        verifier = self._master_key.unwrap(wrapped, _context(context))
        return SrpSecrets(sub, int.from_bytes(salt, "big"), int.from_bytes(verifier, "big"))

    def _decoy(self, username: str) -> tuple[str, bytes]:
        """Answer the id and the salt that a name has while nobody has that name."""
        made = hmac.digest(self._key, user_name(username).encode(), "sha256")
        return str(uuid.UUID(bytes=made[:16], version=4)), made[16:]

    def _wrapped(self, sub: str, verifier: int) -> bytes:
        return self._master_key.wrap(verifier.to_bytes(384, "big"), _context(sub))


def _context(sub: str) -> str:
    return f"srp verifier {sub}"
