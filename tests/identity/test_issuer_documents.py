"""What a provider may answer."""

import threading

import pytest

from photohq.identity import issuer_documents
from photohq.identity.issuer import Issuer

from .provider import (
    CLIENT,
    CONFIGURATION,
    KEYS,
    SUB,
    Provider,
    refused,
    unavailable,
)


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
