"""`photohq outbox`: the mails to users that lie in a folder, and a mail to try the settings by."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photohq.cli.account import json_option
from photohq.cli.failure import Failure
from photohq.cli.machine import data_option
from photohq.cli.output import write_array, write_json

if TYPE_CHECKING:
    from photohq.identity.mail.outbox import Sent
    from photohq.settings.server import Settings


@click.command()
@click.option("--latest-code", metavar="EMAIL", help="Print only the newest code for EMAIL.")
@click.option("--send-test", metavar="EMAIL", help="Send a mail to EMAIL to try the mail server.")
@json_option
@data_option
def command(
    *, latest_code: str | None, send_test: str | None, as_json: bool, data: str | None
) -> None:
    """List the mails to users, print a code, or try the mail server.

    The newest comes first. Without a mail server (PHOTOHQ_SMTP_HOST), all mail of the last seven
    days lies in the data folder, under outbox; with one, only what it has not taken yet, and what
    it has refused.

    \b
    Examples:
      photohq outbox
      photohq outbox --latest-code ann@example.com
      photohq outbox --send-test ann@example.com
      photohq outbox --json | jq -r '.[] | select(.refused) | .to'
    """
    from photohq.settings import server as settings

    try:
        chosen = settings.read(data=data)
        if send_test is not None:
            _send_test(chosen, send_test, as_json=as_json)
            return
    except settings.InvalidSettings as error:
        raise Failure(str(error)) from error
    _show(Path(chosen.data) / "outbox", latest_code, as_json=as_json)


def _show(folder: Path, latest_code: str | None, *, as_json: bool) -> None:
    from photohq.identity.mail.outbox import Outbox

    if not folder.is_dir():
        raise Failure(f"There is no Photo HQ data in {folder.parent}")
    outbox = Outbox(folder)
    try:
        if latest_code is None:
            if as_json:
                write_array(map(_row, outbox.sent()))
                return
            for mail in outbox.sent():
                refused = "  (refused)" if mail.refused else ""
                click.echo(f"{mail.sent_at}  {mail.to}  {mail.subject}{refused}")
            return
        code = outbox.latest_code(latest_code)
    except BrokenPipeError:  # whoever reads the list has seen enough
        raise
    except OSError as error:
        raise Failure(f"The outbox {folder} can't be read: {error.strerror}") from error
    if code is None:
        raise Failure(f"No code for {latest_code} is in the outbox")
    if as_json:
        write_json({"email": latest_code, "code": code})
    else:
        click.echo(code)


def _row(mail: "Sent") -> dict[str, object]:
    """Leave the code out: a list may be shown around."""
    return {
        "sent_at": mail.sent_at,
        "to": mail.to,
        "subject": str(mail.subject),  # email.headerregistry's kind of text
        "refused": mail.refused,
    }


def _send_test(chosen: "Settings", address: str, *, as_json: bool) -> None:
    from photohq.identity.mail.mailer import trial
    from photohq.identity.mail.smtp import MailFailure
    from photohq.identity.users import is_email
    from photohq.wiring import one_machine as wiring

    server = wiring.mail_server(chosen)
    if server is None:
        raise Failure("There is no mail server to try: PHOTOHQ_SMTP_HOST names none")
    if not is_email(address):
        raise Failure(f"Not an email address: {address}")
    try:
        with closing(server.connect()) as connection:
            connection.send(trial(server.sender, address), address)
    except MailFailure as failure:
        raise Failure(f"{server.host} did not take the mail: {failure.answer}") from failure
    if as_json:
        write_json({"server": server.host, "email": address})
    else:
        click.echo(f"{server.host} took the mail to {address}")
