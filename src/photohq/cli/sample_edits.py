"""Real edits of a photo, as an editing app would upload them. Each answers what it did."""

from pathlib import Path

import pyvips

WIDTH = 2048
QUALITY = 88


def brighter(source: Path, edited: Path) -> str:
    """Scale a photo down and brighten it."""
    image = pyvips.Image.thumbnail(str(source), WIDTH)
    _save(image.linear(1.15, 8).cast("uchar"), edited)
    return f"brighter, {image.width} x {image.height}"


def black_and_white(source: Path, edited: Path) -> str:
    """Scale a photo down and take the colour out."""
    image = pyvips.Image.thumbnail(str(source), WIDTH)
    _save(image.colourspace("b-w"), edited)
    return f"black and white, {image.width} x {image.height}"


def _save(image: pyvips.Image, edited: Path) -> None:
    image.jpegsave(str(edited), Q=QUALITY)
