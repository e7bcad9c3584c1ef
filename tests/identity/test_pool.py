import re

import pytest

from photohq.identity.port import Caller
from photohq.photos.errors import Unauthenticated, Unavailable

from .conftest import URL

ANN = "ann@example.com"


def test_it_says_where_and_how_to_sign_in(on_disk):
    described = on_disk.pool.describe()
    assert re.fullmatch(r"local_[A-Za-z0-9]{9}", described.user_pool_id)
    assert re.fullmatch(r"[a-z0-9]{26}", described.client_id)
    assert described.region == "local"
    assert described.identity_endpoint == f"{URL}/identity"
    assert described.issuer == f"{URL}/identity/{described.user_pool_id}"
    assert described.jwks_uri == f"{described.issuer}/.well-known/jwks.json"


def test_its_ids_are_made_once(on_disk):
    assert on_disk.open().describe() == on_disk.pool.describe()


def test_an_access_token_makes_a_caller(on_disk):
    user = on_disk.add()
    assert on_disk.pool.caller(on_disk.sign_in().access_token) == Caller(user.sub)


def test_a_token_outlives_a_restart(on_disk):
    user = on_disk.add()
    token = on_disk.sign_in().access_token
    assert on_disk.open().caller(token) == Caller(user.sub)


def test_a_token_is_bound_to_the_url(on_disk):
    on_disk.add()
    token = on_disk.sign_in().access_token
    with pytest.raises(Unauthenticated):
        on_disk.open("https://elsewhere.example.org").caller(token)


def test_only_access_tokens_make_a_caller(on_disk):
    on_disk.add()
    signed_in = on_disk.sign_in()
    for token in (signed_in.id_token, signed_in.refresh_token, "", "Bearer", "a.b.c", "é"):
        with pytest.raises(Unauthenticated, match="A valid access token is required"):
            on_disk.pool.caller(token)


@pytest.mark.parametrize(
    "end",
    [
        lambda other, signed_in: other.access.revoke(signed_in.refresh_token),
        lambda other, signed_in: other.access.sign_out_everywhere(signed_in.access_token),
        lambda other, _: other.set_enabled(ANN, enabled=False),
    ],
    ids=["revoked", "signed out", "disabled"],
)
def test_what_another_process_ends_is_refused_at_the_next_request(on_disk, end):
    on_disk.add()
    signed_in = on_disk.sign_in()
    on_disk.pool.caller(signed_in.access_token)
    end(on_disk.open(), signed_in)
    with pytest.raises(Unauthenticated):
        on_disk.pool.caller(signed_in.access_token)


def test_a_deleted_user_is_refused_at_the_next_request(on_disk):
    on_disk.add()
    token = on_disk.sign_in().access_token
    on_disk.pool.caller(token)
    on_disk.execute("DELETE FROM users")
    with pytest.raises(Unauthenticated):
        on_disk.pool.caller(token)


def test_an_expired_token_is_refused_also_when_it_was_good_before(on_disk):
    on_disk.add()
    token = on_disk.sign_in().access_token
    on_disk.pool.caller(token)
    on_disk.clock.advance(3600)
    with pytest.raises(Unauthenticated):
        on_disk.pool.caller(token)


def test_there_is_nobody_to_enable_under_an_unknown_name(on_disk):
    assert not on_disk.pool.set_enabled(ANN, enabled=False)


def test_a_failing_database_is_told(on_disk):
    on_disk.pool.check()
    on_disk.execute("DROP TABLE codes")
    on_disk.execute("DROP TABLE sessions")
    on_disk.execute("DROP TABLE users")
    with pytest.raises(Unavailable):
        on_disk.pool.check()
