"""What is promised of whoever reads pictures: bytes in, facts and renditions out, nothing kept.

The bytes are a stranger's. Whoever decodes them does so where they can do no harm: within limits of
pixels, memory and time, in a process that can be lost.
"""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from photohq.photos.geometry import Size
from photohq.photos.pictures import Facts, Matrix, Picture, Rendition
from photohq.photos.recipe import Recipe


class RenditionFile(msgspec.Struct, frozen=True):
    """A rendition and its bytes."""

    rendition: Rendition
    data: bytes


class Processed(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that decodes completely: `picture` is still without its renditions, which are in
    `files`. `checksum_sha256` is that of the bytes, in base64."""

    picture: Picture
    facts: Facts
    files: list[RenditionFile]
    checksum_sha256: str


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A JPEG file that was made of another one, upright. Of what describes the other one, it has
    the kinds of metadata in `restored`, and lacks those in `dropped` (`exif`, `icc`, ...)."""

    data: bytes
    width: int
    height: int
    restored: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """An edited file that has got back what describes its original: no `data` where nothing was
    to be restored. `dropped` are the kinds that it had lost and can't have back."""

    data: bytes | None
    restored: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class Pictures(Protocol):
    """Decodes JPEG files, makes their renditions, and carries recipes out.

    Several threads may call it at once. `source` is a file of `length` bytes, which come in pieces
    of any size. Everything but `check` and `close` raises Unreadable where the file is not a JPEG,
    broken, or beyond the limits, Unavailable where pictures can't be processed, ValueError where
    the source has another length, and whatever `source` raises.
    """

    def process(self, source: Iterable[bytes], length: int) -> Processed:
        """Read a file, and make its renditions."""

    def render(
        self, source: Iterable[bytes], length: int, recipe: Recipe, *, quality: int
    ) -> Drawn:
        """Make the edited version that a recipe tells, in full size, with what describes the
        original.

        Raises Unreadable (`crop_outside`) where the recipe keeps nothing of this picture.
        """

    def preview(
        self,
        source: Iterable[bytes],
        length: int,
        recipe: Recipe,
        *,
        full: Size,
        to_srgb: Matrix | None,
        long_edge: int,
    ) -> Drawn:
        """Show a recipe on a rendition of a picture that is `full` pixels large when upright, and
        whose primaries a matrix brings to sRGB's.

        Raises as `render` does.
        """

    def framed(self, source: Iterable[bytes], length: int, *, frame: Size) -> Drawn:
        """Fit a rendition into the middle of a frame that is not smaller, on grey."""

    def carry(self, original: bytes, edited: bytes) -> Carried:
        """Give an edited file back what it lacks of the metadata of its original; its pixels stay
        as they are, bit for bit."""

    def check(self) -> None:
        """Raise Unavailable where pictures can't be processed."""

    def close(self) -> None:
        """Stop; pictures on their way, and those that come later, are Unavailable."""
