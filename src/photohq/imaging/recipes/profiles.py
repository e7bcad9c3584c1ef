"""The colours of a file by its ICC profile (ICC.1:2022), where it is RGB by a matrix and curves.

Such a picture stays in its own primaries: only its curve is exchanged for sRGB's and back.
"""

import struct
from typing import NamedTuple

import pyvips

from photohq.imaging.recipes.curves import PEAK, Curve, Triple, encoded
from photohq.photos.pictures import Matrix

CODES = 256
_TAGS = 128
_MAX_TAGS = 100
_D50 = (0.9642, 1.0, 0.8249)
_COLORANTS = (b"rXYZ", b"gXYZ", b"bXYZ")
_CURVES = (b"rTRC", b"gTRC", b"bTRC")
_SAME = 0.5 / 255
"""Curves that are nearer than this are one."""
_NEAR = 0.002
"""Primaries whose matrix to sRGB's is nearer than this to none are sRGB's."""
_FLAT = 0.01
"""A determinant below which there is no way back from sRGB."""
_UNITS: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_SRGB: Matrix = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139322, 0.0971045, 0.7141733),
)
"""From linear light in sRGB to XYZ as seen at D50: IEC 61966-2-1's primaries, adapted as below."""
_ADAPTATION: Matrix = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)
"""Bradford's, from XYZ to cones; ICC's annex E."""

Channels = tuple[list[float], list[float], list[float]]


class Space(NamedTuple):
    """How the tones of a picture are worked on.

    `weights` make the luma of its channels. `values` are what the codes 0, 0.5, 1 to 255 of each
    channel mean in sRGB's curve, None where that is what they are. `to_srgb` brings linear light to
    sRGB's primaries, None where it is in them.
    """

    weights: Triple
    values: Channels | None = None
    to_srgb: Matrix | None = None


SRGB = Space((0.2126, 0.7152, 0.0722))


def with_primaries(to_srgb: Matrix) -> Space:
    """Answer the space with sRGB's curve whose primaries a matrix brings to sRGB's."""
    columns = zip(*to_srgb, strict=True)
    weights = [sum(a * b for a, b in zip(SRGB.weights, column, strict=True)) for column in columns]
    return Space(_triple(weights), to_srgb=to_srgb)


def inverse(matrix: Matrix) -> Matrix:
    """Answer the way back."""
    return _transposed([_solved(matrix, unit) for unit in _UNITS])


def of(image: pyvips.Image) -> Space | None:
    """Read the profile of an image; None where there is none, or as `read` answers."""
    if image.bands != 3 or not image.get_typeof("icc-profile-data"):
        return None
    return read(image.get("icc-profile-data"))


def read(profile: bytes) -> Space | None:
    """Read a profile; None where its colours are not RGB by a matrix and rising curves."""
    try:
        tags = _tags(profile)
        if profile[16:24] != b"RGB XYZ " or b"A2B0" in tags:
            return None
        curves = [_curve(tags[name]) for name in _CURVES]
        weights, to_srgb = _luma(tags), _to_srgb(tags)
        halves = [code / (2 * CODES - 2) for code in range(2 * CODES - 1)]
        red, green, blue = ([encoded(curve(half)) for half in halves] for curve in curves)
    except (KeyError, IndexError, ValueError, ArithmeticError, struct.error):
        return None
    channels = red, green, blue
    if any(
        sorted(values) != values or not 0 <= values[0] < values[-1] <= PEAK for values in channels
    ):
        return None
    same = all(
        abs(value - half) < _SAME
        for values in channels
        for value, half in zip(values, halves, strict=True)
    )
    return Space(weights, None if same else channels, to_srgb)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _TAGS)
    tags = {}
    for number in range(min(count, _MAX_TAGS)):
        name, start, length = struct.unpack_from(">4sII", profile, _TAGS + 4 + 12 * number)
        tags[name] = profile[start : start + length]
    return tags


