"""`photohq ls`: your photos."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click

from photohq.cli.account import Account, asks
from photohq.cli.output import on_terminal, shown, write_array
from photohq.cli.words import megabytes, minute

if TYPE_CHECKING:
    from photohq.client.shapes import PhotoItem


@click.command()
@click.option("--edited", "kind", flag_value="edited", help="Only those with an edited version.")
@click.option("--original", "kind", flag_value="original", help="Only those without one.")
@click.option("--tag", "tags", metavar="T", multiple=True, help="Only those with this tag.")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="At most so many.")
@asks
def command(
    account: Account, *, kind: str | None, tags: tuple[str, ...], limit: int | None, as_json: bool
) -> None:
    """List your photos, the newest first.

    A line each: id, when it was announced, size, status, filename, tags. In a pipe ids are whole.

    \b
    Examples:
      photohq ls
      photohq ls --edited --tag wedding
      photohq ls --json | jq -r '.[].photo_id'
    """
    from photohq.client import VersionType

    size = 100 if tags else min(limit or 100, 100)
    photos = account.client.photos(VersionType(kind) if kind else None, page_size=size)
    found = islice(_tagged(photos, tags), limit)
    if as_json:
        write_array(found)
        return
    photo = None
    for photo in found:
        click.echo(_line(photo))
    if photo is None and on_terminal():
        click.echo("No photos; photohq upload PATH brings some here", err=True)


def _tagged(photos: "Iterable[PhotoItem]", tags: tuple[str, ...]) -> "Iterator[PhotoItem]":
    for photo in photos:
        if set(tags) <= set(photo.tags or ()):
            yield photo


def _line(photo: "PhotoItem") -> str:
    state = f"{photo.status}, edited" if photo.has_edited_version else str(photo.status)
    tags = f"  [{', '.join(photo.tags)}]" if photo.tags else ""
    return (
        f"{shown(photo.photo_id)}  {minute(photo.created_at)}  {megabytes(photo.file_size):>8}"
        f"  {state:<14}  {photo.filename}{tags}"
    )
