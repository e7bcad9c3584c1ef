import pytest
import pyvips
from tests.imaging.pictures import jpeg
from tests.imaging.running import process, shown

from photohq.imaging import child
from photohq.imaging.plan import Plan, Watermark
from photohq.imaging.processes import PictureProcesses

GREY = (pyvips.Image.black(1200, 800, bands=3) + 100).cast("uchar").copy(interpretation="srgb")
CORNERS = {
    "top-left": (0, 0),
    "top-right": (2, 0),
    "bottom-left": (0, 2),
    "bottom-right": (2, 2),
    "center": (1, 1),
}


def png(colour, width=60, height=30):
    return bytes((pyvips.Image.black(width, height) + colour).cast("uchar").pngsave_buffer())


def marked(watermark, data=None):
    processes = PictureProcesses(Plan(watermark=watermark), 1)
    try:
        return process(processes, data or GREY.jpegsave_buffer(Q=95))
    finally:
        processes.close()


def changed(image):
    """Which of the nine fields of a picture are not grey any more."""
    width, height = image.width // 3, image.height // 3
    colour = image if image.bands == 3 else image.colourspace("srgb")
    return {
        (column, row)
        for row in range(3)
        for column in range(3)
        if (colour.crop(column * width, row * height, width, height).cast("short") - 100)
        .abs()
        .max()
        > 40
    }


@pytest.mark.parametrize("position", CORNERS)
def test_a_text_is_written_on_every_rendition_where_it_should(position):
    made = marked(Watermark(text="© Zoë & <b>Co</b>", position=position, opacity=1.0))
    for size in (2048, 1024, 256):
        found = changed(shown(made, size))
        assert CORNERS[position] in found
        if position != "center":
            column, row = CORNERS[position]
            assert found <= {(column, row), (1, row)}


def test_a_text_is_written_where_a_machine_has_no_fonts(monkeypatch):
    bare = child._environment() | {"FONTCONFIG_FILE": "/nowhere"}
    monkeypatch.setattr(child, "_environment", lambda: bare)
    made = marked(Watermark(text="Ωmega Я", position="top-left", opacity=1.0))
    assert (0, 0) in changed(shown(made))


def test_a_picture_is_laid_over_as_strongly_as_its_opacity_says():
    for opacity, expected in ((1.0, 255), (0.5, 177), (0.0, 100)):
        made = marked(Watermark(png=png([255, 255, 255]), position="center", opacity=opacity))
        image = shown(made)
        assert abs(image(image.width // 2, image.height // 2)[0] - expected) < 6


def test_a_grey_picture_and_one_of_one_pixel_are_marked_too():
    mark = Watermark(png=png([255, 0, 0]), position="center", opacity=1.0)
    image = shown(marked(mark, GREY[0].jpegsave_buffer()))
    red, green, _ = image(image.width // 2, image.height // 2)
    assert red > green + 100
    assert shown(marked(mark, jpeg(1, 1))).width == 1


def test_the_mark_is_as_large_as_the_rendition_asks_for():
    made = marked(Watermark(png=png([255, 255, 255]), position="bottom-right", opacity=1.0))
    shares = []
    for size in (2048, 1024, 256):
        image = shown(made, size)
        shares.append((image[0] > 180).avg() / 255)
    assert max(shares) < min(shares) * 1.2


def test_the_placeholder_and_the_hash_are_those_of_the_picture_without():
    made = marked(Watermark(text="Mark", position="center", opacity=1.0), jpeg())
    plain = marked(None, jpeg())
    assert made.picture == plain.picture


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "The watermark is either a text or a PNG"),
        ({"text": "a", "png": b"b"}, "The watermark is either a text or a PNG"),
        ({"text": " "}, "The watermark's text must be a line of 1 to 100 characters"),
        ({"text": "a\nb"}, "The watermark's text must be a line of 1 to 100 characters"),
        ({"text": "a" * 101}, "The watermark's text must be a line of 1 to 100 characters"),
        ({"text": "a", "opacity": 2}, "The watermark's opacity must be between 0 and 1"),
        ({"png": b"GIF89a"}, "The watermark is not a PNG"),
        ({"png": png([1, 2, 3])[:20]}, "The watermark is not a PNG"),
        ({"png": png(1, 5000, 1)}, "The watermark may have 4096 x 4096 pixels at most"),
        ({"png": png([1, 2, 3]) + bytes(5 * 2**20)}, "The watermark may have 4 MiB at most"),
        ({"text": "漢字"}, "The watermark's text has characters that its font lacks: 漢字"),
    ],
)  # fmt: skip
def test_a_watermark_that_can_not_be_is_refused_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        Watermark(**settings)


def test_a_png_that_can_not_be_read_is_found_when_a_worker_starts():
    processes = PictureProcesses(Plan(watermark=Watermark(png=png([1, 2, 3])[:-40])), 1)
    with pytest.raises(ValueError, match=r"^The watermark is a PNG that can't be read$"):
        processes.check()
    processes.close()
