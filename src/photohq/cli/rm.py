"""`photohq rm`: delete photos."""

import sys

import click

from photohq.cli import choosing
from photohq.cli.account import Account, asks
from photohq.cli.failure import Failure
from photohq.cli.output import write_array
from photohq.cli.words import count_of


@click.command()
@click.argument("photos", metavar="PHOTO...", nargs=-1, required=True)
@click.option("--yes", "-y", "sure", is_flag=True, help="Don't ask.")
@click.option("--purge", is_flag=True, help="Erase the bytes at once, for good.")
@asks
def command(
    account: Account, *, photos: tuple[str, ...], sure: bool, purge: bool, as_json: bool
) -> None:
    """Delete photos, with all their versions.

    Asks before it does; in a script say --yes. Without --purge the operator can bring the bytes
    back for some time, 30 days by default.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq rm DSC_0001.JPG
      photohq rm 3f2c1a9e 77b0 --yes
    """
    chosen = choosing.several(account.client, photos)
    if not sure:
        if not sys.stdin.isatty():
            raise Failure("There is no terminal to ask on whether you are sure: say --yes")
        for photo in chosen:
            click.echo(f"{photo.photo_id}  {photo.filename}", err=True)
        what = count_of(len(chosen), "photo")
        if not click.confirm(f"Delete {what} and all versions?", err=True):
            raise click.ClickException("Nothing was deleted")
    done = []
    for photo in chosen:
        deleted = account.client.delete(photo.photo_id, purge=purge)
        done.append(deleted)
        if not as_json:
            click.echo(f"Deleted {photo.filename}")
    if as_json:
        write_array(done)
