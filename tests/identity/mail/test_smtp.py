import socket
from contextlib import closing

import pytest
from tests.identity.mail.mail_server import HOST, PASSWORD, USERNAME, Mailbox, certificate, running

from photohq.identity.mail import smtp
from photohq.identity.mail.letters import Written
from photohq.identity.mail.mailer import compose
from photohq.identity.mail.smtp import MailPutOff, MailRefused, MailServer, MailServerAway

ANN = "ann@example.com"
SENDER = "Photos of Köln <photos@example.org>"


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """A certificate that this machine trusts."""
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path


def at(port, security="none", **options):
    return MailServer(
        **{"host": HOST, "port": port, "security": security, "sender": SENDER} | options
    )


def message(address=ANN, text="Hello\n.\nGrüße\n"):
    return compose(SENDER, address, Written("Hello", text, None))


def send(server, address=ANN):
    with closing(server.connect()) as connection:
        connection.send(message(address), address)


# Encrypted or not


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_sent_encrypted_and_by_name(mailbox, chain, password_file, security):
    with running(mailbox, security, chain) as port:
        send(at(port, security, username=USERNAME, password_file=str(password_file)))
    (taken,) = mailbox.messages
    assert taken["To"] == ANN
    assert taken.get_content().splitlines() == ["Hello", ".", "Grüße"]
    assert mailbox.recipients == [[ANN]]
    assert mailbox.encrypted == [True]
    assert mailbox.logins == [(USERNAME, PASSWORD)]


