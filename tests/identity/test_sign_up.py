import shutil

import pytest

from photohq.identity.mailed_codes import MAILS_AN_HOUR, WRONG_CODES_AN_HOUR
from photohq.identity.refusals import (
    CodeDeliveryFailure,
    CodeMismatch,
    ExpiredCode,
    InvalidParameter,
    InvalidPassword,
    LimitExceeded,
    NotAuthorized,
    UsernameExists,
)
from photohq.identity.users import is_email

ANN = "ann@example.com"


@pytest.fixture
def sign_up(on_disk):
    return on_disk.pool.sign_up


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_mailed_code_confirms(on_disk, sign_up):
    user = sign_up.sign_up("Ann@Example.com", on_disk.password)
    assert (user.email, user.confirmed) == (ANN, False)
    sign_up.confirm("ANN@example.com", on_disk.outbox.latest_code(ANN))
    (stored,) = on_disk.pool.users()
    assert (stored.sub, stored.confirmed) == (user.sub, True)
    with pytest.raises(
        NotAuthorized, match=r"^User cannot be confirmed\. Current status is CONFIRMED$"
    ):
        sign_up.confirm(ANN, on_disk.outbox.latest_code(ANN))


def test_passwords_are_stored_as_hashes(on_disk, sign_up):
    sign_up.sign_up(ANN, on_disk.password)
    (user,) = on_disk.pool.users()
    assert user.password_hash.startswith("$argon2id$")
    assert on_disk.password not in user.password_hash


def test_an_address_is_taken_in_any_case(on_disk, sign_up):
    sign_up.sign_up(ANN, on_disk.password)
    with pytest.raises(UsernameExists, match="User already exists"):
        sign_up.sign_up("ANN@EXAMPLE.COM", on_disk.password)
    assert len(list(on_disk.outbox.sent())) == 1


def test_the_policy_is_held(on_disk, sign_up):
    with pytest.raises(InvalidPassword, match="Password not long enough"):
        sign_up.sign_up(ANN, "Short-7")
    assert on_disk.pool.users() == []


@pytest.mark.parametrize(
    "username",
    [
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@@example.com",
        "ann@exa_mple.com",
        "ann@-example.com",
        "ann@example..com",
        "ann@example.com\n",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com,bob@example.com",
        "<ann@example.com>",
        "a nn@example.com",
        "änn@example.com",
        "\u212a@example.com",  # the Kelvin sign, which is a k in lower case
        "a" * 65 + "@example.com",
        "ann@" + "a.b" * 42 + ".com",
    ],
)
def test_a_user_name_is_an_email_address(on_disk, sign_up, username):
    with pytest.raises(InvalidParameter, match=r"Username should be an email\."):
        sign_up.sign_up(username, on_disk.password)


@pytest.mark.parametrize(
    "email",
    ["a@b.co", "ann+photos@mail.example.com", "o'neil.x@example.co.uk", "a@xn--bcher-kva.de"],
)
def test_ordinary_addresses_are_emails(email):
    assert is_email(email)


def test_a_new_code_replaces_the_old_one(on_disk, sign_up):
    sign_up.sign_up(ANN, on_disk.password)
    first = on_disk.outbox.latest_code(ANN)
    on_disk.clock.advance(1)
    sign_up.resend_code("Ann@example.com")
    second = on_disk.outbox.latest_code(ANN)
    if first != second:
        with pytest.raises(CodeMismatch):
            sign_up.confirm(ANN, first)
    sign_up.confirm(ANN, second)
    with pytest.raises(InvalidParameter, match=r"User is already confirmed\."):
        sign_up.resend_code(ANN)


def test_wrong_codes_are_limited_even_over_new_codes(on_disk, sign_up):
    sign_up.sign_up(ANN, on_disk.password)
    for attempt in range(WRONG_CODES_AN_HOUR):
        if attempt == WRONG_CODES_AN_HOUR // 2:
            on_disk.clock.advance(1)
            sign_up.resend_code(ANN)
        with pytest.raises(CodeMismatch):
            sign_up.confirm(ANN, wrong(on_disk.outbox.latest_code(ANN)))
    with pytest.raises(LimitExceeded):
        sign_up.confirm(ANN, on_disk.outbox.latest_code(ANN))
    on_disk.clock.advance(3600)
    sign_up.confirm(ANN, on_disk.outbox.latest_code(ANN))


def test_mails_are_limited(on_disk, sign_up):
    sign_up.sign_up(ANN, on_disk.password)
    for _ in range(MAILS_AN_HOUR):
        sign_up.resend_code(ANN)
    with pytest.raises(LimitExceeded):
        sign_up.resend_code(ANN)
    assert len(list(on_disk.outbox.sent())) == 1 + MAILS_AN_HOUR


def test_an_unknown_user_gets_the_same_answers_and_no_mail(on_disk, sign_up):
    sign_up.sign_up("bob@example.com", on_disk.password)
    sign_up.resend_code("bob@example.com")
    sign_up.resend_code(ANN)
    sent = len(list(on_disk.outbox.sent()))
    code = on_disk.outbox.latest_code("bob@example.com")
    answers = {}
    for name in (ANN, "bob@example.com"):
        seen = answers[name] = []
        for _ in range(MAILS_AN_HOUR - 1):
            sign_up.resend_code(name)
        for _ in range(WRONG_CODES_AN_HOUR + 1):
            with pytest.raises((CodeMismatch, ExpiredCode, LimitExceeded)) as refusal:
                sign_up.confirm(name, wrong(code))
            seen.append(str(refusal.value))
        with pytest.raises(LimitExceeded):
            sign_up.resend_code(name)
    assert answers[ANN] == answers["bob@example.com"]
    assert all(mail.to == "bob@example.com" for mail in on_disk.outbox.sent())
    assert len(list(on_disk.outbox.sent())) == sent + MAILS_AN_HOUR - 1


def test_a_code_that_nobody_got_confirms_nobody(on_disk, sign_up, monkeypatch):
    monkeypatch.setattr("secrets.randbelow", lambda _: 7)
    sign_up.resend_code(ANN)
    with pytest.raises(ExpiredCode):
        sign_up.confirm(ANN, "000007")
    sign_up.sign_up(ANN, on_disk.password)
    sign_up.confirm(ANN, "000007")


def test_where_the_mail_can_not_be_sent_a_later_one_can(on_disk, sign_up):
    outbox = on_disk.folder / "outbox"
    outbox.rmdir()
    with pytest.raises(CodeDeliveryFailure):
        sign_up.sign_up(ANN, on_disk.password)
    outbox.mkdir()
    sign_up.resend_code(ANN)
    sign_up.confirm(ANN, on_disk.outbox.latest_code(ANN))
    shutil.rmtree(outbox)
