"""`photohq restore`: back to an earlier edit, or to the original."""

from typing import TYPE_CHECKING

import click

from photohq.cli import choosing
from photohq.cli.account import Account, asks
from photohq.cli.failure import Failure
from photohq.cli.output import write_json

if TYPE_CHECKING:
    from photohq.client import PhotoHQ


@click.command()
@click.argument("photo")
@click.argument("version", required=False)
@click.option("--original", is_flag=True, help="Back to the original alone.")
@asks
def command(
    account: Account, *, photo: str, version: str | None, original: bool, as_json: bool
) -> None:
    """Go back to an earlier edit, or to the original.

    Nothing is lost: what was current stays in the history, as long as other edits do. VERSION is an
    id that photohq versions shows, or the beginning of one.

    \b
    Examples:
      photohq restore DSC_0001.JPG 9c1d
      photohq restore DSC_0001.JPG --original
    """
    if (version is None) != original:
        raise click.UsageError("Name a VERSION or say --original")
    chosen = choosing.one(account.client, photo)
    if version is None:
        after = account.client.delete_edited(chosen.photo_id)
        said = f"{chosen.filename} is back to its original"
    else:
        version_id = _version(account.client, chosen.photo_id, version)
        after = account.client.restore(chosen.photo_id, version_id)
        said = f"{chosen.filename} is back to {version_id}"
    if as_json:
        write_json(after)
    else:
        click.echo(said)


def _version(client: "PhotoHQ", photo_id: str, word: str) -> str:
    from photohq.client import VersionType

    found = [
        version.version_id
        for version in client.versions(photo_id)
        if version.version_type == VersionType.EDITED and version.version_id.startswith(word)
    ]
    if word in found:
        return word
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(f"There is no edit {word}: photohq versions shows those that there are")
    raise Failure("\n  ".join([f"{word} could be {len(found)} versions:", *found]))
