"""`photohq info`: everything that is known of a photo."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from photohq.cli import choosing
from photohq.cli.account import Account, asks
from photohq.cli.output import pairs, write_json
from photohq.cli.words import megabytes, minute

if TYPE_CHECKING:
    from photohq.client.shapes import Metadata, Version


@click.command()
@click.argument("photo")
@asks
def command(account: Account, *, photo: str, as_json: bool) -> None:
    """Show what is known of a photo.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq info DSC_0001.JPG
      photohq info 3f2c1a9e --json
    """
    metadata = account.client.metadata(choosing.one(account.client, photo).photo_id)
    if as_json:
        write_json(metadata)
    else:
        pairs(_rows(metadata))


def _rows(photo: "Metadata") -> "Iterator[tuple[str, str]]":
    yield "photo", photo.photo_id
    yield "status", photo.status_message or str(photo.status)
    yield "original", _file(photo.original)
    if photo.edited:
        yield "edited", f"{_file(photo.edited)}, edit {photo.edited.edit_count}"
        if photo.edited.pending:
            yield "  to come", _file(photo.edited.pending)
    if photo.width and photo.height:
        yield "pixels", f"{photo.width} x {photo.height}"
    yield "uploaded", minute(photo.created_at)
    if photo.taken_at:
        yield "taken", photo.taken_at
    if camera := photo.camera_info:
        words = [camera.make, camera.model, camera.lens]
        yield "camera", ", ".join(word for word in words if word)
    if place := photo.geolocation:
        yield "place", f"{place.latitude:.5f}, {place.longitude:.5f}"
    if photo.rating is not None:
        yield "rating", str(photo.rating)
    if photo.tags:
        yield "tags", ", ".join(photo.tags)
    if photo.description:
        yield "description", photo.description


def _file(version: "Version") -> str:
    state = "" if version.status.arrived else f", {version.status_message or version.status}"
    return f"{version.filename}, {megabytes(version.file_size)}{state}"
