import threading

import argon2
import pytest

from photohq.identity.refusals import (
    NotAuthorized,
    TooManyRequests,
    UserNotConfirmed,
)

ANN = "ann@example.com"
WRONG = "Wrong-Horse-7"
INCORRECT = r"^Incorrect username or password\.$"


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


def test_of_many_guesses_side_by_side_five_reach_a_password_check(on_disk, monkeypatch):
    on_disk.add()
    together = threading.Barrier(50)
    verify = on_disk.passwords.verify
    checked = []

    def noted(password, hashed):
        checked.append(password)
        return verify(password, hashed)

    monkeypatch.setattr(on_disk.passwords, "verify", noted)
    outcomes = []

    def guess():
        together.wait(30)
        outcomes.append(outcome(on_disk, ANN, WRONG)[1])

    threads = [threading.Thread(target=guess) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == 5
    assert outcomes.count("Incorrect username or password.") == 5
    assert outcomes.count("Password attempts exceeded") == 45


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
