"""What callers may ask with: each shape names its fields' types and rules (`reading.py`)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import msgspec

from photohq.photos import rules
from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.photo import CameraInfo, Geolocation, VersionType
from photohq.photos.rules import Limits, Rule

DEFAULT_PAGE = 50
MAX_PAGE = 100


def _page_size(value: int, _: Limits) -> int:
    if not 1 <= value <= MAX_PAGE:
        raise InvalidInput(FieldError("limit", f"limit must be between 1 and {MAX_PAGE}"))
    return value


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A request; `rules` holds those of its fields that have one."""

    rules: ClassVar[Mapping[str, Rule]] = {}


class EditRequest(Shape, frozen=True, kw_only=True):
    """An edited version that is about to be uploaded."""

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


class UploadRequest(EditRequest, frozen=True, kw_only=True):
    """An original that is about to be uploaded, and what its owner already knows of it."""

    rules: ClassVar[Mapping[str, Rule]] = {
        **EditRequest.rules,
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


class GetQuery(Shape, frozen=True, kw_only=True):
    """Which version of a photo."""

    version: VersionType = VersionType.ORIGINAL


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
