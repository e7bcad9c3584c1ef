"""The object store of one machine: encrypted files, and a table of the object versions.

Files are named for their version ids, never for anything that a client has said, and never change.
A file without a row is rubbish that a crash has left, and `sweep_temporary` removes it.
"""

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey, WrongMasterKey
from photohq.objects.encryption import Corrupt, sealed_size
from photohq.objects.port import Damaged, NoSuchObject
from photohq.objects.presign import Credentials, Verifier, quoted_path
from photohq.objects.presigned_urls import PresignedUrls
from photohq.objects.staging import IncomingFile, OpenFile, Scratch, disk_full, sync_folder
from photohq.objects.versions import ObjectVersion, VersionTable
from photohq.photos.errors import Unavailable
from photohq.photos.times import Clock
from photohq.photos.versions import Arrival

ACCESS_KEY = "photohq"
REGION = "us-east-1"
RESERVE = 16 * 1024 * 1024
"""Bytes that uploads leave free, so that the database can still record deletions."""
SCAN_EVERY = 86_400.0
"""Seconds between two searches of all files for those without a row."""


class Upload:
    """A PUT on its way: the file and what the version will be called."""

    def __init__(
        self,
        bucket: str,
        key: str,
        *,
        version_id: str,
        content_type: str,
        upload_id: str | None,
        file: IncomingFile,
        clock: Clock,
    ) -> None:
        self.bucket = bucket
        self.key = key
        self.version_id = version_id
        self.content_type = content_type
        self.upload_id = upload_id
        self.file = file
        self._clock = clock

    @cached_property
    def arrival(self) -> Arrival:
        """The version, once all bytes are written: when this is first asked for is when it came."""
        return Arrival(
            bucket=self.bucket,
            key=self.key,
            version_id=self.version_id,
            file_size=self.file.length,
            content_type=self.content_type,
            etag=self.file.etag,
            checksum_sha256=self.file.checksum_sha256,
            upload_id=self.upload_id,
            last_modified=self._clock(),
        )


