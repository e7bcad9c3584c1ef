"""What the settings of mail mean, and how `photohq outbox --send-test` tries them."""

import pytest
from click.testing import CliRunner
from tests.identity.mail.mail_server import HOST, PASSWORD, USERNAME, Mailbox, certificate, running

from photohq.cli.main import main
from photohq.embedded.data_folder import DataFolder
from photohq.identity.mail.letters import Letter
from photohq.identity.mail.outbox import Outbox
from photohq.settings import server as settings
from photohq.wiring import one_machine as wiring

ANN = "ann@example.com"
SENDER = "Photos <photos@example.org>"
SMTP = {"PHOTOHQ_SMTP_HOST": HOST, "PHOTOHQ_MAIL_FROM": SENDER}


def read(**environment):
    return settings.read(environment)


# At the start


def test_without_a_mail_server_nobody_sends():
    assert wiring.mail_server(read()) is None


def test_the_mail_server_need_not_be_there():
    server = wiring.mail_server(read(**SMTP, PHOTOHQ_SMTP_PORT="1"))
    assert (server.host, server.port, server.security) == (HOST, 1, "starttls")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"PHOTOHQ_MAIL_FROM": "Köln <köln@example.org>"},
            "PHOTOHQ_MAIL_FROM: köln@example.org is not ASCII",
        ),
        (
            {
                "PHOTOHQ_SMTP_HOST": "mail.example.org",
                "PHOTOHQ_SMTP_SECURITY": "none",
                "PHOTOHQ_SMTP_USERNAME": USERNAME,
                "PHOTOHQ_SMTP_PASSWORD_FILE": "nowhere",
            },
            "PHOTOHQ_SMTP_SECURITY: with none, anybody on the network could read the password",
        ),
        (
            {"PHOTOHQ_SMTP_USERNAME": USERNAME, "PHOTOHQ_SMTP_PASSWORD_FILE": "nowhere"},
            "PHOTOHQ_SMTP_PASSWORD_FILE: [Errno 2] No such file or directory: 'nowhere'",
        ),
    ],
)
def test_a_setting_that_could_never_work_is_told(environment, sentence):
    with pytest.raises(settings.InvalidSettings) as told:
        wiring.mail_server(read(**SMTP | environment))
    assert str(told.value) == sentence


def test_the_operators_templates_and_sender_are_used(tmp_path):
    outbox = Outbox(tmp_path)
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "mfa_changed.txt").write_text("Subject: From the club\n\nIt changed.\n")
    chosen = read(PHOTOHQ_MAIL_TEMPLATES=str(templates), PHOTOHQ_MAIL_FROM=SENDER)
    wiring.mailer(chosen, outbox).send(Letter.MFA_CHANGED, ANN)
    (path,) = outbox.waiting()
    assert b"Subject: From the club\r\n" in path.read_bytes()
    assert f"From: {SENDER}\r\n".encode() in path.read_bytes()


def test_a_template_that_can_not_be_used_is_told(tmp_path):
    bad = tmp_path / "mfa_changed.txt"
    bad.write_text("It changed.\n")
    with pytest.raises(settings.InvalidSettings) as told:
        wiring.mailer(read(PHOTOHQ_MAIL_TEMPLATES=str(tmp_path)), Outbox(tmp_path))
    sentence = f"PHOTOHQ_MAIL_TEMPLATES: {bad} does not begin with a line Subject: ..."
    assert str(told.value) == sentence


@pytest.mark.parametrize("there", [True, False])
def test_a_machine_has_a_postman_where_there_is_a_mail_server(tmp_path, there):
    environment = {
        "PHOTOHQ_MASTER_KEY_FILE": str(tmp_path / "master.key"),
        **(SMTP if there else {}),
    }
    machine = wiring.one_machine(read(**environment), DataFolder(tmp_path / "data"), "")
    assert (machine.postman is not None) == there
    machine.database.close()


# Trying them


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def send_test(tmp_path):
    def run(address=ANN, **environment):
        words = ["outbox", "--send-test", address, "--data", str(tmp_path / "nowhere")]
        called = CliRunner(env=environment).invoke(main, words)
        assert called.exception is None or isinstance(called.exception, SystemExit)
        assert not (tmp_path / "nowhere").exists()
        return called

    return run


def failed(called, sentence):
    assert (called.exit_code, called.stdout) == (2, "")
    assert called.stderr == f"Error: {sentence}\n"


def test_the_settings_are_tried_by_a_mail(send_test, mailbox, tmp_path, monkeypatch):
    chain = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    with running(mailbox, "starttls", chain) as port:
        called = send_test(
            **SMTP,
            PHOTOHQ_SMTP_PORT=str(port),
            PHOTOHQ_SMTP_USERNAME=USERNAME,
            PHOTOHQ_SMTP_PASSWORD_FILE=str(tmp_path / "password"),
        )
    assert (called.exit_code, called.stdout) == (0, f"{HOST} took the mail to {ANN}\n")
    (taken,) = mailbox.messages
    assert (taken["To"], taken["From"]) == (ANN, SENDER)
    assert taken["Date"].datetime is not None


def test_what_the_mail_server_has_against_it_is_told(send_test, mailbox):
    mailbox.answers = {"ann": f"550 5.1.1 <{ANN}>: no such user"}
    with running(mailbox) as port:
        called = send_test(**SMTP, PHOTOHQ_SMTP_PORT=str(port), PHOTOHQ_SMTP_SECURITY="none")
    failed(called, f"{HOST} did not take the mail: 550 5.1.1 <{ANN}>: no such user")


def test_a_mail_server_that_is_not_there_is_told(send_test):
    called = send_test(**SMTP, PHOTOHQ_SMTP_PORT="1")
    failed(called, f"{HOST} did not take the mail: [Errno 111] Connection refused")


def test_no_mail_server_is_told(send_test):
    failed(send_test(), "There is no mail server to try: PHOTOHQ_SMTP_HOST names none")


def test_a_test_mail_to_no_address_is_told(send_test):
    failed(send_test("ann", **SMTP), "Not an email address: ann")


def test_a_bad_setting_is_told(send_test):
    called = send_test(**SMTP, PHOTOHQ_SMTP_USERNAME=USERNAME, PHOTOHQ_SMTP_PASSWORD_FILE="nowhere")
    assert (called.exit_code, called.stderr.count("\n")) == (2, 1)
    assert "PHOTOHQ_SMTP_PASSWORD_FILE" in called.stderr


def test_a_refused_mail_is_marked_in_the_list(tmp_path):
    folder = DataFolder(tmp_path)
    outbox = Outbox(folder.outbox)
    for address in (ANN, "bob@example.com"):
        wiring.mailer(read(), outbox).send(Letter.MFA_CHANGED, address)
    outbox.set_aside(outbox.waiting()[0])
    called = CliRunner().invoke(main, ["outbox", "--data", str(tmp_path)])
    newest, oldest = called.stdout.splitlines()
    assert "bob@example.com" in newest
    assert not newest.endswith("(refused)")
    assert ANN in oldest
    assert oldest.endswith("  (refused)")
