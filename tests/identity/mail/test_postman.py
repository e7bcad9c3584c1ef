import logging
import pathlib
import re
import time
from email.policy import SMTP
from itertools import pairwise

import pytest
from tests.identity.mail.mail_server import HOST, Mailbox, free_port, running

from photohq.identity.mail.letters import Letter
from photohq.identity.mail.mailer import Mailer
from photohq.identity.mail.outbox import Outbox
from photohq.identity.mail.postman import Postman
from photohq.identity.mail.smtp import MailServer

SENDER = "Photos <photos@example.org>"
CODE = "048213"


class Post:
    """An outbox, its postman, and the mail server that he goes to."""

    def __init__(self, folder, clock):
        self.folder = folder
        self.clock = clock
        self.mailbox = Mailbox()
        self.port = free_port()
        self.outbox = Outbox(folder, clock)
        self.mailer = Mailer(self.outbox, sender=SENDER)
        self.postman = self.another_postman()

    def another_postman(self):
        server = MailServer(host=HOST, port=self.port, security="none", sender=SENDER)
        return Postman(self.outbox, server, clock=self.clock, monotonic=self.clock, settle=0)

    def open(self):
        return running(self.mailbox, port=self.port)

    def write(self, *names, letter=Letter.CONFIRM_SIGN_UP):
        for name in names:
            self.mailer.send(letter, f"{name}@example.com", CODE)
            self.clock.advance(0.001)

    def round(self, later=0.0):
        self.clock.advance(later)
        self.postman.round()

    @property
    def waiting(self):
        return [_name(mail.to) for mail in self.outbox.sent() if not mail.refused][::-1]

    @property
    def delivered(self):
        return [_name(address) for (address,) in self.mailbox.recipients]


def _name(address):
    return address.partition("@")[0]


@pytest.fixture
def post(tmp_path, clock, caplog):
    caplog.set_level(logging.DEBUG, "photohq")
    return Post(tmp_path, clock)


@pytest.fixture
def logged(caplog):
    """Answers what was logged since the last time, and holds that it gives nothing away."""

    def lines():
        told = [record for record in caplog.records if record.name == "photohq.mail"]
        for record in told:
            everything = str(record.__dict__)
            assert CODE not in everything
            assert "@example.com" not in everything
        caplog.clear()
        return [f"{record.levelname} {record.getMessage()}" for record in told]

    return lines


AWAY = "WARNING mail can't be sent now; it is tried again until it can"
REFUSED = "WARNING a mail was refused; it lies in the folder failed of the outbox"
PUT_OFF = "WARNING a mail is put off"


def test_what_waits_is_sent_oldest_first_by_one_connection(post, logged):
    post.write("ann", "bob", "cleo")
    with post.open():
        post.round()
    assert post.delivered == ["ann", "bob", "cleo"]
    assert post.mailbox.connections == 1
    assert list(post.folder.iterdir()) == []
    assert logged() == ["INFO mail sent"]


def test_long_addresses_get_their_mail(post):
    post.write("a" * 64)
    with post.open():
        post.round()
    assert post.delivered == ["a" * 64]


