"""A real mail server (aiosmtpd) on loopback, its certificate, and what it has been given."""
# ruff: noqa: N802  the names are aiosmtpd's

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
USERNAME = "photos"
PASSWORD = "Mail-Key-1"


def free_port():
    with socket.create_server((HOST, 0)) as listening:
        return listening.getsockname()[1]


def certificate(folder, host=HOST):
    """Makes a certificate for an address, and answers the file; the key is beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throwaway")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


class Mailbox:
    """What a mail server does with what it is given; `answers` are told instead of taking it."""

    def __init__(self):
        self.messages = []
        self.recipients = []
        self.logins = []
        self.encrypted = []
        self.connections = 0
        self.answers = {}  # by command, or by the local part of a recipient

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address.partition("@")[0], "250 OK")
        if answer == "hang up":
            server.transport.close()
        elif answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == (USERNAME, PASSWORD), handled=False)


@contextlib.contextmanager
def running(mailbox, security="none", chain=None, port=None):
    """Runs a mail server, and answers its port."""
    context = None
    if chain:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, chain.with_suffix(".key"))
    options = {
        "none": {},
        "starttls": {"tls_context": context, "require_starttls": True},
        "tls": {"ssl_context": context},
    }
    controller = Controller(
        mailbox,
        HOST,
        port or free_port(),
        authenticator=mailbox.login,
        auth_require_tls=security == "starttls",
        **options[security],
    )
    controller.start()
    try:
        yield controller.port
    finally:
        asyncio.run_coroutine_threadsafe(_settled(), controller.loop).result(30)
        controller.stop()


async def _settled():
    """Waits until connections that their clients have closed are closed here too."""
    for _ in range(100):
        if asyncio.all_tasks() == {asyncio.current_task()}:
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)  # TLS says goodbye after its task has ended
