"""Batches of uploads that are under way, remembered on this machine until all of it has arrived.

A batch is written down before it is asked for, under the key that makes repeats the same batch: so
whenever a break comes, what was begun is found again.
"""

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from photohq.client.errors import Busy

MODE = 0o700
FORGOTTEN_AFTER = 7 * 86_400
"""Seconds; photos whose bytes never came are removed by the server long before."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A batch: what was or is to be announced under `key`, and its id once that is known.

    `places` tells of each item where its file lies.
    """

    key: str
    items: tuple[dict[str, Any], ...]
    begun_at: float
    batch_id: str | None = None
    places: tuple[str, ...] = ()


class Unfinished:
    """The batches of one user of one deployment, in `folder`, or for as long as this object."""

    def __init__(self, folder: Path | None, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock
        self._batches: dict[str, Begun] = {}

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others out: two that upload the same would both send it. Raises Busy."""
        if self._folder is None:
            yield
            return
        self._folder.mkdir(mode=MODE, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy("Another upload is under way here: wait until it is done") from None
            self._read(self._folder)
            yield

    def batches(self) -> list[Begun]:
        """Answer them, the oldest first."""
        return sorted(self._batches.values(), key=lambda begun: begun.begun_at)

    def keep(self, begun: Begun) -> None:
        """Remember a batch, or what is known of it since."""
        self._batches[begun.key] = begun
        if self._folder is not None:
            file = self._file(self._folder, begun.key)
            new = file.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(begun))
            new.replace(file)

    def forget(self, begun: Begun) -> None:
        """Forget a batch: all of it has arrived, or never will."""
        self._batches.pop(begun.key, None)
        if self._folder is not None:
            self._file(self._folder, begun.key).unlink(missing_ok=True)

    def _read(self, folder: Path) -> None:
        self._batches = {}
        for file in folder.glob("*.json"):
            try:
                begun = msgspec.json.decode(file.read_bytes(), type=Begun)
            except msgspec.DecodeError:
                begun = None
            if begun is None or begun.begun_at < self._clock() - FORGOTTEN_AFTER:
                file.unlink(missing_ok=True)
            else:
                self._batches[begun.key] = begun

    @staticmethod
    def _file(folder: Path, key: str) -> Path:
        return folder / f"{key}.json"
