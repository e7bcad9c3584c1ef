"""Colours by other ways than libvips': patches, matrices by hand, and Pillow."""

from pathlib import Path

import pyvips
from tests.imaging.emulators import said

EDGE = 64
"""Of a patch, in pixels."""
PATCHES = [
    [200, 60, 50], [60, 150, 70], [50, 70, 170], [210, 180, 60], [120, 60, 140], [70, 160, 170],
    [128, 128, 128], [40, 40, 40], [230, 225, 220],
]  # fmt: skip
Colour = list[float]

_SRGB = [
    [0.4360747, 0.3850649, 0.1430804],
    [0.2225045, 0.7168786, 0.0606169],
    [0.0139322, 0.0971045, 0.7141733],
]
"""From linear sRGB to XYZ at D50, and P3 likewise (ICC's Bradford adaptation)."""
_P3 = [(0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)]
_WHITE = (0.9642, 1.0, 0.8249)


def patches() -> pyvips.Image:
    parts = [(pyvips.Image.black(EDGE, EDGE) + one).cast("uchar") for one in PATCHES]
    return pyvips.Image.arrayjoin(parts, across=3).copy(interpretation="srgb")


def seen(image: pyvips.Image) -> list[Colour]:
    """The means of the patches' middles."""
    edge = image.width // 3
    inner = edge // 2
    return [
        [
            image.crop(column * edge + edge // 4, row * edge + edge // 4, inner, inner)[band].avg()
            for band in range(3)
        ]
        for row in range(3)
        for column in range(3)
    ]


def linear_srgb(values: Colour, primaries: object, gamma: object) -> Colour:
    """Convert 8 bits of another space to sRGB, by matrices."""
    columns = _P3 if primaries == "p3" else primaries
    light = [
        _linear(value / 255) if gamma == "srgb" else (value / 255) ** gamma for value in values
    ]
    xyz = [
        sum(column[row] * part for column, part in zip(columns, light, strict=True))
        for row in range(3)
    ]
    return [255 * _curve(part) for part in _solved(_SRGB, xyz)]


def farthest(some: list[Colour], others: list[Colour]) -> float:
    """The largest difference (CIE 1976) between colours in sRGB."""
    return max(
        sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5
        for one, other in zip(some, others, strict=True)
    )


def cmyk_by_pillow(file: Path) -> list[Colour]:
    script = """
import io, json, sys
from PIL import Image, ImageCms
image = Image.open(sys.argv[1])
profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
srgb = ImageCms.profileToProfile(
    image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB",
    renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
)
edge = image.width // 3
print(json.dumps([
    srgb.getpixel((column * edge + edge // 2, row * edge + edge // 2))
    for row in range(3) for column in range(3)
]))
"""
    return said(script, str(file))


def _lab(colour: Colour) -> Colour:
    light = [_linear(min(max(value, 0), 255) / 255) for value in colour]
    x, y, z = (
        sum(part * value for part, value in zip(row, light, strict=True)) / white
        for row, white in zip(_SRGB, _WHITE, strict=True)
    )
    x, y, z = (
        value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116
        for value in (x, y, z)
    )
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _curve(value: float) -> float:
    value = min(max(value, 0), 1)
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _solved(matrix: list[Colour], values: Colour) -> Colour:
    """Solve three equations by Cramer's rule."""

    def determinant(rows: list[Colour]) -> float:
        (a, b, c), (d, e, f), (g, h, i) = rows
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

    whole = determinant(matrix)
    return [
        determinant(
            [[*row[:at], value, *row[at + 1 :]] for row, value in zip(matrix, values, strict=True)]
        )
        / whole
        for at in range(3)
    ]
