"""Many files on their way: read, announced in batches, sent side by side, each exactly once."""

import os
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from photohq.client import outdated
from photohq.client.batches import Batch, BatchStatusItem
from photohq.client.errors import Conflict, NotFound, Refused, Stopped, TransferRefused
from photohq.client.shapes import Status, Ticket
from photohq.client.transfer import sha256
from photohq.client.unfinished import Begun, Unfinished

if TYPE_CHECKING:
    from photohq.client.photo_hq import PhotoHQ

TOGETHER = 50
"""Files of a batch: few enough that sending begins soon, while the next ones are read."""
READERS = 2
MARGIN = 60
"""Seconds before its end from which leave to upload is asked for anew."""
ARRIVAL_SECONDS = 60
DENIED = 403
BROKEN = "It is there already, but is no whole picture"


class Outcome(StrEnum):
    """What became of a file: sent, there already, refused by the API, or failed on its way."""

    UPLOADED = "uploaded"
    THERE = "there"
    REFUSED = "refused"
    FAILED = "failed"


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file; `reason` is a sentence where it is not there."""

    path: Path
    outcome: Outcome
    photo_id: str | None = None
    reason: str | None = None

    @property
    def is_there(self) -> bool:
        return self.outcome in {Outcome.UPLOADED, Outcome.THERE}


class _Read(msgspec.Struct, frozen=True):
    """A file as it was when it was read."""

    path: Path
    size: int
    changed_at: int
    checksum: str

    @property
    def key(self) -> tuple[str, str]:
        return self.checksum, self.path.name

    def has_changed(self) -> bool:
        found = self.path.stat()
        return (found.st_size, found.st_mtime_ns) != (self.size, self.changed_at)


class _Running:
    """A batch whose files are being sent: `sent` maps its items to them."""

    def __init__(self, begun: Begun, batch_id: str) -> None:
        self.begun = begun
        self.batch_id = batch_id
        self.sent: dict[int, _Read] = {}
        self.tickets: dict[int, Ticket] = {}
        self.lock = threading.Lock()


class Uploads:
    """One run of uploads, as `PhotoHQ.upload_many` describes it."""

    def __init__(
        self,
        client: "PhotoHQ",
        *,
        concurrency: int,
        tags: Sequence[str],
        unfinished: Path | None,
        on_progress: Callable[[Path, int], object] | None,
        on_done: Callable[[Uploaded], object] | None,
        stop: threading.Event | None,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._client = client
        self._tags = tags
        self._unfinished = Unfinished(unfinished, clock)
        self._on_progress = on_progress
        self._on_done = on_done
        self._stop = stop or threading.Event()
        self._clock = clock
        self._sleep = sleep
        self._readers = ThreadPoolExecutor(READERS, "reading")
        self._senders = ThreadPoolExecutor(concurrency, "sending")
        self._ahead = concurrency
        self._sending: set[Future[None]] = set()
        self._running: list[_Running] = []
        self._outcomes: dict[Path, Uploaded] = {}
        self._first: dict[str, Path] = {}
        self._again: list[tuple[Path, Path]] = []
        self._found: dict[str, str] = {}
        self._taken: set[tuple[str, int]] = set()

    def run(self, paths: Sequence[Path]) -> list[Uploaded]:
        """Upload the files. Raises Stopped, Busy, and what ends all of them: Unreachable,
        NotSignedIn, IdentityRefused, Refused."""
        wanted = list(dict.fromkeys(paths))
        try:
            with self._unfinished.alone():
                for read in self._reading(wanted):
                    self._wait_for_room()
                    self._announce(read)
                self._wait_for_room(0)
                outdated.withdraw(self._client, self._unfinished, self._found, self._taken)
                for running in self._running:
                    self._conclude(running)
        except BaseException:
            self._stop.set()
            raise
        finally:
            self._readers.shutdown(cancel_futures=True)
            self._senders.shutdown(cancel_futures=True)
        for path, first in self._again:
            self._repeat(path, first)
        return [self._outcomes[path] for path in wanted]

    def _reading(self, paths: Sequence[Path]) -> Iterator[list[_Read]]:
        """Read the files, `TOGETHER` at a time, always one such group ahead."""
        rest = iter(paths)
        ahead = self._begin_reading(islice(rest, TOGETHER))
        while ahead:
            now, ahead = ahead, self._begin_reading(islice(rest, TOGETHER))
            yield [read for future in now if (read := future.result())]

    def _begin_reading(self, paths: Iterable[Path]) -> list[Future[_Read | None]]:
        return [self._readers.submit(self._read, path) for path in paths]

    def _read(self, path: Path) -> _Read | None:
        self._go_on()
        try:
            path.name.encode()
            found = path.stat()
            return _Read(path, found.st_size, found.st_mtime_ns, sha256(path))
        except UnicodeEncodeError:
            self._settle(path, Outcome.REFUSED, reason="Its name is not Unicode")
            return None
        except OSError as error:
            self._settle(path, Outcome.FAILED, reason=f"It can't be read: {error.strerror}")
            return None

    def _announce(self, files: Sequence[_Read]) -> None:
        """Go on with what was begun before a break, and begin what is new."""
        new: dict[tuple[str, str], _Read] = {}
        for read in files:
            self._found[_place(read.path)] = read.checksum
            first = self._first.setdefault(read.checksum, read.path)
            if first == read.path:
                new[read.key] = read
            else:
                self._again.append((read.path, first))
        for begun in self._unfinished.batches():
            found = {
                index: new.pop((item["checksum_sha256"], item["filename"]))
                for index, item in enumerate(begun.items)
                if (item["checksum_sha256"], item["filename"]) in new
            }
            if found:
                self._taken |= {(begun.key, index) for index in found}
                new |= {read.key: read for read in self._continue(begun, found)}
        if new:
            self._begin(list(new.values()))

    def _begin(self, files: Sequence[_Read]) -> None:
        items = tuple(map(self._item, files))
        begun = Begun(
            key=str(uuid.uuid4()),
            items=items,
            begun_at=self._clock(),
            places=tuple(_place(read.path) for read in files),
        )
        self._unfinished.keep(begun)
        batch = self._start(begun)
        running = self._run(begun, batch)
        for item in batch.items:
            if item.ticket is None:
                self._settle(files[item.index].path, Outcome.REFUSED, reason=item.detail)
            else:
                self._send_or_skip(running, item.index, files[item.index], item.ticket)

    def _continue(self, begun: Begun, found: dict[int, _Read]) -> list[_Read]:
        """Go on with a batch; answers the files that it won't carry any more."""
        try:
            batch_id = begun.batch_id or self._start(begun).batch_id
            batch = self._client.resume_batch(batch_id)
            waiting = {item.index: item.ticket for item in batch.items}
            known = {item.index: item for item in self._client.batch(batch_id).items}
        except (NotFound, Conflict):
            self._unfinished.forget(begun)
            return list(found.values())
        running = self._run(begun, batch)
        lost = []
        for index, read in found.items():
            ticket = waiting.get(index)
            if ticket is not None:
                self._send_or_skip(running, index, read, ticket)
            elif known[index].arrived:
                self._settle(read.path, Outcome.THERE, known[index].photo_id)
            else:
                lost.append(read)
        return lost

    def _start(self, begun: Begun) -> Batch:
        try:
            return self._client.start_batch(begun.items, key=begun.key)
        except Refused as error:
            if error.status < 500:
                self._unfinished.forget(begun)
            raise

    def _run(self, begun: Begun, batch: Batch) -> _Running:
        begun = msgspec.structs.replace(begun, batch_id=batch.batch_id)
        self._unfinished.keep(begun)
        self._running.append(_Running(begun, batch.batch_id))
        return self._running[-1]

    def _send_or_skip(self, running: _Running, index: int, read: _Read, ticket: Ticket) -> None:
        if ticket.duplicate:
            broken = ticket.status is Status.FAILED
            outcome, reason = (Outcome.FAILED, BROKEN) if broken else (Outcome.THERE, None)
            self._settle(read.path, outcome, ticket.photo_id, reason)
            return
        running.tickets[index] = ticket
        self._sending.add(self._senders.submit(self._send, running, index, read))

    def _send(self, running: _Running, index: int, read: _Read) -> None:
        self._go_on()
        photo_id = running.tickets[index].photo_id
        try:
            self._send_by_fresh_ticket(running, index, read)
        except (TransferRefused, OSError) as error:
            self._settle(read.path, Outcome.FAILED, photo_id, str(error))
        except Exception:
            if not _changed(read):
                raise
            reason = "It changed while it was being sent"
            self._settle(read.path, Outcome.FAILED, photo_id, reason)
        else:
            running.sent[index] = read
            self._settle(read.path, Outcome.UPLOADED, photo_id)

    def _send_by_fresh_ticket(self, running: _Running, index: int, read: _Read) -> None:
        def through(size: int) -> None:
            self._go_on()
            if self._on_progress:
                self._on_progress(read.path, size)

        try:
            self._client.send(self._ticket(running, index), read.path, through)
        except TransferRefused as error:
            if error.status != DENIED:
                raise
            # It may have ended, by the clock over there.
            self._renew(running)
            self._client.send(running.tickets[index], read.path, through)

    def _ticket(self, running: _Running, index: int) -> Ticket:
        with running.lock:
            ends = running.tickets[index].expires_at
            if ends is not None and ends.timestamp() - MARGIN < self._clock():
                self._renew(running)
            return running.tickets[index]

    def _renew(self, running: _Running) -> None:
        batch = self._client.resume_batch(running.batch_id)
        running.tickets |= {item.index: item.ticket for item in batch.items if item.ticket}

    def _wait_for_room(self, most: int | None = None) -> None:
        """Wait until no more than `most` files are to be sent; a failure of one ends the run."""
        most = self._ahead if most is None else most
        while self._sending:
            few = len(self._sending) <= most
            when = FIRST_COMPLETED if not few else FIRST_EXCEPTION
            done, self._sending = wait(self._sending, 0 if few else None, return_when=when)
            for future in done:
                future.result()
            if few:
                return

    def _conclude(self, running: _Running) -> None:
        """See what has arrived of a batch, and forget it where nothing is missing."""
        deadline = self._clock() + ARRIVAL_SECONDS
        pause = 0.05
        while True:
            items = self._client.batch(running.batch_id).items
            waiting = [item for item in items if item.status == "pending_upload"]
            missing = {item.index for item in waiting} & set(running.sent)
            if not missing or self._clock() >= deadline:
                break
            self._go_on()
            self._sleep(pause)
            pause = min(2 * pause, 1)
        for item in items:
            if item.index in running.sent and not item.arrived:
                self._settle(
                    running.sent[item.index].path, Outcome.FAILED, item.photo_id, _why(item)
                )
        if not waiting:
            self._unfinished.forget(running.begun)

    def _repeat(self, path: Path, first: Path) -> None:
        """Say of a file with the content of another what became of that one."""
        known = self._outcomes[first]
        outcome = Outcome.THERE if known.is_there else known.outcome
        self._settle(path, outcome, known.photo_id, known.reason)

    def _settle(
        self,
        path: Path,
        outcome: Outcome,
        photo_id: str | None = None,
        reason: str | None = None,
    ) -> None:
        done = Uploaded(path=path, outcome=outcome, photo_id=photo_id, reason=reason)
        self._outcomes[path] = done
        if self._on_done:
            self._on_done(done)

    def _item(self, read: _Read) -> dict[str, Any]:
        item = {
            "filename": read.path.name,
            "content_type": "image/jpeg",
            "file_size": read.size,
            "checksum_sha256": read.checksum,
            "on_duplicate": "return",
        }
        return item | {"tags": list(self._tags)} if self._tags else item

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise Stopped("The upload was stopped")


def _place(path: Path) -> str:
    """Name a file, from wherever somebody looks at it."""
    return os.fsencode(os.path.realpath(path)).decode(errors="backslashreplace")


def _changed(read: _Read) -> bool:
    try:
        return read.has_changed()
    except OSError:
        return True


def _why(item: BatchStatusItem) -> str:
    if item.status == "pending_upload":
        return f"It was sent, but the server did not confirm it in {ARRIVAL_SECONDS} s"
    return item.status_message or item.status_reason or f"It is {item.status}"
