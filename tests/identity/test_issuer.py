"""The access tokens of another issuer: which are taken, and who somebody is."""

import uuid

import jwt
import pytest

from photohq.identity import issuer_keys
from photohq.identity.issuer import Issuer

from .conftest import START
from .provider import (
    ACCESS_TYPE,
    AUDIENCE,
    CLIENT,
    SUB,
    by_hand,
    jwk,
    private_key,
    refused,
)

# What is taken


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_an_access_token_says_who_asks(provider, issuer, algorithm):
    provider.rotate(algorithm)
    assert issuer.caller(provider.token()).user_id == SUB


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_of_another_key_is_refused(provider, issuer, algorithm):
    provider.rotate(algorithm)
    published = provider.published
    named = {"kid": provider.kid}
    provider.rotate()
    provider.published = published
    refused(issuer, provider.token(headers=named))


@pytest.mark.parametrize(
    ("algorithm", "bits"), [("RS384", 2048), ("RS512", 2048), ("PS256", 2048), ("RS256", 1024)]
)
def test_other_algorithms_and_short_keys_are_not_taken(provider, issuer, algorithm, bits):
    weak = private_key("RS256", 0, bits)
    described = jwk(weak, "RS256", kid="weak")
    provider.published = [jwk(provider.key, "RS256", kid="good"), described]
    header = {"alg": algorithm, "kid": "weak"}
    refused(issuer, by_hand(weak, header, provider.claims(), algorithm))
    assert issuer.caller(provider.token(headers={"kid": "good"})).user_id == SUB


@pytest.mark.parametrize(
    "described",
    [
        {"use": "enc"},
        {"alg": "RS512"},
        {"alg": "PS256"},
        {"key_ops": ["encrypt"]},
        {"n": "AQAB"},
        {"n": 7},
        {"e": "!"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-256"},
        {"kty": ["RSA"]},
    ],
    ids=str,
)
def test_keys_for_something_else_are_passed_over(provider, issuer, described):
    other = provider.published[0] | described | {"kid": "other"}
    provider.published += [other, "rubbish", None, 7, []]
    assert issuer.caller(provider.token()).user_id == SUB
    refused(issuer, provider.token(headers={"kid": "other"}))


def test_a_token_without_kid_is_for_the_only_key_that_fits(provider, issuer, clock):
    provider.published.append(jwk(private_key("ES256"), "ES256", kid="another-algorithm"))
    token = provider.token(headers={"kid": ...})
    assert issuer.caller(token).user_id == SUB
    provider.published.append(jwk(private_key("RS256", 9), "RS256", kid="another"))
    clock.advance(issuer_keys.AGE)
    issuer.renew()
    refused(issuer, provider.token(headers={"kid": ...}))


def test_a_key_without_kid_is_for_tokens_without(provider, issuer):
    del provider.published[0]["kid"]
    assert issuer.caller(provider.token(headers={"kid": ...})).user_id == SUB
    refused(issuer, provider.token())


def test_a_private_key_that_is_published_by_mistake_still_verifies(provider, issuer):
    whole = jwt.get_algorithm_by_name("RS256").to_jwk(provider.key, as_dict=True)
    provider.published = [whole | {"kid": provider.kid, "key_ops": ["verify"]}]
    assert issuer.caller(provider.token()).user_id == SUB


# Whose it is


@pytest.mark.parametrize("name", ["client_id", "azp", "cid", "appid"])
def test_the_client_has_several_names(provider, issuer, name):
    assert issuer.caller(provider.token(**{"client_id": ..., name: CLIENT})).user_id == SUB
    refused(issuer, provider.token(**{"client_id": ..., name: "another"}))


def test_a_token_of_no_client_is_refused(provider, issuer):
    refused(issuer, provider.token(client_id=...))


@pytest.mark.parametrize("aud", [..., None, "another", "", [], [AUDIENCE + "/"], ["a", "b"]])
def test_the_audience_must_be_ours(provider, issuer, aud):
    refused(issuer, provider.token(aud=aud))


def test_the_audience_may_be_one_of_several(provider, issuer):
    assert issuer.caller(provider.token(aud=["another", AUDIENCE])).user_id == SUB


def test_only_what_is_set_is_asked_for(provider, made):
    assert made(client_id="").caller(provider.token(client_id="another")).user_id == SUB
    assert made(audience="").caller(provider.token(aud="another")).user_id == SUB
    assert made(audience="").caller(provider.token(aud=...)).user_id == SUB
    refused(made(client_id=""), provider.token(aud="another"))
    refused(made(audience=""), provider.token(client_id="another"))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": ...},
        {"iss": "https://accounts.example.org"},
        {"iss": None},
        {"iss": []},
        {"sub": ...},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "\ud800"},
        {"exp": ...},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"exp": START - 30},
        {"nbf": START + 31},
        {"nbf": "soon"},
        {"iat": START + 31},
        {"iat": {}},
        {"aud": {AUDIENCE: 1}},
        {"aud": [AUDIENCE, 7]},
        {"client_id": [CLIENT]},
    ],
    ids=str,
)
def test_claims_must_be_right(provider, issuer, changes):
    refused(issuer, provider.token(**changes))


