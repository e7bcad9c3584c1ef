"""The bytes of an object on disk: how they come there whole or not at all, how they are read."""

import base64
import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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


class IncomingFile:
    """A file of `length` bytes on its way to disk: hashed, encrypted and written as it comes.

    `temporary` and `final` are on the same filesystem. Its methods may be called by different
    threads, one after another; whoever gives up while another thread is inside waits for that one.
    Raises Unavailable where the disk is full.
    """

    def __init__(self, temporary: Path, final: Path, length: int, *, md5: bool) -> None:
        self.length = length
        self.object_key = new_key()
        self._final = final
        self._path = temporary
        self._sealer = Sealer(self.object_key, length)
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if md5 else None
        self.received = 0
        self._sealed = 0
        self._rest = b""
        self._lock = threading.Lock()
        self._kept = False
        with disk_errors():
            self._file = temporary.open("xb", buffering=0)

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
            data = memoryview(b"".join((self._rest, *pieces)))
            fresh = data[len(self._rest) :]
            self.received += len(fresh)
            if self.received > self.length:
                raise ValueError(f"More than {self.length} bytes")
            self._sha256.update(fresh)
            if self._md5:
                self._md5.update(fresh)
            at = 0
            while len(data) - at >= FRAME or (at < len(data) and self.received == self.length):
                frame = data[at : at + FRAME]
                self._write_frame(frame)
                at += len(frame)
            self._rest = bytes(data[at:])

    def keep(self, commit: Callable[[], bool]) -> bool:
        """Put the file, whole and durable, in its place, and keep it if `commit` answers True.

        Raises ValueError where bytes are missing, and whatever `commit` raises.
        """
        with self._lock, disk_errors():
            if self.received != self.length:
                raise ValueError(f"{self.received} bytes of {self.length}")
            if self.length == 0:
                self._write_frame(memoryview(b""))
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.rename(self._final)
            self._path = self._final
            sync_folder(self._final.parent)
            self._kept = commit()
            return self._kept

    def discard(self) -> None:
        """Remove the file unless it was kept."""
        with self._lock:
            self._file.close()
            if not self._kept:
                self._path.unlink(missing_ok=True)

    def _write_frame(self, frame: memoryview) -> None:
        left = memoryview(self._sealer.seal(frame))
        while left:
            left = left[self._file.write(left) :]


class OpenFile:
    """A file that is being read, any range of it; raises Corrupt where its bytes are damaged."""

    def __init__(self, path: Path, key: bytes, size: int) -> None:
        self._size = size
        self._opener = Opener(key, size)
        self._lock = threading.Lock()
        self._file = path.open("rb", buffering=0)

    def read(self, start: int, stop: int) -> bytes:
        """Answer bytes from `start` on, up to the end of a frame or `stop`: at least one."""
        number, skip = divmod(start, FRAME)
        if not 0 <= start < stop <= self._size or number >= frames_in(self._size):
            raise ValueError(f"{start} to {stop} of {self._size} bytes")
        with self._lock:
            sealed = os.pread(self._file.fileno(), FRAME + TAG, number * (FRAME + TAG))
        frame = self._opener.open(number, sealed)
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
