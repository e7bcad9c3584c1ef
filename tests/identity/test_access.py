import jwt
import pytest

from photohq.identity.refusals import NotAuthorized, UnsupportedTokenType

ANN = "ann@example.com"


@pytest.fixture
def access(on_disk):
    return on_disk.pool.access


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_a_refresh_keeps_session_and_sign_in_time(on_disk, access):
    on_disk.add()
    first = on_disk.sign_in()
    on_disk.clock.advance(5000)
    second = access.refresh(first.refresh_token)
    assert second.refresh_token is None
    for old, new in [
        (claims(first.access_token), claims(second.access_token)),
        (claims(first.id_token), claims(second.id_token)),
    ]:
        assert (new["auth_time"], new["origin_jti"]) == (old["auth_time"], old["origin_jti"])
        assert new["iat"] == old["iat"] + 5000
        assert new["jti"] != old["jti"]
    assert access.user(second.access_token).email == ANN


def test_sessions_are_told_apart(on_disk):
    on_disk.add()
    first, second = on_disk.sign_in(), on_disk.sign_in()
    assert first.refresh_token != second.refresh_token
    assert claims(first.access_token)["origin_jti"] != claims(second.access_token)["origin_jti"]


def test_a_refresh_token_lives_30_days(on_disk, access):
    on_disk.add()
    token = on_disk.sign_in().refresh_token
    on_disk.clock.advance(30 * 86_400 - 1)
    assert access.refresh(token).access_token
    on_disk.clock.advance(1)
    with pytest.raises(NotAuthorized, match=r"^Refresh Token has expired$"):
        access.refresh(token)


def test_ended_sessions_are_swept_a_day_later(on_disk, access):
    on_disk.add()
    token = on_disk.sign_in().refresh_token
    on_disk.clock.advance(31 * 86_400)
    on_disk.sign_in()
    assert on_disk.execute("SELECT count(*) FROM sessions") == [(1,)]
    with pytest.raises(NotAuthorized, match=r"^Invalid Refresh Token$"):
        access.refresh(token)


@pytest.mark.parametrize("token", ["", "nonsense", "é", "a.b.c", "x" * 100_000])
def test_what_is_no_refresh_token_is_refused(on_disk, access, token):
    with pytest.raises(NotAuthorized, match=r"^Invalid Refresh Token$"):
        access.refresh(token)


def test_refresh_tokens_are_stored_as_hashes(on_disk):
    on_disk.add()
    token = on_disk.sign_in().refresh_token
    assert token not in "\n".join(on_disk.databases[0].reader().iterdump())


def test_revoking_ends_that_session_alone(on_disk, access):
    on_disk.add()
    first, second = on_disk.sign_in(), on_disk.sign_in()
    refreshed = access.refresh(first.refresh_token)
    for _ in range(2):
        access.revoke(first.refresh_token)
    for token in (first.access_token, refreshed.access_token):
        with pytest.raises(NotAuthorized, match=r"^Access Token has been revoked$"):
            access.user(token)
    with pytest.raises(NotAuthorized, match=r"^Refresh Token has been revoked$"):
        access.refresh(first.refresh_token)
    assert access.user(second.access_token)
    assert access.refresh(second.refresh_token)


def test_only_refresh_tokens_can_be_revoked(on_disk, access):
    on_disk.add()
    signed_in = on_disk.sign_in()
    for token in (signed_in.access_token, signed_in.id_token):
        with pytest.raises(UnsupportedTokenType):
            access.revoke(token)
    access.revoke("nobodys")
    assert access.user(signed_in.access_token)


def test_signing_out_everywhere_ends_all_of_ones_own_sessions(on_disk, access):
    on_disk.add()
    on_disk.add("bob@example.com")
    sessions = [on_disk.sign_in() for _ in range(3)]
    bob = on_disk.sign_in("bob@example.com")
    access.sign_out_everywhere(sessions[0].access_token)
    for session in sessions:
        with pytest.raises(NotAuthorized, match=r"^Access Token has been revoked$"):
            access.user(session.access_token)
        with pytest.raises(NotAuthorized, match=r"^Refresh Token has been revoked$"):
            access.refresh(session.refresh_token)
    assert access.user(bob.access_token).email == "bob@example.com"
    assert on_disk.sign_in().access_token


def test_a_disabled_user_is_out_everywhere(on_disk, access):
    on_disk.add()
    signed_in = on_disk.sign_in()
    on_disk.pool.set_enabled(ANN, enabled=False)
    for refused in (
        lambda: access.user(signed_in.access_token),
        lambda: access.sign_out_everywhere(signed_in.access_token),
        lambda: access.refresh(signed_in.refresh_token),
    ):
        with pytest.raises(NotAuthorized, match=r"^User is disabled\.$"):
            refused()
    on_disk.pool.set_enabled(ANN, enabled=True)
    with pytest.raises(NotAuthorized, match=r"^Access Token has been revoked$"):
        access.user(signed_in.access_token)
    assert on_disk.sign_in().access_token
