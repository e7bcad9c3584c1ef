"""When the keys of another issuer are asked for."""

import threading
import uuid

from photohq.identity import issuer_keys
from photohq.photos.errors import Unauthenticated, Unavailable

from .provider import (
    CONFIGURATION,
    KEYS,
    SUB,
    part,
    refused,
    unavailable,
)


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
