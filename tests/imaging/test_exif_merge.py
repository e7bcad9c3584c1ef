"""What an editor has left out of a photo's EXIF is put back, and what it has kept stays."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.imaging.pictures import (
    ASCII,
    LONG,
    RATIONAL,
    SHORT,
    UNDEFINED,
    inserted,
    jpeg,
    segment,
    tiff,
)

from photohq.imaging import exif
from photohq.imaging.exif_merge import merged

MAKE = (0x010F, ASCII, b"NIKON CORPORATION\0")
SOFTWARE = (0x0131, ASCII, b"An Editor\0")
WIDTH = (0xA002, LONG, 6000)
EXPOSURE = (0x829A, RATIONAL, [(1, 250)])
ISO = (0x8827, SHORT, 400)
TAKEN = (0x9003, ASCII, b"2026:05:06 07:08:09\0")
COMMENT = {
    "<": (0x9286, UNDEFINED, b"UNICODE\0" + "Zoë".encode("utf-16-le")),
    ">": (0x9286, UNDEFINED, b"UNICODE\0" + "Zoë".encode("utf-16-be")),
}
NOTES = (0x927C, UNDEFINED, b"Nikon\0" + bytes(range(60)))
GPS = [
    (0x01, ASCII, b"N\0"),
    (0x02, RATIONAL, [(47, 1), (22, 1), (123, 10)]),
    (0x03, ASCII, b"E\0"),
    (0x04, RATIONAL, [(8, 1), (32, 1), (0, 1)]),
]
ORDERS = [(mine, theirs) for mine in "<>" for theirs in "<>"]


def whole(order="<"):
    details = sorted([EXPOSURE, ISO, TAKEN, COMMENT[order], WIDTH])
    return tiff([MAKE], details, GPS, order=order)


def told(data):
    fields, position = exif.read(data)
    return {**fields, **position}


@pytest.mark.parametrize(("mine", "theirs"), ORDERS)
def test_a_position_that_was_taken_out_comes_back(mine, theirs):
    kept = tiff([MAKE], sorted([EXPOSURE, ISO, TAKEN, COMMENT[mine]]), order=mine)
    done = merged(kept, whole(theirs))
    assert done.restored == {"gps"}
    assert exif.read(done.data).position == exif.read(whole()).position
    assert exif.read(done.data).fields == exif.read(kept).fields


@pytest.mark.parametrize(("mine", "theirs"), ORDERS)
def test_dates_that_were_taken_out_come_back(mine, theirs):
    kept = tiff([MAKE], sorted([EXPOSURE, ISO, COMMENT[mine]]), GPS, order=mine)
    done = merged(kept, whole(theirs))
    assert done.restored == {"dates"}
    assert told(done.data) == told(kept) | {"DateTimeOriginal": "2026:05:06 07:08:09"}


@pytest.mark.parametrize(("mine", "theirs"), ORDERS)
def test_an_editor_that_leaves_only_its_name_gets_all_but_what_is_about_pixels(mine, theirs):
    done = merged(tiff([SOFTWARE], order=mine), whole(theirs))
    assert done.restored == {"dates", "exif", "gps"}
    wanted = told(whole()) | {"Software": "An Editor"}
    del wanted["PixelXDimension"]
    assert told(done.data) == wanted
    assert wanted["UserComment"] == "Zoë"


def test_what_the_edited_file_says_itself_stays_as_it_is():
    mine = (0x9003, ASCII, b"1999:01:01 00:00:00\0")
    here = [(0x01, ASCII, b"S\0"), (0x02, RATIONAL, [(1, 1), (2, 1), (3, 1)])]
    kept = tiff([MAKE], [EXPOSURE, ISO, mine], here)
    done = merged(kept, whole())
    assert done.restored == {"exif"}  # the comment
    assert told(done.data) == told(kept) | {"UserComment": "Zoë"}


SHOT, LATER = b"2026:05:06 07:08:09\0", b"2027:01:01 00:00:00\0"
DATES = [(0x0132, 0x9010, 0x9290), (0x9003, 0x9011, 0x9291), (0x9004, 0x9012, 0x9292)]


def dated(date, offset=None, moment=SHOT, order="<"):
    main, details = (
        ([(date, ASCII, moment)], []) if date == 0x0132 else ([], [(date, ASCII, moment)])
    )
    for tag, text in zip(offset or (), (b"+02:00\0", b"120\0"), strict=False):
        details.append((tag, ASCII, text))
    return tiff([MAKE, *main], [EXPOSURE, *details], order=order)


@pytest.mark.parametrize(("mine", "theirs"), ORDERS)
@pytest.mark.parametrize(("date", "zone", "fraction"), DATES)
def test_zone_and_fraction_come_back_only_with_their_own_date(date, zone, fraction, mine, theirs):
    original = dated(date, (zone, fraction), order=theirs)
    same = merged(dated(date, moment=SHOT[:-1], order=mine), original)
    assert told(same.data) == told(original)
    changed = dated(date, moment=LATER, order=mine)
    assert merged(changed, original) == (changed, frozenset(), frozenset())
    gone = merged(tiff([MAKE], [EXPOSURE], order=mine), original)
    # When a file was last changed does not come back, nor what belongs to it.
    assert told(gone.data) == told(tiff([MAKE], [EXPOSURE]) if date == 0x0132 else original)


@pytest.mark.parametrize(("mine", "theirs"), ORDERS)
@pytest.mark.parametrize("height", [[(500, 1)], [(450, 1)]], ids=["other", "same"])
def test_a_place_comes_back_also_where_there_is_an_altitude(height, mine, theirs):
    version, altitude = (0x00, 1, b"\2\3\0\0"), (0x06, RATIONAL, height)
    original = tiff([MAKE], gps=[*GPS, (0x05, 1, 1), (0x06, RATIONAL, [(450, 1)])], order=theirs)
    done = merged(tiff([MAKE], gps=[version, altitude], order=mine), original)
    assert done.restored == {"gps"}
    place = dict(exif.read(done.data).position)
    # Another altitude may be on the other side of the sea.
    assert (place.pop("GPSAltitude"), place.pop("GPSAltitudeRef", None)) == (
        height[0][0],
        1 if height == [(450, 1)] else None,
    )
    assert place == exif.read(tiff([MAKE], gps=GPS)).position


def test_a_place_of_its_own_stays_alone():
    kept = tiff([MAKE], gps=[(0x02, RATIONAL, [(1, 1), (2, 1), (3, 1)])])
    assert merged(kept, tiff([MAKE], gps=GPS)).data == kept


def test_where_nothing_is_missing_nothing_changes():
    assert merged(whole(), whole()) == (whole(), frozenset(), frozenset())


def test_makers_notes_are_left_out_and_that_is_said():
    done = merged(tiff([SOFTWARE]), tiff([MAKE], [NOTES]))
    assert done.restored == {"exif"}
    assert done.dropped == {"maker_notes"}
    assert b"Nikon\0" not in done.data
    kept = tiff([SOFTWARE], [NOTES])
    done = merged(kept, tiff([MAKE], [TAKEN, NOTES]))
    assert done.dropped == frozenset()
    assert done.data[8 : len(kept)] == kept[8:]


@given(st.data())
def test_whatever_either_says_what_stood_in_the_edited_file_stands_where_it_stood(data):
    pair = [tiff([SOFTWARE], [EXPOSURE]), whole(data.draw(st.sampled_from("<>")))]
    for at, one in enumerate(pair):
        broken = bytearray(one)
        for _ in range(data.draw(st.integers(0, 4))):
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
        pair[at] = bytes(broken)
    edited, original = pair
    done = merged(edited, original)
    assert done.data[8 : len(edited)] == edited[8:]
    assert done.data[:4] == edited[:4]
    if not done.restored:
        assert done.data == edited
    assert len(done.data) < len(edited) + 2 * len(original) + 500


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
@pytest.mark.parametrize(("mine", "theirs"), ORDERS)
def test_exiftool_reads_all_of_it_without_a_warning(mine, theirs, tmp_path):
    done = merged(tiff([SOFTWARE], order=mine), whole(theirs))
    answers = []
    for name, data in (("original", whole(theirs)), ("edited", done.data)):
        file = tmp_path / f"{name}.jpg"
        file.write_bytes(inserted(jpeg(8, 8), segment(0xE1, b"Exif\0\0" + data)))
        said = subprocess.run(
            ["exiftool", "-json", "-a", "-warning", "-exif:all", file],
            capture_output=True,
            check=True,
            timeout=60,
        )
        answers.append(json.loads(said.stdout)[0])
    original, edited = answers
    assert edited.pop("Software") == "An Editor"
    del original["ExifImageWidth"], original["SourceFile"], edited["SourceFile"]
    assert edited == original
