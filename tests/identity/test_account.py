import pytest

from photohq.identity.mailed_codes import MAILS_AN_HOUR, WRONG_CODES_AN_HOUR
from photohq.identity.refusals import (
    AliasExists,
    CodeMismatch,
    ExpiredCode,
    InvalidParameter,
    InvalidPassword,
    LimitExceeded,
    NotAuthorized,
)

ANN, BOB, NEW = "ann@example.com", "bob@example.com", "ann@example.org"
BETTER = "Better-Horse-8"
INCORRECT = r"^Incorrect username or password\.$"


@pytest.fixture
def account(on_disk):
    on_disk.add()
    return on_disk.pool.account


@pytest.fixture
def token(on_disk, account):
    return on_disk.sign_in().access_token


def letters(on_disk):
    return [(mail.to, bool(mail.code)) for mail in on_disk.outbox.sent()]


def email_of(on_disk, token):
    return on_disk.pool.access.user(token).email


def test_a_new_password_ends_all_other_sessions(on_disk, account, token):
    other = on_disk.sign_in()
    account.change_password(token, on_disk.password, BETTER)
    assert on_disk.pool.access.check(token)
    with pytest.raises(NotAuthorized, match="revoked"):
        on_disk.pool.access.check(other.access_token)
    with pytest.raises(NotAuthorized, match=INCORRECT):
        on_disk.sign_in()
    assert on_disk.sign_in(password=BETTER)
    assert letters(on_disk) == [(ANN, False)]


def test_a_wrong_previous_password_changes_nothing_and_counts(on_disk, account, token):
    for _ in range(5):
        with pytest.raises(NotAuthorized, match=INCORRECT):
            account.change_password(token, "Wrong-Horse-7", BETTER)
    with pytest.raises(LimitExceeded):
        account.change_password(token, on_disk.password, BETTER)
    with pytest.raises(NotAuthorized, match="Password attempts exceeded"):
        on_disk.sign_in()
    on_disk.clock.advance(1)
    assert on_disk.sign_in()
    assert letters(on_disk) == []


def test_a_weak_password_is_refused_before_anything_is_counted(on_disk, account, token):
    for _ in range(6):
        with pytest.raises(InvalidPassword):
            account.change_password(token, "Wrong-Horse-7", "weak")
    account.change_password(token, on_disk.password, BETTER)


def test_a_password_reset_during_a_change_wins(on_disk, account, token, monkeypatch):
    recovery = on_disk.pool.recovery
    recovery.forgot(ANN)
    verify = on_disk.passwords.verify

    def overtaken(password, hashed):
        right = verify(password, hashed)
        recovery.confirm(ANN, on_disk.outbox.latest_code(ANN), "Other-Horse-9")
        return right

    with monkeypatch.context() as patch:
        patch.setattr(on_disk.passwords, "verify", overtaken)
        with pytest.raises(NotAuthorized):
            account.change_password(token, on_disk.password, BETTER)
    assert on_disk.sign_in(password="Other-Horse-9")


def test_a_new_address_counts_once_its_code_is_back(on_disk, account, token):
    assert account.change_email(token, "Ann@Example.org") == NEW
    assert email_of(on_disk, token) == ANN
    assert letters(on_disk) == [(NEW, True)]
    with pytest.raises(NotAuthorized, match=INCORRECT):
        on_disk.sign_in(NEW)
    on_disk.clock.advance(1)
    account.confirm_email(token, on_disk.outbox.latest_code(NEW))
    assert email_of(on_disk, token) == NEW
    assert on_disk.sign_in(NEW)
    with pytest.raises(NotAuthorized, match=INCORRECT):
        on_disk.sign_in(ANN)
    assert letters(on_disk)[0] == (ANN, False), "the old address is told"


def test_a_code_is_good_for_the_newest_address_alone(on_disk, account, token):
    account.change_email(token, NEW)
    code = on_disk.outbox.latest_code(NEW)
    account.change_email(token, "other@example.org")
    with pytest.raises(CodeMismatch):
        account.confirm_email(token, code)
    account.confirm_email(token, on_disk.outbox.latest_code("other@example.org"))
    with pytest.raises(ExpiredCode):
        account.confirm_email(token, on_disk.outbox.latest_code("other@example.org"))


def test_the_address_that_there_is_takes_a_wish_back(on_disk, account, token):
    account.change_email(token, NEW)
    assert account.change_email(token, "ANN@example.com") is None
    with pytest.raises(ExpiredCode):
        account.confirm_email(token, on_disk.outbox.latest_code(NEW))
    assert email_of(on_disk, token) == ANN


def test_a_code_can_be_mailed_again(on_disk, account, token):
    with pytest.raises(InvalidParameter, match="no new email"):
        account.resend_email_code(token)
    account.change_email(token, NEW)
    on_disk.clock.advance(1)
    assert account.resend_email_code(token) == NEW
    account.confirm_email(token, on_disk.outbox.latest_code(NEW))


