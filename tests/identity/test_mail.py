import email
import email.policy

import pytest

from photohq.identity.mail import Letter, Mailer
from photohq.identity.outbox import Outbox


@pytest.fixture
def outbox(tmp_path, clock):
    return Outbox(tmp_path, clock)


def send(outbox, address, code):
    Mailer(outbox).send(Letter.CONFIRM_SIGN_UP, address, code)


def test_a_mail_is_a_message_that_mail_programs_read(outbox, tmp_path):
    send(outbox, "ann@example.com", "012345")
    (path,) = tmp_path.iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o077 == 0, "codes are nobody else's business"
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == "ann@example.com"
    assert message["Date"].datetime.year == 2027
    assert "012345" in message.get_content()


def test_the_newest_code_of_an_address_is_found_in_any_case(outbox, clock):
    send(outbox, "ann@example.com", "111111")
    clock.advance(0.001)
    send(outbox, "ann@example.com", "222222")
    clock.advance(1)
    send(outbox, "bob@example.com", "333333")
    assert outbox.latest_code("Ann@Example.com") == "222222"
    assert outbox.latest_code("cleo@example.com") is None


def test_mails_are_listed_newest_first(outbox, clock):
    for address in ("ann@example.com", "bob@example.com"):
        send(outbox, address, "111111")
        clock.advance(1)
    assert [mail.to for mail in outbox.sent()] == ["bob@example.com", "ann@example.com"]


def test_old_mails_are_forgotten(outbox, tmp_path, clock):
    for address in ("ann@example.com", "bob@example.com", "cleo@example.com"):
        send(outbox, address, "111111")
        clock.advance(10)
    (tmp_path / "notes.txt").touch()
    outbox.forget(20)
    assert [mail.to for mail in outbox.sent()] == ["cleo@example.com", "bob@example.com"]
    outbox.forget(0)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_mail_that_is_forgotten_during_a_list_is_passed_over(outbox, clock):
    for address in ("ann@example.com", "bob@example.com"):
        send(outbox, address, "111111")
        clock.advance(10)
    mails = outbox.sent()
    assert next(mails).to == "bob@example.com"
    outbox.forget(10)
    assert list(mails) == []
