"""`photohq watch`: a folder whose photos go up as they appear."""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from photohq.cli import files, profiles
from photohq.cli.account import Account, asks
from photohq.cli.failure import Failure
from photohq.cli.output import named
from photohq.cli.upload import send

EXPORT = re.compile(
    r"(?P<stem>.+?)[ _.-]*[(]?(?:edit(?:ed)?|export(?:ed)?|final|retouched)[)]?"
    r"(?:[ _-]?[(]?\d{1,3}[)]?)?",
    re.IGNORECASE,
)
EXPORTS = re.compile(r"edit(ed|s)?|exports?|exported|final|retouched", re.IGNORECASE)
Look = tuple[int, int]


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--recursive", "-r", is_flag=True, help="Watch the folders in it, too.")
@click.option("--tag", "tags", metavar="T", multiple=True, help="Give the new photos this tag.")
@click.option(
    "--interval",
    metavar="S",
    type=click.FloatRange(0.1, 3600),
    default=2.0,
    show_default=True,
    help="Seconds between two looks.",
)
@click.option("--once", is_flag=True, help="Upload what is there, and end.")
@asks
def command(
    account: Account,
    *,
    folder: Path,
    recursive: bool,
    tags: tuple[str, ...],
    interval: float,
    once: bool,
    as_json: bool,
) -> None:
    """Upload the JPEGs in a folder, and those that appear.

    Goes on until Ctrl-C. A file is taken when it has not changed between two looks. An export that
    is named like a photo of yours becomes its edited version instead: DSC_0001-edited.jpg,
    DSC_0001_edit-2.jpg, a DSC_0001.jpg in a folder named edited or exports, and a file that was
    uploaded from here and has been saved over since. With --json a line of JSON tells of each file.

    \b
    Examples:
      photohq watch ~/Pictures/Incoming --tag incoming
      photohq watch ~/Pictures/2026 --recursive
    """
    if not folder.is_dir():
        raise Failure(f"There is no folder {folder}")
    watch = _Watch(account, folder.resolve(), recursive=recursive, tags=tags, as_json=as_json)
    click.echo(f"Watching {folder}" + ("" if once else "; stop with Ctrl-C"), err=True)
    if once:
        watch.look(settled=True)
        return
    try:
        while True:
            watch.look()
            time.sleep(interval)
    except KeyboardInterrupt:
        click.echo("\nStopped.", err=True)


