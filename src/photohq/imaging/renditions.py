"""Renditions by libvips: one decoding of the whole file, then each size out of the next larger one.

Decoding is the proof that a picture is whole: it is not decoded a second time for that.
"""

import base64
from collections.abc import Callable

import pyvips

from photohq.imaging import perceptual_hash, placeholder, xmp
from photohq.imaging.jpeg_header import Header
from photohq.imaging.plan import Plan
from photohq.imaging.port import RenditionFile
from photohq.imaging.recipes import profiles
from photohq.imaging.watermark import Mark
from photohq.photos.pictures import JPEG, WEBP, Matrix, Picture, Rendition

_SHRINKS = (8, 4, 2)
"""What libjpeg does while it decodes, for less than the price of a whole decoding."""
_ODDITIES = (
    "extraneous bytes before marker",
    "Unknown Adobe color transform code",
    "unknown JFIF revision number",
    "Invalid SOS parameters for sequential JPEG",
)
_TURNS = {3: "d180", 5: "d90", 6: "d90", 7: "d270", 8: "d270"}
_MIRRORED = {2, 5, 7}
_UPSIDE_DOWN = 4
_TURNED = 5
"""From this orientation on, width and height change places."""
LUMA = [[0.299, 0.587, 0.114]]


def allow_jpeg_alone() -> None:
    """Refuse whatever is not a JPEG from now on; keep nothing of one picture for the next."""
    pyvips.operation_block_set("VipsForeignLoad", True)
    pyvips.operation_block_set("VipsForeignLoadJpeg", False)
    pyvips.cache_set_max(0)


def opened(data: bytes | memoryview, **options: object) -> pyvips.Image:
    """Open a JPEG without copying it; `data` has to outlive the image."""
    return pyvips.Image.jpegload_source(pyvips.Source.new_from_memory(data), **options)


def completely(load: Callable[[str], pyvips.Image]) -> pyvips.Image:
    """Decode by a function that takes `fail_on`; raises pyvips.Error where pixels are missing.

    That is what libjpeg only warns of, but for a few oddities of encoders: these are decoded once
    more, without regard to warnings.
    """
    try:
        return load("warning")
    except pyvips.Error as error:
        if not any(oddity in str(error) for oddity in _ODDITIES):
            raise
    return load("error")


