import threading

import argon2
import jwt
import pytest

from photohq.identity.refusals import (
    NotAuthorized,
    TooManyRequests,
    UnsupportedTokenType,
    UserNotConfirmed,
)

ANN = "ann@example.com"
WRONG = "Wrong-Horse-7"
INCORRECT = r"^Incorrect username or password\.$"


@pytest.fixture
def sign_in(on_disk):
    return on_disk.pool.sign_in


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_case_counts_in_passwords_and_not_in_addresses(on_disk):
    on_disk.add()
    assert on_disk.sign_in("Ann@EXAMPLE.com").refresh_token
    with pytest.raises(NotAuthorized, match=INCORRECT):
        on_disk.sign_in(password=on_disk.password.lower())


def outcome(on_disk, email, password):
    try:
        on_disk.sign_in(email, password)
    except (NotAuthorized, TooManyRequests, UserNotConfirmed) as refusal:
        return refusal.name, refusal.message
    return None


def test_a_wrong_password_and_an_unknown_user_get_the_same_answers(on_disk, monkeypatch):
    on_disk.add()
    on_disk.pool.sign_up.sign_up("unconfirmed@example.com", on_disk.password)
    on_disk.add("disabled@example.com")
    on_disk.pool.set_enabled("disabled@example.com", enabled=False)
    hashed = []
    verify = argon2.PasswordHasher.verify

    def spy(hasher, stored, password):
        hashed.append(argon2.extract_parameters(stored))
        return verify(hasher, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", spy)
    seen = {}
    for email in (ANN, "unconfirmed@example.com", "disabled@example.com", "nobody@example.com"):
        hashed.clear()
        answers = []
        for _ in range(7):
            answers.append(outcome(on_disk, email, WRONG))
            on_disk.clock.advance(0.75)
        on_disk.clock.advance(3600)
        for pause in (1, 1, 1, 1, 1, 2, 4, 8, 16, 932) * 11:
            answers.append(outcome(on_disk, email, WRONG))
            on_disk.clock.advance(pause)
        seen[email] = (answers, list(hashed))
        on_disk.clock.advance(86_400 * 2)
    assert len({str(answers) for answers in seen.values()}) == 1
    assert ("TooManyRequestsException", "Rate exceeded") in seen[ANN][0]


def test_only_the_right_password_tells_that_a_user_is_unconfirmed_or_disabled(on_disk):
    on_disk.pool.sign_up.sign_up(ANN, on_disk.password)
    with pytest.raises(UserNotConfirmed, match=r"User is not confirmed\."):
        on_disk.sign_in()
    on_disk.pool.set_enabled(ANN, enabled=False)
    with pytest.raises(NotAuthorized, match=r"User is disabled\."):
        on_disk.sign_in()


def test_the_right_password_is_refused_while_locked(on_disk):
    on_disk.add()
    for _ in range(5):
        with pytest.raises(NotAuthorized, match=INCORRECT):
            on_disk.sign_in(password=WRONG)
    for password in (on_disk.password, WRONG):
        with pytest.raises(NotAuthorized, match=r"^Password attempts exceeded$"):
            on_disk.sign_in(password=password)
    on_disk.clock.advance(1)
    on_disk.sign_in()
    with pytest.raises(NotAuthorized, match=INCORRECT):
        on_disk.sign_in(password=WRONG)
    on_disk.sign_in()


def test_guesses_side_by_side_do_not_outrun_the_lock(on_disk, monkeypatch):
    on_disk.add()
    together = threading.Barrier(12)
    verify = on_disk.passwords.verify

    def slow(password, hashed):
        together.wait(30)
        return verify(password, hashed)

    monkeypatch.setattr(on_disk.passwords, "verify", slow)
    outcomes = []

    def guess():
        outcomes.append(outcome(on_disk, ANN, WRONG)[1])

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("Incorrect username or password.") == 5
    assert outcomes.count("Password attempts exceeded") == 7


def test_a_refresh_keeps_session_and_sign_in_time(on_disk, sign_in):
    on_disk.add()
    first = on_disk.sign_in()
    on_disk.clock.advance(5000)
    second = sign_in.with_refresh_token(first.refresh_token)
    assert second.refresh_token is None
    for old, new in [
        (claims(first.access_token), claims(second.access_token)),
        (claims(first.id_token), claims(second.id_token)),
    ]:
        assert (new["auth_time"], new["origin_jti"]) == (old["auth_time"], old["origin_jti"])
        assert new["iat"] == old["iat"] + 5000
        assert new["jti"] != old["jti"]
    assert sign_in.user(second.access_token).email == ANN


def test_sessions_are_told_apart(on_disk):
    on_disk.add()
    first, second = on_disk.sign_in(), on_disk.sign_in()
    assert first.refresh_token != second.refresh_token
    assert claims(first.access_token)["origin_jti"] != claims(second.access_token)["origin_jti"]


def test_a_refresh_token_lives_30_days(on_disk, sign_in):
    on_disk.add()
    token = on_disk.sign_in().refresh_token
    on_disk.clock.advance(30 * 86_400 - 1)
    assert sign_in.with_refresh_token(token).access_token
    on_disk.clock.advance(1)
    with pytest.raises(NotAuthorized, match=r"^Refresh Token has expired$"):
        sign_in.with_refresh_token(token)


def test_ended_sessions_are_swept_a_day_later(on_disk, sign_in):
    on_disk.add()
    token = on_disk.sign_in().refresh_token
    on_disk.clock.advance(31 * 86_400)
    on_disk.sign_in()
    assert on_disk.execute("SELECT count(*) FROM sessions") == [(1,)]
    with pytest.raises(NotAuthorized, match=r"^Invalid Refresh Token$"):
        sign_in.with_refresh_token(token)


@pytest.mark.parametrize("token", ["", "nonsense", "é", "a.b.c", "x" * 100_000])
def test_what_is_no_refresh_token_is_refused(on_disk, sign_in, token):
    with pytest.raises(NotAuthorized, match=r"^Invalid Refresh Token$"):
        sign_in.with_refresh_token(token)


def test_refresh_tokens_are_stored_as_hashes(on_disk):
    on_disk.add()
    token = on_disk.sign_in().refresh_token
    assert token not in "\n".join(on_disk.databases[0].reader().iterdump())


def test_revoking_ends_that_session_alone(on_disk, sign_in):
    on_disk.add()
    first, second = on_disk.sign_in(), on_disk.sign_in()
    refreshed = sign_in.with_refresh_token(first.refresh_token)
    for _ in range(2):
        sign_in.revoke(first.refresh_token)
    for token in (first.access_token, refreshed.access_token):
        with pytest.raises(NotAuthorized, match=r"^Access Token has been revoked$"):
            sign_in.user(token)
    with pytest.raises(NotAuthorized, match=r"^Refresh Token has been revoked$"):
        sign_in.with_refresh_token(first.refresh_token)
    assert sign_in.user(second.access_token)
    assert sign_in.with_refresh_token(second.refresh_token)


def test_only_refresh_tokens_can_be_revoked(on_disk, sign_in):
    on_disk.add()
    signed_in = on_disk.sign_in()
    for token in (signed_in.access_token, signed_in.id_token):
        with pytest.raises(UnsupportedTokenType):
            sign_in.revoke(token)
    sign_in.revoke("nobodys")
    assert sign_in.user(signed_in.access_token)


def test_signing_out_everywhere_ends_all_of_ones_own_sessions(on_disk, sign_in):
    on_disk.add()
    on_disk.add("bob@example.com")
    sessions = [on_disk.sign_in() for _ in range(3)]
    bob = on_disk.sign_in("bob@example.com")
    sign_in.sign_out_everywhere(sessions[0].access_token)
    for session in sessions:
        with pytest.raises(NotAuthorized, match=r"^Access Token has been revoked$"):
            sign_in.user(session.access_token)
        with pytest.raises(NotAuthorized, match=r"^Refresh Token has been revoked$"):
            sign_in.with_refresh_token(session.refresh_token)
    assert sign_in.user(bob.access_token).email == "bob@example.com"
    assert on_disk.sign_in().access_token


def test_a_disabled_user_is_out_everywhere(on_disk, sign_in):
    on_disk.add()
    signed_in = on_disk.sign_in()
    on_disk.pool.set_enabled(ANN, enabled=False)
    for refused in (
        lambda: sign_in.user(signed_in.access_token),
        lambda: sign_in.sign_out_everywhere(signed_in.access_token),
        lambda: sign_in.with_refresh_token(signed_in.refresh_token),
    ):
        with pytest.raises(NotAuthorized, match=r"^User is disabled\.$"):
            refused()
    on_disk.pool.set_enabled(ANN, enabled=True)
    with pytest.raises(NotAuthorized, match=r"^Access Token has been revoked$"):
        sign_in.user(signed_in.access_token)
    assert on_disk.sign_in().access_token


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda made: made.open().set_enabled(ANN, enabled=False), r"^User is disabled\.$"),
        (lambda made: made.execute("DELETE FROM users"), INCORRECT),
        (lambda made: made.execute("UPDATE users SET password_hash = 'another'"), INCORRECT),
    ],
    ids=["disabled", "deleted", "another password"],
)
def test_whoever_is_shut_out_during_a_sign_in_gets_no_session(
    on_disk, monkeypatch, change, refusal
):
    on_disk.add()
    verify = on_disk.passwords.verify

    def overtaken(password, hashed):
        right = verify(password, hashed)
        change(on_disk)
        return right

    monkeypatch.setattr(on_disk.passwords, "verify", overtaken)
    with pytest.raises(NotAuthorized, match=refusal):
        on_disk.sign_in()
    assert on_disk.execute("SELECT count(*) FROM sessions") == [(0,)]
