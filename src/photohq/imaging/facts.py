"""The facts of a photo, out of what its file says in three languages: EXIF, IPTC and XMP.

Whatever breaks a rule of the photo's fields is cut or left out: it never fails a picture.
"""

import logging
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple, TypeVar

import msgspec

from photohq.imaging import exif, iptc, xmp
from photohq.imaging.exif import Value
from photohq.imaging.jpeg_header import Header
from photohq.photos import rules
from photohq.photos.pictures import CameraInfo, Facts, Geolocation

MAX_EXIF_BYTES = 4096
"""Of JSON."""
MAX_EXIF_TEXT = 255
MAX_COPYRIGHT = 1000
FIRST_YEAR = 1826
"""Of the oldest photo that is kept."""

log = logging.getLogger("photohq.imaging")
_S = TypeVar("_S")
_T = TypeVar("_T")
_OFFSET = r"Z|[+-]\d\d:?\d\d"
_DATE = re.compile(
    r"(\d{4})[:\-](\d\d)[:\-](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*"
    rf"({_OFFSET})?"
)
_IPTC_TIME = re.compile(rf"(\d\d)(\d\d)(\d\d)({_OFFSET})?")
_XMP_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")
_BOILERPLATE = re.compile(
    r"(.* )?digital (still )?camera|sony dsc|dcim|samsung|default|untitled|image", re.IGNORECASE
)
"""What cameras write where nobody has described anything."""


class Description(NamedTuple):
    """What a file says of its photo: `copyright` is all of it that renditions carry along."""

    facts: Facts
    orientation: int
    copyright: str | None


def read(header: Header) -> Description:
    """Read what describes the photo; raises nothing."""
    fields, position = _harmless(exif.read, header.exif, exif.Exif({}, {}))
    nothing: xmp.Properties = {}
    properties = _harmless(xmp.read, header.xmp, nothing)
    uncaptioned: dict[int, list[str]] = {}
    captions = _harmless(iptc.read, header.photoshop, uncaptioned)
    source = _Source(fields, position, properties, captions)
    facts = Facts(
        taken_at=_harmless(_taken_at, source, None),
        camera_info=_harmless(_camera_info, source, None),
        geolocation=_harmless(_geolocation, source, None),
        tags=_harmless(_tags, source, None),
        description=_harmless(_description, source, None),
        rating=_harmless(_rating, source, None),
        exif=_harmless(_exif, source, None),
    )
    orientation = fields.get("Orientation")
    return Description(
        facts,
        orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,
        _harmless(_copyright, source, None),
    )


class _Source(NamedTuple):
    exif: dict[str, Value]
    position: dict[str, Value]
    xmp: xmp.Properties
    iptc: dict[int, list[str]]

    def text(self, name: str) -> str:
        value = self.exif.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        """Answer a positive number that is no nonsense; the first one of several."""
        value = self.exif.get(name)
        if isinstance(value, list):
            value = value[0]
        if isinstance(value, int | float) and 0 < value <= rules.MAX_NUMBER:
            return value
        return None

    def property(self, namespace: str, name: str) -> str:
        return next(iter(self.xmp.get((namespace, name), ())), "")

    def caption(self, number: int) -> str:
        return next(iter(self.iptc.get(number, ())), "")


def _harmless(reader: Callable[[_S], _T], source: _S, otherwise: _T) -> _T:
    """Read what a stranger wrote; where that fails, the picture is one without it."""
    try:
        return reader(source)
    except Exception:
        log.warning("Metadata could not be read", exc_info=True)
        return otherwise


def _taken_at(source: _Source) -> str | None:
    for kind in ("Original", "Digitized"):
        found = _moment(
            source.text(f"DateTime{kind}"),
            source.text(f"SubSecTime{kind}"),
            source.text(f"OffsetTime{kind}"),
        )
        if found:
            return found
    for namespace, name in (
        (xmp.EXIF, "DateTimeOriginal"),
        (xmp.PHOTOSHOP, "DateCreated"),
        (xmp.XMP, "CreateDate"),
    ):
        if found := _moment(source.property(namespace, name)):
            return found
    day, hour = source.caption(iptc.DATE), _IPTC_TIME.fullmatch(source.caption(iptc.TIME))
    if hour is None:
        return None
    hours, minutes, seconds, offset = hour.groups(default="")
    return _moment(f"{day[:4]}:{day[4:6]}:{day[6:]} {hours}:{minutes}:{seconds}{offset}")


def _moment(written: str, fraction: str = "", offset: str = "") -> str | None:
    """Answer ISO 8601, with milliseconds and the offset where they are known."""
    found = _DATE.match(written.strip())
    if found is None:
        return None
    *parts, own_fraction, own_offset = found.groups(default="")
    digits = re.match(r"\d*", own_fraction or fraction.strip())
    milliseconds = f"{digits.group():0<3}"[:3] if digits and digits.group() else ""
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
    if moment.year < FIRST_YEAR:
        return None
    zone = _zone(own_offset or offset.strip())
    return moment.replace(microsecond=int(milliseconds or 0) * 1000, tzinfo=zone).isoformat(
        timespec="milliseconds" if milliseconds else "seconds"
    )


def _zone(offset: str) -> timezone | None:
    if offset == "Z":
        return timezone.utc  # noqa: UP017
    if not re.fullmatch(_OFFSET, offset):
        return None
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 14 or minutes > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if offset[0] == "-" else ahead)


