"""Who is let in: access tokens of the user pool, and nothing else."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from . import expect
from .deployment import UPLOAD

NOBODYS = "5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90"


def _encoded(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def access_token(alice):
    return alice.tokens["AccessToken"]


@pytest.fixture(scope="module")
def claims(access_token):
    return jwt.decode(access_token, options={"verify_signature": False})


@pytest.fixture(scope="module")
def kid(access_token):
    return jwt.get_unverified_header(access_token)["kid"]


@pytest.fixture(scope="module")
def published(deployment, kid):
    """The published key that signs access tokens, as a JWK."""
    keys = deployment.bytes.get(deployment.config["jwks_uri"]).json()["keys"]
    return next(key for key in keys if key["kid"] == kid)


@pytest.fixture(scope="module")
def own_key():
    """A key that is not the pool's."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@pytest.fixture(scope="module")
def refused(deployment):
    """Holds that an Authorization header lets nobody in."""

    def check(authorization):
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = deployment.anonymous.get("/photos", headers=headers)
        expect.problem(answer, 401)
        assert answer.headers["www-authenticate"].split()[0].rstrip(",") == "Bearer"

    return check


def test_an_access_token_lets_its_user_in(alice):
    assert alice.api.get("/photos").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/photos/upload"),
        ("GET", "/photos"),
        ("GET", f"/photos/{NOBODYS}"),
        ("PUT", f"/photos/{NOBODYS}/edit"),
        ("DELETE", f"/photos/{NOBODYS}"),
        ("GET", f"/photos/{NOBODYS}/metadata"),
    ],
)
@pytest.mark.parametrize("authorization", [None, "Bearer nonsense"], ids=["absent", "malformed"])
def test_every_operation_asks_for_a_token(deployment, method, path, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    body = {"json": UPLOAD} if method in {"POST", "PUT"} else {}
    answer = deployment.anonymous.request(method, path, headers=headers, **body)
    expect.problem(answer, 401)
    assert answer.headers["www-authenticate"].split()[0].rstrip(",") == "Bearer"


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param(None, id="absent"),
        pytest.param("", id="empty"),
        pytest.param("Bearer", id="scheme-alone"),
        pytest.param("Bearer null", id="null"),
        pytest.param("Bearer a.b", id="two-parts"),
        pytest.param("Bearer a.b.c", id="three-parts"),
        pytest.param("Bearer ..", id="dots"),
        pytest.param("Bearer " + "a" * 6000, id="long"),
        pytest.param("Bearer e30.e30.e30", id="empty-objects"),
        pytest.param("Bearer bnVsbA.bnVsbA.bnVsbA", id="nulls"),
        pytest.param("Bearer W10.W10.W10", id="lists"),
        pytest.param("Basic dXNlcjpwYXNzd29yZA==", id="basic"),
        pytest.param(b"Bearer \xff\xfe", id="no-text"),
        pytest.param("Bearer ' OR 1=1 --", id="sql"),
    ],
)
def test_what_is_no_token_is_refused(refused, authorization):
    refused(authorization)


@pytest.mark.parametrize("scheme", ["Basic", "Token", "DPoP", "BearerX"])
def test_a_token_under_another_scheme_is_refused(refused, access_token, scheme):
    refused(f"{scheme} {access_token}")


def test_a_token_with_more_behind_it_is_refused(refused, access_token):
    refused(f"Bearer {access_token} {access_token}")


def test_a_token_in_the_address_lets_nobody_in(deployment, access_token):
    answer = deployment.anonymous.get("/photos", params={"access_token": access_token})
    expect.problem(answer, 401)


def test_a_token_in_a_cookie_lets_nobody_in(deployment, access_token):
    headers = {"Cookie": f"access_token={access_token}"}
    expect.problem(deployment.anonymous.get("/photos", headers=headers), 401)


def test_an_id_token_is_refused(refused, alice):
    refused(f"Bearer {alice.tokens['IdToken']}")


def test_a_refresh_token_is_refused(refused, alice):
    refused(f"Bearer {alice.tokens['RefreshToken']}")


@pytest.mark.parametrize("part", [0, 1, 2], ids=["header", "claims", "signature"])
def test_a_token_without_one_of_its_parts_is_refused(refused, access_token, part):
    parts = access_token.split(".")
    parts[part] = ""
    refused("Bearer " + ".".join(parts))


@pytest.mark.parametrize("name", ["sub", "exp", "token_use", "client_id", "scope"])
def test_a_token_with_other_claims_is_refused(refused, access_token, claims, name):
    header, _, signature = access_token.split(".")
    changed = {**claims, name: claims["exp"] + 3600 if name == "exp" else "another"}
    refused(f"Bearer {header}.{_encoded(changed)}.{signature}")


