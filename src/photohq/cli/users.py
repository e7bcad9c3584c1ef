"""`photohq users`: the administrator's hand on the user pool, also while the server runs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from photohq.cli import passwords
from photohq.cli.account import json_option
from photohq.cli.failure import Failure
from photohq.cli.machine import data_of, data_option
from photohq.cli.output import write_array, write_json

if TYPE_CHECKING:
    from photohq.identity.pool import Pool


@click.group()
def command() -> None:
    """Add users, list them, keep them out, remove them.

    Works while the server runs; what changes holds from the next request on.

    \b
    Examples:
      photohq users add ann@example.com
      photohq users ls --json
      photohq users disable ann@example.com
    """


@command.command()
@click.argument("email")
@click.option(
    "--password-file", metavar="FILE", help="Read the password from a file; - is standard input."
)
@json_option
@data_option
def add(*, email: str, password_file: str | None, as_json: bool, data: str | None) -> None:
    """Add a user whose address needs no confirmation.

    The password is asked for, unless it comes from a file.

    \b
    Example:
      photohq users add ann@example.com --password-file FILE
    """
    from photohq.identity.passwords import LONGEST
    from photohq.identity.users import is_email

    with _pool(data) as pool:
        if not is_email(email):
            raise Failure(f"Not an email address: {email}")
        password = passwords.from_file(password_file) if password_file else passwords.chosen()
        if len(password) > LONGEST:
            raise Failure(f"A password has at most {LONGEST} characters")
        if re.search(r"\s", password):
            raise Failure("A password has no spaces")
        user = pool.sign_up.add_confirmed(email, password)
    if as_json:
        write_json({"email": user.email, "user_id": user.sub})
    else:
        click.echo(f"Added {user.email}")


@command.command()
@json_option
@data_option
def ls(*, as_json: bool, data: str | None) -> None:
    """List the users, by email.

    \b
    Example:
      photohq users ls --json | jq -r '.[].email'
    """
    from photohq.photos.times import iso

    with _pool(data) as pool:
        found = pool.users()
    users = [
        {
            "email": user.email,
            "user_id": user.sub,
            "status": "confirmed" if user.confirmed else "unconfirmed",
            "enabled": user.enabled,
            "created_at": iso(user.created_at),
        }
        for user in found
    ]
    if as_json:
        write_array(users)
        return
    width = max((len(str(user["email"])) for user in users), default=0)
    for user in users:
        status = user["status"] if user["enabled"] else "disabled"
        click.echo(f"{user['email']:{width}}  {status:11}  {user['created_at']}  {user['user_id']}")


@command.command()
@click.argument("email")
@data_option
def disable(email: str, data: str | None) -> None:
    """Keep a user out, and end all sessions.

    \b
    Example:
      photohq users disable ann@example.com
    """
    _set_enabled(email, data, enabled=False)
    click.echo(f"Disabled {email}")


@command.command()
@click.argument("email")
@data_option
def enable(email: str, data: str | None) -> None:
    """Let a user in again.

    \b
    Example:
      photohq users enable ann@example.com
    """
    _set_enabled(email, data, enabled=True)
    click.echo(f"Enabled {email}")


@command.command()
@click.argument("email")
@data_option
def delete(email: str, data: str | None) -> None:
    """Remove a user for good, and the photos with it.

    The photos go within a minute while the server runs, else after its next start.

    \b
    Example:
      photohq users delete ann@example.com
    """
    with _pool(data) as pool:
        if not pool.remove(email):
            raise Failure(f"There is no user {email}")
    click.echo(f"Deleted {email}")


@command.command()
@click.argument("email")
@data_option
def reset_mfa(email: str, data: str | None) -> None:
    """Take away a lost second factor, and end all sessions.

    The user signs in with the password alone, or sets up another one where PHOTOHQ_MFA is required,
    and is told of it by mail.

    \b
    Example:
      photohq users reset-mfa ann@example.com
    """
    with _pool(data) as pool:
        if not pool.reset_second_factor(email):
            raise Failure(f"There is no user {email}")
    click.echo(f"Took the second factor of {email} away")


@command.command()
@data_option
def rotate_keys(data: str | None) -> None:
    """Sign tokens with new keys from now on.

    Who is signed in stays so: the old keys are published for three hours more, which is longer than
    a token lives. By itself this happens every 90 days.

    \b
    Example:
      photohq users rotate-keys
    """
    with _pool(data) as pool:
        pool.rotate_keys()
    click.echo("Tokens are signed with new keys from now on")


def _set_enabled(email: str, data: str | None, *, enabled: bool) -> None:
    with _pool(data) as pool:
        if not pool.set_enabled(email, enabled=enabled):
            raise Failure(f"There is no user {email}")


@contextmanager
def _pool(data: str | None) -> "Iterator[Pool]":
    """Open the user pool of a data folder; what can't be done with it is a Failure."""
    from photohq.identity.refusals import Refused
    from photohq.wiring import one_machine as wiring

    try:
        with data_of(data) as (chosen, folder), wiring.user_pool(chosen, folder) as pool:
            yield pool
    except Refused as error:
        raise Failure(str(error)) from error
