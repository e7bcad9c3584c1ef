"""`photohq upload`: photos from this machine, each exactly once."""

import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photohq.cli import files, profiles, signals
from photohq.cli.account import Account, asks
from photohq.cli.failure import Failure
from photohq.cli.output import named, on_terminal, write_array
from photohq.cli.telling import telling
from photohq.cli.words import megabytes, rate, seconds

if TYPE_CHECKING:
    from photohq.client import Uploaded


@click.command()
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--recursive", "-r", is_flag=True, help="Go into the folders of folders, too.")
@click.option("--tag", "tags", metavar="T", multiple=True, help="Give the new photos this tag.")
@click.option(
    "--concurrency",
    metavar="N",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help="How many files at a time.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be uploaded.")
@asks
def command(
    account: Account,
    *,
    paths: tuple[Path, ...],
    recursive: bool,
    tags: tuple[str, ...],
    concurrency: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Upload photos that are not there yet.

    Of a folder its JPEGs are taken. Files are told apart by their content: what you have uploaded
    already is not sent again, under whatever name. After Ctrl-C or a lost connection, the same
    command goes on where it was, and nothing is there twice.

    In a pipe a line for each file says what became of it: uploaded, there, refused or failed. Exit
    code 1 means that some are not there.

    \b
    Examples:
      photohq upload DSC_0001.JPG DSC_0002.JPG
      photohq upload ~/Pictures/2026 --recursive --tag "2026"
      photohq upload ~/Pictures --dry-run
    """
    found = files.jpegs(paths, recursive=recursive)
    if not found:
        hint = "" if recursive else " (--recursive goes into their folders)"
        raise Failure(f"There are no JPEGs in {', '.join(map(str, paths))}{hint}")
    if dry_run:
        _foretell(account, found, as_json=as_json)
        return
    began = time.perf_counter()
    done = send(account, found, tags=tags, concurrency=concurrency, silent=as_json)
    if as_json:
        write_array(map(_row, done))
    else:
        _sum_up(done, time.perf_counter() - began)
    if not all(one.is_there for one in done):
        raise click.exceptions.Exit(1)


def send(
    account: Account,
    found: Sequence[Path],
    *,
    tags: Sequence[str] = (),
    concurrency: int = 4,
    silent: bool = False,
) -> "list[Uploaded]":
    """Upload files and tell of it; answers what became of each."""
    told: dict[Path, Uploaded] = {}
    sizes = {path: _size(path) for path in found}
    try:
        with telling(sizes, silent=silent) as tell:

            def on_done(done: "Uploaded") -> None:
                told[done.path] = done
                tell.line(done.path, done.outcome, done.photo_id, done.reason)

            upload = partial(
                account.client.upload_many,
                found,
                concurrency=concurrency,
                tags=tags,
                unfinished=profiles.unfinished(account.profile),
                on_progress=tell.through,
                on_done=on_done,
                stop=account.stop,
            )
            return signals.beside(upload, account.stop)
    except BaseException:
        there = sum(one.is_there for one in told.values())
        said = f"{there} of {len(found)} are there; the same command goes on with the others."
        click.echo(f"\n{said}", err=True)
        raise


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _sum_up(done: "Sequence[Uploaded]", elapsed: float) -> None:
    from photohq.client import Outcome

    counts = Counter(one.outcome for one in done)
    words = {
        Outcome.UPLOADED: "uploaded",
        Outcome.THERE: "there already",
        Outcome.REFUSED: "refused",
        Outcome.FAILED: "failed",
    }
    parts = [f"{counts[outcome]} {word}" for outcome, word in words.items() if counts[outcome]]
    size = sum(_size(one.path) for one in done if one.outcome is Outcome.UPLOADED)
    speed = f": {megabytes(size)} in {seconds(elapsed)}, {rate(size, elapsed)}" if size else ""
    # In a pipe the lines are for programs.
    click.echo(f"{', '.join(parts)}{speed}", err=not on_terminal())


def _row(done: "Uploaded") -> dict[str, str | None]:
    return {
        "path": named(done.path),
        "outcome": done.outcome,
        "photo_id": done.photo_id,
        "reason": done.reason,
    }


def _foretell(account: Account, found: Sequence[Path], *, as_json: bool) -> None:
    """Say what is there already; whatever has the size of a file is compared by its checksum."""
    from photohq.client.transfer import sha256

    sizes = {_size(path) for path in found}
    there: dict[str | None, str] = {}
    for photo in account.client.photos(page_size=100):
        if photo.file_size in sizes and photo.status.arrived:
            original = account.client.metadata(photo.photo_id).original
            there.setdefault(original.checksum_sha256, photo.photo_id)
    rows: list[dict[str, str | None]] = []
    for path in found:
        try:
            photo_id = there.get(sha256(path))
        except OSError as error:
            raise Failure(f"{path} can't be read: {error.strerror}") from error
        outcome = "there" if photo_id else "new"
        rows.append({"path": named(path), "outcome": outcome, "photo_id": photo_id})
        if not as_json:
            click.echo(f"{outcome:<8}  {photo_id or '-':<36}  {named(path)}")
    if as_json:
        write_array(rows)
    else:
        new = sum(row["photo_id"] is None for row in rows)
        click.echo(f"{new} of {len(rows)} would be uploaded", err=not on_terminal())
