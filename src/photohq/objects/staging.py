"""The bytes of an object on disk: how they come there whole or not at all, how they are read."""

import base64
import errno
import hashlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from photohq.objects.encryption import FRAME, TAG, Opener, Sealer, frames_in, new_key
from photohq.photos.errors import Unavailable

_FULL = {errno.ENOSPC, errno.EDQUOT}
_RETRY_FULL = 60
"""Seconds: somebody has to make room first."""


def disk_full() -> Unavailable:
    return Unavailable("The disk is full", retry_after=_RETRY_FULL)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say a full disk in the product's words; other failures stay loud."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full() from error
        raise


class Scratch(threading.local):
    """Two buffers for each thread: memory that is new for every frame costs more processor time
    than the encryption does."""

    def __init__(self) -> None:
        self.plain = memoryview(bytearray(FRAME))
        self.sealed = memoryview(bytearray(FRAME + TAG))


class IncomingFile:
    """A file of `length` bytes on its way to disk: hashed, encrypted and written as it comes.

    Nothing is on the disk before the first `write`. `temporary` and `final` are on the same
    filesystem. The methods may be called by different threads, one after another; whoever discards
    the file while another thread is inside waits for that one. Raises Unavailable where the disk
    is full.
    """

    def __init__(
        self, temporary: Path, final: Path, length: int, *, scratch: Scratch, md5: bool
    ) -> None:
        self.length = length
        self.received = 0
        self.object_key = new_key()
        self._path = temporary
        self._final = final
        self._scratch = scratch
        self._sealer = Sealer(self.object_key, length)
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if md5 else None
        self._waiting: deque[memoryview] = deque()
        self._waiting_size = 0
        self._lock = threading.Lock()
        self._file: FileIO | None = None
        self._kept = False

    @property
    def sha256(self) -> bytes:
        return self._sha256.digest()

    @property
    def checksum_sha256(self) -> str:
        """The SHA-256 in base64, as S3 writes it."""
        return base64.b64encode(self.sha256).decode()

    @property
    def etag(self) -> str:
        """32 hex digits of the SHA-256: S3 promises no MD5, which would cost a second hash."""
        return self._sha256.hexdigest()[:32]

    @property
    def md5(self) -> bytes | None:
        """The MD5, where it was asked for."""
        return self._md5.digest() if self._md5 else None

    def write(self, pieces: Sequence[bytes]) -> None:
        """Take the next bytes, in pieces of any size; raises ValueError past `length`."""
        with self._lock, disk_errors():
            file = self._opened()
            size = sum(map(len, pieces))
            self.received += size
            if self.received > self.length:
                raise ValueError(f"More than {self.length} bytes")
            self._waiting.extend(map(memoryview, pieces))
            self._waiting_size += size
            while self._waiting_size >= FRAME:
                self._write_frame(file, FRAME)
            if self._waiting_size and self.received == self.length:
                self._write_frame(file, self._waiting_size)

    def keep(self, commit: Callable[[], bool]) -> bool:
        """Put the file, whole and durable, in its place, and keep it if `commit` answers True.

        Raises ValueError where bytes are missing, and whatever `commit` raises.
        """
        with self._lock, disk_errors():
            if self.received != self.length:
                raise ValueError(f"{self.received} bytes of {self.length}")
            file = self._opened()
            if self.length == 0:
                self._write_frame(file, 0)
            os.fsync(file.fileno())
            file.close()
            self._path.rename(self._final)
            self._path = self._final
            sync_folder(self._final.parent)
            self._kept = commit()
            return self._kept

    def discard(self) -> None:
        """Remove the file unless it was kept."""
        with self._lock:
            if self._file is None or self._kept:
                return
            self._file.close()
            self._path.unlink(missing_ok=True)

    def _opened(self) -> FileIO:
        if self._file is None:
            self._file = self._path.open("xb", buffering=0)
        return self._file

    def _write_frame(self, file: FileIO, size: int) -> None:
        frame = self._scratch.plain[:size]
        at = 0
        while at < size:
            piece = self._waiting.popleft()
            taken = piece[: size - at]
            frame[at : at + len(taken)] = taken
            at += len(taken)
            if len(taken) < len(piece):
                self._waiting.appendleft(piece[len(taken) :])
        self._waiting_size -= size
        self._sha256.update(frame)
        if self._md5:
            self._md5.update(frame)
        left = self._sealer.seal(frame, self._scratch.sealed)
        while left:
            left = left[file.write(left) :]


class OpenFile:
    """A file that is being read, any range of it; raises Corrupt where its bytes are damaged."""

    def __init__(self, path: Path, key: bytes, size: int, *, scratch: Scratch) -> None:
        self._size = size
        self._scratch = scratch
        self._opener = Opener(key, size)
        self._lock = threading.Lock()
        self._file = path.open("rb", buffering=0)

    def read(self, start: int, stop: int) -> bytes:
        """Answer bytes from `start` on, up to the end of a frame or `stop`: at least one."""
        number, skip = divmod(start, FRAME)
        if not 0 <= start < stop <= self._size or number >= frames_in(self._size):
            raise ValueError(f"{start} to {stop} of {self._size} bytes")
        sealed = self._scratch.sealed
        with self._lock:
            self._file.seek(number * (FRAME + TAG))
            length = self._file.readinto(sealed)
        frame = self._opener.open(number, sealed[:length])
        end = min(stop - number * FRAME, len(frame))
        return frame if (skip, end) == (0, len(frame)) else frame[skip:end]

    def close(self) -> None:
        with self._lock:
            self._file.close()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
