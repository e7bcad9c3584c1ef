"""How tests hand files over."""

from collections.abc import Iterator

import pyvips

from photohq.imaging.port import Pictures, Processed
from photohq.photos.pictures import Unreadable


def pieces(data: bytes, size: int = 262_144) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def process(pictures: Pictures, data: bytes) -> Processed:
    return pictures.process(pieces(data), len(data))


def outcome(pictures: Pictures, data: bytes) -> str:
    """`ready`, or the reason why not."""
    try:
        process(pictures, data)
    except Unreadable as refused:
        return refused.reason
    return "ready"


def shown(processed: Processed, size: int = 2048) -> pyvips.Image:
    (file,) = (
        file
        for file in processed.files
        if (file.rendition.size, file.rendition.content_type) == (size, "image/jpeg")
    )
    return pyvips.Image.jpegload_buffer(file.data).copy_memory()
