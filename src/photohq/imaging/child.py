"""One worker, as whoever started it sees it: a process, the socket to it and what it prints."""

import base64
import contextlib
import hashlib
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterable

from photohq.imaging import frames
from photohq.imaging.frames import Answer, Job, Started, Task
from photohq.imaging.plan import Plan
from photohq.photos.errors import Unavailable
from photohq.photos.pictures import Reason
from photohq.photos.rules import MIB

START_SECONDS = 30
_MAX_SAID = 2000
_NO_MEMORY = ("failed to allocate", "out of memory", "MemoryError", "Cannot allocate memory")
_KIBIBYTES = 1 if sys.platform == "darwin" else 1024
"""The unit of ru_maxrss."""

log = logging.getLogger("photohq.imaging")


class Lost(Exception):
    """The worker is gone, or has been silent for too long."""


class Child:
    """One process and the socket to it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        ours, theirs = socket.socketpair()
        heard, said = os.pipe()
        os.set_blocking(heard, False)
        os.set_blocking(said, False)  # whoever prints too much is not kept waiting
        self._connection, self._heard = ours, heard
        self._reason: Reason | None = None
        self._ending = threading.Lock()
        try:
            with theirs:
                # Nothing of the environment is for a stranger's picture to find.
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-s", "-m", "photohq.imaging.worker"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    env=_environment(),
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            os.close(heard)
            log.exception("The process for pictures can't be started")
            raise Unavailable("Pictures can't be processed just now") from error
        finally:
            os.close(said)

    def start(self) -> None:
        """Wait until it can work."""
        self._connection.settimeout(START_SECONDS)
        try:
            frames.send(self._connection, self._plan)
            answer = frames.answer(self._connection)
        except (OSError, EOFError, ValueError) as error:
            self.kill()
            log.error("The process for pictures does not start: %s", self._said())  # noqa: TRY400
            raise Unavailable("Pictures can't be processed just now") from error
        if isinstance(answer, Started) and answer.problem is not None:
            raise ValueError(answer.problem)
        self._said()  # of fonts that are missing, for one, while what is needed was found

    def send(self, task: Task, source: Iterable[bytes], length: int) -> str:
        """Send a file, and what is to be done with it; answers the SHA-256 of what was sent, in
        base64."""
        digest = hashlib.sha256()
        sent = 0
        self._connection.settimeout(self._plan.seconds * self._plan.patience)
        self._put(Job(length, task))
        for piece in source:
            sent += len(piece)
            if sent > length:
                break
            digest.update(piece)
            self._put(piece)
        if sent != length:
            raise ValueError(f"The source has other than {length} bytes")
        return base64.b64encode(digest.digest()).decode()

    def _put(self, what: bytes | Job) -> None:
        try:
            if isinstance(what, Job):
                frames.send(self._connection, what)
            else:
                self._connection.sendall(what)
        except TimeoutError as error:
            self._reason = Reason.TOOK_TOO_LONG
            raise Lost from error
        except OSError as error:
            raise Lost from error

    def answer(self) -> Answer:
        """Wait for what became of the file."""
        try:
            answer = frames.answer(self._connection)
        except TimeoutError as error:
            self._reason = Reason.TOOK_TOO_LONG
            raise Lost from error
        except (OSError, EOFError, ValueError) as error:
            raise Lost from error
        if said := self._said():
            log.warning("While a picture was processed: %s", said)
        return answer

    def lives(self) -> bool:
        with self._ending:
            return not self._has_ended(os.WNOHANG)

    def kill(self) -> None:
        """End it, whatever it is doing; whoever waits for it learns of it."""
        with self._ending:
            if self._process.returncode is None:
                # Not Popen's own, which would take its end away from `wait4`.
                os.kill(self._process.pid, signal.SIGKILL)

    def end(self) -> Reason:
        """End it and answer why it was lost, as far as that can be told."""
        self.kill()  # one that is dying already keeps its own reason
        with self._ending:
            self._has_ended()
        self._connection.close()
        if self._heard >= 0:
            os.close(self._heard)
            self._heard = -1
        return self._reason or Reason.PROCESSING_FAILED

    def _has_ended(self, options: int = 0) -> bool:
        if self._process.returncode is None:
            pid, status, used = os.wait4(self._process.pid, options)
            if pid == 0:
                return False
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self._reason = self._reason or self._why(used)
        return True

    def _why(self, used: resource.struct_rusage) -> Reason:
        said = self._said()
        if self._process.returncode != -signal.SIGKILL:
            log.warning("A picture ended its process (%s): %s", self._process.returncode, said)
        if self._process.returncode == -signal.SIGXCPU:
            return Reason.TOOK_TOO_LONG
        # Linux begins a process's peak with that of whoever has started it.
        ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak = used.ru_maxrss * _KIBIBYTES if used.ru_maxrss > ours else 0
        large = peak > self._plan.memory_bytes // 2
        if large or any(words in said for words in _NO_MEMORY):
            return Reason.TOO_MUCH_MEMORY
        return Reason.PROCESSING_FAILED

    def _said(self) -> str:
        """Answer what it has printed since it was last asked."""
        said = b""
        with contextlib.suppress(OSError):
            while piece := os.read(self._heard, 65536):
                said = (said + piece)[-_MAX_SAID:]
        return said.decode("utf-8", "replace").strip()


def _environment() -> dict[str, str]:
    """Answer what an interpreter needs to find the same modules, and how libvips is to behave."""
    environment = {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        # For those who wait for a rendering; where pictures queue it makes no difference.
        "VIPS_CONCURRENCY": "2",
        "VIPS_WARNING": "0",  # any value silences them
        # An arena for each thread would take 64 MB of the address space.
        "MALLOC_ARENA_MAX": "1",
        # What one picture frees the next one takes, but for what is large.
        "MALLOC_MMAP_THRESHOLD_": str(32 * MIB),
        "MALLOC_TRIM_THRESHOLD_": str(128 * MIB),
        # Pages of 2 MB, where the system lets a process ask for them: fewer faults.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        environment["LD_LIBRARY_PATH"] = f"{sys.base_prefix}/lib"
    return environment
