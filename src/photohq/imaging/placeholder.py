"""ThumbHash (evanw/thumbhash, without transparency): a picture in some 21 bytes.

It follows the reference step by step; fast-thumbhash would be quicker, but says no licence.
"""

import math
from collections.abc import Sequence

from photohq.imaging.cosines import frequencies

EDGE = 32
"""The longer edge to shrink a picture to before; 100 is the most that ThumbHash takes."""
_Channel = tuple[float, list[float], float]


def thumbhash(width: int, height: int, rgb: Sequence[int]) -> bytes:
    """Answer the hash of pixels that stand row by row, three bytes each."""
    red, green, blue = ([value / 255 for value in rgb[band::3]] for band in range(3))
    light = [(r + g + b) / 3 for r, g, b in zip(red, green, blue, strict=True)]
    yellow = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    ruddy = [r - g for r, g in zip(red, green, strict=True)]
    longer = max(width, height)
    across = max(1, _rounded(7 * width / longer))
    down = max(1, _rounded(7 * height / longer))
    l_mean, l_waves, l_scale = _channel(light, width, max(3, across), max(3, down))
    p_mean, p_waves, p_scale = _channel(yellow, width, 3, 3)
    q_mean, q_waves, q_scale = _channel(ruddy, width, 3, 3)
    landscape = width > height
    first = (
        _rounded(63 * l_mean)
        | _rounded(31.5 + 31.5 * p_mean) << 6
        | _rounded(31.5 + 31.5 * q_mean) << 12
        | _rounded(31 * l_scale) << 18
    )
    second = (
        (down if landscape else across)
        | _rounded(63 * p_scale) << 3
        | _rounded(63 * q_scale) << 9
        | landscape << 15
    )
    digits = [_rounded(15 * wave) for wave in [*l_waves, *p_waves, *q_waves]]
    digits += [0] * (len(digits) % 2)
    pairs = zip(digits[::2], digits[1::2], strict=True)
    return (
        first.to_bytes(3, "little")
        + second.to_bytes(2, "little")
        + bytes(low | high << 4 for low, high in pairs)
    )


def _channel(values: list[float], width: int, across: int, down: int) -> _Channel:
    """Answer the mean, the waves from 0 to 1 and how far they reach."""
    rows = [values[at : at + width] for at in range(0, len(values), width)]
    sums = frequencies(rows, across, down)
    waves = [
        sums[y][x] / len(values)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    mean, *others = waves
    scale = max(map(abs, others), default=0)
    return mean, [0.5 + 0.5 / scale * wave if scale else 0 for wave in others], scale


def _rounded(value: float) -> int:
    """Round as JavaScript does: a half goes up."""
    return math.floor(value + 0.5)
