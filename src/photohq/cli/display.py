"""What the demo shows: steps, tables and progress; on a pipe plain lines instead of bars."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from photohq.cli.words import megabytes, rate

INDENT = 4
PIPE_WIDTH = 100
BAR_WIDTH = 30
SHOWN_BARS = 20
"""As many bars stay on the screen once they are full; more would scroll the picture away."""


class Display:
    """The screen, or the pipe, that a journey is told on."""

    def __init__(self) -> None:
        console = Console(highlight=False, markup=False, emoji=False)
        self._live = console.is_terminal and not console.is_dumb_terminal
        self.console = (
            console
            if self._live
            else Console(highlight=False, markup=False, emoji=False, width=PIPE_WIDTH)
        )
        self._steps = 0

    def title(self, text: str) -> None:
        self.console.print(Text(text, style="bold"))

    def heading(self, text: str) -> None:
        self._steps += 1
        self.console.print()
        self.console.print(Text(f"{self._steps:>2}  {text}", style="bold"), soft_wrap=True)

    def say(self, text: str, style: str = "") -> None:
        """Write a line; it is not broken, so that what is in it can be copied."""
        self.console.print(Text(" " * INDENT + text, style=style), soft_wrap=True)

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write names and values in two columns."""
        width = max(len(name) for name, _ in pairs)
        for name, value in pairs:
            line = Text.assemble(" " * INDENT, (f"{name:<{width}}", "dim"), "  ", value)
            self.console.print(line, soft_wrap=True)

    def table(
        self, headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()
    ) -> None:
        """Write rows under headers; the columns named in `right` hold figures."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for header in headers:
            table.add_column(header, justify="right" if header in right else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        padded = Padding(table, (0, 0, 0, INDENT), expand=False)
        if self._live:
            self.console.print(padded)
            return
        with self.console.capture() as captured:
            self.console.print(padded)
        for line in captured.get().splitlines():
            self.console.print(line.rstrip(), soft_wrap=True)

    @contextlib.contextmanager
    def counting(self, total: int) -> Iterator[Callable[[str], None]]:
        """Show how many of `total` things are made; call what this answers for each."""
        if not self._live:
            yield self.say
            return
        bar = BarColumn(BAR_WIDTH)
        count = TextColumn("{task.completed:.0f} of {task.total:.0f}  {task.description}")
        with Progress(_indent(), bar, count, console=self.console, transient=True) as progress:
            task = progress.add_task("", total=total)
            yield lambda name: progress.update(task, advance=1, description=name)

    @contextlib.contextmanager
    def transfers(self, files: dict[str, int]) -> Iterator["Transfers"]:
        """Show files (and their sizes in bytes) on their way, and all of them together."""
        if not self._live:
            yield Lines(self, files)
            return
        columns = (
            _indent(),
            TextColumn("{task.description}"),
            BarColumn(BAR_WIDTH),
            TextColumn("{task.fields[size]:>9}", style="dim"),
            TextColumn("{task.fields[speed]:>9}", style="dim"),
        )
        with Progress(*columns, console=self.console) as progress:
            yield Bars(progress, files)


def _indent() -> TextColumn:
    return TextColumn(" " * (INDENT - 1))


class Transfers:
    """Files on their way. Threads may share it."""

    def __init__(self, files: dict[str, int]) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._started: dict[str, float] = {}
        self._skipped = 0

    def start(self, name: str) -> None:
        with self._lock:
            self._started[name] = time.perf_counter()

    def through(self, name: str, size: int) -> None:
        """Say that `size` bytes of a file are through."""

    def finish(self, name: str) -> None:
        """Say that a file has arrived."""

    def skip(self, name: str) -> None:
        """Say that a file, or what is left of it, need not come."""

    def note(self, text: str) -> None:
        """Say a sentence beside the files."""

    def _speed(self, name: str) -> str:
        return rate(self._files[name], time.perf_counter() - self._started[name])


class Lines(Transfers):
    """A line for each file that has arrived."""

    def __init__(self, display: Display, files: dict[str, int]) -> None:
        super().__init__(files)
        self._display = display
        self._width = max(map(len, files), default=0)
        self._finished = 0

    def finish(self, name: str) -> None:
        size, speed = megabytes(self._files[name]), self._speed(name)
        with self._lock:
            self._finished += 1
            count = f"{self._finished:>{len(str(len(self._files)))}} of {len(self._files)}"
            self._display.say(f"{count}  {name:<{self._width}}  {size:>8}  {speed:>8}")

    def note(self, text: str) -> None:
        self._display.say(text)


class Bars(Transfers):
    """A bar for each file, and one for all; of many files those that are on their way."""

    def __init__(self, progress: Progress, files: dict[str, int]) -> None:
        super().__init__(files)
        self._progress = progress
        self._through = dict.fromkeys(files, 0)
        self._sent = 0
        self._tasks: dict[str, TaskID] = {}
        room = min(SHOWN_BARS, progress.console.height - INDENT)
        self._keep = len(files) <= room
        if self._keep:
            for name in files:
                self._add(name)
        total = sum(files.values())
        self._all = progress.add_task("all", total=total, size=megabytes(total), speed="")
        self._began = time.perf_counter()

    def start(self, name: str) -> None:
        super().start(name)
        if name not in self._tasks:
            self._add(name)

    def through(self, name: str, size: int) -> None:
        self._progress.update(self._tasks[name], completed=size)
        with self._lock:
            self._sent += size - self._through[name]
            self._through[name] = size
        self._show_all()

    def finish(self, name: str) -> None:
        if self._keep:
            self._progress.update(self._tasks[name], speed=self._speed(name))
        else:
            self._progress.remove_task(self._tasks.pop(name))
        self._show_all()

    def skip(self, name: str) -> None:
        with self._lock:
            self._skipped += self._files[name] - self._through[name]
        if name in self._tasks:
            self._progress.update(self._tasks[name], completed=self._files[name])
        self._show_all()

    def note(self, text: str) -> None:
        self._progress.console.print(Text(" " * INDENT + text), soft_wrap=True)

    def _add(self, name: str) -> None:
        size = self._files[name]
        self._tasks[name] = self._progress.add_task(
            name, total=size, size=megabytes(size), speed=""
        )

    def _show_all(self) -> None:
        speed = rate(self._sent, time.perf_counter() - self._began)
        done = self._sent + self._skipped
        self._progress.update(self._all, completed=done, speed=speed)
