"""Placeholders and perceptual hashes are those of the libraries that everybody else uses."""

import base64
import json

import pytest
import pyvips
from tests.imaging.emulators import said
from tests.imaging.pictures import jpeg, painted
from tests.imaging.running import process

from photohq.imaging import perceptual_hash, placeholder

THUMBHASH = """
import base64, json, sys
import fast_thumbhash
hashes = [
    fast_thumbhash.rgba_to_thumb_hash(width, height, base64.b64decode(data))
    for width, height, data in json.load(open(sys.argv[1]))
]
print(json.dumps([base64.b64encode(bytes(one)).decode() for one in hashes]))
"""
PHASH = """
import base64, io, json, sys
import imagehash
from PIL import Image
print(json.dumps([
    str(imagehash.phash(Image.open(io.BytesIO(base64.b64decode(data)))))
    for data in json.load(open(sys.argv[1]))
]))
"""


def small(width, height, seed):
    grain = pyvips.Image.gaussnoise(width, height, sigma=60, mean=128, seed=seed).gaussblur(2)
    image = painted(640, 480).crop(seed * 7, seed * 5, width, height).cast("float") / 2 + grain / 2
    return image.cast("uchar")


def text(data):
    return base64.b64encode(data).decode()


@pytest.fixture
def written(tmp_path):
    def write(value):
        file = tmp_path / "pictures.json"
        file.write_text(json.dumps(value))
        return str(file)

    return write


def test_placeholders_are_thumbhashes(written):
    edges = [(32, 32), (32, 21), (21, 32), (32, 18), (24, 32), (32, 8), (100, 75)]
    images = [small(*edge, seed) for seed, edge in enumerate(edges)]
    theirs = said(
        THUMBHASH,
        written(
            [
                (one.width, one.height, text(bytes(one.bandjoin(255).write_to_memory())))
                for one in images
            ]
        ),
    )
    for image, other in zip(images, theirs, strict=True):
        pixels = bytes(image.write_to_memory())
        assert text(placeholder.thumbhash(image.width, image.height, pixels)) == other


def test_perceptual_hashes_have_the_bits_of_imagehash(written):
    images = [small(32, 32, seed)[0] for seed in range(40)]
    theirs = said(PHASH, written([text(one.pngsave_buffer()) for one in images]))
    assert [perceptual_hash.phash(bytes(one.write_to_memory())) for one in images] == theirs


def test_the_hash_of_a_picture_is_nearly_that_of_its_pixels(pictures, written):
    for seed in range(3):
        blobs = pyvips.Image.gaussnoise(16, 12, sigma=80, mean=128, seed=seed).resize(40)
        data = bytes(blobs.cast("uchar").jpegsave_buffer(Q=95))
        made = process(pictures, data)
        (theirs,) = said(PHASH, written([text(data)]))
        assert (int(theirs, 16) ^ int(made.picture.perceptual_hash, 16)).bit_count() <= 2


def test_a_placeholder_is_short(pictures):
    assert len(base64.b64decode(process(pictures, jpeg()).picture.placeholder)) <= 25
