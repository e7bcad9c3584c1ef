"""The access tokens of another issuer: which are taken, and when its keys are asked for."""

import base64
import contextlib
import hmac
import json
import threading
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from photohq.identity import issuer_documents, issuer_keys
from photohq.identity.issuer import Issuer
from photohq.photos.errors import Unauthenticated, Unavailable

from .conftest import START, Clock
from .provider import AUDIENCE, CLIENT, CONFIGURATION, KEYS, SUB, Provider, jwk, private_key

ACCESS_TYPE = {"typ": "at+jwt"}


@pytest.fixture
def provider(clock):
    with Provider(clock=clock) as started:
        yield started


@pytest.fixture
def made(provider, clock):
    def make(**options):
        options = {"client_id": CLIENT, "audience": AUDIENCE, **options}
        return Issuer(provider.issuer, clock=clock, steady=clock, **options)

    return make


@pytest.fixture
def issuer(made):
    return made()


def refused(issuer, token):
    with pytest.raises(Unauthenticated):
        issuer.caller(token)


def unavailable(call, *arguments):
    with pytest.raises(Unavailable) as raised:
        call(*arguments)
    return raised.value


def part(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def by_hand(key, header, payload, algorithm="RS256"):
    """A token whatever its parts are, signed as its header may or may not say."""
    signed = f"{part(header)}.{part(payload)}"
    signature = jwt.get_algorithm_by_name(algorithm).sign(signed.encode(), key)
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


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


# What is hostile


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


# When the keys are asked for


def test_keys_are_fetched_once(provider, issuer):
    issuer.check()
    for _ in range(5):
        issuer.caller(provider.token())
        issuer.check()
        issuer.renew()
    assert provider.requests == [CONFIGURATION, KEYS]


def test_a_new_key_is_known_at_once_but_unknown_ones_cost_a_fetch_a_minute(provider, issuer, clock):
    issuer.caller(provider.token())
    provider.rotate()
    assert issuer.caller(provider.token()).user_id == SUB
    assert provider.fetches == 2
    provider.rotate()
    clock.advance(59)
    for _ in range(5):
        refused(issuer, provider.token())
        refused(issuer, provider.token(headers={"kid": str(uuid.uuid4())}))
    assert provider.fetches == 2
    clock.advance(1)
    assert issuer.caller(provider.token()).user_id == SUB
    assert provider.fetches == 3


def test_a_token_of_a_withdrawn_key_is_refused_though_it_is_remembered(provider, issuer):
    old = provider.token()
    assert issuer.caller(old).user_id == SUB
    provider.rotate()
    issuer.caller(provider.token())
    refused(issuer, old)


def test_old_keys_are_renewed_by_the_janitor(provider, issuer, clock):
    issuer.renew()
    old = provider.token()
    issuer.caller(old)
    provider.rotate()
    clock.advance(issuer_keys.AGE - 1)
    issuer.renew()
    assert issuer.caller(old).user_id == SUB
    assert provider.fetches == 1
    clock.advance(1)
    issuer.renew()
    refused(issuer, old)
    assert provider.fetches == 2 + 1  # the old one is an unknown one now


def test_while_the_provider_is_away_known_keys_go_on_working(provider, issuer, clock):
    issuer.check()
    provider.away = True
    clock.advance(issuer_keys.AGE)
    issuer.renew()
    issuer.check()
    assert issuer.caller(provider.token()).user_id == SUB
    fetches = provider.fetches
    for _ in range(3):
        raised = unavailable(issuer.caller, provider.token(headers={"kid": "unknown"}))
        assert raised.retry_after == 60
    assert provider.fetches == fetches + 1
    clock.advance(60)
    provider.away = False
    refused(issuer, provider.token(headers={"kid": "unknown"}))


def test_without_any_key_nothing_can_be_told(provider, issuer, clock):
    provider.away = True
    issuer.renew()
    for call, arguments in ((issuer.caller, (provider.token(),)), (issuer.check, ())):
        assert unavailable(call, *arguments).retry_after == 5
    assert provider.fetches == 2
    provider.away = False
    clock.advance(4)
    unavailable(issuer.check)
    clock.advance(1)
    issuer.check()
    assert issuer.caller(provider.token()).user_id == SUB
    assert provider.fetches == 3


def test_what_is_no_token_is_refused_without_asking(provider, issuer):
    provider.away = True
    refused(issuer, "nonsense")
    refused(issuer, f"{part({'alg': 'none'})}.{part({})}.")
    assert provider.requests == []


def begun(call, *arguments):
    """Call in a thread; answers it, and the list that will hold what came of it."""
    outcome = []

    def work():
        try:
            outcome.append(call(*arguments))
        except (Unavailable, Unauthenticated) as error:
            outcome.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, outcome


def asked(provider, times):
    """Wait until the provider has been asked so often."""
    for _ in range(1000):
        if len(provider.requests) >= times:
            return
        threading.Event().wait(0.005)
    raise AssertionError("the provider was not asked")


def test_one_fetches_and_the_others_have_the_key_soon(provider, issuer):
    provider.gate.clear()
    callers = [begun(issuer.caller, provider.token()) for _ in range(6)]
    asked(provider, 1)
    provider.gate.set()
    for thread, outcome in callers:
        thread.join()
        assert outcome[0].user_id == SUB
    assert provider.fetches == 1


def test_nobody_waits_long_for_somebody_elses_fetch(provider, issuer, monkeypatch):
    monkeypatch.setattr(issuer_keys, "PATIENCE", 0.02)
    provider.gate.clear()
    first, outcome = begun(issuer.check)
    asked(provider, 1)
    for _ in range(3):
        assert unavailable(issuer.caller, provider.token()).retry_after == 1
    issuer.renew()
    provider.gate.set()
    first.join()
    assert outcome == [None]
    assert provider.fetches == 1


def test_callers_with_known_keys_do_not_notice_a_slow_fetch(provider, issuer, monkeypatch):
    monkeypatch.setattr(issuer_keys, "PATIENCE", 1e6)
    issuer.check()
    provider.gate.clear()
    first, outcome = begun(issuer.caller, provider.token(headers={"kid": "unknown"}))
    asked(provider, 3)
    assert issuer.caller(provider.token()).user_id == SUB
    unavailable(issuer.caller, provider.token(headers={"kid": "unknown"}))
    provider.gate.set()
    first.join()
    assert isinstance(outcome[0], Unauthenticated)


# What a provider may answer


def test_a_slow_provider_is_as_good_as_none(provider, issuer, monkeypatch):
    monkeypatch.setattr(issuer_documents, "TIMEOUT", 0.05)
    provider.gate.clear()
    unavailable(issuer.check)


def _drip(request):
    request.send_response(200)
    request.end_headers()
    for _ in range(1000):
        try:
            request.wfile.write(b" ")
            request.wfile.flush()
        except OSError:
            return
        threading.Event().wait(0.01)


def test_a_provider_that_never_comes_to_an_end_is_left(provider, issuer, monkeypatch):
    monkeypatch.setattr(issuer_documents, "SECONDS", 0.05)
    provider.answers[KEYS] = _drip
    unavailable(issuer.check)


def _answering(status, **headers):
    def answer(request):
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


@pytest.mark.parametrize("path", [CONFIGURATION, KEYS])
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[" * 10_000,
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b'{"issuer":7,"jwks_uri":7,"keys":7}',
        b'{"keys":[]}',
        b'{"keys":[' + b"[" * 5000,
        b" " * 300_000,
        _answering(500),
        _answering(404),
        _answering(204),
        _answering(200, **{"Content-Encoding": "gzip"}),
    ],
    ids=lambda answer: str(answer)[:20],
)
def test_rubbish_makes_the_issuer_unavailable(provider, issuer, path, answer):
    provider.answers[path] = answer
    unavailable(issuer.check)
    unavailable(issuer.caller, provider.token())