def test_a_mail_is_sent_as_it_was_written_but_for_the_header_with_the_code(post):
    post.write("ann")
    (path,) = post.outbox.waiting()
    written = path.read_bytes()
    with post.open():
        post.round()
    (taken,) = post.mailbox.messages
    assert taken["X-Photo-HQ-Code"] is None
    assert taken["From"] == SENDER
    assert taken["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        assert CODE in taken.get_body([kind]).get_content()
    header = re.compile(rb"X-Photo-HQ-Code: \d+\r\n")
    assert taken.as_bytes(policy=SMTP).startswith(header.sub(b"", written).rstrip())


def test_mail_is_not_sent_while_the_request_that_wrote_it_is_answered(post):
    post.write("ann")
    server = MailServer(host=HOST, port=post.port, security="none", sender=SENDER)
    with post.open():
        began = time.monotonic()
        Postman(post.outbox, server, clock=post.clock).round()
    assert post.delivered == ["ann"]
    assert time.monotonic() - began >= 0.2


def test_nobody_is_called_while_nothing_waits(post, logged):
    post.write()
    post.round()
    assert logged() == []


# Away


def test_mail_waits_for_the_server(post, logged):
    post.write("ann")
    post.round()
    assert logged() == [AWAY]
    assert post.waiting == ["ann"]
    with post.open():
        post.round(later=5)
    assert post.delivered == ["ann"]
    assert logged() == ["INFO mail can be sent again", "INFO mail sent"]


def test_a_server_that_is_away_is_asked_less_and_less_and_told_of_once(post, logged, monkeypatch):
    asked = []
    connect = MailServer.connect

    def counted(server):
        asked.append(post.clock.now)
        return connect(server)

    monkeypatch.setattr(MailServer, "connect", counted)
    post.write("ann")
    for _ in range(1300):
        post.round(later=1)
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert logged() == [AWAY]


def test_a_new_mail_does_not_hasten_a_server_that_is_away(post):
    post.write("ann")
    post.round()
    with post.open():
        post.write("bob")
        post.round()
        assert post.delivered == []
        post.round(later=5)
    assert post.delivered == ["ann", "bob"]


def test_a_sender_who_is_refused_costs_no_mail(post, logged):
    post.mailbox.answers = {"MAIL": "550 5.7.1 Who are you?"}
    post.write("ann", "bob")
    with post.open():
        post.round()
        assert post.waiting == ["ann", "bob"]
        assert logged() == [AWAY]
        post.mailbox.answers = {}
        post.round(later=5)
    assert sorted(post.delivered) == ["ann", "bob"]


def test_what_waited_is_sent_after_a_restart(post):
    post.write("ann")
    post.round()
    with post.open():
        post.another_postman().round()
    assert post.delivered == ["ann"]


# One mail


def test_a_mail_that_is_refused_is_set_aside_and_blocks_none(post, logged):
    post.mailbox.answers = {"bob": "550 5.1.1 <bob@example.com>: no such user"}
    post.write("ann", "bob", "cleo")
    with post.open():
        post.round()
        post.round(later=3600)
    assert post.delivered == ["ann", "cleo"]
    assert post.waiting == []
    assert [mail.to for mail in post.outbox.sent() if mail.refused] == ["bob@example.com"]
    assert logged() == [REFUSED, "INFO mail sent"]


def test_a_mail_that_was_set_aside_can_be_put_back(post):
    post.mailbox.answers = {"bob": "550 5.1.1 no such user"}
    post.write("bob")
    with post.open():
        post.round()
        (path,) = (post.folder / "failed").iterdir()
        path.rename(post.folder / path.name)
        post.mailbox.answers = {}
        post.round()
    assert post.delivered == ["bob"]


def test_a_mail_that_is_put_off_is_tried_again_and_blocks_none(post, logged):
    post.mailbox.answers = {"bob": "450 4.2.0 <bob@example.com>: greylisted"}
    post.write("ann", "bob", "cleo")
    with post.open():
        post.round()
        assert post.delivered == ["ann", "cleo"]
        assert logged() == [PUT_OFF, "INFO mail sent"]
        post.write("dan")
        post.round()
        assert post.delivered == ["ann", "cleo", "dan"]
        post.round(later=5)
        post.mailbox.answers = {}
        post.round(later=5)
        assert post.waiting == ["bob"]
        post.round(later=5)
    assert post.delivered == ["ann", "cleo", "dan", "bob"]
    assert logged() == ["INFO mail sent", "INFO mail sent"]


@pytest.mark.parametrize("answer", ["hang up", "421 4.3.2 Bye, bob@example.com"])
def test_a_mail_that_makes_the_server_hang_up_blocks_none(post, logged, answer):
    post.mailbox.answers = {"bob": answer}
    post.write("bob", "ann", "cleo")
    with post.open():
        post.round()
        assert post.delivered == []
        post.round(later=5)
    assert post.delivered == ["ann", "cleo"]
    assert post.waiting == ["bob"]
    logged()


def test_a_mail_whose_code_is_over_is_given_up(post, logged):
    post.write("ann", letter=Letter.RESET_PASSWORD)
    post.write("bob", letter=Letter.CONFIRM_SIGN_UP)
    post.write("cleo", letter=Letter.PASSWORD_CHANGED)
    post.clock.advance(3600)
    with post.open():
        post.round()
    assert post.delivered == ["bob", "cleo"]
    assert post.waiting == []
    assert logged() == [
        "WARNING a mail was given up: its code is not good any more",
        "INFO mail sent",
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\x00 nonsense", b'To:"', b"To: \xff\nExpires: 1"])
def test_a_file_that_is_no_mail_is_set_aside(post, logged, content):
    (post.folder / "20200101T000000.000000-0.eml").write_bytes(content)
    post.write("ann")
    with post.open():
        post.round()
    assert post.delivered == ["ann"]
    assert logged() == [REFUSED, "INFO mail sent"]


def test_a_mail_that_can_not_be_read_blocks_none(post, logged):
    (post.folder / "20200101T000000.000000-0.eml").mkdir()
    post.write("ann")
    with post.open():
        post.round()
    assert post.delivered == ["ann"]
    assert logged() == [PUT_OFF, "INFO mail sent"]


def test_a_mail_that_is_forgotten_meanwhile_is_passed_over(post, monkeypatch, logged):
    post.write("ann", "bob")
    connect = MailServer.connect
    waiting = post.outbox.waiting()
    monkeypatch.setattr(post.outbox, "waiting", lambda: waiting)
    monkeypatch.setattr(
        MailServer, "connect", lambda server: waiting[0].unlink() or connect(server)
    )
    with post.open():
        post.round()
    assert post.delivered == ["bob"]
    assert logged() == ["INFO mail sent"]


def test_a_mail_that_can_not_be_removed_is_not_sent_again(post, monkeypatch, logged):
    def fail(path, **options):
        raise PermissionError(13, "Permission denied")

    post.write("ann", "bob")
    with post.open():
        with monkeypatch.context() as patched:
            patched.setattr(pathlib.Path, "unlink", fail)
            for _ in range(4):
                post.round(later=300)
        assert post.delivered == ["ann", "bob"]
        assert logged()[:2] == [PUT_OFF, PUT_OFF]
        post.round(later=300)
    assert post.delivered == ["ann", "bob"]
    assert post.waiting == []


def test_a_server_that_takes_only_some_mails_at_a_time_gets_them_all(post, logged):
    taken = []

    async def limited(server, session, envelope, address, options):
        if len(taken) == 2:
            taken.clear()
            server.transport.close()
            return "421 4.7.0 Too many"
        taken.append(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    post.mailbox.handle_RCPT = limited
    post.write("ann", "bob", "cleo", "dan", "eve")
    with post.open():
        for _ in range(5):
            post.round(later=5)
    assert sorted(post.delivered) == ["ann", "bob", "cleo", "dan", "eve"]
    assert all(re.match("INFO", line) for line in logged())
