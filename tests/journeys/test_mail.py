"""Mail from a real server process to a real mail server, and back as a code."""

import re
import socket
import time

import pytest
from tests.contract.deployment import eventually, of_server
from tests.contract.serving import Server, run
from tests.identity.mail.mail_server import (
    HOST,
    PASSWORD,
    USERNAME,
    Mailbox,
    certificate,
    free_port,
    running,
)

SENDER = "Photos <photos@example.org>"


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def chain(tmp_path):
    return certificate(tmp_path)


@pytest.fixture
def smtp(tmp_path, chain):
    """The settings of a mail server that may be there or not."""
    password_file = tmp_path / "mail.password"
    password_file.write_text(f"{PASSWORD}\n")
    return {
        "SSL_CERT_FILE": str(chain),
        "PHOTOHQ_SMTP_HOST": HOST,
        "PHOTOHQ_SMTP_PORT": str(free_port()),
        "PHOTOHQ_SMTP_USERNAME": USERNAME,
        "PHOTOHQ_SMTP_PASSWORD_FILE": str(password_file),
        "PHOTOHQ_MAIL_FROM": SENDER,
    }


def mails(mailbox, email, seconds=15):
    """The mails to an address, once there is one."""
    return eventually(
        lambda: [one for one in mailbox.messages if one["To"] == email], seconds=seconds
    )


def waiting(server):
    return run(server.folder, "outbox", "--data", str(server.data)).stdout


def code_in(mail):
    """The code in the text of a mail, which stands in its HTML, too."""
    (code,) = re.findall(r"^ +(\d{6})\r?$", mail.get_body(["plain"]).get_content(), re.MULTILINE)
    assert code in mail.get_body(["html"]).get_content()
    return code


def test_a_user_signs_up_by_mail_and_is_told_of_a_new_password(tmp_path, smtp, mailbox, chain):
    with (
        running(mailbox, "starttls", chain, int(smtp["PHOTOHQ_SMTP_PORT"])),
        Server(tmp_path, **smtp) as server,
        of_server(server) as deployment,
    ):
        email = deployment.new_email()
        deployment.sign_up(email)
        (mail,) = mails(mailbox, email)
        assert mail["From"] == SENDER
        assert "X-Photo-HQ-Code" not in mail
        deployment.confirm(email, code_in(mail))
        assert deployment.sign_in(email)["AccessToken"]
        assert eventually(lambda: waiting(server) == "")

        mailbox.messages.clear()
        deployment.pool.forgot_password(ClientId=deployment.client_id, Username=email)
        (mail,) = mails(mailbox, email)
        deployment.pool.confirm_forgot_password(
            ClientId=deployment.client_id,
            Username=email,
            ConfirmationCode=code_in(mail),
            Password="Another-Engine-2",
        )
        assert eventually(lambda: len(mails(mailbox, email)) == 2)
        assert "password was changed" in mailbox.messages[-1]["Subject"]
        assert mailbox.encrypted == [True] * 3


def test_a_mail_waits_until_the_mail_server_is_there(tmp_path, smtp, mailbox, chain):
    with Server(tmp_path, **smtp) as server, of_server(server) as deployment:
        email = deployment.new_email()
        deployment.sign_up(email)
        assert eventually(lambda: "can't be sent now" in server.complaints)
        assert email in waiting(server)
        with running(mailbox, "starttls", chain, int(smtp["PHOTOHQ_SMTP_PORT"])):
            (mail,) = mails(mailbox, email, seconds=40)
        deployment.confirm(email, code_in(mail))
        told = server.complaints
        assert code_in(mail) not in told
        assert email not in told


def test_a_mail_waits_for_the_next_start(tmp_path, smtp, mailbox, chain):
    with Server(tmp_path, **smtp) as server, of_server(server) as deployment:
        email = deployment.new_email()
        deployment.sign_up(email)
    with (
        running(mailbox, "starttls", chain, int(smtp["PHOTOHQ_SMTP_PORT"])),
        Server(tmp_path, **smtp) as server,
        of_server(server) as deployment,
    ):
        (mail,) = mails(mailbox, email)
        deployment.confirm(email, code_in(mail))


def test_a_mail_server_that_says_nothing_does_not_hold_a_stop_up(tmp_path, smtp):
    with (
        socket.create_server((HOST, int(smtp["PHOTOHQ_SMTP_PORT"]))) as silent,
        Server(tmp_path, **smtp) as server,
        of_server(server) as deployment,
    ):
        email = deployment.new_email()
        deployment.sign_up(email)
        silent.settimeout(15)
        connection, _ = silent.accept()
        began = time.monotonic()
        server.terminate()
        assert server.process.wait(timeout=18) == 0
        assert time.monotonic() - began < 12  # three seconds where nothing else runs
        connection.close()
        assert "Traceback" not in server.complaints
        assert email in waiting(server)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"PHOTOHQ_SMTP_PASSWORD_FILE": "/nowhere"}, "PHOTOHQ_SMTP_PASSWORD_FILE"),
        (
            {"PHOTOHQ_SMTP_HOST": "mail.example.org", "PHOTOHQ_SMTP_SECURITY": "none"},
            "PHOTOHQ_SMTP_SECURITY",
        ),
        ({"PHOTOHQ_MAIL_TEMPLATES": "/nowhere"}, "PHOTOHQ_MAIL_TEMPLATES: /nowhere"),
    ],
)
def test_a_bad_setting_is_told_at_the_start(tmp_path, smtp, changes, named):
    done = run(tmp_path, "serve", "--data", str(tmp_path / "data"), "--port", "0", **smtp | changes)
    assert done.returncode == 2
    assert named in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
