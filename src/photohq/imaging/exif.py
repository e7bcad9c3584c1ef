"""EXIF (CIPA DC-008): the fields of a photo's own directories, out of bytes that may say anything.

No offset is followed twice and no value is larger than it may be, so that loops and wild offsets
end. What a maker wrote in a form of its own, thumbnails and other blobs are left alone.
"""

import math
import struct
from typing import NamedTuple

Value = str | int | float | list[int | float]

MAX_FIELDS = 200
MAX_TEXT = 8192
"""Bytes of a text."""
MAX_NUMBERS = 16
"""Numbers of a value; more are a table, not a fact."""

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_ENTRY = 12
_BYTE, _TEXT, _RATIONAL, _UNDEFINED, _SIGNED_RATIONAL = 1, 2, 5, 7, 10
_NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_NAMES = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0112: "Orientation",
    0x011A: "XResolution",
    0x011B: "YResolution",
    0x0128: "ResolutionUnit",
    0x0131: "Software",
    0x0132: "DateTime",
    0x013B: "Artist",
    0x013C: "HostComputer",
    0x8298: "Copyright",
    0x829A: "ExposureTime",
    0x829D: "FNumber",
    0x8822: "ExposureProgram",
    0x8827: "PhotographicSensitivity",
    0x8830: "SensitivityType",
    0x8831: "StandardOutputSensitivity",
    0x8832: "RecommendedExposureIndex",
    0x8833: "ISOSpeed",
    0x9000: "ExifVersion",
    0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized",
    0x9010: "OffsetTime",
    0x9011: "OffsetTimeOriginal",
    0x9012: "OffsetTimeDigitized",
    0x9201: "ShutterSpeedValue",
    0x9202: "ApertureValue",
    0x9203: "BrightnessValue",
    0x9204: "ExposureBiasValue",
    0x9205: "MaxApertureValue",
    0x9206: "SubjectDistance",
    0x9207: "MeteringMode",
    0x9208: "LightSource",
    0x9209: "Flash",
    0x920A: "FocalLength",
    0x9214: "SubjectArea",
    0x9286: "UserComment",
    0x9290: "SubSecTime",
    0x9291: "SubSecTimeOriginal",
    0x9292: "SubSecTimeDigitized",
    0x9400: "Temperature",
    0x9401: "Humidity",
    0x9402: "Pressure",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9D: "XPAuthor",
    0x9C9E: "XPKeywords",
    0x9C9F: "XPSubject",
    0xA001: "ColorSpace",
    0xA002: "PixelXDimension",
    0xA003: "PixelYDimension",
    0xA20E: "FocalPlaneXResolution",
    0xA20F: "FocalPlaneYResolution",
    0xA210: "FocalPlaneResolutionUnit",
    0xA215: "ExposureIndex",
    0xA217: "SensingMethod",
    0xA401: "CustomRendered",
    0xA402: "ExposureMode",
    0xA403: "WhiteBalance",
    0xA404: "DigitalZoomRatio",
    0xA405: "FocalLengthIn35mmFilm",
    0xA406: "SceneCaptureType",
    0xA407: "GainControl",
    0xA408: "Contrast",
    0xA409: "Saturation",
    0xA40A: "Sharpness",
    0xA40C: "SubjectDistanceRange",
    0xA420: "ImageUniqueID",
    0xA430: "CameraOwnerName",
    0xA431: "BodySerialNumber",
    0xA432: "LensSpecification",
    0xA433: "LensMake",
    0xA434: "LensModel",
    0xA435: "LensSerialNumber",
    0xA460: "CompositeImage",
}
_GPS_NAMES = {
    0x01: "GPSLatitudeRef",
    0x02: "GPSLatitude",
    0x03: "GPSLongitudeRef",
    0x04: "GPSLongitude",
    0x05: "GPSAltitudeRef",
    0x06: "GPSAltitude",
}


class Exif(NamedTuple):
    """The fields that are known, by their names; those of the position are apart."""

    fields: dict[str, Value]
    position: dict[str, Value]


