"""`photohq reprocess`: decode, read and render pictures anew."""

from typing import TYPE_CHECKING

import click

from photohq.cli.account import json_option
from photohq.cli.failure import Failure
from photohq.cli.machine import data_option, library
from photohq.cli.output import write_json
from photohq.cli.words import count_of

if TYPE_CHECKING:
    from photohq.wiring.one_machine import OneMachine


@click.command()
@click.option("--user", metavar="EMAIL", help="Only this user's photos; an id will do, too.")
@click.option("--photo", metavar="PHOTO_ID", help="Only this photo.")
@click.option("--failed", is_flag=True, help="Only pictures that have failed.")
@json_option
@data_option
def command(
    *, user: str | None, photo: str | None, failed: bool, as_json: bool, data: str | None
) -> None:
    """Have pictures processed again: all of them, a user's, one.

    For new rendition settings or a new watermark, or after an upgrade. Works while the server runs,
    which does the work; without one it is done after the next start. Meanwhile the renditions that
    there are stay in use.

    \b
    Examples:
      photohq reprocess
      photohq reprocess --user ann@example.com --failed
    """
    if user and photo:
        raise click.UsageError("--user and --photo can't be given together")
    with library(data) as machine:
        if photo:
            begun = _one(machine, photo, failed)
        else:
            begun = _many(machine, _user_id(machine, user) if user else None, failed)
    if as_json:
        write_json({"photos": begun})
    else:
        click.echo(f"Processing again: {count_of(begun, 'photo')}")


def _one(machine: "OneMachine", photo_id: str, failed: bool) -> int:
    from photohq.operations.reprocess import begin_again

    if machine.app.catalog.find(photo_id) is None:
        raise Failure(f"There is no photo {photo_id}")
    return int(begin_again(machine.app, photo_id, only_failed=failed))


def _many(machine: "OneMachine", user_id: str | None, failed: bool) -> int:
    from photohq.operations.reprocess import reprocess

    begun = 0
    after = None
    while True:
        part = reprocess(machine.app, user_id=user_id, only_failed=failed, after=after)
        begun += part.photos
        after = part.next
        if after is None:
            return begun


def _user_id(machine: "OneMachine", user: str) -> str:
    """Answer the id of a user; those of another issuer are known by it alone."""
    if machine.pool is None:
        return user
    for known in machine.pool.users():
        if user.lower() in {known.email.lower(), known.sub}:
            return known.sub
    raise Failure(f"There is no user {user}")
