"""How transfers are told: bars on a terminal, lines in a pipe, nothing where JSON is asked for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photohq.cli.output import named

if TYPE_CHECKING:
    from photohq.cli.display import Transfers

WIDTH = 40
OUTCOME = 8


class Telling:
    """Files on their way. Threads may share it."""

    def line(self, path: Path, outcome: str, photo_id: str | None, reason: str | None) -> None:
        """Say what became of a file."""

    def through(self, path: Path, size: int) -> None:
        """Say how many bytes of a file are through."""


class Lines(Telling):
    """A line for each file that is done: outcome, id, path, reason."""

    def line(self, path: Path, outcome: str, photo_id: str | None, reason: str | None) -> None:
        why = f": {reason}" if reason else ""
        click.echo(f"{outcome:<{OUTCOME}}  {photo_id or '-':<36}  {named(path)}{why}")


class Bars(Telling):
    """A bar for each file that is on its way, and one for all; a line where something is amiss."""

    def __init__(self, transfers: "Transfers", names: dict[Path, str]) -> None:
        self._transfers = transfers
        self._names = names
        self._started: set[Path] = set()

    def line(self, path: Path, outcome: str, photo_id: str | None, reason: str | None) -> None:  # noqa: ARG002
        if reason:
            self._transfers.note(f"{outcome}: {named(path)}: {reason}")
        name = self._names.get(path)
        if name is None:
            return
        if path in self._started and not reason:
            self._started.discard(path)
            self._transfers.finish(name)
        else:
            self._transfers.skip(name)

    def through(self, path: Path, size: int) -> None:
        name = self._names[path]
        if path not in self._started:
            self._started.add(path)
            self._transfers.start(name)
        self._transfers.through(name, size)


@contextmanager
def telling(sizes: dict[Path, int], *, silent: bool) -> Iterator[Telling]:
    """Tell of files and their sizes in bytes."""
    if silent:
        yield Telling()
    elif not sys.stdout.isatty() or not sizes:
        yield Lines()
    else:
        from photohq.cli.display import Display

        names = _names(list(sizes))
        sized = {names[path]: size for path, size in sizes.items()}
        with Display().transfers(sized) as transfers:
            yield Bars(transfers, names)


def _names(paths: list[Path]) -> dict[Path, str]:
    """Name files so that a name is short, and no two are the same."""
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for number, path in enumerate(paths):
        full = named(path)
        name = full if len(full) <= WIDTH else f"...{full[-WIDTH + 3 :]}"
        names[path] = name if name not in taken else f"{name} ({number})"
        taken.add(names[path])
    return names