def _camera_info(source: _Source) -> CameraInfo | None:
    def short(name: str) -> str | None:
        return source.text(name)[: rules.MAX_CAMERA_TEXT_CHARACTERS].strip() or None

    aperture = source.number("FNumber")
    if aperture is None and (apex := source.number("ApertureValue")) and apex < 20:
        aperture = round(2 ** (apex / 2), 1)
    info = CameraInfo(
        make=short("Make"),
        model=short("Model"),
        lens=short("LensModel"),
        iso=_iso(source),
        aperture=_rounded(aperture),
        shutter_speed=_shutter_speed(source),
        focal_length=_rounded(source.number("FocalLength")),
    )
    return info if info != CameraInfo() else None


def _iso(source: _Source) -> int | None:
    """Answer the sensitivity; 65,535 in its 16 bits means that it is told elsewhere."""
    value = source.number("PhotographicSensitivity")
    if value is None or value == 65535:
        others = map(
            source.number, ("RecommendedExposureIndex", "StandardOutputSensitivity", "ISOSpeed")
        )
        value = next(filter(None, others), None)
    return int(value) if value and value >= 1 else None


def _shutter_speed(source: _Source) -> str | float | None:
    """Answer a fraction of a second as photographers write it, or seconds."""
    seconds = source.number("ExposureTime")
    if seconds is None:
        apex = source.exif.get("ShutterSpeedValue")
        if not isinstance(apex, int | float) or not -20 < apex < 20:
            return None
        seconds = math.pow(2, -apex)
    if 1e-6 < seconds < 0.3:
        return f"1/{round(1 / seconds)}"
    return _rounded(seconds)


def _rounded(value: float | None) -> float | None:
    """Leave out digits that no lens and no clock has; nothing where nothing is left."""
    return (round(value, 4) or None) if value else None


def _geolocation(source: _Source) -> Geolocation | None:
    latitude = _degrees(source, "Latitude", "S", 90)
    longitude = _degrees(source, "Longitude", "W", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None  # 0/0 is what is written where nothing was known
    altitude = source.position.get("GPSAltitude")
    if isinstance(altitude, int | float) and 0 <= altitude <= rules.MAX_NUMBER:
        below = source.position.get("GPSAltitudeRef") == 1
        return Geolocation(latitude, longitude, round(-altitude if below else altitude, 3))
    return Geolocation(latitude, longitude)


def _degrees(source: _Source, axis: str, negative: str, most: int) -> float | None:
    """Answer degrees, from EXIF's degrees, minutes and seconds or from XMP's text."""
    parts = source.position.get(f"GPS{axis}")
    side = source.position.get(f"GPS{axis}Ref")
    if not isinstance(parts, list) or not isinstance(side, str):
        told = _XMP_DEGREES.fullmatch(source.property(xmp.EXIF, f"GPS{axis}"))
        if told is None:
            return None
        *texts, side = told.groups(default="0")
        parts = [float(text) for text in texts]
    if len(parts) > 3 or any(not math.isfinite(part) or part < 0 for part in parts):
        return None
    degrees = sum(part / math.pow(60, power) for power, part in enumerate(parts))
    if degrees > most:
        return None
    return round(-degrees if side.upper().startswith(negative) else degrees, 7)


def _tags(source: _Source) -> tuple[str, ...] | None:
    found = [*source.iptc.get(iptc.KEYWORDS, ()), *source.xmp.get((xmp.DUBLIN_CORE, "subject"), ())]
    tags = (_line(word)[: rules.MAX_TAG_CHARACTERS].strip() for word in found)
    return tuple(dict.fromkeys(filter(None, tags)))[: rules.MAX_TAGS] or None


def _description(source: _Source) -> str | None:
    told = (
        source.text("ImageDescription"),
        source.caption(iptc.CAPTION),
        source.property(xmp.DUBLIN_CORE, "description"),
    )
    for words in map(exif.clean, told):
        if words and not _BOILERPLATE.fullmatch(words):
            whole = unicodedata.normalize("NFC", words)
            return whole[: rules.MAX_DESCRIPTION_CHARACTERS].strip()
    return None


def _rating(source: _Source) -> int | None:
    """Answer the stars; a negative number marks what was rejected, which is no rating."""
    try:
        stars = float(source.property(xmp.XMP, "Rating"))
    except ValueError:
        return None
    return round(stars) if 0 <= stars <= rules.MAX_RATING else None


def _exif(source: _Source) -> dict[str, Value] | None:
    kept: dict[str, Value] = {}
    size = 2
    for name, value in source.exif.items():
        plain = _plain(value)
        if plain is None:
            continue
        size += len(msgspec.json.encode({name: plain})) - 1  # a comma instead of the braces
        if size > MAX_EXIF_BYTES:
            break
        kept[name] = plain
    return kept or None


def _plain(value: Value) -> Value | None:
    """Answer a text that is not too long, or numbers that any database keeps."""
    if isinstance(value, str):
        return value[:MAX_EXIF_TEXT].strip()
    if isinstance(value, list):
        numbers = [number for number in map(_number, value) if number is not None]
        return numbers if len(numbers) == len(value) else None
    return _number(value)


def _number(value: float) -> float | None:
    if abs(value) > rules.MAX_NUMBER:
        return None
    return round(value, 6)  # an int stays one


def _copyright(source: _Source) -> str | None:
    told = (
        source.text("Copyright"),
        source.property(xmp.DUBLIN_CORE, "rights"),
        source.caption(iptc.COPYRIGHT),
    )
    return next((words for words in map(_line, told) if words), "")[:MAX_COPYRIGHT].strip() or None


def _line(words: str) -> str:
    """Answer one line in Unicode's form NFC."""
    return unicodedata.normalize("NFC", " ".join(exif.clean(words).split()))
