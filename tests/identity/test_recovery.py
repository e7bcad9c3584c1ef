import threading

import pytest

from photohq.identity.mailed_codes import MAILS_AN_HOUR, WRONG_CODES_AN_HOUR
from photohq.identity.refusals import (
    CodeDeliveryFailure,
    CodeMismatch,
    ExpiredCode,
    InvalidPassword,
    LimitExceeded,
    NotAuthorized,
    Refused,
    TooManyRequests,
)

ANN, NOBODY = "ann@example.com", "nobody@example.com"
NEW = "Better-Horse-8"


@pytest.fixture
def recovery(on_disk):
    return on_disk.pool.recovery


def code_of(on_disk, email=ANN):
    return on_disk.outbox.latest_code(email)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_mailed_code_sets_a_new_password_and_ends_all_sessions(on_disk, recovery):
    on_disk.add()
    before = on_disk.sign_in()
    recovery.forgot("Ann@Example.com")
    assert on_disk.pool.access.check(before.access_token), "asking alone changes nothing"
    recovery.confirm("ANN@example.com", code_of(on_disk), NEW)
    with pytest.raises(NotAuthorized, match="Access Token has been revoked"):
        on_disk.pool.access.check(before.access_token)
    with pytest.raises(NotAuthorized, match="Refresh Token has been revoked"):
        on_disk.pool.access.refresh(before.refresh_token)
    with pytest.raises(NotAuthorized, match="Incorrect username or password"):
        on_disk.sign_in()
    assert on_disk.sign_in(password=NEW).access_token


def test_the_owner_is_told(on_disk, recovery):
    on_disk.add()
    recovery.forgot(ANN)
    on_disk.clock.advance(1)
    recovery.confirm(ANN, code_of(on_disk), NEW)
    newest, asked = on_disk.outbox.sent()
    assert (newest.to, newest.code) == (ANN, None)
    assert asked.code


def test_a_code_is_good_once_and_for_an_hour(on_disk, recovery):
    on_disk.add()
    recovery.forgot(ANN)
    code = code_of(on_disk)
    recovery.confirm(ANN, code, NEW)
    with pytest.raises(ExpiredCode):
        recovery.confirm(ANN, code, NEW)
    on_disk.clock.advance(1)
    recovery.forgot(ANN)
    on_disk.clock.advance(3600)
    with pytest.raises(ExpiredCode):
        recovery.confirm(ANN, code_of(on_disk), NEW)


def test_a_weak_password_leaves_the_code_good(on_disk, recovery):
    on_disk.add()
    recovery.forgot(ANN)
    with pytest.raises(InvalidPassword):
        recovery.confirm(ANN, code_of(on_disk), "weak")
    recovery.confirm(ANN, code_of(on_disk), NEW)


def test_codes_of_a_sign_up_or_another_user_do_not_reset(on_disk, recovery):
    on_disk.pool.sign_up.sign_up(ANN, on_disk.password)
    with pytest.raises(ExpiredCode):
        recovery.confirm(ANN, code_of(on_disk), NEW)
    on_disk.add("bob@example.com")
    recovery.forgot("bob@example.com")
    with pytest.raises(ExpiredCode):
        recovery.confirm(ANN, code_of(on_disk, "bob@example.com"), NEW)


def test_the_code_confirms_an_address_too(on_disk, recovery):
    on_disk.pool.sign_up.sign_up(ANN, on_disk.password)
    on_disk.clock.advance(1)
    recovery.forgot(ANN)
    recovery.confirm(ANN, code_of(on_disk), NEW)
    assert on_disk.sign_in(password=NEW).access_token


def test_a_reset_opens_a_locked_account(on_disk, recovery):
    on_disk.add()
    for _ in range(5):
        with pytest.raises(NotAuthorized):
            on_disk.sign_in(password="Wrong-Horse-7")
    recovery.forgot(ANN)
    recovery.confirm(ANN, code_of(on_disk), NEW)
    assert on_disk.sign_in(password=NEW).access_token


def test_a_reset_forgives_the_failures_of_the_day(on_disk, recovery):
    on_disk.add()
    for _ in range(100):
        with pytest.raises(NotAuthorized):
            on_disk.sign_in(password="Wrong-Horse-7")
        on_disk.execute("DELETE FROM lockouts")
    with pytest.raises(TooManyRequests):
        on_disk.sign_in()
    recovery.forgot(ANN)
    recovery.confirm(ANN, code_of(on_disk), NEW)
    assert on_disk.sign_in(password=NEW).access_token


def outcome(function, *arguments):
    try:
        function(*arguments)
    except Refused as refusal:
        return refusal.name, refusal.message
    return None


def test_known_unknown_and_disabled_users_get_the_same_answers(on_disk, recovery):
    on_disk.add()
    on_disk.add("disabled@example.com")
    on_disk.pool.set_enabled("disabled@example.com", enabled=False)
    answers = {}
    for name in (ANN, NOBODY, "disabled@example.com"):
        seen = answers[name] = [outcome(recovery.confirm, name, "123456", NEW)]
        seen += [outcome(recovery.forgot, name) for _ in range(MAILS_AN_HOUR)]
        guess = wrong(code_of(on_disk)) if name == ANN else "123456"
        seen += [outcome(recovery.confirm, name, guess, NEW) for _ in range(WRONG_CODES_AN_HOUR)]
        seen.append(outcome(recovery.forgot, name))
    assert len({str(seen) for seen in answers.values()}) == 1
    assert ("LimitExceededException", LimitExceeded.default) in answers[ANN]
    assert ("CodeMismatchException", CodeMismatch.default) in answers[ANN]
    assert {mail.to for mail in on_disk.outbox.sent()} == {ANN}


def test_a_code_that_nobody_got_resets_nothing(on_disk, recovery, monkeypatch):
    monkeypatch.setattr("secrets.randbelow", lambda _: 7)
    recovery.forgot(NOBODY)
    with pytest.raises(ExpiredCode):
        recovery.confirm(NOBODY, "000007", NEW)
    on_disk.add(NOBODY)
    with pytest.raises(CodeMismatch):
        recovery.confirm(NOBODY, "000007", NEW)


def test_guesses_side_by_side_are_all_counted(on_disk, recovery):
    on_disk.add()
    recovery.forgot(ANN)
    guess = wrong(code_of(on_disk))
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(outcome(recovery.confirm, ANN, guess, NEW)[0]))
        for _ in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.count("CodeMismatchException") == WRONG_CODES_AN_HOUR
    assert seen.count("LimitExceededException") == 30 - WRONG_CODES_AN_HOUR


def test_of_two_at_once_one_sets_the_password(on_disk, recovery):
    on_disk.add()
    recovery.forgot(ANN)
    code = code_of(on_disk)
    seen = []
    threads = [
        threading.Thread(
            target=lambda n=n: seen.append(outcome(recovery.confirm, ANN, code, f"{NEW}{n}"))
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.count(None) == 1
    assert {answer[0] for answer in seen if answer} == {"ExpiredCodeException"}


def test_a_mail_that_can_not_be_written_is_told_to_everybody(on_disk, recovery):
    on_disk.add()
    (on_disk.folder / "outbox").rmdir()
    for name in (ANN, NOBODY):
        with pytest.raises(CodeDeliveryFailure):
            recovery.forgot(name)
