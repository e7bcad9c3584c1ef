"""`photohq download`: photos onto this machine."""

import threading
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photohq.cli import choosing, signals
from photohq.cli.account import Account, asks
from photohq.cli.choosing import SHORT
from photohq.cli.failure import Failure
from photohq.cli.output import on_terminal, write_array
from photohq.cli.telling import Telling, telling

if TYPE_CHECKING:
    from photohq.client import PhotoHQ, VersionType
    from photohq.client.shapes import Download


@dataclass(frozen=True)
class Job:
    """A version and the file it is to become; `outcome` is what came of it."""

    photo_id: str
    filename: str
    version: "VersionType"
    version_id: str | None = None
    path: Path = Path()
    leave: "Download | None" = None
    outcome: str = ""
    reason: str | None = None


@click.command()
@click.argument("words", metavar="[PHOTO...] DIR", nargs=-1, required=True)
@click.option("--all", "everything", is_flag=True, help="All your photos.")
@click.option("--edited", "kind", flag_value="edited", help="The edited versions.")
@click.option("--original", "kind", flag_value="original", help="The originals. [default]")
@click.option("--version", "version_id", metavar="ID", help="A version of the history.")
@click.option("--force", is_flag=True, help="Replace files that have another content.")
@click.option(
    "--concurrency",
    metavar="N",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help="How many files at a time.",
)
@asks
def command(
    account: Account,
    *,
    words: tuple[str, ...],
    everything: bool,
    kind: str | None,
    version_id: str | None,
    force: bool,
    concurrency: int,
    as_json: bool,
) -> None:
    """Download photos into the folder DIR.

    Files appear when they are whole and are what the server says they are. What is there already
    with the same content is left alone; with another content it is replaced only with --force.
    Photos of the same filename get the beginning of their id into theirs.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq download DSC_0001.JPG DSC_0002.JPG ~/Pictures
      photohq download --all --edited ~/Pictures/edited
      photohq download 3f2c1a9e --version 9c1d0a7e5b2f43d08a6c1e7f90b3d5a2 .
    """
    from photohq.client import VersionType

    *photos, folder_name = words
    if everything == bool(photos):
        raise click.UsageError("Name photos and a folder, or say --all and name a folder")
    if version_id and len(photos) != 1:
        raise click.UsageError("--version is for one photo")
    folder = Path(folder_name)
    version = VersionType(kind or "original")
    if everything:
        only = VersionType.EDITED if version == VersionType.EDITED else None
        listed = account.client.photos(only, page_size=100)
        jobs = [Job(photo.photo_id, photo.filename, version) for photo in listed]
    else:
        chosen = choosing.several(account.client, photos)
        jobs = [Job(photo.photo_id, photo.filename, version, version_id) for photo in chosen]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"The folder {folder} can't be made: {error.strerror}") from error
    done = _Downloads(account, force=force).run(jobs, folder, concurrency, silent=as_json)
    if as_json:
        write_array(map(_row, done))
    else:
        counts = Counter(job.outcome for job in done)
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        click.echo(said or "You have no such photos", err=not on_terminal())
    if any(job.reason for job in done):
        raise click.exceptions.Exit(1)


class _Downloads:
    """One run of downloads."""

    def __init__(self, account: Account, *, force: bool) -> None:
        self._client: PhotoHQ = account.client
        self._stop: threading.Event = account.stop
        self._force = force

    def run(self, jobs: list[Job], folder: Path, concurrency: int, *, silent: bool) -> list[Job]:
        def download() -> list[Job]:
            return self._run(jobs, folder, concurrency, silent=silent)

        return signals.beside(download, self._stop)

    def _run(self, jobs: list[Job], folder: Path, concurrency: int, *, silent: bool) -> list[Job]:
        with ThreadPoolExecutor(concurrency) as pool:
            try:
                asked = list(pool.map(self._ask, jobs))
                placed = _placed(asked, folder)
                sizes = {job.path: job.leave.metadata.file_size for job in placed if job.leave}
                with telling(sizes, silent=silent) as tell:
                    return list(pool.map(lambda job: self._fetch(job, tell), placed))
            except BaseException:
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _ask(self, job: Job) -> Job:
        from photohq.client.errors import Forbidden, InvalidInput, NotFound

        self._go_on()
        try:
            leave = self._client.download_ticket(
                job.photo_id, job.version, version_id=job.version_id
            )
        except (NotFound, Forbidden, InvalidInput) as error:
            return replace(job, outcome="failed", reason=str(error))
        return replace(job, filename=leave.metadata.filename, leave=leave)

    def _fetch(self, job: Job, tell: Telling) -> Job:
        done = self._fetched(job, tell)
        tell.line(done.path, done.outcome, done.photo_id, done.reason)
        return done

    def _fetched(self, job: Job, tell: Telling) -> Job:
        from photohq.client.errors import BrokenDownload, TransferRefused

        self._go_on()
        if job.leave is None:
            return job
        if job.path.exists():
            if _same(job.path, job.leave):
                return replace(job, outcome="there")
            if not self._force:
                why = "a file of this name with another content is there; --force replaces it"
                return replace(job, outcome="failed", reason=why)

        def through(size: int) -> None:
            self._go_on()
            tell.through(job.path, size)

        try:
            # Asked for anew, since leave ends while other files are on their way.
            fresh = self._client.download_ticket(
                job.photo_id, job.version, version_id=job.version_id
            )
            self._client.fetch(fresh, job.path, through)
        except (TransferRefused, BrokenDownload, OSError) as error:
            return replace(job, outcome="failed", reason=str(error))
        return replace(job, outcome="done")

    def _go_on(self) -> None:
        from photohq.client.errors import Stopped

        if self._stop.is_set():
            raise Stopped("Interrupted")


def _placed(jobs: Iterable[Job], folder: Path) -> list[Job]:
    """Give every file a name of its own; a server's word for one leads nowhere else."""
    jobs = list(jobs)
    names = [_name(job.filename) for job in jobs]
    often = Counter(name.casefold() for name in names)
    placed = []
    for job, name in zip(jobs, names, strict=True):
        path = folder / name
        if often[name.casefold()] > 1:
            path = path.with_stem(f"{path.stem}-{job.photo_id[:SHORT]}")
        placed.append(replace(job, path=path))
    return placed


def _name(filename: str) -> str:
    name = Path(filename.replace("\\", "/")).name
    return "photo.jpg" if name in {"", ".."} else name


def _same(path: Path, leave: "Download") -> bool:
    from photohq.client.transfer import sha256

    described = leave.metadata
    try:
        if not path.is_file() or path.stat().st_size != described.file_size:
            return False
        return described.checksum_sha256 in {None, sha256(path)}
    except OSError:
        return False


def _row(job: Job) -> dict[str, str | None]:
    return {
        "photo_id": job.photo_id,
        "path": str(job.path),
        "outcome": job.outcome,
        "reason": job.reason,
    }
