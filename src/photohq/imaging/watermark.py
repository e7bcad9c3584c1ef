"""The watermark: made once when a worker starts, laid over each rendition in its own size."""

import html

import pyvips

from photohq.imaging import font
from photohq.imaging.plan import Position, Watermark

_POINTS = 64
_WIDEST, _HIGHEST = 0.3, 0.15
"""How much of a rendition it takes at most; twice as much in the middle."""
_MARGIN = 0.02
_COLOURS = 3


class Mark:
    """A picture with transparency that is laid over others."""

    def __init__(self, watermark: Watermark) -> None:
        """Raise ValueError with a sentence where the PNG can't be read. Needs the PNG loader."""
        made = _text(watermark.text or "") if watermark.png is None else _png(watermark.png)
        colours, alpha = made[:_COLOURS], made[_COLOURS] * watermark.opacity
        self._image = colours.bandjoin(alpha.cast("uchar")).copy_memory()
        self._position = watermark.position

    def over(self, picture: pyvips.Image) -> pyvips.Image:
        """Answer an sRGB picture with the mark on it."""
        share = 2 if self._position == "center" else 1
        scale = min(
            picture.width * _WIDEST * share / self._image.width,
            picture.height * _HIGHEST * share / self._image.height,
        )
        wide = min(picture.width, max(1, round(self._image.width * scale)))
        high = min(picture.height, max(1, round(self._image.height * scale)))
        mark = self._image.premultiply().resize(
            wide / self._image.width, vscale=high / self._image.height
        )
        mark = mark.unpremultiply().cast("uchar").copy(interpretation="srgb")
        left, top = _corner(self._position, picture, mark)
        under = picture.crop(left, top, mark.width, mark.height)
        blended = under.composite2(mark, "over")[:_COLOURS].cast("uchar")
        return picture.insert(blended, left, top)


def _corner(position: Position, picture: pyvips.Image, mark: pyvips.Image) -> tuple[int, int]:
    across, down = picture.width - mark.width, picture.height - mark.height
    if position == "center":
        return across // 2, down // 2
    margin = round(min(picture.width, picture.height) * _MARGIN)
    left, top = min(margin, across), min(margin, down)
    return (
        left if position.endswith("left") else across - left,
        top if position.startswith("top") else down - top,
    )


def _png(data: bytes) -> pyvips.Image:
    try:
        image = pyvips.Image.pngload_buffer(data, fail_on="error").colourspace("srgb")
        image = (image if image.hasalpha() else image.addalpha()).cast("uchar")
        return image.copy_memory()
    except pyvips.Error as error:
        raise ValueError("The watermark is a PNG that can't be read") from error


def _text(words: str) -> pyvips.Image:
    """Write white letters with a dark rim, which show on any picture; markup means nothing."""
    try:
        letters = pyvips.Image.text(
            html.escape(words, quote=False),
            font=f"{font.NAME} {_POINTS}",
            fontfile=str(font.FILE),
            dpi=144,
        )
    except pyvips.Error as error:
        raise ValueError("The watermark's text can't be written") from error
    rim = 6
    letters = letters.embed(rim, rim, letters.width + 2 * rim, letters.height + 2 * rim)
    shadow = (letters.gaussblur(rim / 2) * 1.2).cast("uchar")
    alpha = (letters > shadow).ifthenelse(letters, shadow)
    return letters.bandjoin([letters, letters, alpha]).copy(interpretation="srgb")
