"""The photographers' journey: which camera took which view, where, when and how."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from photohq.imaging.views import VIEWS, View


@dataclass(frozen=True)
class Body:
    """A camera with the lens on it."""

    make: str
    model: str
    lens: str
    software: str
    width: int
    height: int
    crop: float
    """How many times its sensor is smaller than 35 mm film."""
    focals: tuple[float, ...]
    """Its focal lengths, in millimetres."""
    widest: float
    """Its largest aperture, as an f-number."""
    names: str
    """How it names its files, by `number`, or by `taken` (the time) and `milli` (seconds)."""
    fixed: bool = False
    """Whether the aperture is fixed, as in phones."""


BODIES = (
    Body("NIKON CORPORATION", "NIKON Z 6_2", "NIKKOR Z 24-70mm f/4 S", "Ver.01.60",
         6048, 4024, 1.0, (24, 28, 35, 50), 4.0, "DSC_{number:04d}.JPG"),
    Body("Canon", "Canon EOS R5", "RF24-105mm F4 L IS USM", "Firmware Version 1.9.0",
         8192, 5464, 1.0, (24, 35, 50), 4.0, "IMG_{number:04d}.JPG"),
    Body("SONY", "ILCE-7M4", "FE 24-70mm F2.8 GM II", "ILCE-7M4 v2.00",
         7008, 4672, 1.0, (24, 28, 40, 55), 2.8, "DSC0{number:04d}.JPG"),
    Body("FUJIFILM", "X-T5", "XF16-55mmF2.8 R LM WR", "Digital Camera X-T5 Ver2.03",
         7728, 5152, 1.53, (16, 18.5, 23, 35), 2.8, "DSCF{number:04d}.JPG"),
    Body("Apple", "iPhone 14 Pro", "iPhone 14 Pro back triple camera 6.86mm f/1.78", "16.5.1",
         4032, 3024, 3.5, (6.86,), 1.78, "IMG_{number:04d}.jpg", fixed=True),
    Body("Canon", "Canon EOS R6", "RF24-70mm F2.8 L IS USM", "Firmware Version 1.8.2",
         5472, 3648, 1.0, (24, 35, 45), 2.8, "IMG_{number:04d}.JPG"),
    Body("OM Digital Solutions", "OM-1", "OM 12-40mm F2.8", "Version 1.5",
         5184, 3888, 2.0, (12, 14, 17, 25), 2.8, "OM{number:06d}.JPG"),
    Body("Google", "Pixel 7 Pro", "Pixel 7 Pro back camera 6.81mm f/1.85", "HDR+ 1.0.540104767zd",
         4080, 3072, 3.6, (6.81,), 1.85, "PXL_{taken:%Y%m%d_%H%M%S}{milli}.jpg", fixed=True),
    Body("NIKON CORPORATION", "NIKON D500", "AF-S DX NIKKOR 16-80mm f/2.8-4E ED VR", "Ver.1.31",
         5568, 3712, 1.5, (16, 18, 24, 35), 2.8, "DSC_{number:04d}.JPG"),
)  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One photo, before it is painted."""

    name: str
    seed: int
    body: Body
    view: View
    orientation: int
    """The EXIF tag, 1..8."""
    taken: datetime
    latitude: float
    longitude: float
    altitude: float
    """Degrees, and metres over the sea."""
    focal: float
    """In millimetres."""
    aperture: float
    exposure: str
    """In seconds, as a fraction."""
    iso: int
    grain: float
    """The noise of a pixel, in levels of 255."""
    size: int
    """About how large the file should be, in bytes."""

    @property
    def focal_35(self) -> float:
        """The focal length that shows as much on 35 mm film."""
        return self.focal * self.body.crop


def shots(count: int, seed: int) -> list[Shot]:
    """Answer the first `count` photos of the journey that a seed stands for."""
    dice = random.Random(f"{seed}")  # noqa: S311
    views = dice.sample(VIEWS, len(VIEWS))
    bodies = dice.sample(BODIES, len(BODIES))
    # Turned by 90 degrees one photo in two, so that neighbours differ.
    orientations = [1, 6, 3, 8, 2, 5, 4, 7]
    number = dice.randrange(100, 900)
    answer: list[Shot] = []
    for index in range(count):
        own = random.Random(f"{seed}/{index}")  # noqa: S311
        number += own.randrange(1, 8)
        orientation = orientations[index] if index < 8 else own.choice([1, 1, 1, 1, 6, 8, 3])
        answer.append(
            _shot(own, number, bodies[index % len(bodies)], views[index % len(views)], orientation)
        )
    return answer


