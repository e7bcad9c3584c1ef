import email
import email.policy
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.identity.mail.letters import Letter, Letters
from photohq.identity.mail.mailer import Mailer, compose
from photohq.identity.mail.outbox import Outbox
from photohq.identity.users import is_email

ANN = "ann@example.com"
SENDER = "Photos of Köln <photos@example.org>"


@pytest.fixture
def outbox(tmp_path, clock):
    return Outbox(tmp_path, clock)


@pytest.fixture
def mailer(outbox):
    return Mailer(outbox, sender=SENDER)


def only(folder):
    """The bytes of the only mail in a folder, and the message."""
    (path,) = folder.iterdir()
    content = path.read_bytes()
    return content, email.message_from_bytes(content, policy=email.policy.default)


def test_a_mail_is_a_message_that_mail_programs_read(mailer, tmp_path):
    mailer.send(Letter.CONFIRM_SIGN_UP, ANN, "012345")
    content, message = only(tmp_path)
    assert message["To"] == ANN
    assert message["From"].addresses[0].display_name == "Photos of Köln"
    assert message["Date"].datetime.year == 2027
    assert message["Message-ID"].endswith("@example.org>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        assert "012345" in message.get_body([kind]).get_content()
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_a_mail_is_nobody_elses_business(mailer, tmp_path):
    mailer.send(Letter.CONFIRM_SIGN_UP, ANN, "012345")
    (path,) = tmp_path.iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("letter", "hours"),
    [(Letter.CONFIRM_SIGN_UP, 24), (Letter.CONFIRM_EMAIL, 24), (Letter.RESET_PASSWORD, 1)],
)
def test_a_mail_expires_with_its_code(mailer, tmp_path, letter, hours):
    mailer.send(letter, ANN, "012345")
    _, message = only(tmp_path)
    expires = email.utils.parsedate_to_datetime(str(message["Expires"]))
    assert (expires - message["Date"].datetime).total_seconds() == hours * 3600


def test_a_notice_brings_no_code_and_does_not_expire(mailer, tmp_path):
    mailer.send(Letter.PASSWORD_CHANGED, ANN)
    _, message = only(tmp_path)
    assert message["Expires"] is None
    assert message["X-Photo-HQ-Code"] is None


def test_a_text_without_html_is_sent_alone(outbox, tmp_path):
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "mfa_changed.txt").write_text("Subject: Grüße\n\nSchöne Grüße an $email\n")
    Mailer(outbox, Letters(templates)).send(Letter.MFA_CHANGED, ANN)
    (path,) = tmp_path.glob("*.eml")
    assert path.read_bytes().isascii()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message.get_content_type() == "text/plain"
    assert message["Subject"] == "Grüße"
    assert message.get_content().splitlines() == [f"Schöne Grüße an {ANN}"]


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com\nX: y",
        "ann@example.com, bob@example.com",
        "Ann <ann@example.com>",
        "=?utf-8?q?bob=40example=2Ecom=2C?=@example.com",
        "ann",
        "",
    ],
)
def test_what_is_no_address_is_not_written_to(mailer, tmp_path, address):
    with pytest.raises(ValueError, match="address"):
        mailer.send(Letter.CONFIRM_SIGN_UP, address, "012345")
    assert list(tmp_path.iterdir()) == []


LOCAL = st.text("ab.!#$%&'*+/=?^_`{|}~-AZ09", min_size=1, max_size=64)
DOMAIN = st.from_regex(r"([a-z0-9]{1,9}\.){1,3}[a-z0-9-]{2,9}", fullmatch=True)


@given(st.builds("{}@{}".format, LOCAL, DOMAIN).filter(is_email))
def test_a_mail_is_to_the_very_address_that_was_meant(address):
    letters = Letters().write(Letter.CONFIRM_SIGN_UP, address, "012345")
    content = compose(SENDER, address, letters).as_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert str(message["To"]) == address
    assert len(message["To"].addresses) == 1
    assert {name.lower() for name in message} == {
        *("from", "to", "subject", "message-id", "auto-submitted", "mime-version", "content-type")
    }


# Decoys


def test_a_decoy_is_written_like_another_and_leaves_nothing(mailer, tmp_path, monkeypatch, outbox):
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(fsync(descriptor)))
    told = []
    outbox.arrived = lambda: told.append(True)
    mailer.send(Letter.RESET_PASSWORD, ANN, "012345", decoy=True)
    assert list(tmp_path.iterdir()) == []
    assert (len(synced), len(told)) == (2, 1)
    mailer.send(Letter.RESET_PASSWORD, ANN, "012345")
    assert (len(synced), len(told)) == (4, 2)


@given(st.text(max_size=128))
def test_the_name_of_an_unknown_user_can_be_any_text(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("outbox")
    Mailer(Outbox(folder)).send(Letter.RESET_PASSWORD, name, "012345", decoy=True)
    assert list(folder.iterdir()) == []
