"""Sample photos: painted landscapes that arrive as a camera would have written them."""

import ctypes
import errno
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyvips

from photohq.imaging import journey, scene
from photohq.imaging.terrain import Camera

SMALLEST = 5 * 1024 * 1024
LARGEST = 20 * 1024 * 1024
"""Between which sizes every file lies, in bytes."""
SEED = 1
WORKING_EDGE = 2000
"""The longer edge at which scenes are painted, in pixels; grain and detail are full size."""
_TURN = {1: "d0", 2: "d0", 3: "d180", 4: "d180", 5: "d90", 6: "d270", 7: "d270", 8: "d90"}
_MIRRORED = (2, 4, 5, 7)


@dataclass(frozen=True)
class Sample:
    """A photo that was written."""

    path: Path
    width: int
    height: int
    """As stored, before the orientation tag turns them, in pixels."""
    size: int
    """In bytes."""
    seconds: float
    """How long it took."""

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


def write(
    folder: Path,
    count: int = 12,
    seed: int = SEED,
    on_file: Callable[[Sample], object] | None = None,
) -> list[Path]:
    """Write `count` photos into the folder, which is made if need be, and answer their paths.

    The same seed gives the same photos, whatever the count. The first eight photos have the eight
    EXIF orientations. `on_file` is called here for each photo, in order. Files of the same name
    are replaced. Raises OSError when the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    shots = journey.shots(count, seed)
    made: list[Path] = []

    def finish(sample: Sample) -> None:
        made.append(sample.path)
        if on_file is not None:
            on_file(sample)

    # Painting uses both cores a little and half a gigabyte, encoding one core and little memory:
    # a scene is painted while the one before it is encoded. This thread only waits, so that Ctrl-C
    # reaches it: inside libvips' callbacks an interrupt would be lost.
    with ThreadPoolExecutor(1) as painter, ThreadPoolExecutor(1) as encoder:
        kept = pyvips.cache_get_max()
        # Nothing is computed twice from the same arguments; the cache would only hold memory.
        pyvips.cache_set_max(0)
        try:
            stuff = painter.submit(scene.textures, random.Random(seed)).result()  # noqa: S311
            waiting: Future[Sample] | None = None
            for shot in shots:
                started = time.perf_counter()
                small = painter.submit(_small, shot, stuff).result()
                if waiting is not None:
                    finish(waiting.result())
                waiting = encoder.submit(_written, folder, shot, small, started)
                _give_back_memory()
            if waiting is not None:
                finish(waiting.result())
        finally:
            pyvips.cache_set_max(kept)
    return made


def _give_back_memory() -> None:
    """Return what painting has freed to the system: glibc keeps it, in ever smaller pieces."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _written(folder: Path, shot: journey.Shot, small: pyvips.Image, started: float) -> Sample:
    """Write the file whole or not at all."""
    data = _encoded(shot, small)
    path = folder / shot.name
    unfinished = folder / f".{shot.name}.{os.getpid()}.part"
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Sample(
        path=path,
        width=shot.body.width,
        height=shot.body.height,
        size=len(data),
        seconds=time.perf_counter() - started,
    )


def _encoded(shot: journey.Shot, small: pyvips.Image) -> bytes:
    grain, target = shot.grain, shot.size
    while True:
        photo = _enlarged(small, shot, random.Random(shot.seed), grain)  # noqa: S311
        quality = _quality(photo, target)
        data: bytes = _tagged(photo, shot).jpegsave_buffer(Q=quality)
        if SMALLEST <= len(data) <= LARGEST:
            return data
        # Too smooth or too rough to reach the size by quality alone.
        if len(data) < SMALLEST:
            grain, target = grain * 1.4 + 0.5, target * 5 // 4
        else:
            grain, target = grain * 0.7, target * 4 // 5


def _painted(shot: journey.Shot, stuff: scene.Textures) -> pyvips.Image:
    """Paint the scene as it stands upright: 16-bit sRGB, smaller than the photo."""
    wide, high = shot.body.width, shot.body.height
    if shot.orientation >= 5:
        wide, high = high, wide
    scale = WORKING_EDGE / max(wide, high)
    width, height = round(wide * scale), round(high * scale)
    camera = Camera(
        width=width,
        height=height,
        horizon=height * shot.view.horizon,
        # The frame of 35 mm film is 36 mm wide.
        focal=max(width, height) * shot.focal_35 / 36,
        eye=shot.view.eye,
        far=30000,
    )
    dice = random.Random(shot.seed)  # noqa: S311
    linear = scene.paint(dice, stuff, camera, shot.view.country, shot.view.light)
    # As soft as a lens, so that no steps of ridges show when it is enlarged.
    return scene.developed(linear, shot.view.light.exposure).gaussblur(0.6).copy_memory()


def _small(shot: journey.Shot, stuff: scene.Textures) -> pyvips.Image:
    """Paint the scene as its file stores it, smaller than the photo."""
    return _stored(_painted(shot, stuff), shot.orientation)


def _stored(upright: pyvips.Image, orientation: int) -> pyvips.Image:
    """Turn the picture against its orientation tag, so that honouring the tag shows it upright."""
    turned = upright.rot(_TURN[orientation])
    return (turned.fliphor() if orientation in _MIRRORED else turned).copy_memory()


def _enlarged(
    small: pyvips.Image, shot: journey.Shot, dice: random.Random, grain: float
) -> pyvips.Image:
    """Answer the photo at full size, in 8 bits, with the noise of a sensor."""
    width, height = shot.body.width, shot.body.height
    large = small.resize(width / small.width, vscale=height / small.height, kernel="cubic")
    large = large.embed(0, 0, width, height, extend="copy")
    edge = 1021
    noise = [
        pyvips.Image.gaussnoise(edge, edge, sigma=1, mean=0, seed=dice.getrandbits(31))
        for _ in range(4)
    ]
    soft = noise[0].gaussblur(0.55) * 1.5
    tile = soft.bandjoin([soft, soft]) + noise[1].bandjoin([noise[2], noise[3]]) * 0.35
    tile = (tile * (257 * grain)).cast("short").copy_memory()
    across, down = -(-width // edge), -(-height // edge)
    noisy = large + tile.replicate(across, down).crop(0, 0, width, height)
    return (noisy >> 8).cast("uchar").copy(interpretation="srgb")


def _quality(photo: pyvips.Image, target: int) -> int:
    """Find the JPEG quality that comes closest to a size, from strips all over the photo."""
    strips, tall = 12, 32
    gap = photo.height // strips
    strip = pyvips.Image.arrayjoin(
        [photo.crop(0, gap * i + (gap - tall) // 2, photo.width, tall) for i in range(strips)],
        across=1,
    ).copy_memory()
    share = strips * tall / photo.height
    low, high = 60, 98
    while low < high:
        middle = (low + high + 1) // 2
        size = len(strip.jpegsave_buffer(Q=middle)) / share
        if size <= target:
            low = middle
        else:
            high = middle - 1
    return low


def _tagged(photo: pyvips.Image, shot: journey.Shot) -> pyvips.Image:
    photo = photo.copy(xres=72 / 25.4, yres=72 / 25.4)
    photo.set_type(pyvips.GValue.gint_type, "orientation", shot.orientation)
    for field, value in journey.exif(shot).items():
        photo.set_type(pyvips.GValue.gstr_type, f"exif-{field}", value)
    return photo