def test_the_issuer_is_the_same_to_the_letter(provider, issuer):
    refused(issuer, provider.token(iss=provider.issuer + "/"))
    refused(issuer, provider.token(iss=provider.issuer.upper()))


@pytest.mark.parametrize("changes", [{"exp": START - 29}, {"nbf": START + 30, "iat": START + 30}])
def test_clocks_may_be_half_a_minute_apart(provider, issuer, changes):
    assert issuer.caller(provider.token(**changes)).user_id == SUB


def test_a_token_ends_also_where_it_is_remembered(provider, issuer, clock):
    token = provider.token()
    assert issuer.caller(token).user_id == SUB
    clock.advance(3600 + 29)
    assert issuer.caller(token).user_id == SUB
    clock.advance(1)
    refused(issuer, token)


def test_a_signature_is_checked_once(provider, issuer, monkeypatch):
    token = provider.token()
    issuer.caller(token)
    issuer.caller(token)
    monkeypatch.setattr(issuer, "_check", None)
    assert issuer.caller(token).user_id == SUB


# Access tokens only


@pytest.mark.parametrize("headers", [{}, ACCESS_TYPE], ids=str)
@pytest.mark.parametrize(
    "changes",
    [
        {"token_use": "id"},
        {"token_use": ""},
        {"token_use": ["access"]},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    ],
    ids=str,
)
def test_other_tokens_are_refused(provider, issuer, headers, changes):
    refused(issuer, provider.token(headers=headers, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "n-0S6_WzA2Mj"},
        {"nonce": None},
        {"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"},
        {"c_hash": "LDktKdoQak3Pk0cnXxCltA"},
    ],
    ids=str,
)
def test_claims_of_id_tokens_are_for_tokens_that_are_proven_to_be_none(provider, issuer, changes):
    refused(issuer, provider.token(**changes))
    for proven in ({"headers": ACCESS_TYPE}, {"typ": "Bearer"}, {"token_use": "access"}):
        assert issuer.caller(provider.token(**proven, **changes)).user_id == SUB


@pytest.mark.parametrize("typ", ["dpop+jwt", "logout+jwt", "secevent+jwt", "id+jwt", "", 7, None])
def test_other_types_are_refused(provider, issuer, typ):
    header = {"alg": "RS256", "kid": provider.kid, "typ": typ}
    refused(issuer, by_hand(provider.key, header, provider.claims()))


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", ...])
def test_these_types_are_taken(provider, issuer, typ):
    header = {"alg": "RS256", "kid": provider.kid, "typ": typ}
    header = {name: value for name, value in header.items() if value is not ...}
    assert issuer.caller(by_hand(provider.key, header, provider.claims())).user_id == SUB


