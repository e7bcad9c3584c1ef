"""The perceptual hash of a picture: bit by bit what `ImageHash.phash` makes of the same pixels."""

from collections.abc import Sequence
from statistics import median

from photohq.imaging.cosines import frequencies

EDGE = 32
"""A picture is squeezed to a square of so many pixels before."""
_LOW = 8


def phash(grey: Sequence[int]) -> str:
    """Answer 64 bits in hex digits: which of the low frequencies are above their median."""
    rows = [grey[at : at + EDGE] for at in range(0, EDGE * EDGE, EDGE)]
    low = [value for row in frequencies(rows, _LOW, _LOW) for value in row]
    middle = median(low)
    bits = "".join("1" if value > middle else "0" for value in low)
    return f"{int(bits, 2):016x}"
