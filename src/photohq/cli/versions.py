"""`photohq versions`: the history of a photo."""

from typing import TYPE_CHECKING

import click

from photohq.cli import choosing
from photohq.cli.account import Account, asks
from photohq.cli.output import write_array
from photohq.cli.words import megabytes, minute

if TYPE_CHECKING:
    from photohq.client.versions import VersionItem


@click.command()
@click.argument("photo")
@asks
def command(account: Account, *, photo: str, as_json: bool) -> None:
    """List the versions of a photo, the newest first.

    A star marks the current one: the edit that is in use, or, where there is none, the original.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq versions DSC_0001.JPG
      photohq versions 3f2c1a9e --json
    """
    found = account.client.versions(choosing.one(account.client, photo).photo_id)
    if as_json:
        write_array(found)
        return
    for version in found:
        click.echo(_line(version))


def _line(version: "VersionItem") -> str:
    mark = "*" if version.is_current else " "
    end = f"  until {version.expires_at.astimezone():%Y-%m-%d}" if version.expires_at else ""
    how = "  by a recipe" if version.recipe else ""
    return (
        f"{mark} {version.version_id}  {version.version_type:<8}  {minute(version.created_at)}"
        f"  {megabytes(version.file_size):>8}  {version.filename}{how}{end}"
    )
