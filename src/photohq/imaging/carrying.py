"""An edited file gets back what describes its original, by a worker: who decodes both sees whether
the edited one is whole, and how its pixels lie.
"""

from collections.abc import Callable

import pyvips

from photohq.imaging import exif, facts, jpeg_header, segments
from photohq.imaging.jpeg_header import Header
from photohq.imaging.port import Carried
from photohq.imaging.renditions import LUMA, completely, in_srgb, opened, upright
from photohq.photos.pictures import Unreadable

EDGE = 32
"""Pictures are compared as squares of so many pixels."""
ALIKE = 0.9
"""The least correlation of two pictures that are one: what an editor does to tones leaves more, and
a crop that was turned has less."""
_SHRINKS = (8, 4, 2)
_TURNED = 5
"""From this orientation on, width and height change places."""

Judge = Callable[[bytearray], Header]
"""Reads the header of a file; raises Unreadable where it is beyond the limits."""


def carried(data: bytearray, first: int, judge: Judge) -> Carried:
    """Give the second of two files back what it lacks of the first one's metadata; the first has so
    many bytes.

    Raises Unreadable where one of them is no JPEG, and pyvips.Error where the second can't be
    decoded: a broken picture does not become a better one by its metadata.
    """
    edited = data[first:]
    header = judge(edited)
    picture = _decoded(edited, header)
    found = segments.restored(
        bytes(data[:first]),
        bytes(data[first:]),
        profile=True,
        orientation=_orientation(data[:first], judge, header, picture),
    )
    return Carried(
        data=found.data if found.restored else None,
        restored=found.restored,
        dropped=found.dropped,
    )


def _orientation(original: bytearray, judge: Judge, edited: Header, picture: pyvips.Image) -> int:
    """Answer the original's orientation where the edited pixels still lie as the original's do,
    else 1; what the edited file says itself is not asked.

    Where they lie otherwise an editor has shown them upright and stored them so, as it has where
    they have another shape: then they were cropped.
    """
    try:
        header = jpeg_header.read(original)
        own = facts.read(header).orientation
        if own == 1 or "Orientation" in exif.read(edited.exif).fields:
            return 1
        sizes = (edited.width, edited.height), (header.width, header.height)
        if not _are_of_one_shape(*sizes):
            return 1
        if own >= _TURNED and sizes[0] == sizes[1] and edited.width != edited.height:
            return own
        stored = _square(_decoded(original, judge(original)))
        square = _square(picture)
    except (Unreadable, pyvips.Error):
        return 1
    if _likeness(square, stored) > max(ALIKE, _likeness(square, upright(stored, own))):
        return own
    return 1


def _are_of_one_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether one size is the other one scaled, up to a pixel that was rounded."""
    return abs(one[0] * other[1] - one[1] * other[0]) <= max(other)


def _decoded(data: bytearray, header: Header) -> pyvips.Image:
    """Decode a file to its last row, as small as it comes at once; nothing is left of its head."""
    shorter = min(header.width, header.height)
    shrink = next((by for by in _SHRINKS if shorter // by >= EDGE), 1)
    plain = jpeg_header.stripped(data, header)

    def load(fail_on: str) -> pyvips.Image:
        return opened(plain, shrink=shrink, fail_on=fail_on, access="sequential").copy_memory()

    return completely(load)


def _square(picture: pyvips.Image) -> pyvips.Image:
    """Answer the tones of a picture, squeezed to what is compared."""
    image = in_srgb(picture)
    grey = image if image.bands == 1 else image.recomb(LUMA)
    return grey.resize(EDGE / grey.width, vscale=EDGE / grey.height).copy_memory()


def _likeness(one: pyvips.Image, other: pyvips.Image) -> float:
    """Answer the correlation of two pictures, -1 to 1; 0 where one is of one tone."""
    spread = one.deviate() * other.deviate()
    if not spread:
        return 0
    return float(((one - one.avg()) * (other - other.avg())).avg() / spread)
