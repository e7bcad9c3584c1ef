import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.identity.mail.letters import Letter
from photohq.identity.mail.mailer import Mailer
from photohq.identity.mail.outbox import Outbox


@pytest.fixture
def outbox(tmp_path, clock):
    return Outbox(tmp_path, clock)


def send(outbox, address, code):
    Mailer(outbox).send(Letter.CONFIRM_SIGN_UP, address, code)


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


def test_mails_wait_in_the_order_in_which_they_were_written(outbox, clock):
    for address in ("ann@example.com", "bob@example.com"):
        send(outbox, address, "111111")
        clock.advance(1)
    oldest, newest = outbox.waiting()
    assert b"ann@example.com" in oldest.read_bytes()
    assert b"bob@example.com" in newest.read_bytes()


def test_a_mail_that_was_refused_is_listed_and_waits_no_more(outbox, clock):
    send(outbox, "ann@example.com", "111111")
    clock.advance(1)
    send(outbox, "bob@example.com", "222222")
    outbox.set_aside(outbox.waiting()[0])
    assert len(outbox.waiting()) == 1
    assert [(mail.to, mail.refused) for mail in outbox.sent()] == [
        ("bob@example.com", False),
        ("ann@example.com", True),
    ]
    assert outbox.latest_code("ann@example.com") == "111111"


def test_old_mails_are_forgotten(outbox, tmp_path, clock):
    for address in ("ann@example.com", "bob@example.com", "cleo@example.com"):
        send(outbox, address, "111111")
        clock.advance(10)
    (tmp_path / "notes.txt").touch()
    outbox.forget(20)
    assert [mail.to for mail in outbox.sent()] == ["cleo@example.com", "bob@example.com"]
    outbox.forget(0)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_refused_mails_and_what_a_crash_left_over_are_forgotten_too(outbox, tmp_path, clock):
    send(outbox, "ann@example.com", "111111")
    (mail,) = outbox.waiting()
    part = tmp_path / f".{mail.name}.part"
    part.touch()
    outbox.set_aside(mail)
    outbox.forget(10)
    assert part.exists()
    clock.advance(20)
    outbox.forget(10)
    assert list(outbox.sent()) == []
    assert not part.exists()


@given(
    st.binary(max_size=60)
    | st.text('<>@",;:()[]\\ .=?aB8q\r\n', max_size=40).map(
        lambda text: f"To: {text}\r\nSubject: {text}\r\nDate: {text}".encode()
    )
)
def test_a_file_that_is_no_mail_keeps_no_list_from_being_made(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("outbox")
    (folder / "20200101T000000.000000-0.eml").write_bytes(content)
    send(Outbox(folder), "ann@example.com", "111111")
    newest, _ = Outbox(folder).sent()
    assert newest.to == "ann@example.com"


def test_a_mail_that_is_forgotten_during_a_list_is_passed_over(outbox, clock):
    for address in ("ann@example.com", "bob@example.com"):
        send(outbox, address, "111111")
        clock.advance(10)
    mails = outbox.sent()
    assert next(mails).to == "bob@example.com"
    outbox.forget(10)
    assert list(mails) == []


def test_long_addresses_are_found_though_their_headers_are_folded(outbox):
    address = f"{'a' * 60}@{'b' * 60}.com"
    send(outbox, address, "123456")
    (mail,) = outbox.sent()
    assert mail.to == address
    assert outbox.latest_code(address) == "123456"