def test_mail_is_sent_in_the_open_only_where_that_is_asked_for(mailbox):
    with running(mailbox) as port:
        send(at(port))
    assert mailbox.encrypted == [False]
    assert mailbox.logins == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_said_to_a_server_that_does_not_encrypt(
    mailbox, chain, password_file, security, monkeypatch
):
    monkeypatch.setattr(smtp, "TIMEOUT", 2.0)
    with running(mailbox) as port, pytest.raises(MailServerAway):
        send(at(port, security, username=USERNAME, password_file=str(password_file)))
    assert (mailbox.messages, mailbox.logins) == ([], [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_said_to_a_server_whose_certificate_nobody_knows(
    mailbox, tmp_path, password_file, security
):
    with (
        running(mailbox, security, certificate(tmp_path)) as port,
        pytest.raises(MailServerAway, match="certificate verify failed"),
    ):
        send(at(port, security, username=USERNAME, password_file=str(password_file)))
    assert (mailbox.messages, mailbox.logins) == ([], [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_said_to_a_server_with_the_certificate_of_another(
    mailbox, tmp_path, password_file, security, monkeypatch
):
    chain = certificate(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    with (
        running(mailbox, security, chain) as port,
        pytest.raises(MailServerAway, match="IP address mismatch"),
    ):
        send(at(port, security, username=USERNAME, password_file=str(password_file)))
    assert (mailbox.messages, mailbox.logins) == ([], [])


# Signing in


def test_a_login_that_is_refused_is_told(mailbox, chain, password_file):
    password_file.write_text("Other-Key-2")
    with running(mailbox, "starttls", chain) as port, pytest.raises(MailServerAway, match="535 5"):
        at(port, "starttls", username=USERNAME, password_file=str(password_file)).connect()


def test_a_new_password_counts_at_once(mailbox, chain, password_file):
    with running(mailbox, "starttls", chain) as port:
        server = at(port, "starttls", username=USERNAME, password_file=str(password_file))
        send(server)
        password_file.write_text("Other-Key-2")
        with pytest.raises(MailServerAway):
            send(server)
        password_file.unlink()
        with pytest.raises(MailServerAway, match="No such file"):
            send(server)
        password_file.write_bytes(PASSWORD.encode() + b"\r\n")
        send(server)


@pytest.mark.parametrize(
    ("content", "reason"),
    [("", "holds no password"), ("\n", "holds no password"), ("Schlüssel", "have to be ASCII")],
)
def test_a_password_that_can_not_be_used_is_told(password_file, content, reason):
    password_file.write_text(content)
    server = at(25, username=USERNAME, password_file=str(password_file))
    with pytest.raises(ValueError, match=reason):
        server.password()


@pytest.mark.parametrize(
    ("options", "reveals"),
    [
        ({"host": "mail.example.org"}, True),
        ({"host": "192.0.2.1"}, True),
        ({"host": "mail.example.org", "username": ""}, False),
        ({"host": "mail.example.org", "security": "tls"}, False),
        ({"host": "mail.example.org", "security": "starttls"}, False),
        ({"host": "localhost"}, False),
        ({"host": "127.0.0.1"}, False),
        ({"host": "::1"}, False),
    ],
)
def test_a_password_never_crosses_a_network_in_the_open(options, reveals):
    server = at(25, **{"username": USERNAME, "password_file": "unread"} | options)
    assert server.reveals_password == reveals


# What the server says


@pytest.mark.parametrize(
    ("answers", "failure", "status"),
    [
        ({"ann": "550 5.1.1 <ann@example.com>: no such user"}, MailRefused, "550 5.1.1"),
        ({"ann": "554 ann@example.com"}, MailRefused, "554"),
        ({"ann": "450 4.2.0 <ann@example.com>: greylisted"}, MailPutOff, "450 4.2.0"),
        ({"ann": "421 4.3.2 Bye, ann@example.com"}, MailServerAway, "421 4.3.2"),
        ({"DATA": "554 5.7.1 ann@example.com is tired"}, MailRefused, "554 5.7.1"),
        ({"DATA": "452 4.3.1 Disk full"}, MailPutOff, "452 4.3.1"),
        ({"DATA": "421 4.3.2 Bye"}, MailServerAway, "421 4.3.2"),
        ({"MAIL": "550 5.7.1 Who are you?"}, MailServerAway, "550 5.7.1"),
        ({"MAIL": "451 4.7.1 Later"}, MailServerAway, "451 4.7.1"),
    ],
)
def test_what_the_server_says_decides_about_the_mail(mailbox, answers, failure, status):
    mailbox.answers = answers
    with running(mailbox) as port, pytest.raises(failure) as raised:
        send(at(port))
    assert type(raised.value) is failure
    assert str(raised.value) == status, "fit for a log: it names nobody"
    assert raised.value.answer == next(iter(answers.values()))


def test_a_connection_outlives_a_mail_that_was_refused(mailbox):
    mailbox.answers = {"ann": "550 5.1.1 no such user"}
    with running(mailbox) as port, closing(at(port).connect()) as connection:
        with pytest.raises(MailRefused):
            connection.send(message(), ANN)
        connection.send(message("bob@example.com"), "bob@example.com")
    assert mailbox.recipients == [["bob@example.com"]]
    assert mailbox.connections == 1


def test_a_mail_to_nobody_is_refused_unseen(mailbox):
    with running(mailbox) as port, closing(at(port).connect()) as connection:
        for address in ("None", "ann@example.com, bob@example.com", ""):
            with pytest.raises(MailRefused):
                connection.send(message(), address)
    assert mailbox.messages == []


def test_a_server_that_hangs_up_is_away(mailbox):
    mailbox.answers = {"ann": "hang up"}
    with running(mailbox) as port, pytest.raises(MailServerAway):
        send(at(port))


def test_a_server_that_is_not_there_is_away():
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(MailServerAway, match="refused"):
        at(port).connect()


@pytest.mark.parametrize("host", ["..", "a" * 64 + ".example", "mail.invalid"])
def test_a_server_that_has_no_address_is_away(host):
    with pytest.raises(MailServerAway):
        at(25, host=host).connect()


def test_a_server_that_says_nothing_is_away(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT", 0.2)
    with (
        socket.create_server((HOST, 0)) as silent,
        pytest.raises(MailServerAway, match="timed out"),
    ):
        at(silent.getsockname()[1]).connect()
