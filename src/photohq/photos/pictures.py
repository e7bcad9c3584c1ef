"""Pictures: what the file of a version turns out to be once it is decoded, or why it can't be.

Values only; `versions.py` tells what becomes of a version by them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

SIZES = (256, 1024, 2048)
"""The longer edges of the renditions, in pixels; a picture that is smaller is not enlarged."""
JPEG = "image/jpeg"
WEBP = "image/webp"


Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


class Reason(StrEnum):
    """Why a version is `failed`."""

    SIZE_MISMATCH = "size_mismatch"
    TYPE_MISMATCH = "type_mismatch"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    NOT_A_JPEG = "not_a_jpeg"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MUCH_MEMORY = "too_much_memory"
    TOOK_TOO_LONG = "took_too_long"
    CROP_OUTSIDE = "crop_outside"
    PROCESSING_FAILED = "processing_failed"


IN_WORDS: Mapping[str, str] = {
    Reason.SIZE_MISMATCH: "The file that arrived has another size than was announced",
    Reason.TYPE_MISMATCH: "The file that arrived has another type than was announced",
    Reason.CHECKSUM_MISMATCH: "The file that arrived has another checksum than was announced",
    Reason.NOT_A_JPEG: "The file is not a JPEG",
    Reason.TRUNCATED: "The file ends before the picture does",
    Reason.CORRUPT: "The file is damaged: the picture can't be decoded",
    Reason.TOO_MANY_PIXELS: "The picture has more pixels than are allowed here",
    Reason.TOO_MUCH_MEMORY: "The picture needs more memory than is allowed here",
    Reason.TOOK_TOO_LONG: "The picture takes more time to decode than is allowed here",
    Reason.CROP_OUTSIDE: "The crop lies outside the picture",
    Reason.PROCESSING_FAILED: "The picture could not be processed; processing it again may help",
}


def in_words(reason: str | None) -> str | None:
    """Answer the sentence about a reason, where it is one of these."""
    return IN_WORDS.get(reason) if reason else None


class Unreadable(Exception):
    """A file that is no picture, or none that may be decoded here: nothing will change that."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(IN_WORDS[reason])
        self.reason = reason


class Geolocation(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a photo was taken: degrees north and east (WGS 84), metres above the sea."""

    latitude: float
    longitude: float
    altitude: float | None = None


class CameraInfo(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a photo was taken with; aperture is the f-number, focal length is in millimetres."""

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    iso: int | None = None
    aperture: float | None = None
    shutter_speed: str | float | None = None
    focal_length: float | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file says of the photo in it (EXIF, XMP, IPTC), by the names of the photo's fields.

    `taken_at` is ISO 8601: the camera's local time, with its offset from UTC where that is known.
    `exif` holds texts and numbers by the names of EXIF's tags, 4 KB of JSON at most.
    """

    taken_at: str | None = None
    camera_info: CameraInfo | None = None
    geolocation: Geolocation | None = None
    tags: tuple[str, ...] | None = None
    description: str | None = None
    rating: int | None = None
    exif: dict[str, Any] | None = None


class Rendition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A smaller copy for screens: upright, sRGB; `size` is one of SIZES, the other figures are
    those of the file. `version_id` names the object version."""

    size: int
    width: int
    height: int
    content_type: str
    file_size: int
    version_id: str | None = None


class Picture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version that was decoded to its last pixel.

    `width` and `height` are of the pixels as stored, before `orientation` (EXIF's, 1 to 8) turns
    them upright. `placeholder` is a ThumbHash in base64, of the upright picture;
    `perceptual_hash` 64 bits in hex digits, which are nearly the same for pictures that look
    nearly the same. `to_srgb` is the matrix, row by row, from linear light in the picture's own
    primaries to sRGB's; None where they are those.
    """

    width: int
    height: int
    orientation: int
    placeholder: str
    perceptual_hash: str
    to_srgb: Matrix | None = None
    renditions: tuple[Rendition, ...] = ()