def test_mails_to_new_addresses_are_limited(on_disk, account, token):
    for number in range(MAILS_AN_HOUR):
        account.change_email(token, f"{number}@example.org")
    with pytest.raises(LimitExceeded):
        account.change_email(token, NEW)
    with pytest.raises(LimitExceeded):
        account.resend_email_code(token)
    assert len(letters(on_disk)) == MAILS_AN_HOUR


def test_many_users_can_not_fill_the_mailbox_of_one(on_disk, account):
    for number in range(MAILS_AN_HOUR + 1):
        user = on_disk.add(f"{number}@example.com")
        token = on_disk.sign_in(user.email).access_token
        if number < MAILS_AN_HOUR:
            account.change_email(token, NEW)
        else:
            with pytest.raises(LimitExceeded):
                account.change_email(token, NEW)
        account.leave(token)
    assert letters(on_disk) == [(NEW, True)] * MAILS_AN_HOUR


def test_strangers_can_not_spend_what_a_user_may_ask_for(on_disk, account, token):
    sub = on_disk.pool.access.user(token).sub
    for _ in range(MAILS_AN_HOUR):
        on_disk.pool.recovery.forgot(sub)
    for _ in range(WRONG_CODES_AN_HOUR):
        with pytest.raises((CodeMismatch, ExpiredCode)):
            on_disk.pool.recovery.confirm(sub, "123456", BETTER)
    with pytest.raises(LimitExceeded):
        on_disk.pool.recovery.confirm(sub, "123456", BETTER)
    account.change_email(token, NEW)
    account.confirm_email(token, on_disk.outbox.latest_code(NEW))


def test_a_code_never_confirms_an_address_that_came_in_between(
    on_disk, account, token, monkeypatch
):
    account.change_email(token, NEW)
    code = on_disk.outbox.latest_code(NEW)
    check = account._parts.codes.check

    def overtaken(*arguments):
        check(*arguments)
        sub = on_disk.pool.access.user(token).sub
        on_disk.pool._parts.users.set_new_email(sub, "victim@example.net")

    monkeypatch.setattr(account._parts.codes, "check", overtaken)
    with pytest.raises(ExpiredCode):
        account.confirm_email(token, code)
    assert email_of(on_disk, token) == ANN


@pytest.mark.parametrize("address", ["", "ann", "ann@example", "Ann <ann@example.org>", "é@b.org"])
def test_what_is_no_address_is_refused(account, token, address):
    with pytest.raises(InvalidParameter, match=r"^Invalid email address format\.$"):
        account.change_email(token, address)


def test_an_address_belongs_to_one_user(on_disk, account, token):
    on_disk.add(BOB)
    with pytest.raises(AliasExists):
        account.change_email(token, BOB)
    account.change_email(token, NEW)
    on_disk.add(NEW)
    with pytest.raises(AliasExists):
        account.confirm_email(token, on_disk.outbox.latest_code(NEW))
    assert email_of(on_disk, token) == ANN


def test_who_leaves_is_gone_at_once(on_disk, account, token):
    sub = on_disk.pool.access.user(token).sub
    other = on_disk.sign_in()
    told = []
    on_disk.pool.departures.left = lambda: told.append(sub)
    account.leave(token)
    assert told == [sub]
    for gone in (token, other.access_token):
        with pytest.raises(NotAuthorized, match="Access Token has been revoked"):
            on_disk.pool.access.check(gone)
    with pytest.raises(NotAuthorized, match=INCORRECT):
        on_disk.sign_in()
    with pytest.raises(NotAuthorized, match="Invalid Refresh Token"):
        on_disk.pool.access.refresh(other.refresh_token)
    for table in ("users", "sessions", "totp"):
        assert on_disk.execute(f"SELECT count(*) FROM {table}") == [(0,)]
    assert on_disk.add().sub != sub


def test_photos_of_who_left_are_looked_for_until_nothing_can_be_on_its_way(on_disk, account, token):
    sub = on_disk.pool.access.user(token).sub
    account.leave(token)
    departures = on_disk.pool.departures
    assert departures.pending() == [sub]
    departures.settled(sub)
    assert departures.pending() == [sub]
    on_disk.clock.advance(3600)
    departures.settled("somebody-else")
    assert departures.pending() == [sub]
    departures.settled(sub)
    assert departures.pending() == []


@pytest.mark.parametrize(
    "call",
    [
        lambda account: account.change_password("a.b.c", "Correct-Horse-7", BETTER),
        lambda account: account.change_email("a.b.c", NEW),
        lambda account: account.resend_email_code("a.b.c"),
        lambda account: account.confirm_email("a.b.c", "123456"),
        lambda account: account.associate_app("a.b.c"),
        lambda account: account.prove_app("a.b.c", "123456"),
        lambda account: account.prefer_app("a.b.c", enabled=False),
        lambda account: account.leave("a.b.c"),
    ],
)
def test_nothing_is_done_without_an_access_token(account, call):
    with pytest.raises(NotAuthorized, match=r"^Invalid Access Token$"):
        call(account)