class _Watch:
    """What is known of the files in a folder; it is kept, so that a restart repeats nothing."""

    def __init__(
        self,
        account: Account,
        folder: Path,
        *,
        recursive: bool,
        tags: Sequence[str],
        as_json: bool,
    ) -> None:
        self._account = account
        self._folder = folder
        self._recursive = recursive
        self._tags = tags
        self._as_json = as_json
        self._last: dict[Path, Look] = {}
        self._memory = profiles.watched(account.profile)
        self._done = self._remembered()

    def look(self, *, settled: bool = False) -> None:
        """Look for files that are new or have changed, and upload those that are whole."""
        from photohq.client.errors import Busy, Throttled, Unavailable, Unreachable

        now = dict(self._looks())
        ready = [
            path
            for path, look in now.items()
            if (settled or self._last.get(path) == look) and self._known(path) != look
        ]
        self._last = now
        if not ready:
            return
        try:
            self._upload(ready, now)
        except (Busy, Throttled, Unavailable, Unreachable) as error:
            if settled:
                raise
            click.echo(f"{error}; trying again", err=True)

    def _looks(self) -> Iterator[tuple[Path, Look]]:
        for path in files.in_folder(self._folder, recursive=self._recursive):
            try:
                found = path.stat()
            except OSError:
                continue
            yield path, (found.st_size, found.st_mtime_ns)

    def _upload(self, ready: Sequence[Path], now: dict[Path, Look]) -> None:
        exports = [path for path in ready if self._photo_of(path) or _stem(path, self._folder)]
        plain = [path for path in ready if path not in exports]
        # Originals first, so that an export beside a new one finds it.
        if plain:
            for done in send(self._account, plain, tags=self._tags, silent=self._as_json):
                self._tell(done.path, done.outcome, done.photo_id, done.reason)
                photo_id = done.photo_id if done.is_there else None
                self._done[named(done.path)] = (*now[done.path], photo_id)
            self._save()
        if exports:
            self._upload_exports(exports, now)

    def _upload_exports(self, exports: Sequence[Path], now: dict[Path, Look]) -> None:
        by_stem: dict[str, set[str]] = {}
        for photo in self._account.client.photos(page_size=100):
            by_stem.setdefault(Path(photo.filename).stem.casefold(), set()).add(photo.photo_id)
        for name, (_, _, known_id) in self._done.items():  # it may be there by another name
            if known_id and Path(name).is_relative_to(self._folder):
                by_stem.setdefault(Path(name).stem.casefold(), set()).add(known_id)
        lonely = []
        for path in exports:
            photo_id = self._photo_of(path)
            if photo_id is None:
                found = by_stem.get(_stem(path, self._folder) or "", set())
                if len(found) > 1:
                    why = f"{len(found)} photos have this name: photohq edit PHOTO FILE"
                    self._tell(path, "skipped", None, why, line=True)
                    self._remember(path, now[path], None)
                    continue
                photo_id = next(iter(found), None)
            if photo_id is None:
                lonely.append(path)
            else:
                self._upload_edit(path, photo_id, now[path])
        if lonely:  # named like an export, but of nothing that is here
            for done in send(self._account, lonely, tags=self._tags, silent=self._as_json):
                self._tell(done.path, done.outcome, done.photo_id, done.reason)
                self._done[named(done.path)] = (*now[done.path], None)
            self._save()

    def _upload_edit(self, path: Path, photo_id: str, look: Look) -> None:
        from photohq.client.errors import Refused, TransferRefused, UploadFailed

        client = self._account.client
        outcome, reason = "edited", None
        try:
            if files.begins_as_jpeg(path):
                client.wait(client.upload_edit(photo_id, path))
            else:
                outcome, reason = "failed", files.no_jpeg(path)
        except (Refused, TransferRefused, UploadFailed, OSError) as error:
            outcome, reason = "failed", str(error)
        self._tell(path, outcome, photo_id, reason, line=True)
        self._remember(path, look, photo_id)

    def _tell(
        self,
        path: Path,
        outcome: str,
        photo_id: str | None,
        reason: str | None,
        *,
        line: bool = False,
    ) -> None:
        if self._as_json:
            row = {"path": named(path), "outcome": outcome, "photo_id": photo_id, "reason": reason}
            click.echo(msgspec.json.encode(row).decode())
        elif line:
            why = f": {reason}" if reason else ""
            click.echo(f"{outcome:<8}  {photo_id or '-':<36}  {named(path)}{why}")

    def _known(self, path: Path) -> Look | None:
        found = self._done.get(named(path))
        return (found[0], found[1]) if found else None

    def _photo_of(self, path: Path) -> str | None:
        """Answer the photo that this file was uploaded as before it changed."""
        found = self._done.get(named(path))
        return found[2] if found else None

    def _remember(self, path: Path, look: Look, photo_id: str | None) -> None:
        self._done[named(path)] = (*look, photo_id)
        self._save()

    def _save(self) -> None:
        profiles.write_private(self._memory, msgspec.json.encode(self._done))

    def _remembered(self) -> dict[str, tuple[int, int, str | None]]:
        try:
            content = self._memory.read_bytes()
            return msgspec.json.decode(content, type=dict[str, tuple[int, int, str | None]])
        except (OSError, msgspec.DecodeError):
            return {}


def _stem(path: Path, folder: Path) -> str | None:
    """Answer the name of the photo that a file is an export of, by its own and its folder's."""
    if match := EXPORT.fullmatch(path.stem):
        return match["stem"].casefold()
    inside = path.parent != folder
    return path.stem.casefold() if inside and EXPORTS.fullmatch(path.parent.name) else None
