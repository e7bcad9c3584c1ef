import base64
import hmac
import json

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.keys import SigningKeys
from photohq.identity.refusals import NotAuthorized
from photohq.identity.schema import MIGRATIONS
from photohq.identity.sessions import Session
from photohq.identity.tokens import Tokens
from photohq.identity.users import User

from .conftest import NOTHING, START, Clock

ISSUER = "https://photos.example.org/identity/local_abc123XYZ"
CLIENT = "abcdefghijklmnopqrstuvwxyz"
USER = User(
    **msgspec.structs.asdict(NOTHING),
    sub="sub-1",
    email="ann@example.com",
    confirmed=True,
    enabled=True,
    created_at=0,
)
SESSION = Session("session-1", USER.sub, int(START) - 500, START + 1_000_000)


class Signer:
    """Tokens with a clock that can be moved, and their keys, to forge with."""

    def __init__(self, folder, master_key):
        self.clock = Clock()
        self.database = Database(folder / "photohq.db")
        self.database.migrate("identity", MIGRATIONS)
        self.keys = SigningKeys(self.database, master_key, self.clock)
        self.tokens = self.made()

    def made(self, issuer=ISSUER, client_id=CLIENT):
        return Tokens(self.keys, issuer, client_id, self.clock)

    def access(self):
        return self.tokens.issue(USER, SESSION)[0]

    def claims(self, **changes):
        claims = jwt.decode(self.access(), options={"verify_signature": False})
        return {name: value for name, value in (claims | changes).items() if value is not ...}

    def signed(self, claims):
        kid, key = self.keys.signing("access")
        payload = json.dumps(claims).encode()
        return jwt.PyJWS().encode(payload, key, algorithm="RS256", headers={"kid": kid})


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    made = Signer(tmp_path_factory.mktemp("signer"), MasterKey(bytes(32)))
    yield made
    made.database.close()


@pytest.fixture
def signer(shared):
    """The shared keys, with a clock and a memory of verified tokens of their own."""
    shared.clock.now = START
    shared.tokens = shared.made()
    return shared


def refused(signer, token, message="Invalid Access Token"):
    with pytest.raises(NotAuthorized) as refusal:
        signer.tokens.verify(token)
    assert refusal.value.message == message


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_access_tokens_carry_cognitos_claims(signer):
    token, _ = signer.tokens.issue(USER, SESSION)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.pop("jti") != claims.pop("event_id")
    assert claims == {
        "sub": "sub-1",
        "iss": ISSUER,
        "client_id": CLIENT,
        "origin_jti": "session-1",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": int(START) - 500,
        "iat": int(START),
        "exp": int(START) + 3600,
        "username": "sub-1",
    }


def test_id_tokens_carry_cognitos_claims(signer):
    access, token = signer.tokens.issue(USER, SESSION)
    claims = jwt.decode(token, options={"verify_signature": False})
    access_claims = jwt.decode(access, options={"verify_signature": False})
    assert claims.pop("jti") != access_claims["jti"]
    assert claims.pop("event_id") == access_claims["event_id"]
    assert claims == {
        "sub": "sub-1",
        "iss": ISSUER,
        "aud": CLIENT,
        "origin_jti": "session-1",
        "token_use": "id",
        "auth_time": int(START) - 500,
        "iat": int(START),
        "exp": int(START) + 3600,
        "cognito:username": "sub-1",
        "email": "ann@example.com",
        "email_verified": True,
    }


def test_tokens_are_signed_with_the_key_that_they_name(signer):
    published = {key["kid"]: key for key in signer.keys.published()}
    for token in signer.tokens.issue(USER, SESSION):
        header = jwt.get_unverified_header(token)
        assert header["alg"] == "RS256"
        key = jwt.PyJWK(published[header["kid"]])
        jwt.decode(
            token, key, algorithms=["RS256"], options={"verify_aud": False, "verify_iat": False}
        )


def test_an_access_token_is_good_for_an_hour(signer):
    token = signer.access()
    assert signer.tokens.verify(token).origin_jti == "session-1"
    signer.clock.advance(3599)
    assert signer.tokens.verify(token).sub == "sub-1"
    signer.clock.advance(1)
    refused(signer, token, "Access Token has expired")
    signer.tokens = signer.made()
    refused(signer, token, "Access Token has expired")


def test_id_tokens_are_refused(signer):
    refused(signer, signer.tokens.issue(USER, SESSION)[1])


def test_id_claims_under_the_key_of_access_tokens_are_refused(signer):
    refused(signer, signer.signed(signer.claims(token_use="id")))


