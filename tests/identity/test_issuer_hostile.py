"""Tokens that are made to break something."""

import base64
import contextlib
import hmac
import json
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from photohq.identity import issuer_documents
from photohq.identity.issuer import Issuer
from photohq.photos.errors import Unauthenticated

from .conftest import START, Clock
from .provider import (
    CLIENT,
    SUB,
    Provider,
    by_hand,
    jwk,
    part,
    private_key,
    refused,
)


def test_unsigned_tokens_are_refused(provider, issuer):
    for algorithm in ("none", "None", "", None, 1, []):
        header = {"alg": algorithm, "typ": "JWT", "kid": provider.kid}
        refused(issuer, f"{part(header)}.{part(provider.claims())}.")


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_the_public_key_is_no_shared_secret(provider, issuer, encoding, algorithm):
    secret = provider.key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": algorithm, "typ": "JWT", "kid": provider.kid}
    signed = f"{part(header)}.{part(provider.claims())}"
    signature = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256"))
    refused(issuer, f"{signed}.{signature.rstrip(b'=').decode()}")


def test_keys_that_a_token_brings_or_points_to_are_not_looked_at(provider, issuer):
    issuer.check()
    asked = len(provider.requests)
    with Provider() as stranger:
        stranger.rotate()
        brought = {"jwk": stranger.published[0], "x5c": ["AAAA"]}
        for kid in (provider.kid, stranger.kid, "https://example.org/keys", ...):
            for pointed in (stranger.jwks_uri, 7, None):
                headers = {"kid": kid, "jku": pointed, "x5u": pointed, **brought}
                refused(issuer, stranger.signed(provider.claims(), headers))
        assert stranger.requests == []
    assert len(provider.requests) <= asked + 2  # its own keys once more, for the unknown one


@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], "exp", None, [7], {}, ...])
def test_what_must_be_understood_is_not(provider, issuer, crit):
    header = {"alg": "RS256", "kid": provider.kid, "exp": 1, "b64": True}
    header |= {} if crit is ... else {"crit": crit}
    refused(issuer, by_hand(provider.key, header, provider.claims()))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 12_000,
        "9" * 10_000,
        '{"alg":"RS256","kid":' + "[" * 10_000,
        '{"alg":"RS256","x":' + '{"a":' * 2000 + "1" + "}" * 2000 + "}",
        "\x00",
        "null",
        "[]",
        "{}",
        '"',
    ],
    ids=["deep", "long number", "deep kid", "deep object", "nul", "null", "list", "empty", "quote"],
)
def test_hostile_parts_are_refused(provider, issuer, text):
    provider.published[0].pop("kid")
    encoded = part(text)
    refused(issuer, f"{encoded}.{encoded[:100]}.AAAA")
    refused(issuer, text)
    refused(issuer, by_hand(provider.key, {"alg": "RS256"}, text))


def test_very_long_tokens_are_refused_before_they_are_read(provider, issuer):
    refused(issuer, provider.token(padding="x" * 16_384))
    assert provider.requests == []


class Known:
    """One issuer whose keys are known and no longer asked for, for many examples."""

    def __init__(self):
        self.key = private_key("RS256", 1)
        found = issuer_documents.Published(
            "https://accounts.example.org/keys",
            (issuer_documents.Jwk(**jwk(self.key, "RS256", kid="key")),),
        )
        self.issuer = Issuer(
            "https://accounts.example.org",
            client_id=CLIENT,
            clock=Clock(),
            fetch=lambda _: found,
        )


@pytest.fixture(scope="module")
def known():
    return Known()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


@given(ANY_JSON)
def test_whatever_json_its_parts_hold_is_refused(known, value):
    refused(known.issuer, f"{part(value)}.{part(value)}.AAAA")
    for name in ("kid", "typ", "crit", "b64", "alg", "jku"):
        header = {"alg": "RS256", "kid": "key", name: value}
        refused(known.issuer, f"{part(header)}.{part(value)}.AAAA")


@given(ANY_JSON, st.sampled_from(["iss", "sub", "exp", "nbf", "iat", "aud", "azp", "typ", "x"]))
def test_whatever_is_signed_is_taken_or_refused(known, value, name):
    claims = {"iss": "https://accounts.example.org", "sub": SUB, "exp": START + 60, "azp": CLIENT}
    payload = json.dumps(claims | {name: value}).encode()
    token = jwt.PyJWS().encode(payload, known.key, algorithm="RS256", headers={"kid": "key"})
    with contextlib.suppress(Unauthenticated):
        uuid.UUID(known.issuer.caller(token).user_id)


@given(st.one_of(st.text(), st.lists(st.text(), max_size=5).map(".".join)))
def test_whatever_is_no_token_is_refused(known, text):
    refused(known.issuer, text)
