"""`photohq tag`: the tags of photos."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from photohq.cli import choosing
from photohq.cli.account import Account, asks
from photohq.cli.output import write_array

if TYPE_CHECKING:
    from photohq.client import PhotoHQ

TRIES = 5


@click.command()
@click.argument("photos", metavar="PHOTO...", nargs=-1, required=True)
@click.option("--add", "added", metavar="T", multiple=True, help="Give them this tag.")
@click.option("--remove", "removed", metavar="T", multiple=True, help="Take it away.")
@asks
def command(
    account: Account,
    *,
    photos: tuple[str, ...],
    added: tuple[str, ...],
    removed: tuple[str, ...],
    as_json: bool,
) -> None:
    """Give photos tags, take them away, or show them.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq tag DSC_0001.JPG --add wedding --add "best of"
      photohq tag 3f2c1a9e 77b0 --remove draft
      photohq tag DSC_0001.JPG
    """
    done = []
    for photo in choosing.several(account.client, photos):
        tags = _retagged(account.client, photo.photo_id, added, removed)
        done.append({"photo_id": photo.photo_id, "filename": photo.filename, "tags": tags})
        if not as_json:
            click.echo(f"{photo.filename}  {', '.join(tags) or '(no tags)'}")
    if as_json:
        write_array(done)


def _retagged(
    client: "PhotoHQ", photo_id: str, added: Sequence[str], removed: Sequence[str]
) -> list[str]:
    """Change the tags of a photo, also while others do; answers them."""
    from photohq.client.errors import Stale

    for left in reversed(range(TRIES)):
        before = client.metadata(photo_id)
        there = list(before.tags or ())
        wanted = [tag for tag in dict.fromkeys([*there, *added]) if tag not in removed]
        if wanted == there:
            return there
        try:
            after = client.change(photo_id, {"tags": wanted or None}, if_match=before.revision)
            return list(after.tags or ())
        except Stale:
            if not left:
                raise
    return []
