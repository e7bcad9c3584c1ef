"""`photohq demo`: the whole journey on sample photos."""

import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from photohq.cli.failure import INTERRUPTED, Failure


@click.command()
@click.option("--keep", is_flag=True, help="Leave the server running, with its photos.")
@click.option("--url", metavar="URL", help="Use this deployment instead of an own server.")
@click.option("--email", metavar="EMAIL", help="The user there; without a password a new one.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="The password of a user who is there already.",
)
@click.option(
    "--code-command",
    metavar="COMMAND",
    help="Prints the newest code sent to {email}, or confirms the user itself and"
    " prints nothing; else the code is asked for.",
)
@click.option(
    "--count",
    metavar="N",
    type=click.IntRange(1, 500),
    default=12,
    show_default=True,
    help="How many photos.",
)
@click.option(
    "--concurrency",
    metavar="N",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help="How many uploads at a time.",
)
def command(
    *,
    keep: bool,
    url: str | None,
    email: str | None,
    password_file: Path | None,
    code_command: str | None,
    count: int,
    concurrency: int,
) -> None:
    """Show the whole journey on sample photos, each step checked.

    Starts a server on a free port with a temporary data folder, signs a user up, uploads, lists,
    downloads, edits, filters and deletes photos, and removes everything again. Exit code 1 means
    that a check failed.

    With --url the same journey goes to a running deployment, as a smoke test; its photos are
    deleted at the end.

    \b
    Examples:
      photohq demo
      photohq demo --url https://photos.example.org \\
          --email me@example.org --password-file FILE
      photohq demo --url http://127.0.0.1:8000 \\
          --code-command 'photohq outbox --data DIR --latest-code {email}'
      photohq demo --url https://ID.execute-api.REGION.amazonaws.com/prod \\
          --code-command 'aws cognito-idp admin-confirm-sign-up \\
          --user-pool-id POOL --username {email}'
    """
    from photohq.cli import demo_runs

    _refuse_what_does_not_fit(
        keep=keep,
        url=url,
        email=email,
        password_file=password_file,
        code_command=code_command,
    )
    run = demo_runs.Run(count, concurrency)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        if url is None:
            demo_runs.on_own_server(run, keep=keep)
        else:
            password = _first_line(password_file)
            demo_runs.on_deployment(run, url, email, password, code_command)
    except demo_runs.FAILURES as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("\nStopped.", err=True)
        sys.exit(INTERRUPTED)


def _refuse_what_does_not_fit(
    *,
    keep: bool,
    url: str | None,
    email: str | None,
    password_file: Path | None,
    code_command: str | None,
) -> None:
    if url is None:
        if email or password_file or code_command:
            raise Failure("--email, --password-file and --code-command go with --url")
    elif not url.startswith(("http://", "https://")):
        raise Failure(f"--url: {url} does not begin with http:// or https://")
    elif keep:
        raise Failure("--keep is for the demo's own server; it doesn't go with --url")
    elif password_file and not email:
        raise Failure("--password-file needs --email")
    elif not password_file and not code_command and not sys.stdin.isatty():
        raise Failure(
            "A new user has to be confirmed: name a --code-command that prints the code,"
            " or an existing user with --email and --password-file"
        )


def _first_line(file: Path | None) -> str | None:
    if file is None:
        return None
    lines = file.read_text().splitlines()
    return lines[0] if lines else ""


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)
