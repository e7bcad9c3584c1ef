"""What callers get to see of a photo: the shapes of the answers.

`revision` is what the `ETag` header shows; times are ISO 8601 in UTC, sizes are bytes.
"""

from typing import Annotated, Any, Literal

import msgspec

from photohq.photos.photo import Photo, Status, Version, VersionType
from photohq.photos.pictures import CameraInfo, Geolocation, Picture, in_words
from photohq.photos.requests import DownloadVersion

StoredRecipe = Annotated[
    dict[str, Any],
    msgspec.Meta(extra_json_schema={"$ref": "#/components/schemas/Recipe"}),
]
"""A recipe as it is stored: without what does nothing."""


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer; what is not known is left out."""


class UploadTicket(View, frozen=True, kw_only=True):
    """Leave to upload one file: send it to `upload_url` with exactly `upload_headers`."""

    photo_id: str
    upload_url: str
    upload_method: Literal["PUT"]
    upload_headers: dict[str, str]
    expires_in: int
    expires_at: str
    file_size: int
    s3_key: str
    status: Status
    message: str
    revision: int


class Duplicate(View, frozen=True, kw_only=True):
    """A photo that has arrived already with the checksum of the file that was announced."""

    photo_id: str
    duplicate: Literal[True]
    s3_key: str
    status: Status
    message: str
    revision: int


class UploadAnswer(View, frozen=True, kw_only=True):
    """One of the two that an upload is answered."""

    ticket: UploadTicket | None = None
    duplicate: Duplicate | None = None


class EditTicket(UploadTicket, frozen=True, kw_only=True):
    """Leave to upload an edited version; `previous_version` is the key of the one there is."""

    edit_count: int
    previous_version: str | None = None
    note: str | None = None


class Measured(View, frozen=True, kw_only=True):
    """The size of a picture, in pixels as stored: `orientation` (EXIF's, 1 to 8) tells how they are
    turned upright.

    `to_srgb` is there where its primaries are not sRGB's (Display P3 for one): the matrix, row by
    row, from linear light in its own primaries to sRGB's. Recipes work in its own.
    """

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    to_srgb: tuple[tuple[float, ...], ...] | None = None


class Described(Measured, frozen=True, kw_only=True):
    """What is known of a photo beside its files. `taken_at` is the camera's local time, with its
    offset from UTC where that is known."""

    tags: tuple[str, ...] | None = None
    description: str | None = None
    geolocation: Geolocation | None = None
    camera_info: CameraInfo | None = None
    rating: int | None = None
    taken_at: str | None = None


class FileMetadata(Described, frozen=True, kw_only=True):
    """The metadata of the file that is downloaded."""

    filename: str
    content_type: str
    file_size: int
    created_at: str
    updated_at: str
    checksum_sha256: str | None = None


class Download(View, frozen=True, kw_only=True):
    """Leave to download one version, from `download_url`; a thumbnail's `status` is that of the
    version which it shows."""

    photo_id: str
    version_type: DownloadVersion
    download_url: str
    expires_in: int
    expires_at: str
    status: Status
    metadata: FileMetadata
    revision: int
    status_reason: str | None = None
    status_message: str | None = None


class UnsignedDownload(View, frozen=True, kw_only=True):
    """A download before it is signed: what can be kept of one."""

    download: Download
    bucket: str
    s3_key: str
    version_id: str | None = None


class PhotoItem(Described, frozen=True, kw_only=True):
    """A photo in a list; names, type, size, times and pixels are the original's.

    `placeholder` (a ThumbHash in base64) and `thumbnail_url` show the current version.
    """

    photo_id: str
    version_type: VersionType
    filename: str
    content_type: str
    file_size: int
    created_at: str
    updated_at: str
    has_edited_version: bool
    status: Status
    revision: int
    placeholder: str | None = None
    thumbnail_url: str | None = None


class PhotoList(View, frozen=True, kw_only=True):
    """A page; `last_evaluated_key` is there only where more follows."""

    photos: list[PhotoItem]
    count: int
    scanned_count: int
    has_more: bool
    last_evaluated_key: str | None = None


class VersionDetails(Measured, frozen=True, kw_only=True):
    """Where a version lies and how it stands; `status_message` says `status_reason` in words."""

    filename: str
    content_type: str
    file_size: int
    s3_key: str
    bucket: str
    status: Status
    created_at: str
    version_id: str | None = None
    checksum_sha256: str | None = None
    etag: str | None = None
    status_reason: str | None = None
    status_message: str | None = None


class EditedDetails(VersionDetails, frozen=True, kw_only=True):
    """The edited version; `pending` is a replacement that is on its way."""

    edit_count: int
    pending: VersionDetails | None = None


class RenditionView(View, frozen=True, kw_only=True):
    """A smaller copy for screens: `size` is the edge it was made for, `width` and `height` are its
    own, upright. `url` stays the same for a while, so that browsers need not fetch it again."""

    size: int
    width: int
    height: int
    content_type: str
    url: str


class UnsignedRendition(View, frozen=True, kw_only=True):
    """A rendition before it is signed."""

    rendition: RenditionView
    s3_key: str
    version_id: str | None = None


class Metadata(Described, frozen=True, kw_only=True):
    """Everything that is known of a photo; `placeholder` and `renditions` show the current version,
    the pixels at the top are the original's."""

    photo_id: str
    user_id: str
    created_at: str
    updated_at: str
    status: Status
    version_type: VersionType
    has_edited_version: bool
    original: VersionDetails
    edited: EditedDetails | None
    revision: int
    status_reason: str | None = None
    status_message: str | None = None
    custom: dict[str, Any] | None = None
    recipe: StoredRecipe | None = None
    exif: dict[str, Any] | None = None
    placeholder: str | None = None
    renditions: list[RenditionView] | None = None


class UnsignedMetadata(View, frozen=True, kw_only=True):
    """The metadata without its renditions, and these before they are signed: what can be kept."""

    metadata: Metadata
    renditions: list[UnsignedRendition]

    @property
    def revision(self) -> int:
        return self.metadata.revision


class VersionItem(View, frozen=True, kw_only=True):
    """A version in the history of a photo.

    `expires_at` is when one that was replaced is erased; `parent` the version that an edit was made
    from, `author` the user who made it, `recipe` what it was rendered by. `dropped_metadata` names
    what an editor had dropped of the original's metadata, `restored_metadata` what it was given
    back.
    """

    version_id: str
    version_type: VersionType
    filename: str
    content_type: str
    file_size: int
    created_at: str
    is_current: bool
    expires_at: str | None = None
    checksum_sha256: str | None = None
    parent: str | None = None
    author: str | None = None
    recipe: StoredRecipe | None = None
    dropped_metadata: tuple[str, ...] | None = None
    restored_metadata: tuple[str, ...] | None = None


class VersionList(View, frozen=True, kw_only=True):
    """The versions of a photo, the newest first."""

    photo_id: str
    versions: list[VersionItem]
    revision: int


class Processing(View, frozen=True, kw_only=True):
    """A photo whose pictures are about to be processed again."""

    photo_id: str
    status: Status
    message: str
    revision: int


class BatchStarted(View, frozen=True, kw_only=True):
    """A batch of which this is all that is settled."""

    batch_id: str


class Resumed(View, frozen=True, kw_only=True):
    """The items that were resumed, by their index."""

    indexes: list[int]


class BatchStatusItem(View, frozen=True, kw_only=True):
    """An item of a batch: its photo's status, or `refused`, or `deleted`."""

    index: int
    filename: str
    status: str
    photo_id: str | None = None
    status_reason: str | None = None
    status_message: str | None = None


class BatchStatus(View, frozen=True, kw_only=True):
    """How far a batch has come: how many of its items have which status."""

    batch_id: str
    created_at: str
    total: int
    pending_upload: int
    uploaded: int
    processing: int
    ready: int
    failed: int
    refused: int
    deleted: int
    items: list[BatchStatusItem]


class DeletedItem(View, frozen=True, kw_only=True):
    """An object that was there and is deleted."""

    type: Literal["original", "edited", "rendition"]
    bucket: str
    key: str


class Deleted(View, frozen=True, kw_only=True):
    """A photo that is no more."""

    photo_id: str
    message: str
    deleted_items: list[DeletedItem]


def described(photo: Photo, picture: Picture | None) -> dict[str, Any]:
    """Answer the fields of `Described`, of a photo and the picture that is meant."""
    return {name: getattr(photo, name) for name in _TOLD} | _measured(picture)


def version_details(version: Version) -> dict[str, Any]:
    """Answer the fields of `VersionDetails`."""
    return {
        **{name: getattr(version, name) for name in _STORED},
        **_measured(version.picture),
        "status_message": in_words(version.status_reason),
    }


def _measured(picture: Picture | None) -> dict[str, Any]:
    return {name: getattr(picture, name) for name in Measured.__struct_fields__} if picture else {}


_TOLD = sorted({*Described.__struct_fields__} & {*Photo.__struct_fields__})
_STORED = sorted({*VersionDetails.__struct_fields__} & {*Version.__struct_fields__})
