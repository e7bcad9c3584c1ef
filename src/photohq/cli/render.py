"""`photohq render`: edited versions by numbers."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from photohq.cli import choosing, presets, recipes
from photohq.cli.account import Account, asks
from photohq.cli.choosing import Chosen
from photohq.cli.completing import preset_names
from photohq.cli.output import on_terminal, write_array
from photohq.cli.telling import OUTCOME

if TYPE_CHECKING:
    from photohq.client import Rendered


@click.command()
@click.argument("photos", metavar="[PHOTO...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All your photos.")
@click.option("--tag", "tags", metavar="T", multiple=True, help="All that have this tag.")
@click.option("--preset", metavar="NAME", help="One of your presets.", shell_complete=preset_names)
@click.option(
    "--recipe",
    metavar="FILE",
    type=click.Path(allow_dash=True),
    help="A recipe as JSON; - is standard input.",
)
@click.option("--quality", metavar="N", type=click.IntRange(1, 100), help="Of the JPEG, 1 to 100.")
@click.option("--no-wait", is_flag=True, help="Don't wait until it is done.")
@asks
def command(
    account: Account,
    *,
    photos: tuple[str, ...],
    everything: bool,
    tags: tuple[str, ...],
    preset: str | None,
    recipe: str | None,
    quality: int | None,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Have the server make the edited version of photos.

    By a preset, by a recipe, or, with neither, by the recipe that is stored with each photo. One
    that can't be rendered spoils no other; exit code 1 means that there are such. After Ctrl-C the
    server goes on with what it was asked for.

    In a pipe a line for each photo says what became of it: rendered, begun (with --no-wait),
    refused or failed.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq render DSC_0001.JPG DSC_0002.JPG --preset "warm evening"
      photohq render --tag wedding --preset "warm evening"
      echo '{"recipe": 1, "exposure": 0.5}' |
          photohq render DSC_0001.JPG --recipe -
    """
    if preset and recipe:
        raise click.UsageError("--preset and --recipe can't be given together")
    if bool(photos) == (everything or bool(tags)):
        raise click.UsageError("Name photos, or say --all or --tag T")
    numbers = recipes.read(recipe) if recipe else None
    if preset:
        (found,) = presets.named(account.client, [preset])
        preset = found.name
    chosen = _chosen(account, photos, tags)
    names = {photo.photo_id: photo.filename for photo in chosen}
    told: list[Rendered] = []
    try:
        with _showing(names, silent=as_json) as show:

            def on_done(done: "Rendered") -> None:
                told.append(done)
                show(done)

            done = account.client.render_many(
                list(names),
                numbers,
                preset=preset,
                quality=quality,
                wait=not no_wait,
                on_done=on_done,
            )
    except BaseException:
        said = f"{len(told)} of {len(names)} are done; the server goes on with what it was asked."
        click.echo(f"\n{said}", err=True)
        raise
    if as_json:
        write_array(_row(one, names) for one in done)
    else:
        counts = Counter(one.outcome for one in done)
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        click.echo(said or "You have no such photos", err=not on_terminal())
    if not all(one.is_fine for one in done):
        raise click.exceptions.Exit(1)


def _chosen(account: Account, photos: Sequence[str], tags: Sequence[str]) -> list[Chosen]:
    if photos:
        return choosing.several(account.client, photos)
    from photohq.client import Status

    return [
        Chosen(photo.photo_id, photo.filename, photo.created_at)
        for photo in account.client.photos(page_size=100)
        if photo.status is not Status.PENDING_UPLOAD and set(tags) <= set(photo.tags or ())
    ]


@contextmanager
def _showing(names: dict[str, str], *, silent: bool) -> "Iterator[Callable[[Rendered], None]]":
    """Show photos: a bar on a terminal, and a line for what is amiss at its end; else lines."""

    def line(done: "Rendered") -> None:
        why = f": {done.reason}" if done.reason else ""
        click.echo(f"{done.outcome:<{OUTCOME}}  {done.photo_id}  {names[done.photo_id]}{why}")

    if silent:
        yield lambda _: None
    elif not on_terminal():
        yield line
    else:
        from photohq.cli.display import Display

        amiss: list[Rendered] = []

        def count(done: "Rendered") -> None:
            counted(names[done.photo_id])
            if not done.is_fine:
                amiss.append(done)

        with Display().counting(len(names)) as counted:
            yield count
        for done in amiss:
            line(done)


def _row(done: "Rendered", names: dict[str, str]) -> dict[str, str | None]:
    return {
        "photo_id": done.photo_id,
        "filename": names[done.photo_id],
        "outcome": done.outcome,
        "reason": done.reason,
    }
