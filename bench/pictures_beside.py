"""What pictures are measured against, run by the Python of `.venv/emulators`.

`python bench/pictures_beside.py decode|pillow FILE TIMES` prints CPU seconds a picture:
libjpeg-turbo decoding every pixel and nothing else, or the same three renditions by Pillow, each
out of the next larger one.
"""

import io
import sys
import time
from pathlib import Path

import simplejpeg
from PIL import Image, ImageOps

SIZES = (2048, 1024, 256)


def decode(data: bytes) -> None:
    simplejpeg.decode_jpeg(data)


def pillow(data: bytes) -> list[bytes]:
    files = []
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (SIZES[0], SIZES[0]))
    image = ImageOps.exif_transpose(image)
    for size in SIZES:
        image.thumbnail((size, size))
        file = io.BytesIO()
        image.save(file, "JPEG", quality=82)
        files.append(file.getvalue())
    return files


def main() -> None:
    kind, path, times = sys.argv[1:]
    data = Path(path).read_bytes()
    act = {"decode": decode, "pillow": pillow}[kind]
    act(data)
    before = time.process_time()
    for _ in range(int(times)):
        act(data)
    print((time.process_time() - before) / int(times))


if __name__ == "__main__":
    main()
