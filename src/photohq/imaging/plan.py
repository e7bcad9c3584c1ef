"""What is made of every picture, and what a picture may cost: the settings of this room."""

import struct
from typing import Literal

import msgspec

from photohq.imaging import font
from photohq.photos.pictures import SIZES
from photohq.photos.rules import MIB

Format = Literal["jpeg", "webp"]
Position = Literal["top-left", "top-right", "bottom-left", "bottom-right", "center"]

MAX_WATERMARK_CHARACTERS = 100
MAX_WATERMARK_BYTES = 4 * MIB
MAX_WATERMARK_EDGE = 4096
"""Of the picture that a watermark is, in pixels."""
LEAST_MEMORY = 256 * MIB
"""A worker that has done nothing yet takes half of it."""
_PNG = b"\x89PNG\r\n\x1a\n"


class Watermark(msgspec.Struct, frozen=True, kw_only=True):
    """A text or a PNG that is laid over every rendition; `opacity` is 0 to 1.

    Raises ValueError with a sentence for whoever set it.
    """

    text: str | None = None
    png: bytes | None = None
    position: Position = "bottom-right"
    opacity: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.opacity <= 1:
            raise ValueError("The watermark's opacity must be between 0 and 1")
        if (self.text is None) == (self.png is None):
            raise ValueError("The watermark is either a text or a PNG")
        if self.png is not None:
            _check_png(self.png)
        if self.text is not None:
            _check_text(self.text)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is made of every picture, and the limits of one.

    `memory_bytes` is the address space of a worker, `seconds` the CPU time of one picture. On the
    clock it may take `patience` times that: workers get what others leave, and wait for it. Raises
    ValueError with a sentence for whoever set it.
    """

    formats: tuple[Format, ...] = ("jpeg",)
    jpeg_quality: int = 82
    webp_quality: int = 80
    webp_effort: int = 4
    sizes: tuple[int, ...] = SIZES
    watermark: Watermark | None = None
    max_pixels: int = 120_000_000
    memory_bytes: int = 1024 * MIB
    seconds: int = 8
    patience: int = 10

    def __post_init__(self) -> None:
        if not self.formats:
            raise ValueError("Renditions need at least one format")
        if not self.sizes:
            raise ValueError("Renditions need at least one size")
        if not (1 <= self.jpeg_quality <= 100 and 1 <= self.webp_quality <= 100):
            raise ValueError("The quality of renditions must be between 1 and 100")
        if not 0 <= self.webp_effort <= 6:
            raise ValueError("The effort of WebP must be between 0 and 6")
        if min(self.max_pixels, self.seconds, self.patience) < 1:
            raise ValueError("The limits of a picture must be positive")
        if self.memory_bytes < LEAST_MEMORY:
            raise ValueError(f"A picture needs at least {LEAST_MEMORY // MIB} MiB of memory")


def _check_text(text: str) -> None:
    if not (1 <= len(text) <= MAX_WATERMARK_CHARACTERS and text.strip() and text.isprintable()):
        raise ValueError(
            f"The watermark's text must be a line of 1 to {MAX_WATERMARK_CHARACTERS} characters"
        )
    if missing := font.lacking(text):
        raise ValueError(f"The watermark's text has characters that its font lacks: {missing}")


def _check_png(data: bytes) -> None:
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError("The watermark is not a PNG")
    if len(data) > MAX_WATERMARK_BYTES:
        raise ValueError(f"The watermark may have {MAX_WATERMARK_BYTES // MIB} MiB at most")
    width, height = struct.unpack(">II", data[16:24])
    if not (1 <= width <= MAX_WATERMARK_EDGE and 1 <= height <= MAX_WATERMARK_EDGE):
        raise ValueError(
            f"The watermark may have {MAX_WATERMARK_EDGE} x {MAX_WATERMARK_EDGE} pixels at most"
        )