@pytest.mark.parametrize("path", [CONFIGURATION, KEYS])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(provider, issuer, path, status):
    with Provider() as stranger:
        provider.answers[path] = _answering(status, Location=stranger.issuer + path)
        unavailable(issuer.check)
        assert stranger.requests == []


def test_the_configuration_must_be_the_issuers_own(provider, issuer):
    for name in (provider.issuer + "/", "https://accounts.example.org", ""):
        provider.answers[CONFIGURATION] = {"issuer": name, "jwks_uri": provider.jwks_uri}
        assert "calls itself" in unavailable(issuer_documents.fetch, provider.issuer).detail
    assert KEYS not in provider.requests
    unavailable(issuer.check)


@pytest.mark.parametrize(
    "uri",
    [
        "http://keys.example.org/keys",
        "http://192.0.2.1/keys",
        "http://127.0.0.1@192.0.2.1/keys",
        "https://ann@keys.example.org/keys",
        "https://",
        "https://[::1",
        "https://keys.example.org:70000/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/keys",
        "/keys",
        "",
    ],
)
def test_keys_lie_behind_https_or_on_this_machine(provider, issuer, uri):
    provider.answers[CONFIGURATION] = {"issuer": provider.issuer, "jwks_uri": uri}
    assert "https" in unavailable(issuer_documents.fetch, provider.issuer).detail
    unavailable(issuer.check)


def test_an_issuer_elsewhere_can_not_point_to_this_machine():
    assert not issuer_documents._may_be_asked("http://127.0.0.1/keys", "https://example.org")
    assert issuer_documents._may_be_asked("https://keys.example.org/", "https://example.org")


def test_an_issuer_may_end_with_a_slash(provider, clock):
    issuer = Issuer(provider.issuer + "/", client_id=CLIENT, clock=clock, steady=clock)
    provider.answers[CONFIGURATION] = {
        "issuer": provider.issuer + "/",
        "jwks_uri": provider.jwks_uri,
    }
    assert issuer.caller(provider.token(iss=provider.issuer + "/")).user_id == SUB
    refused(issuer, provider.token())


def test_nobody_listens(clock):
    with Provider() as gone:
        pass
    issuer = Issuer(gone.issuer, client_id=CLIENT, clock=clock, steady=clock)
    issuer.renew()
    unavailable(issuer.check)


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
