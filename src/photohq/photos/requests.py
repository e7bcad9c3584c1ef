"""What callers may ask with: each shape names its fields' types and rules (`reading.py`)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import msgspec

from photohq.photos import rules
from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.photo import KeepMetadata, VersionType
from photohq.photos.pictures import SIZES, CameraInfo, Geolocation
from photohq.photos.rules import Limits, Rule

DEFAULT_PAGE = 50
MAX_PAGE = 100
MAX_BATCH = 200


def _page_size(value: int, _: Limits) -> int:
    if not 1 <= value <= MAX_PAGE:
        raise InvalidInput(FieldError("limit", f"limit must be between 1 and {MAX_PAGE}"))
    return value


def rendition_size(value: int, _: Limits) -> int:
    """Keep a size that renditions are made in."""
    if value not in SIZES:
        sizes = ", ".join(map(str, SIZES))
        raise InvalidInput(FieldError("size", f"size must be one of {sizes}"))
    return value


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A request; `rules` holds those of its fields that have one."""

    rules: ClassVar[Mapping[str, Rule]] = {}


class FileRequest(Shape, frozen=True, kw_only=True):
    """A file that is about to be uploaded."""

    rules: ClassVar[Mapping[str, Rule]] = {
        "filename": rules.filename,
        "content_type": rules.content_type,
        "file_size": rules.edit_size,
        "checksum_sha256": rules.checksum_sha256,
    }

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=255, examples=["vacation.jpg"])]
    content_type: Annotated[str, msgspec.Meta(examples=["image/jpeg"])]
    file_size: Annotated[int, msgspec.Meta(description="In bytes", examples=[8388608])]
    checksum_sha256: Annotated[
        str | None, msgspec.Meta(description="Base64 of the file's SHA-256")
    ] = None


class EditRequest(FileRequest, frozen=True, kw_only=True):
    """An edited version that is about to be uploaded."""

    keep_metadata: Annotated[
        KeepMetadata,
        msgspec.Meta(
            description="`restore`: what the editor has dropped of the original's EXIF, XMP, IPTC"
            " and ICC profile is put back, the pixels stay as they are"
        ),
    ] = KeepMetadata.RESTORE


class OnDuplicate(StrEnum):
    """What to do about a file that the caller has already."""

    ALLOW = "allow"
    RETURN = "return"


class UploadRequest(FileRequest, frozen=True, kw_only=True):
    """An original that is about to be uploaded, and what its owner already knows of it."""

    rules: ClassVar[Mapping[str, Rule]] = {
        **FileRequest.rules,
        "file_size": rules.original_size,
        "tags": rules.tags,
        "description": rules.description,
        "geolocation": rules.geolocation,
        "camera_info": rules.camera_info,
    }

    tags: tuple[str, ...] | None = None
    description: str | None = None
    geolocation: Geolocation | None = None
    camera_info: CameraInfo | None = None
    on_duplicate: Annotated[
        OnDuplicate,
        msgspec.Meta(
            description="`return`: answer the photo that has this `checksum_sha256` already"
        ),
    ] = OnDuplicate.ALLOW


class BatchRequest(Shape, frozen=True, kw_only=True):
    """Originals that are about to be uploaded together; a bad one does not spoil the others."""

    items: Annotated[tuple[UploadRequest, ...], msgspec.Meta(min_length=1, max_length=MAX_BATCH)]


class MetadataPatch(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A JSON Merge Patch (RFC 7396) of what a client may say of a photo; null removes."""

    rules: ClassVar[Mapping[str, Rule]] = {
        "tags": rules.tags,
        "description": rules.description,
        "geolocation": rules.geolocation,
        "camera_info": rules.camera_info,
        "rating": rules.rating,
        "custom": rules.custom,
    }

    tags: tuple[str, ...] | None = None
    description: str | None = None
    geolocation: Geolocation | None = None
    camera_info: CameraInfo | None = None
    rating: Annotated[int, msgspec.Meta(ge=0, le=5)] | None = None
    custom: Annotated[
        dict[str, Any] | None, msgspec.Meta(description="Any JSON object, up to 2 KiB")
    ] = None


class PhotoOp(StrEnum):
    """What can be asked of many photos in one request."""

    GET = "get"
    EDIT = "edit"
    DELETE = "delete"
    METADATA = "metadata"
    PATCH = "patch"
    RENDER = "render"


class PhotoOperation(Shape, frozen=True, kw_only=True):
    """One operation of many; beside these it takes what the route of its name takes: `version`,
    `size` and `format`; the fields of an upload; `purge`; `metadata`, a merge patch; `recipe`,
    `preset` and `quality`."""

    op: PhotoOp
    photo_id: str
    if_match: Annotated[
        str | None, msgspec.Meta(description="As the header If-Match", examples=['"3"'])
    ] = None


class PhotoOperations(Shape, frozen=True, kw_only=True):
    """Operations that are carried out in order; a bad one does not spoil the others."""

    operations: Annotated[
        tuple[PhotoOperation, ...], msgspec.Meta(min_length=1, max_length=MAX_BATCH)
    ]


class DeleteQuery(Shape, frozen=True, kw_only=True):
    """How thoroughly a photo is deleted."""

    purge: Annotated[
        bool, msgspec.Meta(description="Erase every version of the files, now and for good")
    ] = False


class DownloadVersion(StrEnum):
    """What can be downloaded of a photo: its two versions, and a rendition of the current one."""

    ORIGINAL = "original"
    EDITED = "edited"
    THUMBNAIL = "thumbnail"


class ThumbnailFormat(StrEnum):
    """The formats of renditions."""

    JPEG = "jpeg"
    WEBP = "webp"


class GetQuery(Shape, frozen=True, kw_only=True):
    """Which version of a photo; `size` and `format` are those of a thumbnail, `version_id` is one
    of the history, and `version` need not be given with it."""

    rules: ClassVar[Mapping[str, Rule]] = {"size": rendition_size}

    version: DownloadVersion = DownloadVersion.ORIGINAL
    size: Annotated[
        int,
        msgspec.Meta(
            description="The longer edge of a thumbnail in pixels; smaller pictures stay as they"
            " are",
            extra_json_schema={"enum": list(SIZES)},
        ),
    ] = 1024
    format: Annotated[ThumbnailFormat, msgspec.Meta(description="The format of a thumbnail")] = (
        ThumbnailFormat.JPEG
    )
    version_id: Annotated[
        str | None, msgspec.Meta(description="An earlier edit, or any version of the history")
    ] = None


class ListQuery(Shape, frozen=True, kw_only=True):
    """Which page of a user's photos."""

    rules: ClassVar[Mapping[str, Rule]] = {"limit": _page_size}

    version_type: Annotated[
        VersionType | None,
        msgspec.Meta(description="`edited`: photos that have an edited version; `original`: not"),
    ] = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    last_evaluated_key: Annotated[
        str | None, msgspec.Meta(description="Where the page before this one ended")
    ] = None
