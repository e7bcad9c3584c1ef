"""What an object store promises: S3's semantics, with versioning on.

Clients move the bytes themselves, through presigned URLs. A store answers for four things that S3
does: a PUT is atomic; `If-None-Match: *` makes a key write-once; a PUT to a taken key makes a new
version and keeps the old one; a delete puts a delete marker on top and keeps what lies under it.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from photohq.photos.versions import Arrival

MAX_LIFETIME = 302_400
"""Seconds: half of the week that a presigned URL lives at most."""


class NoSuchObject(Exception):
    """There is nothing to read: no such object version, or a delete marker."""


class Damaged(Exception):
    """The bytes of an object are not those that were stored."""


class ObjectStore(Protocol):
    """Where originals and edited bytes live."""

    originals_bucket: str
    edited_bucket: str

    def presign_put(
        self, bucket: str, key: str, *, headers: Mapping[str, str], length: int, expires_in: int
    ) -> str:
        """Sign an upload of exactly `length` bytes with exactly `headers`, for `expires_in` s."""

    def presign_get(
        self, bucket: str, key: str, *, filename: str, version_id: str | None, expires_in: int
    ) -> str:
        """Sign a download of one object version, or of the key's latest where none is named.

        It answers with `Content-Disposition: attachment` and the filename (RFC 6266, RFC 8187).
        """

    def presign_rendition(
        self, bucket: str, key: str, *, version_id: str | None, lifetime: int
    ) -> str:
        """Sign the download of an object version that browsers show and keep: it answers with a
        `Cache-Control` that lets them, and without a `Content-Disposition`.

        The URL stays the same for `lifetime` s (MAX_LIFETIME at most), and lives at least so long
        from whenever it is asked for.
        """

    def head(self, bucket: str, key: str, version_id: str | None = None) -> Arrival | None:
        """Describe an object version, or the key's latest; None where there is nothing to read
        (no such version, or a delete marker)."""

    def read(self, bucket: str, key: str, version_id: str | None) -> Iterator[bytes]:
        """Read an object version, or the key's latest, in pieces of a MiB or so.

        Raises NoSuchObject where there is nothing to read, and Damaged, at the latest behind the
        last piece, where the bytes are not those that were stored.
        """

    def write(
        self, bucket: str, key: str, data: bytes, content_type: str, *, upload_id: str | None = None
    ) -> str:
        """Store an object on top of its key and answer its version id. With an upload id it is the
        edit that was announced with it."""

    def copy(self, bucket: str, key: str, version_id: str, *, upload_id: str) -> str:
        """Store the bytes of an earlier version once more, on top of its key, as the edit that was
        announced with an upload id; answers the new version's id.

        Raises NoSuchObject where there is no such version, and Damaged as `read` does.
        """

    def delete(self, bucket: str, *keys: str) -> None:
        """Put a delete marker on each key, a thousand at most; what lies under it becomes
        non-current."""

    def delete_version(self, bucket: str, key: str, version_id: str) -> None:
        """Erase one object version for good; nothing happens where there is none."""

    def erase(self, bucket: str, prefix: str) -> None:
        """Erase for good every version and delete marker of the keys that begin with `prefix`."""

    def check(self) -> None:
        """Raise Unavailable where objects can't be read or written."""
