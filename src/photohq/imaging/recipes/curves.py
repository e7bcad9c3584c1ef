"""The curves of a recipe: from the values of a channel, 0 to 1 in sRGB's curve, to others.

What is brighter than white is above 1. Each is monotone for every recipe that may be asked for, but
for the curves of single channels.
"""

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise

from photohq.photos.recipe import Recipe
from photohq.photos.recipe_rules import Points

Curve = Callable[[float], float]
Triple = tuple[float, float, float]

PEAK = 2.0
"""What white balance may make of a value at most."""
_SHADOWS, _HIGHLIGHTS, _WHITES, _BLACKS = 1.4, 1.4, 0.3, 0.16
"""Powers of two that a slider at 100 multiplies with, at most."""


def linear(value: float) -> float:
    """Undo sRGB's curve (IEC 61966-2-1), which goes on above white."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def encoded(light: float) -> float:
    """Apply sRGB's curve."""
    return float(light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def gains(recipe: Recipe, weights: Triple) -> Triple:
    """Answer what white balance multiplies each channel's light with: greys keep theirs."""
    t, n = recipe.temperature / 100, recipe.tint / 100
    raw = [2**stops for stops in (0.40 * t + 0.20 * n, -0.05 * t - 0.40 * n, -0.80 * t + 0.20 * n)]
    whole = sum(weight * gain for weight, gain in zip(weights, raw, strict=True))
    red, green, blue = (gain / whole for gain in raw)
    return red, green, blue


def white(recipe: Recipe) -> float:
    """Answer what exposure makes of white, before the shoulder: T knows nothing brighter."""
    return max(1.0, encoded(2**recipe.exposure))


def head(recipe: Recipe) -> Curve:
    """Answer the curve H of the largest channel: exposure, shadows, highlights.

    The others keep their ratio to it.
    """
    gain, top = 2**recipe.exposure, white(recipe)
    shadows = _SHADOWS * recipe.shadows / 100
    highlights = _HIGHLIGHTS * recipe.highlights / 100

    def curve(value: float) -> float:
        u = encoded(gain * linear(value)) / top
        u *= 2 ** (shadows * (1 - min(u, 1.0)) ** 4)
        u = 1 - (1 - u) * 2 ** (-highlights * min(u, 1.0) ** 4)
        return float(u * top)

    return curve


def tail(recipe: Recipe) -> Curve:
    """Answer the curve T of the largest and the smallest channel, from 0 to 1.

    The shoulder of an exposure, whites, blacks, contrast, the tone curve. What white balance has
    made brighter than white is white.
    """
    gain, top = 2**recipe.exposure, white(recipe)
    whites, blacks = recipe.whites / 100, recipe.blacks / 100
    contrast = recipe.contrast / 100
    drawn = recipe.tone_curve and recipe.tone_curve.rgb
    last = through(drawn) if drawn else _clamped

    def curve(value: float) -> float:
        value = min(value, top)
        if gain > 1:
            value = encoded(_shoulder(linear(value), gain))
        value = _whites(_clamped(value), whites)
        value = _clamped(1 - _whites(1 - value, -blacks))
        value += contrast * (3 * value**2 - 2 * value**3 - value)
        return last(value)

    return curve


def through(points: Points) -> Curve:
    """Answer the monotone cubic through points of 0 to 255, constant beyond its ends.

    The slopes are those of F. N. Fritsch and J. Butland (SIAM J. Sci. Stat. Comput. 5, 1984), as
    SciPy's PchipInterpolator has them.
    """
    xs, ys = [x / 255 for x, _ in points], [y / 255 for _, y in points]
    slopes = _slopes(xs, ys)

    def curve(value: float) -> float:
        if value <= xs[0]:
            return ys[0]
        if value >= xs[-1]:
            return ys[-1]
        at = bisect_right(xs, value) - 1
        width, rise = xs[at + 1] - xs[at], ys[at + 1] - ys[at]
        t = (value - xs[at]) / width
        begin, end = slopes[at] * width, slopes[at + 1] * width
        bend = begin + end - 2 * rise
        return ((bend * t + 3 * rise - 2 * begin - end) * t + begin) * t + ys[at]

    return curve


def _slopes(xs: list[float], ys: list[float]) -> list[float]:
    widths = [after - before for before, after in pairwise(xs)]
    secants = [
        (after - before) / width
        for (before, after), width in zip(pairwise(ys), widths, strict=True)
    ]
    if len(secants) == 1:
        return secants * 2
    inner = [
        _mean(*sides, *between)
        for sides, between in zip(pairwise(widths), pairwise(secants), strict=True)
    ]
    first = _end(widths[0], widths[1], secants[0], secants[1])
    last = _end(widths[-1], widths[-2], secants[-1], secants[-2])
    return [first, *inner, last]


def _mean(before: float, after: float, falling: float, rising: float) -> float:
    """Answer the weighted harmonic mean of two secants: none where they point apart."""
    if falling * rising <= 0:
        return 0.0
    one, other = 2 * after + before, after + 2 * before
    return (one + other) / (one / falling + other / rising)


def _end(near: float, far: float, secant: float, beyond: float) -> float:
    """Answer the slope at an end, by three points, as far as it keeps the shape."""
    slope = ((2 * near + far) * secant - near * beyond) / (near + far)
    if slope * secant <= 0:
        return 0.0
    if secant * beyond <= 0 and abs(slope) > 3 * abs(secant):
        return 3 * secant
    return slope


def _whites(value: float, amount: float) -> float:
    if amount > 0:
        gain = 2 ** (_WHITES * amount)
        return _shoulder(value * 2 ** (_WHITES * amount * value**2), gain)
    return float(value * 2 ** (_BLACKS * amount * value**2))


def _shoulder(value: float, gain: float) -> float:
    """Bend what ends at `gain` so that it ends at 1, with the slope 1 in the darks and 0 there."""
    return float(value / (1 + (gain - 1) * (value / gain) ** (gain / (gain - 1))))


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)