def test_access_claims_under_the_key_of_id_tokens_are_refused(signer):
    kid, key = signer.keys.signing("id")
    refused(signer, jwt.encode(signer.claims(), key, algorithm="RS256", headers={"kid": kid}))


def test_unsigned_tokens_are_refused(signer):
    kid, _ = signer.keys.signing("access")
    refused(signer, jwt.encode(signer.claims(), None, algorithm="none", headers={"kid": kid}))
    for algorithm in ("none", "None", "NONE", "", None, 1, []):
        header = part({"alg": algorithm, "typ": "JWT", "kid": kid})
        refused(signer, f"{header}.{part(signer.claims())}.")


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_the_public_key_is_no_shared_secret(signer, encoding, algorithm):
    kid, key = signer.keys.signing("access")
    secret = key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': kid})}.{part(signer.claims())}"
    signature = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256"))
    refused(signer, f"{signed}.{signature.rstrip(b'=').decode()}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_are_refused_even_with_the_right_key(signer, algorithm):
    kid, key = signer.keys.signing("access")
    refused(signer, jwt.encode(signer.claims(), key, algorithm=algorithm, headers={"kid": kid}))


def test_a_strangers_key_is_refused_whatever_the_token_says_of_it(signer):
    kid, _ = signer.keys.signing("access")
    stranger = rsa.generate_private_key(65537, 2048)
    own = jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    for header in ({"kid": kid}, {"kid": "mine"}, {"kid": kid, "jwk": own}, {}):
        refused(signer, jwt.encode(signer.claims(), stranger, algorithm="RS256", headers=header))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://photos.example.org/identity/local_another12"},
        {"iss": "http://photos.example.org/identity/local_abc123XYZ"},
        {"iss": [ISSUER]},
        {"iss": ...},
        {"client_id": "zyxwvutsrqponmlkjihgfedcba"},
        {"client_id": ...},
        {"token_use": ...},
        {"exp": ...},
        {"exp": "soon"},
        {"exp": None},
        {"sub": ...},
        {"sub": 7},
        {"origin_jti": ...},
    ],
    ids=str,
)
def test_claims_must_be_this_pools(signer, changes):
    refused(signer, signer.signed(signer.claims(**changes)))


def test_tokens_of_another_pool_with_the_same_keys_are_refused(signer):
    theirs, _ = signer.made(issuer=ISSUER + "2").issue(USER, SESSION)
    refused(signer, theirs)
    theirs, _ = signer.made(client_id="another").issue(USER, SESSION)
    refused(signer, theirs)


@given(st.data())
def test_no_byte_can_be_changed(shared, data):
    header, payload, signature = shared.access().split(".")
    parts = [header, payload, signature[:-1]]  # some bits of the last character count for nothing
    number = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, len(parts[number]) - 1))
    character = data.draw(st.sampled_from("ABYZabyz0189-_.= é"))
    if parts[number][place] == character:
        return
    parts[number] = parts[number][:place] + character + parts[number][place + 1 :]
    refused(shared, ".".join(parts) + signature[-1])


@given(st.one_of(st.text(), st.lists(st.text(), max_size=5).map(".".join)))
def test_whatever_is_no_token_is_refused(shared, text):
    refused(shared, text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    )
)
def test_whatever_json_its_parts_hold_is_refused(shared, value):
    kid, _ = shared.keys.signing("access")
    refused(shared, f"{part(value)}.{part(value)}.AAAA")
    refused(shared, f"{part({'alg': 'RS256', 'kid': value})}.{part(value)}.AAAA")
    refused(shared, f"{part({'alg': 'RS256', 'kid': kid, 'crit': value})}.{part(value)}.AAAA")


@pytest.mark.parametrize(
    "header",
    ["[" * 2500, "9" * 2500, '{"alg":"RS256","kid":' + "[" * 2500, "\x00", "\ud800"],
    ids=["deep", "long number", "deep kid", "nul", "surrogate"],
)
def test_hostile_headers_are_refused(signer, header):
    encoded = base64.urlsafe_b64encode(header.encode(errors="surrogatepass")).decode().rstrip("=")
    refused(signer, f"{encoded}.{encoded[:100]}.AAAA")
    refused(signer, header)


def test_very_long_tokens_are_refused_before_they_are_read(signer):
    refused(signer, signer.signed(signer.claims(padding="x" * 4096)))


def test_a_signature_is_checked_once(signer, monkeypatch):
    token = signer.access()
    signer.tokens.verify(token)
    monkeypatch.setattr(signer.tokens, "_read", None)
    assert signer.tokens.verify(token).sub == "sub-1"
