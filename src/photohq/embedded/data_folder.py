"""The data folder: where one machine keeps everything but the master key."""

import errno
import fcntl
import os
from pathlib import Path


class DataFolderBusy(Exception):
    """Another server works on the folder."""


class DataFolder:
    """Makes the folder (mode 0700); raises OSError where it can't be made or written."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path.resolve()
        self.database = self.path / "photohq.db"
        self.objects = self.path / "objects"
        self.outbox = self.path / "outbox"
        for folder in (self.objects, self.outbox):
            folder.mkdir(exist_ok=True, mode=0o700)
        if not os.access(self.path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path))
        self._lock: int | None = None

    def lock(self) -> None:
        """Claim the folder for this process until it ends; raises DataFolderBusy."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise DataFolderBusy(f"Another server is using {self.path}") from None
        self._lock = descriptor
