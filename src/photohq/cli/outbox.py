"""`photohq outbox`: the mails to users, which are not sent yet and lie in a folder."""

from pathlib import Path

import click

from photohq.cli.failure import Failure


@click.command()
@click.option("--latest-code", metavar="EMAIL", help="Print only the newest code for EMAIL.")
@click.option("--data", metavar="DIR", help="The data folder.")
def command(latest_code: str | None, data: str | None) -> None:
    """List the mails to users, or print a confirmation code.

    The newest comes first. Mail is not sent yet: it lies in the data folder, under outbox.

    \b
    Examples:
      photohq outbox
      photohq outbox --latest-code ann@example.com
    """
    from photohq import settings
    from photohq.identity.outbox import Outbox

    try:
        folder = Path(settings.read(data=data).data) / "outbox"
    except settings.InvalidSettings as error:
        raise Failure(str(error)) from error
    if not folder.is_dir():
        raise Failure(f"There is no Photo HQ data in {folder.parent}")
    outbox = Outbox(folder)
    try:
        if latest_code is None:
            for mail in outbox.sent():
                click.echo(f"{mail.sent_at}  {mail.to}  {mail.subject}")
            return
        code = outbox.latest_code(latest_code)
    except OSError as error:
        raise Failure(f"The outbox {folder} can't be read: {error.strerror}") from error
    if code is None:
        raise Failure(f"No code was sent to {latest_code}")
    click.echo(code)
