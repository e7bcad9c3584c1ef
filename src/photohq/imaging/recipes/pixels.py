"""Pictures of 8 bits in memory, and how the compiled stages get at them: two threads, each on rows
of its own.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple

import pyvips

from photohq.imaging.recipes.native import library

MAX = 255
THREADS = 2
_PROFILE = "icc-profile-data"


class Pixels(NamedTuple):
    """A picture, row by row, its channels side by side, in memory that can be written to; what its
    numbers mean is libvips' interpretation of them, and an ICC profile."""

    data: Any
    width: int
    height: int
    bands: int
    interpretation: str
    profile: bytes | None

    def image(self) -> pyvips.Image:
        """Answer an image that lies over the memory."""
        image = pyvips.Image.new_from_memory(
            self.data, self.width, self.height, self.bands, "uchar"
        ).copy(interpretation=self.interpretation)
        if self.profile is not None:
            image.set_type(pyvips.GValue.blob_type, _PROFILE, self.profile)
        return image


def read(image: pyvips.Image) -> Pixels:
    """Compute all pixels of an image."""
    return Pixels(
        image.write_to_memory(),
        image.width,
        image.height,
        image.bands,
        image.interpretation,
        image.get(_PROFILE) if image.get_typeof(_PROFILE) else None,
    )


def changed(pixels: Pixels, reach: int, stage: Callable[[Any], None]) -> None:
    """Change three channels where they are, by a stage that looks at so many rows to either side.

    It is given `photohq_rows`, in each thread others.
    """
    ffi, _ = library()
    memory = ffi.from_buffer("uint8_t[]", pixels.data, require_writable=True)
    whole, stride = memoryview(ffi.buffer(memory)), 3 * pixels.width
    floats = 6 * (2 * reach + 2) * (pixels.width + 2 * reach) + 4
    parts = []
    for first, last in _parts(pixels.height):
        # One thread writes what the other still has to look at.
        above = bytes(whole[max(first - reach, 0) * stride : first * stride])
        below = bytes(whole[last * stride : (last + reach) * stride])
        held = [ffi.from_buffer("uint8_t[]", rows) for rows in (above, below)]
        scratch = ffi.new("float[]", floats)
        size = pixels.width, pixels.height
        rows = ffi.new("photohq_rows *", (memory, *size, first, last, *held, scratch))
        parts.append((rows, held, scratch))
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda part: stage(part[0]), parts))


def made(height: int, stage: Callable[[int, int], None]) -> None:
    """Make rows from `first` to before `last` by a stage, in each thread others."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda part: stage(*part), _parts(height)))


def _parts(height: int) -> list[tuple[int, int]]:
    return list(pairwise(height * part // THREADS for part in range(THREADS + 1)))