def _curve(tag: bytes) -> Curve:
    if tag[:4] == b"para":
        return _formula(tag)
    if tag[:4] != b"curv":
        raise ValueError("Not a curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return lambda code: code
    if count == 1:
        gamma = struct.unpack_from(">H", tag, 12)[0] / 256
        return lambda code: float(code**gamma)
    points = struct.unpack_from(f">{count}H", tag, 12)

    def curve(code: float) -> float:
        place = code * (count - 1)
        below = min(int(place), count - 2)
        return float(points[below] + (place - below) * (points[below + 1] - points[below])) / 65535

    return curve


def _formula(tag: bytes) -> Curve:
    """Read a parametric curve: ICC's types 0 to 4, each with more of g, a, b, c, d, e and f."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    numbers = [part / 65536 for part in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b = (*numbers[:3], 1.0, 0.0)[:3] if kind else (numbers[0], 1.0, 0.0)
    c, d, e, f = 0.0, -b / a, 0.0, 0.0
    if kind == 2:
        e = f = numbers[3]
    elif kind > 2:
        c, d = numbers[3:5]
        e, f = numbers[5:] or (0.0, 0.0)

    def curve(code: float) -> float:
        if code < d:
            return c * code + f
        return float(max(a * code + b, 0.0) ** g + e)

    return curve


def _luma(tags: dict[bytes, bytes]) -> Triple:
    """Answer how much light each primary has, as seen in the space's own white.

    Profiles hold all colours as they look at D50; `chad` tells how they were brought there, or else
    the white point does.
    """
    if b"chad" in tags:
        numbers = [part / 65536 for part in struct.unpack_from(">9i", tags[b"chad"], 8)]
        matrix: Matrix = (_triple(numbers[:3]), _triple(numbers[3:6]), _triple(numbers[6:]))
    else:
        matrix = _adaptation(_xyz(tags[b"wtpt"]))
    red, green, blue = (_solved(matrix, _xyz(tags[name]))[1] for name in _COLORANTS)
    whole = red + green + blue
    return red / whole, green / whole, blue / whole


def _to_srgb(tags: dict[bytes, bytes]) -> Matrix | None:
    matrix = _transposed([_solved(_SRGB, _xyz(tags[name])) for name in _COLORANTS])
    red, green, blue = (_triple([round(part / sum(row), 5) for part in row]) for row in matrix)
    near = all(
        abs(part - unit) < _NEAR
        for row, units in zip((red, green, blue), _UNITS, strict=True)
        for part, unit in zip(row, units, strict=True)
    )
    if abs(_determinant((red, green, blue))) < _FLAT:
        raise ValueError("Primaries that span no space")
    return None if near else (red, green, blue)


def _transposed(columns: list[Triple]) -> Matrix:
    one, two, three = zip(*columns, strict=True)
    return one, two, three


def _xyz(tag: bytes) -> Triple:
    return _triple([part / 65536 for part in struct.unpack_from(">3i", tag, 8)])


def _triple(numbers: list[float]) -> Triple:
    x, y, z = numbers
    return x, y, z


def _adaptation(white: Triple) -> Matrix:
    """Answer the matrix that brings colours from a white to D50."""
    before, after = _applied(_ADAPTATION, white), _applied(_ADAPTATION, _D50)
    scales = [new / old for new, old in zip(after, before, strict=True)]
    columns = []
    for unit in _UNITS:
        cones = _applied(_ADAPTATION, unit)
        scaled = _triple([cone * scale for cone, scale in zip(cones, scales, strict=True)])
        columns.append(_solved(_ADAPTATION, scaled))
    return _transposed(columns)


def _applied(matrix: Matrix, vector: Triple) -> Triple:
    return _triple([sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix])


def _solved(matrix: Matrix, vector: Triple) -> Triple:
    """Solve three equations by Cramer's rule."""
    whole = _determinant(matrix)
    return _triple(
        [
            _determinant(
                tuple(
                    _triple([*row[:at], value, *row[at + 1 :]])
                    for row, value in zip(matrix, vector, strict=True)
                )
            )
            / whole
            for at in range(3)
        ]
    )


def _determinant(rows: tuple[Triple, ...]) -> float:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