def test_an_id_token_of_the_simplest_kind_is_refused(provider, made):
    plain = {"aud": CLIENT, "client_id": ..., "scope": ...}
    for issuer in (made(), made(audience=""), made(client_id="", audience=CLIENT)):
        refused(issuer, provider.id_token())
    refused(made(audience=""), provider.token(**plain))
    refused(made(audience=""), provider.token(azp=CLIENT, **plain))
    refused(made(audience=""), provider.token(azp=CLIENT, **plain | {"aud": [CLIENT, "another"]}))
    refused(made(client_id="", audience=CLIENT), provider.token(azp=CLIENT, **plain))


@pytest.mark.parametrize(
    ("headers", "proof"),
    [({}, {"token_use": "access"}), (ACCESS_TYPE, {}), ({}, {"typ": "Bearer"})],
    ids=str,
)
def test_a_proven_access_token_may_name_the_client_as_its_audience(
    provider, issuer, headers, proof
):
    both = [CLIENT, AUDIENCE]
    refused(issuer, provider.token(aud=both))
    assert issuer.caller(provider.token(headers=headers, aud=both, **proof)).user_id == SUB


def test_cognitos_access_tokens_have_no_audience(provider, made):
    issuer = made(audience="")
    cognito = {"aud": ..., "scope": "aws.cognito.signin.user.admin", "username": SUB}
    assert issuer.caller(provider.token(token_use="access", **cognito)).user_id == SUB
    refused(issuer, provider.token(token_use="id", **cognito | {"aud": CLIENT}))


# Who somebody is


def test_a_sub_that_is_no_uuid_becomes_one_that_stays_the_same(provider, made):
    known = made().caller(provider.token(sub="auth0|ann")).user_id
    assert known == made().caller(provider.token(sub="auth0|ann")).user_id
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, provider.issuer)
    assert known == str(uuid.uuid5(namespace, "auth0|ann"))


def test_every_sub_is_another_user(provider, issuer):
    made_up = issuer.caller(provider.token(sub="ann")).user_id
    subs = [
        "ann",
        "Ann",
        made_up,
        SUB,
        SUB.upper(),
        SUB.replace("-", ""),
        f"{{{SUB}}}",
        "ä",
        "../x",
    ]
    ids = [issuer.caller(provider.token(sub=sub)).user_id for sub in subs]
    assert len(set(ids)) == len(subs)
    assert all(str(uuid.UUID(user_id)) == user_id for user_id in ids)


# What clients are told


def test_a_provider_is_described_by_its_issuer(provider, made):
    issuer = made(client_id="")
    described = issuer.describe()
    assert described.issuer == provider.issuer
    assert described.jwks_uri is None
    issuer.check()
    described = issuer.describe()
    assert described.jwks_uri == provider.jwks_uri
    assert (described.region, described.user_pool_id, described.client_id) == (None, None, None)
    assert described.identity_endpoint is None


def test_a_cognito_pool_is_described_as_one():
    endpoint = "https://cognito-idp.eu-central-1.amazonaws.com"
    described = Issuer(f"{endpoint}/eu-central-1_AbC123xyz", client_id=CLIENT).describe()
    assert described.region == "eu-central-1"
    assert described.user_pool_id == "eu-central-1_AbC123xyz"
    assert described.identity_endpoint == endpoint
    assert described.client_id == CLIENT
    assert described.jwks_uri == f"{described.issuer}/.well-known/jwks.json"


@pytest.mark.parametrize(
    "name",
    [
        "https://cognito-idp.eu-central-1.amazonaws.com/us-east-1_AbC123xyz",
        "https://cognito-idp.eu-central-1.amazonaws.com.example.org/eu-central-1_AbC123xyz",
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123xyz/",
        "http://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123xyz",
    ],
)
def test_what_only_looks_like_cognito_is_not(name):
    assert Issuer(name, client_id=CLIENT).describe().identity_endpoint is None