def test_a_token_with_another_signature_is_refused(refused, access_token):
    head, _, signature = access_token.rpartition(".")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    refused(f"Bearer {head}.{flipped}")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", ["", "AAAA"], ids=["unsigned", "signed"])
def test_a_token_with_algorithm_none_is_refused(refused, claims, kid, algorithm, signature):
    header = {"alg": algorithm, "typ": "JWT", "kid": kid}
    refused(f"Bearer {_encoded(header)}.{_encoded(claims)}.{signature}")


def test_a_signed_token_whose_header_says_none_is_refused(refused, access_token, kid):
    _, payload, signature = access_token.split(".")
    refused(f"Bearer {_encoded({'alg': 'none', 'kid': kid})}.{payload}.{signature}")


def _public_secrets(published):
    key = jwt.PyJWK(published).key
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "PEM": pem,
        "PEM without its last newline": pem.rstrip(),
        "PKCS #1": key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1),
        "DER": key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        "JWK": json.dumps(published).encode(),
        "modulus": published["n"].encode(),
        "nothing": b"",
    }


@pytest.mark.parametrize(
    "form",
    ["PEM", "PEM without its last newline", "PKCS #1", "DER", "JWK", "modulus", "nothing"],
)
@pytest.mark.parametrize("algorithm", ["HS256", "HS512"])
def test_a_token_signed_with_the_public_key_is_refused(refused, claims, published, form, algorithm):
    header = {"alg": algorithm, "typ": "JWT", "kid": published["kid"]}
    signed = f"{_encoded(header)}.{_encoded(claims)}"
    digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}[algorithm]
    signature = hmac.new(_public_secrets(published)[form], signed.encode(), digest).digest()
    refused(f"Bearer {signed}.{_encoded(signature)}")


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256"])
def test_a_token_signed_with_another_key_is_refused(refused, claims, kid, own_key, algorithm):
    token = jwt.encode(claims, own_key, algorithm=algorithm, headers={"kid": kid})
    refused(f"Bearer {token}")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no-kid"),
        pytest.param({"kid": "another"}, id="unknown-kid"),
        pytest.param({"kid": "../../../../dev/null"}, id="path"),
        pytest.param({"kid": "x' UNION SELECT 'secret"}, id="sql"),
        pytest.param({"kid": ""}, id="empty-kid"),
    ],
)
def test_a_token_of_an_unknown_key_is_refused(refused, claims, own_key, headers):
    refused(f"Bearer {jwt.encode(claims, own_key, algorithm='RS256', headers=headers)}")


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u"])
def test_a_token_that_brings_its_own_key_is_refused(refused, claims, kid, own_key, name):
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(own_key.public_key(), as_dict=True)
    brought = jwk if name == "jwk" else "https://attacker.example/jwks.json"
    headers = {"kid": kid, name: brought}
    refused(f"Bearer {jwt.encode(claims, own_key, algorithm='RS256', headers=headers)}")


def test_an_expired_token_of_another_key_is_refused(refused, claims, kid, own_key):
    expired = {**claims, "iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}
    refused(f"Bearer {jwt.encode(expired, own_key, algorithm='RS256', headers={'kid': kid})}")


def test_a_token_of_another_pool_is_refused(refused, claims, own_key):
    issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another01"
    headers = {"kid": "another-pool"}
    token = jwt.encode({**claims, "iss": issuer}, own_key, algorithm="RS256", headers=headers)
    refused(f"Bearer {token}")


def test_a_revoked_session_is_refused_at_the_next_request(deployment, alice, refused):
    if not deployment.has_own_pool:
        pytest.skip("Cognito's access tokens are accepted until they expire")
    session = alice.sign_in_again()
    assert session.api.get("/photos").status_code == 200
    deployment.pool.revoke_token(
        Token=session.tokens["RefreshToken"], ClientId=deployment.client_id
    )
    refused(f"Bearer {session.tokens['AccessToken']}")


def test_revoking_one_session_leaves_the_others(deployment, alice):
    session = alice.sign_in_again()
    deployment.pool.revoke_token(
        Token=session.tokens["RefreshToken"], ClientId=deployment.client_id
    )
    assert alice.api.get("/photos").status_code == 200


def test_a_global_sign_out_ends_every_session(deployment, refused):
    if not deployment.has_own_pool:
        pytest.skip("Cognito's access tokens are accepted until they expire")
    user = deployment.new_user()
    other = user.sign_in_again()
    deployment.pool.global_sign_out(AccessToken=user.tokens["AccessToken"])
    for session in (user, other):
        refused(f"Bearer {session.tokens['AccessToken']}")


def test_a_refreshed_token_lets_its_user_in(deployment, alice):
    tokens = deployment.refresh(alice.tokens["RefreshToken"])
    assert deployment.client(tokens["AccessToken"]).get("/photos").status_code == 200