class FileStore(PresignedUrls):
    """Implements `objects.port.ObjectStore` in `folder`; its clients reach it at `url`, an origin
    such as `http://127.0.0.1:8000`.

    Calls that write join the `database.transaction()` that they are made in.
    """

    originals_bucket = "photohq-originals"
    edited_bucket = "photohq-edited"

    def __init__(
        self,
        folder: Path,
        database: Database,
        master_key: MasterKey,
        url: str,
        clock: Clock = time.time,
    ) -> None:
        credentials = Credentials(ACCESS_KEY, master_key.derive("presigned URLs").hex())
        super().__init__(REGION, lambda: credentials, clock)
        self._incoming = folder / "incoming"
        self._versions = folder / "versions"
        self._master_key = master_key
        self._url = url
        self._database = database
        self._table = VersionTable(database)
        self._scratch = Scratch()
        self._scanned_at: float | None = None
        self.verifier = Verifier(credentials, REGION, clock)
        self._make_folders(folder)

    @property
    def buckets(self) -> tuple[str, str]:
        return (self.originals_bucket, self.edited_bucket)

    def head(self, bucket: str, key: str, version_id: str | None = None) -> Arrival | None:
        version = self.find(bucket, key, version_id)
        return None if version is None or version.is_delete_marker else version.arrival()

    def find(self, bucket: str, key: str, version_id: str | None = None) -> ObjectVersion | None:
        """Answer the row of a version, or of the key's latest; it may be a delete marker."""
        return self._table.find(bucket, key, version_id)

    def find_upload(self, bucket: str, key: str, upload_id: str) -> ObjectVersion | None:
        """Answer the version that the upload of this id has made, if it is still there."""
        return self._table.find_upload(bucket, key, upload_id)

    def stage(
        self,
        bucket: str,
        key: str,
        *,
        length: int,
        content_type: str,
        upload_id: str | None = None,
        md5: bool = False,
    ) -> Upload:
        """Begin a PUT of `length` bytes; raises Unavailable where the disk has no room for them.

        It does not touch the disk yet, and nothing is seen of it until `add`;
        `upload.file.discard()` ends it without a trace.
        """
        space = os.statvfs(self._incoming)
        if space.f_bavail * space.f_frsize < sealed_size(length) + RESERVE:
            raise disk_full()
        version_id = secrets.token_hex(16)
        file = IncomingFile(
            self._incoming / version_id,
            self._path(version_id),
            length,
            scratch=self._scratch,
            md5=md5,
        )
        return Upload(
            bucket,
            key,
            version_id=version_id,
            content_type=content_type,
            upload_id=upload_id,
            file=file,
            clock=self._clock,
        )

    def add(self, upload: Upload) -> None:
        """Make the upload its key's latest version; call it from `upload.file.keep`, where the
        file is in its place."""
        wrapped = self._master_key.wrap(upload.file.object_key, _context(upload.arrival))
        self._table.add(upload.arrival, wrapped)

    def open(self, version: ObjectVersion) -> OpenFile:
        """Open a version for reading; raises Corrupt where its file or key is lost, and
        FileNotFoundError where it was erased meanwhile."""
        try:
            key = self._master_key.unwrap(version.wrapped_key, _context(version.arrival()))
        except WrongMasterKey as error:
            raise Corrupt(f"The key of object version {version.version_id} is lost") from error
        path = self._path(version.version_id)
        return OpenFile(path, key, version.size, scratch=self._scratch)

    def read(self, bucket: str, key: str, version_id: str | None) -> Iterator[bytes]:
        version = self.find(bucket, key, version_id)
        if version is None or version.is_delete_marker:
            raise NoSuchObject(key)
        return self._pieces(version)

    def write(
        self, bucket: str, key: str, data: bytes, content_type: str, *, upload_id: str | None = None
    ) -> str:
        upload = self.stage(
            bucket, key, length=len(data), content_type=content_type, upload_id=upload_id
        )
        return self._kept(upload, [data])

    def copy(self, bucket: str, key: str, version_id: str, *, upload_id: str) -> str:
        version = self.find(bucket, key, version_id)
        if version is None or version.is_delete_marker:
            raise NoSuchObject(key)
        upload = self.stage(
            bucket,
            key,
            length=version.size,
            content_type=version.content_type,
            upload_id=upload_id,
        )
        return self._kept(upload, self._pieces(version))

    def _kept(self, upload: Upload, pieces: Iterable[bytes]) -> str:
        def commit() -> bool:
            self.add(upload)
            return True

        try:
            for piece in pieces:
                upload.file.write([piece])
            upload.file.keep(commit)
        except BaseException:
            upload.file.discard()
            raise
        return upload.version_id

    def delete(self, bucket: str, *keys: str) -> None:
        with self._database.transaction():
            for key in keys:
                self._table.mark_deleted(bucket, key, secrets.token_hex(16), self._clock())

    def delete_version(self, bucket: str, key: str, version_id: str) -> None:
        """Erase one object version for good; nothing happens where there is none.

        Inside a caller's transaction only the row goes, since the file could not be brought back;
        the sweep takes it later.
        """
        self._remove_files(self._table.erase(bucket, key, version_id))

    def erase(self, bucket: str, prefix: str) -> None:
        self._remove_files(self._table.erase_prefix(bucket, prefix))

    def expire_noncurrent(self, before: float) -> None:
        """Erase the versions that have been non-current since `before` (seconds since the epoch)
        or longer, and the delete markers under which nothing is left."""
        while erased := self._table.expire(before):
            self._remove_files(erased)

    def sweep_temporary(self, older_than_seconds: float) -> None:
        """Remove the files that no upload is writing any more and no row names.

        They are searched for among all files once when the process starts, then once a day.
        """
        # Files carry the system's time, whatever clock the store goes by.
        before = time.time() - older_than_seconds
        for entry in os.scandir(self._incoming):
            _remove_older(entry, before)
        now = time.monotonic()
        if self._scanned_at is None or now - self._scanned_at > SCAN_EVERY:
            self._scanned_at = now
            for folder in os.scandir(self._versions):
                self._sweep_versions(folder, before)

    def check(self) -> None:
        self._database.check()
        for folder in (self._incoming, self._versions):
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise Unavailable("The object store can't be read or written")

    def _pieces(self, version: ObjectVersion) -> Iterator[bytes]:
        try:
            with closing(self.open(version)) as file:
                place = 0
                while place < version.size:
                    piece = file.read(place, version.size)
                    place += len(piece)
                    yield piece
        except FileNotFoundError as error:
            raise NoSuchObject(version.key) from error
        except Corrupt as error:
            raise Damaged(version.key) from error

    def _sweep_versions(self, folder: os.DirEntry[str], before: float) -> None:
        with os.scandir(folder.path) as entries:
            files = list(entries)
        named = self._table.version_ids(folder.name)
        for entry in files:
            if entry.name not in named:
                _remove_older(entry, before)

    def _remove_files(self, version_ids: Iterable[str]) -> None:
        if self._database.reader().in_transaction:
            return
        for version_id in version_ids:
            self._path(version_id).unlink(missing_ok=True)

    def _path(self, version_id: str) -> Path:
        return self._versions / version_id[:2] / version_id

    def _address(self, bucket: str, key: str) -> str:
        return f"{self._url}/objects/{bucket}/{quoted_path(key)}"

    def _make_folders(self, folder: Path) -> None:
        self._incoming.mkdir(exist_ok=True, mode=0o700, parents=True)
        self._versions.mkdir(exist_ok=True, mode=0o700)
        there = set(os.listdir(self._versions))  # noqa: PTH208  names are enough
        for number in range(256):
            if f"{number:02x}" not in there:
                (self._versions / f"{number:02x}").mkdir(mode=0o700, exist_ok=True)
        sync_folder(self._versions)
        sync_folder(folder)


def _context(arrival: Arrival) -> str:
    return f"object {arrival.bucket}/{arrival.key}?versionId={arrival.version_id}"


def _remove_older(entry: os.DirEntry[str], before: float) -> None:
    try:
        if entry.stat().st_mtime < before:
            Path(entry.path).unlink()
    except FileNotFoundError:
        return
