"""The views that sample photos show: lands, lights and the places where both could be met."""

from dataclasses import dataclass, replace

from photohq.imaging.scene import Country
from photohq.imaging.sky import Light


@dataclass(frozen=True)
class Place:
    latitude: float
    longitude: float
    altitude: float
    """Degrees, and metres over the sea."""
    offset: int
    """Of its clocks from UTC in the months of the visit, in minutes."""
    months: tuple[int, ...]


@dataclass(frozen=True)
class View:
    place: Place
    country: Country
    light: Light
    hours: tuple[float, float]
    """When the light is so, in hours of the day."""
    exposures: tuple[str, ...]
    """Times that fit the light, in seconds."""
    isos: tuple[int, ...]
    horizon: float = 0.45
    """Where it lies in the frame, from the top."""
    focal: float = 30
    """The focal length that suits it, on 35 mm film, in millimetres."""
    eye: float = 60
    """How high the photographer stands over the water, in metres."""


ZERMATT = Place(46.021, 7.749, 1900, 120, (6, 7, 8, 9))
DOLOMITES = Place(46.412, 11.850, 2050, 120, (6, 7, 9))
LOFOTEN = Place(68.148, 13.602, 20, 60, (2, 3, 11))
SENJA = Place(69.337, 17.021, 25, 60, (1, 2, 12))
BANFF = Place(51.417, -116.217, 1750, -360, (6, 8, 9))
YOSEMITE = Place(37.746, -119.593, 1300, -420, (5, 6, 10))
TORRES = Place(-50.981, -72.966, 210, -180, (1, 2, 11))
ATACAMA = Place(-22.934, -68.281, 2600, -180, (1, 3, 10, 11))
SKYE = Place(57.228, -6.183, 90, 60, (5, 6, 8))
COOK = Place(-43.934, 170.096, 760, 780, (1, 2, 12))
LADAKH = Place(33.756, 78.664, 4280, 330, (6, 8, 9))
UTAH = Place(37.014, -110.092, 1650, -360, (4, 5, 9))

ALPS = Country(
    meadow=(0.060, 0.085, 0.026), trees=(0.016, 0.032, 0.014), rock=(0.150, 0.140, 0.130),
    shore=(0.20, 0.19, 0.15), snow_line=560, forest=0.5, peaks=1350, hills=120, level=-8,
)  # fmt: skip
LAKES = replace(ALPS, level=-30, forest=0.55, snow_line=700, peaks=1250, hills=150)
FJORD = Country(
    meadow=(0.060, 0.062, 0.030), trees=(0.018, 0.024, 0.014), rock=(0.085, 0.085, 0.088),
    shore=(0.11, 0.11, 0.11), snow_line=330, forest=0.2, peaks=1300, hills=110, level=-45,
)  # fmt: skip
WINTER = replace(FJORD, snow_line=25, forest=0.45, level=-25, peaks=1200)
HIGHLANDS = Country(
    meadow=(0.085, 0.080, 0.030), trees=(0.020, 0.035, 0.015), rock=(0.120, 0.115, 0.110),
    shore=(0.12, 0.11, 0.10), snow_line=4000, forest=0.3, peaks=750, hills=140, level=-14,
    ridged=False,
)  # fmt: skip
AUTUMN = replace(ALPS, trees=(0.16, 0.075, 0.012), meadow=(0.12, 0.095, 0.03), level=-30)
RANGES = replace(HIGHLANDS, forest=0.75, hills=230, level=60, peaks=850, ridged=True,
                 snow_line=2500)  # fmt: skip
DESERT = Country(
    meadow=(0.36, 0.185, 0.085), trees=(0.05, 0.05, 0.02), rock=(0.34, 0.145, 0.070),
    shore=(0.40, 0.23, 0.12), snow_line=9000, forest=0.0, peaks=800, hills=110, level=95,
    strata=1.0,
)  # fmt: skip
STEPPE = Country(
    meadow=(0.20, 0.145, 0.075), trees=(0.05, 0.05, 0.02), rock=(0.20, 0.155, 0.115),
    shore=(0.30, 0.26, 0.20), snow_line=1050, forest=0.0, peaks=1700, hills=130, level=-35,
    strata=0.5,
)  # fmt: skip

NOON = Light(
    azimuth=118, elevation=40, sun=(1.75, 1.65, 1.45), zenith=(0.030, 0.125, 0.36),
    horizon=(0.36, 0.54, 0.70), glow=(0.3, 0.3, 0.25), haze=26000, clouds=0.45,
    cloud=(0.22, 0.25, 0.30),
)  # fmt: skip
MORNING = replace(NOON, azimuth=-72, elevation=17, sun=(1.75, 1.40, 1.00), haze=17000, clouds=0.3,
                  mist=0.4)  # fmt: skip