def read(data: bytes) -> Exif:
    """Read a TIFF structure; whatever makes no sense is left out."""
    fields: dict[str, Value] = {}
    position: dict[str, Value] = {}
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return Exif(fields, position)
    reader = _Reader(data, order)
    (first,) = struct.unpack_from(f"{order}I", data, 4)
    pointers = reader.directory(first, _NAMES, fields)
    if _EXIF_IFD in pointers:
        pointers |= reader.directory(pointers[_EXIF_IFD], _NAMES, fields)
    if _GPS_IFD in pointers:
        reader.directory(pointers[_GPS_IFD], _GPS_NAMES, position)
    return Exif(fields, position)


class _Reader:
    def __init__(self, data: bytes, order: str) -> None:
        self._data = data
        self._order = order
        self._seen: set[int] = set()
        self._left = MAX_FIELDS

    def directory(self, at: int, names: dict[int, str], into: dict[str, Value]) -> dict[int, int]:
        """Read a directory's fields; answers where it says that others are."""
        pointers: dict[int, int] = {}
        if at in self._seen or at + 2 > len(self._data):
            return pointers
        self._seen.add(at)
        (count,) = struct.unpack_from(f"{self._order}H", self._data, at)
        for start in range(at + 2, at + 2 + count * _ENTRY, _ENTRY):
            if start + _ENTRY > len(self._data) or self._left == 0:
                break
            self._left -= 1
            tag, kind, number = struct.unpack_from(f"{self._order}HHI", self._data, start)
            if tag in {_EXIF_IFD, _GPS_IFD} and kind in {4, 13}:
                (pointers[tag],) = struct.unpack_from(f"{self._order}I", self._data, start + 8)
            elif (name := names.get(tag)) and name not in into:
                value = self._value(name, kind, number, start + 8)
                if value is not None:
                    into[name] = value
        return pointers

    def _value(self, name: str, kind: int, number: int, at: int) -> Value | None:
        size = _SIZES.get(kind, 0) * number
        if not size:
            return None
        if size > 4:
            (at,) = struct.unpack_from(f"{self._order}I", self._data, at)
        if name.startswith("XP") and kind in {_BYTE, _UNDEFINED}:
            return text(self._data[at : at + min(size, MAX_TEXT)], "utf-16-le") or None
        if kind in {_TEXT, _UNDEFINED}:
            raw = self._data[at : at + min(size, MAX_TEXT)]
            return (_comment(raw, self._order) if name == "UserComment" else text(raw)) or None
        if number > MAX_NUMBERS or at + size > len(self._data):
            return None
        values = self._numbers(kind, number, at)
        return None if values is None else values[0] if number == 1 else values

    def _numbers(self, kind: int, number: int, at: int) -> list[int | float] | None:
        """Read numbers; none at all where one of them is not a number."""
        if kind in {_RATIONAL, _SIGNED_RATIONAL}:
            code = "I" if kind == _RATIONAL else "i"
            parts = struct.unpack_from(f"{self._order}{number * 2}{code}", self._data, at)
            pairs = list(zip(parts[::2], parts[1::2], strict=True))
            return [above / below for above, below in pairs] if all(parts[1::2]) else None
        code = _NUMBERS[kind]
        values = list(struct.unpack_from(f"{self._order}{number}{code}", self._data, at))
        return values if all(map(math.isfinite, values)) else None


def text(raw: bytes, encoding: str | None = None) -> str:
    """Answer the text up to its first NUL; what is no UTF-8 is taken for Windows-1252, where no
    encoding is told."""
    if encoding:
        return clean(raw.decode(encoding, "replace").partition("\0")[0])
    raw = raw.partition(b"\0")[0]
    try:
        return clean(raw.decode())
    except UnicodeDecodeError:
        return clean(raw.decode("cp1252", "replace"))


def clean(value: str) -> str:
    """Leave out what can't be shown or sent: control characters, lone surrogates, outer spaces."""
    kept = (c for c in value if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f"))
    return "".join(kept).encode("utf-8", "ignore").decode().strip()


def _comment(raw: bytes, order: str) -> str:
    """Read a text that begins with the name of its character set, in 8 bytes."""
    charset, content = raw[:8], raw[8:]
    if charset.startswith(b"UNICODE"):
        return text(content, "utf-16-le" if order == "<" else "utf-16-be")
    return text(content)
