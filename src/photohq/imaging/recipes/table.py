"""Tone and colour as one table, looked up by the smallest and the largest channel of a pixel.

Both are moved by monotone curves and the third keeps its place between them, so that the hue (HSV)
stays. With the luma l a pixel e becomes e * P + l * Q + R.
"""

from array import array
from typing import NamedTuple

from photohq.imaging.recipes import curves
from photohq.photos.recipe import Recipe

_STEPS = 4096
"""Of T, where it is taken for the smallest channel."""
_MAX = 255


class Table(NamedTuple):
    """P, Q and R by `smallest + 256 * largest`: floats of 32 bits, as the machine has them.

    The channels count 255 for the peak that the table was made for; R is in levels of 0 to 255.
    `q` is None where it is nothing but zeros.
    """

    p: bytes
    q: bytes | None
    r: bytes


def table(recipe: Recipe, peak: float) -> Table:
    """Make the table for channels of 0 to `peak`, which is 1 unless white balance goes beyond.

    It takes some 50 ms.
    """
    head, tail, white = curves.head(recipe), curves.tail(recipe), curves.white(recipe)
    fine = [tail(white * step / _STEPS) for step in range(_STEPS + 1)]
    fine += [fine[-1]] * 2
    mix = _Mix(recipe) if recipe.saturation or recipe.vibrance else None
    code = peak / _MAX
    p, q, r = (array("f", bytes(4 << 16)) for _ in range(3))
    for largest in range(_MAX + 1):
        moved = head(largest * code)
        top = tail(moved)
        step = moved / (white * (largest or 1)) * _STEPS
        for smallest in range(largest + 1):
            place = min(smallest * step, _STEPS)
            below = int(place)
            rise = fine[below + 1] - fine[below]
            low = fine[below] + (place - below) * rise
            # Where all channels are the same, rounding apart, they go with the tone curve.
            apart = largest - smallest
            slope = (top - low) / (apart * code) if apart else rise * step / code
            base = low - smallest * code * slope
            at = smallest + (largest << 8)
            if mix is None:
                p[at], r[at] = slope, _MAX * base
                continue
            k, towards_luma, towards_top = mix.of(top, low)
            p[at], q[at] = k * slope, towards_luma * slope
            r[at] = _MAX * ((k + towards_luma) * base + towards_top * top)
    return Table(p.tobytes(), q.tobytes() if mix else None, r.tobytes())


class _Mix:
    """Saturation and vibrance: how much of a colour, its luma and its largest channel remain.

    Away from the luma, but the more from the largest channel the brighter that is: nothing leaves 0
    to 1.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._saturation = recipe.saturation / 100
        self._vibrance = recipe.vibrance / 100

    def of(self, top: float, low: float) -> tuple[float, float, float]:
        greyness = low / top if top else 1.0
        k = 1 + self._saturation * (greyness if self._saturation > 0 else 1.0)
        k *= 1 + self._vibrance * greyness**2
        by_top = top**2 if k > 1 else 0.0
        return k, (1 - k) * (1 - by_top), (1 - k) * by_top