EVENING = Light(
    azimuth=80, elevation=10, sun=(2.0, 1.15, 0.55), zenith=(0.035, 0.12, 0.30),
    horizon=(0.56, 0.50, 0.42), glow=(0.6, 0.4, 0.2), haze=18000, clouds=0.4,
    cloud=(0.16, 0.14, 0.17),
)  # fmt: skip
SUNSET = Light(
    azimuth=-11, elevation=4.5, sun=(1.9, 0.80, 0.28), zenith=(0.030, 0.070, 0.19),
    horizon=(0.52, 0.21, 0.09), glow=(1.7, 0.58, 0.09), haze=15000, clouds=0.5,
    cloud=(0.085, 0.06, 0.075), disk=0.45,
)  # fmt: skip
DAWN = Light(
    azimuth=14, elevation=1.5, sun=(1.2, 0.62, 0.45), zenith=(0.045, 0.095, 0.23),
    horizon=(0.52, 0.32, 0.30), glow=(0.9, 0.42, 0.22), haze=11000, clouds=0.35,
    cloud=(0.12, 0.09, 0.13), mist=1.2,
)  # fmt: skip
OVERCAST = Light(
    azimuth=100, elevation=50, sun=(0.30, 0.31, 0.33), zenith=(0.24, 0.27, 0.31),
    horizon=(0.52, 0.56, 0.60), glow=(0.1, 0.1, 0.1), haze=9000, clouds=0.95,
    cloud=(0.20, 0.22, 0.25), mist=0.5,
)  # fmt: skip
MOON = Light(
    azimuth=9, elevation=17, sun=(0.34, 0.38, 0.45), zenith=(0.006, 0.012, 0.030),
    horizon=(0.030, 0.050, 0.085), glow=(0.075, 0.09, 0.12), haze=15000, clouds=0.2,
    cloud=(0.012, 0.016, 0.024), stars=True, disk=0.5, exposure=1.5,
)  # fmt: skip
WINTER_DAY = replace(NOON, azimuth=-80, elevation=12, sun=(1.35, 1.12, 0.85), clouds=0.3,
                     horizon=(0.50, 0.52, 0.58))  # fmt: skip
DESERT_EVENING = replace(EVENING, clouds=0.25, azimuth=-78, elevation=16, haze=30000)
LOW_SUN = replace(
    SUNSET,
    azimuth=-38,
    elevation=8,
    sun=(2.4, 1.2, 0.5),
    disk=0,
    zenith=(0.05, 0.10, 0.24),
    clouds=0.6,
)

_DAY = (("1/250", "1/320", "1/500"), (64, 100, 125))
_LOW = (("1/60", "1/80", "1/125"), (100, 160, 200))
_DIM = (("1/30", "1/40", "1/50"), (200, 320, 400))
_NIGHT = (("8", "10", "13"), (1600, 2500, 3200))

VIEWS: tuple[View, ...] = (
    View(ZERMATT, ALPS, NOON, (10, 14), *_DAY, horizon=0.47, eye=75),
    View(BANFF, LAKES, MORNING, (7, 8.5), *_LOW, horizon=0.58, focal=40, eye=14),
    View(DOLOMITES, RANGES, SUNSET, (20, 20.8), *_LOW, horizon=0.50, focal=50, eye=420),
    View(LOFOTEN, FJORD, OVERCAST, (11, 15), *_DIM, horizon=0.60, focal=40, eye=22),
    View(SENJA, WINTER, WINTER_DAY, (10.5, 13), *_DAY, horizon=0.45, eye=55),
    View(ATACAMA, DESERT, DESERT_EVENING, (18, 19), *_LOW, horizon=0.42, eye=190),
    View(COOK, LAKES, MOON, (22, 23.9), *_NIGHT, horizon=0.60, eye=9),
    View(YOSEMITE, RANGES, DAWN, (5.5, 6.3), *_DIM, horizon=0.40, focal=50, eye=430),
    View(SKYE, HIGHLANDS, EVENING, (20, 21.2), *_LOW, horizon=0.40, eye=95),
    View(TORRES, FJORD, SUNSET, (20.5, 21.5), *_LOW, horizon=0.62, focal=40, eye=9),
    View(LADAKH, STEPPE, NOON, (10, 15), *_DAY, horizon=0.46, eye=60),
    View(ZERMATT, AUTUMN, EVENING, (18, 19.3), *_LOW, horizon=0.45, eye=60),
    View(UTAH, DESERT, LOW_SUN, (19.7, 20.4), *_LOW, horizon=0.45, focal=40, eye=180),
)
