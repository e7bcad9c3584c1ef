"""The API's answers as values.

Sizes are bytes, times are in UTC. Fields that a newer server adds are passed over.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Status(StrEnum):
    """Where a version stands; a photo's status is its original's."""

    PENDING_UPLOAD = "pending_upload"
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    DELETING = "deleting"

    @property
    def arrived(self) -> bool:
        """Whether the file is there, whole, as declared."""
        return self in {Status.UPLOADED, Status.PROCESSING, Status.READY}


class VersionType(StrEnum):
    ORIGINAL = "original"
    EDITED = "edited"


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of the API."""


class Limits(Shape, frozen=True, kw_only=True):
    min_file_size: int
    max_file_size: int
    max_edit_size: int


class Config(Shape, frozen=True, kw_only=True):
    """What a client needs to start; URLs are absolute.

    Where `identity_endpoint` is None, users sign in at `issuer`, an OpenID Connect provider.
    """

    api_version: str
    deployment: str
    region: str | None
    user_pool_id: str | None
    client_id: str | None
    identity_endpoint: str | None
    issuer: str = ""
    limits: Limits
    features: tuple[str, ...] = ()


class Ticket(Shape, frozen=True, kw_only=True):
    """Leave to upload one file. An edit's says how many there are and what it will replace.

    Where `duplicate` holds, the file is there already, as this photo, and there is no URL.
    """

    photo_id: str
    s3_key: str
    upload_url: str = ""
    upload_headers: dict[str, str] = {}
    expires_at: datetime | None = None
    duplicate: bool = False
    status: Status | None = None
    revision: int = 0
    edit_count: int | None = None
    previous_version: str | None = None


class Geolocation(Shape, frozen=True, kw_only=True):
    """Degrees north and east (WGS 84), metres above the sea."""

    latitude: float
    longitude: float
    altitude: float | None = None


class CameraInfo(Shape, frozen=True, kw_only=True):
    """Aperture is the f-number, focal length is in millimetres."""

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    iso: int | None = None
    aperture: float | None = None
    shutter_speed: str | float | None = None
    focal_length: float | None = None


class Measured(Shape, frozen=True, kw_only=True):
    """The size of a picture, in pixels as stored: `orientation` (EXIF's, 1 to 8) tells how they are
    turned upright.

    `to_srgb` is the matrix, row by row, from linear light in the picture's own primaries to sRGB's;
    None where they are those.
    """

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    to_srgb: tuple[tuple[float, ...], ...] | None = None


class Described(Measured, frozen=True, kw_only=True):
    """What is known of a photo beside its files.

    `taken_at` is ISO 8601: the camera's local time, with its offset from UTC where that is known.
    """

    tags: tuple[str, ...] | None = None
    description: str | None = None
    geolocation: Geolocation | None = None
    camera_info: CameraInfo | None = None
    rating: int | None = None
    taken_at: str | None = None


class PhotoItem(Described, frozen=True, kw_only=True):
    """A photo in a list; names, type, size, times and pixels are the original's.

    `placeholder` (a ThumbHash in base64) and `thumbnail_url` show the current version.
    """

    photo_id: str
    version_type: VersionType
    filename: str
    content_type: str
    file_size: int
    created_at: datetime
    updated_at: datetime
    has_edited_version: bool
    status: Status
    revision: int = 0
    placeholder: str | None = None
    thumbnail_url: str | None = None


class Page(Shape, frozen=True, kw_only=True):
    """A page of a list; `last_evaluated_key` asks for the next one, where there is one."""

    photos: tuple[PhotoItem, ...]
    has_more: bool
    last_evaluated_key: str | None = None


class Version(Measured, frozen=True, kw_only=True):
    """Where a version lies and how it stands. `checksum_sha256` is base64; `status_message` says
    `status_reason` in words."""

    filename: str
    content_type: str
    file_size: int
    s3_key: str
    bucket: str
    status: Status
    version_id: str | None = None
    checksum_sha256: str | None = None
    status_reason: str | None = None
    status_message: str | None = None


class EditedVersion(Version, frozen=True, kw_only=True):
    """The edited version; `pending` is a replacement that is on its way."""

    edit_count: int
    pending: Version | None = None


class Rendition(Shape, frozen=True, kw_only=True):
    """A smaller copy for screens, upright: `size` is the edge it was made for."""

    size: int
    width: int
    height: int
    content_type: str
    url: str


class Metadata(Described, frozen=True, kw_only=True):
    """Everything that is known of a photo; `placeholder` and `renditions` show the current version,
    the pixels at the top are the original's. Calls that change the photo take its `revision` as
    `if_match`: they are refused (Stale) where somebody else was faster."""

    photo_id: str
    user_id: str
    created_at: datetime
    updated_at: datetime
    status: Status
    version_type: VersionType
    has_edited_version: bool
    original: Version
    edited: EditedVersion | None = None
    revision: int = 0
    status_reason: str | None = None
    status_message: str | None = None
    custom: dict[str, Any] | None = None
    recipe: dict[str, Any] | None = None
    exif: dict[str, Any] | None = None
    placeholder: str | None = None
    renditions: tuple[Rendition, ...] = ()


class File(Measured, frozen=True, kw_only=True):
    """The file of a version or a rendition. `checksum_sha256` is base64."""

    filename: str
    content_type: str
    file_size: int
    checksum_sha256: str | None = None


class Download(Shape, frozen=True, kw_only=True):
    """Leave to download one version."""

    photo_id: str
    version_type: VersionType
    download_url: str
    expires_at: datetime
    status: Status
    metadata: File


class Thumbnail(Shape, frozen=True, kw_only=True):
    """Leave to download a rendition; `status` is that of the version which it shows."""

    photo_id: str
    download_url: str
    expires_at: datetime
    status: Status
    metadata: File


class Processing(Shape, frozen=True, kw_only=True):
    """A photo whose pictures are about to be processed again."""

    photo_id: str
    status: Status


class DeletedItem(Shape, frozen=True, kw_only=True):
    """An object that was there and is deleted."""

    type: str
    bucket: str
    key: str


class Deleted(Shape, frozen=True, kw_only=True):
    """A photo that is no more, and what really was there."""

    photo_id: str
    deleted_items: tuple[DeletedItem, ...] = ()