class Studio:
    """Makes what the plan asks for; `mark` is laid over all of it."""

    def __init__(self, plan: Plan, mark: Mark | None) -> None:
        self._plan = plan
        self._mark = mark
        self._sizes = sorted(plan.sizes, reverse=True)

    def make(
        self, data: memoryview, header: Header, orientation: int, notice: str | None
    ) -> tuple[Picture, list[RenditionFile]]:
        """Decode and render; `notice` is the copyright. Raises pyvips.Error where that fails."""
        decoded = self._decoded(data, header)
        image = upright(in_srgb(decoded), orientation).copy_memory()
        wide, high = header.width, header.height
        if orientation >= _TURNED:
            wide, high = high, wide
        files: list[RenditionFile] = []
        for size in self._sizes:
            image = _resized(image, *_fitting(wide, high, size)).copy_memory()
            shown = image
            if self._mark is not None:
                shown = self._mark.over(_coloured(image)).copy_memory()
            files += [self._file(shown, size, kind, notice) for kind in self._plan.formats]
        picture = Picture(
            width=header.width,
            height=header.height,
            orientation=orientation,
            placeholder=_placeholder(image),
            perceptual_hash=_perceptual_hash(image),
            to_srgb=_to_srgb(decoded),
        )
        return picture, files

    def _decoded(self, data: memoryview, header: Header) -> pyvips.Image:
        """Decode to the last row, at the size of the largest rendition."""
        return completely(lambda fail_on: self._loaded(data, header, fail_on))

    def _loaded(self, data: memoryview, header: Header, fail_on: str) -> pyvips.Image:
        wide, high = _fitting(header.width, header.height, self._sizes[0])
        shrink = self._shrink(header.width, header.height)
        image = opened(data, shrink=shrink, fail_on=fail_on, access="sequential")
        return _resized(image, wide, high).copy_memory()

    def _shrink(self, width: int, height: int) -> int:
        """Answer by how much libjpeg may shrink: what it rounds off must not be seen."""
        longer, shorter = max(width, height), min(width, height)
        return next(
            (by for by in _SHRINKS if longer // by >= self._sizes[0] and shorter >= 16 * by), 1
        )

    def _file(self, image: pyvips.Image, size: int, kind: str, notice: str | None) -> RenditionFile:
        keep = pyvips.enums.ForeignKeep.ICC
        if notice is not None:
            image = image.copy()
            image.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Copyright", notice)
            keep |= pyvips.enums.ForeignKeep.EXIF
            if not notice.isascii():  # EXIF's is transcribed: its texts are ASCII
                image.set_type(pyvips.GValue.blob_type, "xmp-data", xmp.rights(notice))
                keep |= pyvips.enums.ForeignKeep.XMP
        if kind == "webp":
            plan, content_type = self._plan, WEBP
            data = image.webpsave_buffer(Q=plan.webp_quality, effort=plan.webp_effort, keep=keep)
        else:
            content_type = JPEG
            data = image.jpegsave_buffer(Q=self._plan.jpeg_quality, keep=keep)
        return RenditionFile(
            Rendition(
                size=size,
                width=image.width,
                height=image.height,
                content_type=content_type,
                file_size=len(data),
            ),
            data,
        )


def _to_srgb(image: pyvips.Image) -> Matrix | None:
    space = profiles.of(image)
    return space.to_srgb if space else None


def _fitting(width: int, height: int, size: int) -> tuple[int, int]:
    """Answer the edges of a rendition: the longer one is `size`, or as it is where it is less."""
    longer = max(width, height)
    if longer <= size:
        return width, height
    return max(1, round(width * size / longer)), max(1, round(height * size / longer))


def _resized(image: pyvips.Image, width: int, height: int) -> pyvips.Image:
    if (image.width, image.height) == (width, height):
        return image
    across, down = width / image.width, height / image.height
    return image.resize(across, vscale=down, kernel="cubic")  # a twentieth less than lanczos3


def in_srgb(image: pyvips.Image) -> pyvips.Image:
    """Convert the colours where they are others; a profile that is broken counts as none.

    Without a profile RGB is sRGB, by the custom of cameras and browsers; CMYK is whatever libvips
    takes it for.
    """
    if image.get_typeof("icc-profile-data"):
        try:
            return image.icc_transform(
                "srgb", embedded=True, intent="relative", black_point_compensation=True
            ).copy_memory()
        except pyvips.Error:
            image = image.copy()
            image.remove("icc-profile-data")
    if image.interpretation == "cmyk":
        return image.icc_transform("srgb", input_profile="cmyk", intent="relative").copy_memory()
    return image if image.bands == 1 else image.colourspace("srgb")


def upright(image: pyvips.Image, orientation: int) -> pyvips.Image:
    """Turn stored pixels as their EXIF orientation says; the image has to be in memory."""
    if orientation in _TURNS:
        image = image.rot(_TURNS[orientation])
    if orientation in _MIRRORED:
        image = image.fliphor()
    if orientation == _UPSIDE_DOWN:
        image = image.flipver()
    return image


def _coloured(image: pyvips.Image) -> pyvips.Image:
    return image if image.bands == 3 else image.colourspace("srgb")


def _placeholder(image: pyvips.Image) -> str:
    small = _coloured(_resized(image, *_fitting(image.width, image.height, placeholder.EDGE)))
    pixels = bytes(small.cast("uchar").write_to_memory())
    return base64.b64encode(placeholder.thumbhash(small.width, small.height, pixels)).decode()


def _perceptual_hash(image: pyvips.Image) -> str:
    grey = image if image.bands == 1 else image.recomb(LUMA).rint()
    edge = perceptual_hash.EDGE
    square = bytes(_resized(grey, edge, edge).cast("uchar").write_to_memory())
    return perceptual_hash.phash(square)
