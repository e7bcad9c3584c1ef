"""What is promised of whoever reads pictures: bytes in, facts and renditions out, nothing kept.

The bytes are a stranger's. Whoever decodes them does so where they can do no harm: within limits of
pixels, memory and time, in a process that can be lost.
"""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from photohq.photos.pictures import Facts, Picture, Rendition


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


class Pictures(Protocol):
    """Decodes JPEG files and makes their renditions."""

    def process(self, source: Iterable[bytes], length: int) -> Processed:
        """Read a file of `length` bytes, which come in pieces of any size.

        Several threads may call it at once. Raises Unreadable where the file is not a JPEG, broken,
        or beyond the limits, Unavailable where pictures can't be processed, ValueError where the
        source has another length, and whatever `source` raises.
        """

    def check(self) -> None:
        """Raise Unavailable where pictures can't be processed."""

    def close(self) -> None:
        """Stop; pictures on their way, and those that come later, are Unavailable."""