def _shot(dice: random.Random, number: int, body: Body, view: View, orientation: int) -> Shot:
    # The same spot on another day: the sun, the clouds and the frame have moved a little.
    light = replace(
        view.light,
        azimuth=view.light.azimuth + dice.uniform(-7, 7),
        clouds=view.light.clouds * dice.uniform(0.6, 1.3),
    )
    view = replace(view, light=light, horizon=view.horizon + dice.uniform(-0.03, 0.03))
    place = view.place
    zone = timezone(timedelta(minutes=place.offset))
    first, last = view.hours
    minutes = round(dice.uniform(first, last) * 60)
    taken = datetime(
        dice.randrange(2021, 2026), dice.choice(place.months), dice.randrange(1, 29), tzinfo=zone
    ) + timedelta(minutes=minutes, seconds=dice.randrange(60))
    focal = min(body.focals, key=lambda f: abs(f * body.crop - view.focal))
    aperture = body.widest if body.fixed or light.stars else dice.choice([7.1, 8.0, 9.0, 11.0])
    megapixels = body.width * body.height / 1e6
    return Shot(
        name=body.names.format(number=number % 10000, taken=taken, milli=f"{number % 1000:03d}"),
        seed=dice.getrandbits(48),
        body=body,
        view=view,
        orientation=orientation,
        taken=taken,
        latitude=place.latitude + dice.uniform(-0.03, 0.03),
        longitude=place.longitude + dice.uniform(-0.03, 0.03),
        altitude=max(3.0, place.altitude + dice.uniform(-40, 160)),
        focal=focal,
        aperture=aperture,
        exposure=dice.choice(view.exposures),
        iso=dice.choice(view.isos),
        grain=(1.6 if max(view.isos) < 800 else 2.6) * dice.uniform(0.9, 1.2),
        size=round(min(18.2, max(6.2, megapixels * dice.uniform(0.36, 0.5))) * 1024 * 1024),
    )


def exif(shot: Shot) -> dict[str, str]:
    """Answer the photo's EXIF fields as libvips names and writes them, without the orientation."""
    body, taken = shot.body, f"{shot.taken:%Y:%m:%d %H:%M:%S}"
    offset = f"{shot.taken:%z}"
    offset = f"{offset[:3]}:{offset[3:]}"
    sky = shot.taken.astimezone(UTC)
    fraction = shot.exposure if "/" in shot.exposure else f"{shot.exposure}/1"
    return {
        "ifd0-Make": body.make,
        "ifd0-Model": body.model,
        "ifd0-Software": body.software,
        "ifd0-DateTime": taken,
        "ifd2-ExposureTime": fraction,
        "ifd2-FNumber": _rational(shot.aperture, 100),
        "ifd2-ExposureProgram": "3",
        "ifd2-ISOSpeedRatings": str(shot.iso),
        "ifd2-DateTimeOriginal": taken,
        "ifd2-DateTimeDigitized": taken,
        "ifd2-OffsetTime": offset,
        "ifd2-OffsetTimeOriginal": offset,
        "ifd2-OffsetTimeDigitized": offset,
        "ifd2-SubSecTimeOriginal": f"{shot.seed % 100:02d}",
        "ifd2-MeteringMode": "5",
        "ifd2-Flash": "16",
        "ifd2-FocalLength": _rational(shot.focal, 100),
        "ifd2-FocalLengthIn35mmFilm": str(round(shot.focal_35)),
        "ifd2-ColorSpace": "1",
        "ifd2-WhiteBalance": "0",
        "ifd2-LensMake": body.make,
        "ifd2-LensModel": body.lens,
        "ifd3-GPSLatitudeRef": "N" if shot.latitude >= 0 else "S",
        "ifd3-GPSLatitude": _angle(shot.latitude),
        "ifd3-GPSLongitudeRef": "E" if shot.longitude >= 0 else "W",
        "ifd3-GPSLongitude": _angle(shot.longitude),
        "ifd3-GPSAltitudeRef": "0",
        "ifd3-GPSAltitude": _rational(shot.altitude, 10),
        "ifd3-GPSTimeStamp": f"{sky.hour}/1 {sky.minute}/1 {sky.second}/1",
        "ifd3-GPSDateStamp": f"{sky:%Y:%m:%d}",
    }


def _rational(value: float, parts: int) -> str:
    return f"{round(value * parts)}/{parts}"


def _angle(degrees: float) -> str:
    """Degrees, minutes and seconds, as EXIF has them."""
    hundredths = round(abs(degrees) * 360000)
    return f"{hundredths // 360000}/1 {hundredths // 6000 % 60}/1 {hundredths % 6000}/100"
