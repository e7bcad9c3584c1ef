"""A photo: an original that never changes, the edited version beside it, and what is known of both.

Values only. How they change stands in `versions.py`, what may be said of them in `rules.py`.
"""

from enum import StrEnum
from typing import Any

import msgspec

from photohq.photos.pictures import CameraInfo, Geolocation, Picture


class Status(StrEnum):
    """Where a version stands; a photo's status is its original's, or `deleting`."""

    PENDING_UPLOAD = "pending_upload"
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    DELETING = "deleting"


class VersionType(StrEnum):
    """The two versions that a photo has."""

    ORIGINAL = "original"
    EDITED = "edited"


class KeepMetadata(StrEnum):
    """What becomes of an edit that lacks metadata of its original."""

    RESTORE = "restore"
    AS_UPLOADED = "as_uploaded"


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file of a photo: what its upload ticket declared, and what came of it.

    Until the bytes arrive the facts are the ticket's; an upload that does not match its ticket
    never becomes a version. `expires_at` is when the upload URL ends, in seconds since the epoch.
    `picture` is there once it was processed, and stays while it is processed again.

    Of an edit, `parent` is the version id of what was current when it was announced, `author` the
    user who did, `recipe` what it is rendered by, with a `quality` of the JPEG. `replaced_at` is
    when another one took its place (seconds since the epoch). `keep_metadata` tells whether it gets
    back what an editor has dropped of the original's metadata; `dropped_metadata` and
    `restored_metadata` name what that was. One that has got it back is `of` the upload whose place
    it takes, and counts as one edit with it.
    """

    upload_id: str
    bucket: str
    s3_key: str
    filename: str
    content_type: str
    file_size: int
    created_at: str
    expires_at: float
    checksum_sha256: str | None = None
    status: Status = Status.PENDING_UPLOAD
    status_reason: str | None = None
    version_id: str | None = None
    etag: str | None = None
    arrived_at: str | None = None
    last_modified: float = 0.0
    picture: Picture | None = None
    parent: str | None = None
    author: str | None = None
    recipe: dict[str, Any] | None = None
    quality: int | None = None
    of: str | None = None
    replaced_at: float | None = None
    keep_metadata: KeepMetadata = KeepMetadata.AS_UPLOADED
    dropped_metadata: tuple[str, ...] | None = None
    restored_metadata: tuple[str, ...] | None = None

    @property
    def arrived(self) -> bool:
        """Whether the bytes are in the object store, whole and as declared."""
        return self.version_id is not None


class Photo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The record of a photo.

    `revision` is raised by clients' own changes only and is what an `ETag` shows; `counter` is
    raised by every write and is what a catalog compares before it replaces a record. `past_edits`
    are the newest of those that were replaced, the latest last, `retired` the keys in the edited
    bucket that are to get a delete marker. `custom` is any JSON object. `said` names the fields
    that the owner has set or removed: what a file says of itself never takes their place. `recipe`
    is the owner's draft, without pixels; `drawn` names the files that were drawn for somebody to
    look at, a preview for one.
    """

    photo_id: str
    user_id: str
    created_at: str
    updated_at: str
    original: Version
    edited: Version | None = None
    pending_edits: tuple[Version, ...] = ()
    past_edits: tuple[Version, ...] = ()
    retired: tuple[str, ...] = ()
    arrived_edits: int = 0
    revision: int = 1
    counter: int = 1
    deleting: bool = False
    purging: bool = False
    tags: tuple[str, ...] | None = None
    description: str | None = None
    geolocation: Geolocation | None = None
    camera_info: CameraInfo | None = None
    rating: int | None = None
    custom: dict[str, Any] | None = None
    taken_at: str | None = None
    exif: dict[str, Any] | None = None
    said: tuple[str, ...] = ()
    recipe: dict[str, Any] | None = None
    drawn: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        return Status.DELETING if self.deleting else self.original.status

    @property
    def awaited_edits(self) -> tuple[Version, ...]:
        """The edits on their way that somebody has announced."""
        waiting = Status.PENDING_UPLOAD
        return tuple(one for one in self.pending_edits if one.status is waiting and one.of is None)

    @property
    def has_edited_version(self) -> bool:
        return self.edited is not None or bool(self.awaited_edits)

    @property
    def version_type(self) -> VersionType:
        return VersionType.EDITED if self.has_edited_version else VersionType.ORIGINAL

    @property
    def edit_count(self) -> int:
        """How many edits there have been: those that arrived and those on their way."""
        return self.arrived_edits + len(self.awaited_edits)
