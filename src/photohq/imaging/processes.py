"""Pictures in processes of their own: a pool of workers that a picture may ruin, but not harm."""

import contextlib
import queue
import threading
from collections.abc import Iterable

from photohq.imaging.child import Child, Lost
from photohq.imaging.frames import (
    Answer,
    Carry,
    Frame,
    Made,
    Preview,
    Process,
    Refused,
    Render,
    Shown,
    Spliced,
    Task,
)
from photohq.imaging.plan import Plan
from photohq.imaging.port import Carried, Drawn, Processed
from photohq.photos.errors import Unavailable
from photohq.photos.geometry import Size
from photohq.photos.pictures import Matrix, Reason, Unreadable
from photohq.photos.recipe import Recipe


class PictureProcesses:
    """The port Pictures: `count` workers at most, each started when it is first needed.

    A worker takes one picture at a time, `process` waits for a free one. `close` ends all of them.
    """

    def __init__(self, plan: Plan, count: int) -> None:
        if count < 1:
            raise ValueError("Pictures need at least one process")
        self._plan = plan
        self._closed = False
        self._lock = threading.Lock()
        self._living: set[Child] = set()
        # The last one that was given back is the first one taken; None stands for one to start.
        self._free: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(count):
            self._free.put(None)

    def process(self, source: Iterable[bytes], length: int) -> Processed:
        answer, checksum = self._done(Process(), source, length)
        if not isinstance(answer, Made):
            raise Unreadable(Reason.PROCESSING_FAILED)
        return Processed(
            picture=answer.picture,
            facts=answer.facts,
            files=answer.files,
            checksum_sha256=checksum,
        )

    def render(
        self, source: Iterable[bytes], length: int, recipe: Recipe, *, quality: int
    ) -> Drawn:
        return self._drawn(Render(recipe, quality), source, length)

    def preview(
        self,
        source: Iterable[bytes],
        length: int,
        recipe: Recipe,
        *,
        full: Size,
        to_srgb: Matrix | None,
        long_edge: int,
    ) -> Drawn:
        return self._drawn(Preview(recipe, full, to_srgb, long_edge), source, length)

    def framed(self, source: Iterable[bytes], length: int, *, frame: Size) -> Drawn:
        return self._drawn(Frame(frame), source, length)

    def carry(self, original: bytes, edited: bytes) -> Carried:
        length = len(original) + len(edited)
        answer, _ = self._done(Carry(len(original)), (original, edited), length)
        if not isinstance(answer, Spliced):
            raise Unreadable(Reason.PROCESSING_FAILED)
        return answer.carried

    def _drawn(self, task: Task, source: Iterable[bytes], length: int) -> Drawn:
        answer, _ = self._done(task, source, length)
        if not isinstance(answer, Shown):
            raise Unreadable(Reason.PROCESSING_FAILED)
        return answer.drawn

    def _done(self, task: Task, source: Iterable[bytes], length: int) -> tuple[Answer, str]:
        """Have a worker do something with a file; answers what it says, and the file's SHA-256.

        Raises as the port promises, Unavailable also where no worker starts or all were closed,
        ValueError also where the plan is not for any worker.
        """
        if length > self._plan.memory_bytes // 2:
            raise Unreadable(Reason.TOO_MUCH_MEMORY)
        child = self._started(self._free.get())
        well = False
        try:
            checksum = child.send(task, source, length)
            answer = child.answer()
            well = True
        except Lost:
            reason = child.end()
            if self._closed:
                raise Unavailable from None
            raise Unreadable(reason) from None
        finally:
            self._give_back(child, well=well)
        if isinstance(answer, Refused):
            raise Unreadable(answer.reason)
        return answer, checksum

    def check(self) -> None:
        """Raise Unavailable where no worker starts, ValueError where the plan is not for any."""
        try:
            child = self._free.get_nowait()
        except queue.Empty:
            return  # all of them are at work
        self._give_back(self._started(child), well=True)

    def close(self) -> None:
        """End all workers; pictures on their way are Unavailable."""
        with self._lock:
            self._closed = True
            living = list(self._living)
        for child in living:
            child.kill()  # whoever waits for it ends it
        idle: list[Child | None] = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._free.get_nowait())
        for resting in idle:
            if resting is not None:
                self._forget(resting)
            self._free.put(None)

    def _started(self, child: Child | None) -> Child:
        """Answer a worker that lives, the one given or a new one in its place."""
        try:
            if child is not None:
                if child.lives():
                    return child
                self._forget(child)
            return self._fresh()
        except BaseException:
            self._free.put(None)
            raise

    def _fresh(self) -> Child:
        with self._lock:
            if self._closed:
                raise Unavailable
            child = Child(self._plan)
            self._living.add(child)
        try:
            child.start()
        except BaseException:
            self._forget(child)
            raise
        return child

    def _give_back(self, child: Child, *, well: bool) -> None:
        well = well and not self._closed
        if not well:
            self._forget(child)
        self._free.put(child if well else None)

    def _forget(self, child: Child) -> None:
        child.end()
        with self._lock:
            self._living.discard(child)
