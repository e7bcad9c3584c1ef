"""Pictures made of pictures: a recipe in full size, a preview of one, a picture in a frame."""

from photohq.imaging import segments
from photohq.imaging.frames import Drawing, Frame, Preview, Render
from photohq.imaging.jpeg_header import Header
from photohq.imaging.port import Drawn
from photohq.imaging.recipes.render import PREVIEW_QUALITY, Rendered, preview, render
from photohq.imaging.renditions import opened
from photohq.photos.geometry import Size

GREY = [128, 128, 128]
"""What is around a picture that does not fill its frame."""


def drawn(
    task: Drawing, data: bytes | memoryview, header: Header, orientation: int, head: bytes
) -> Drawn:
    """Do what is asked for with a file, whose `head` still has all metadata.

    Raises CropOutside, and pyvips.Error where the file can't be decoded.
    """
    match task:
        case Render(recipe, quality):
            made = render(data, header, orientation, recipe, quality)
            # The renderer has kept the profile where the pixels still need it.
            with_all = segments.restored(head, made.data, profile=False)
            return Drawn(
                data=with_all.data,
                width=made.width,
                height=made.height,
                restored=with_all.restored,
                dropped=with_all.dropped,
            )
        case Preview(recipe, full, to_srgb, long_edge):
            made = preview(data, full, recipe, long_edge, to_srgb=to_srgb)
        case Frame(size):
            made = framed(data, size)
    return Drawn(data=made.data, width=made.width, height=made.height)


def framed(data: bytes | memoryview, frame: Size) -> Rendered:
    """Fit a picture into the middle of a frame."""
    image = opened(data, fail_on="error")
    by = min(frame.width / image.width, frame.height / image.height)
    if by != 1:
        image = image.resize(by)
    if image.bands == 1:
        image = image.colourspace("srgb")
    image = image.gravity("centre", *frame, extend="background", background=GREY)
    return Rendered(image.jpegsave_buffer(Q=PREVIEW_QUALITY, keep="icc"), *frame)
