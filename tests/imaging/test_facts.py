"""What a file says of its photo arrives as the photo's fields, whatever it says."""

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.imaging.pictures import (
    ASCII,
    LONG,
    RATIONAL,
    SHORT,
    SIGNED_RATIONAL,
    UNDEFINED,
    exif_app1,
    inserted,
    iptc_app13,
    jpeg,
    segment,
    tiff,
    xmp_app1,
)

from photohq.imaging import facts, jpeg_header
from photohq.photos import rules
from photohq.photos.pictures import CameraInfo, Facts, Geolocation

MAKE, MODEL, DESCRIPTION, ORIENTATION, COPYRIGHT = 0x010F, 0x0110, 0x010E, 0x0112, 0x8298
TAKEN, DIGITIZED, OFFSET, FRACTION = 0x9003, 0x9004, 0x9011, 0x9291
ISO, EXPOSURE, APERTURE, FOCAL, LENS = 0x8827, 0x829A, 0x829D, 0x920A, 0xA434
XP_TITLE, COMMENT, MAKER_NOTE = 0x9C9B, 0x9286, 0x927C
DEGREES = [(51, 1), (30, 1), (1234, 100)]


def described(*segments):
    return facts.read(jpeg_header.read(inserted(jpeg(64, 64), *segments)))


def said(*segments):
    return described(*segments).facts


def taken(*details):
    return said(exif_app1(details=list(details))).taken_at


@pytest.mark.parametrize("order", ["<", ">"])
def test_what_a_camera_writes_is_understood(order):
    told = described(
        exif_app1(
            [
                (MAKE, ASCII, b"NIKON CORPORATION\0"),
                (MODEL, ASCII, b"NIKON Z 8\0"),
                (ORIENTATION, SHORT, 6),
                (COPYRIGHT, ASCII, "© Zoë\0".encode()),
            ],
            [
                (TAKEN, ASCII, b"2026:05:01 10:11:12\0"),
                (OFFSET, ASCII, b"+02:00\0"),
                (FRACTION, ASCII, b"34\0"),
                (ISO, SHORT, 400),
                (EXPOSURE, RATIONAL, (1, 250)),
                (APERTURE, RATIONAL, (28, 10)),
                (FOCAL, RATIONAL, (85, 1)),
                (LENS, ASCII, b"NIKKOR Z 85mm f/1.8 S\0"),
            ],
            [
                (1, ASCII, b"S\0"),
                (2, RATIONAL, DEGREES),
                (3, ASCII, b"W\0"),
                (4, RATIONAL, [(0, 1), (7, 1), (30, 1)]),
                (5, 1, b"\1"),
                (6, RATIONAL, (1234, 10)),
            ],
            order,
        )
    )
    assert (told.orientation, told.copyright) == (6, "© Zoë")
    assert told.facts.taken_at == "2026-05-01T10:11:12.340+02:00"
    assert told.facts.camera_info == CameraInfo(
        make="NIKON CORPORATION",
        model="NIKON Z 8",
        lens="NIKKOR Z 85mm f/1.8 S",
        iso=400,
        aperture=2.8,
        shutter_speed="1/250",
        focal_length=85.0,
    )
    assert told.facts.geolocation == Geolocation(-51.5034278, -0.125, -123.4)


def test_a_picture_that_says_nothing_has_no_facts():
    assert described() == (Facts(), 1, None)


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        (b"2026:05:01 10:11:12", "2026-05-01T10:11:12"),
        (b"2026-05-01T10:11:12Z", "2026-05-01T10:11:12+00:00"),
        (b"0000:00:00 00:00:00", None),
        (b"2026:13:01 10:11:12", None),
        (b"2026:02:30 10:11:12", None),
        (b"1700:01:01 10:11:12", None),
        (b"    :  :     :  :  ", None),
        (b"yesterday", None),
    ],
)
def test_dates_are_iso_8601_and_nonsense_is_dropped(date, moment):
    assert taken((TAKEN, ASCII, date + b"\0")) == moment


@pytest.mark.parametrize("offset", [b"+25:00\0", b"abc\0", b"+01:99\0"])
def test_a_nonsensical_offset_is_dropped(offset):
    date = (TAKEN, ASCII, b"2026:05:01 10:11:12\0")
    assert taken(date, (OFFSET, ASCII, offset)) == "2026-05-01T10:11:12"


def test_where_there_is_no_original_date_others_are_asked():
    assert taken((DIGITIZED, ASCII, b"2026:05:01 10:11:12\0")) == "2026-05-01T10:11:12"
    written = "<xmp:CreateDate>2026-05-01T10:11:12.5+05:30</xmp:CreateDate>"
    assert said(xmp_app1(written)).taken_at == "2026-05-01T10:11:12.500+05:30"
    told = iptc_app13((55, b"20260501"), (60, b"101112+0200"))
    assert said(told).taken_at == "2026-05-01T10:11:12+02:00"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        ((1, 8000), "1/8000"),
        ((10, 2500), "1/250"),
        ((1, 4), "1/4"),
        ((1, 2), 0.5),
        ((30, 1), 30.0),
        ((0, 1), None),
        ((1, 0), None),
    ],
)
def test_shutter_speeds_are_fractions_or_seconds(seconds, shown):
    info = said(exif_app1(details=[(EXPOSURE, RATIONAL, seconds)])).camera_info
    assert (info and info.shutter_speed) == shown


def test_where_the_exposure_is_told_in_apex_it_is_converted():
    told = said(exif_app1(details=[(0x9201, SIGNED_RATIONAL, (8, 1)), (0x9202, RATIONAL, (5, 1))]))
    assert told.camera_info == CameraInfo(shutter_speed="1/256", aperture=5.7)


def position(latitude, longitude):
    north, east = (1, ASCII, b"N\0"), (3, ASCII, b"E\0")
    return [north, (2, RATIONAL, latitude), east, (4, RATIONAL, longitude)]


@pytest.mark.parametrize(
    "position",
    [
        position([(0, 1)] * 3, [(0, 1)] * 3),
        position([(0, 0)] * 3, [(0, 0)] * 3),
        position([(91, 1), (0, 1), (0, 1)], DEGREES),
        position(DEGREES, DEGREES)[:2],
        position(DEGREES, DEGREES)[1::2],
    ],
)
def test_a_position_that_is_none_is_dropped(position):
    assert said(exif_app1(gps=position)).geolocation is None


def test_a_position_is_read_from_xmp_too():
    written = 'exif:GPSLatitude="51,30.5N" exif:GPSLongitude="0,7,30W"'
    assert said(xmp_app1("", written)).geolocation == Geolocation(51.5083333, -0.125)


def test_keywords_of_both_kinds_are_tags_once():
    subject = "<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>été</rdf:li></rdf:Bag></dc:subject>"
    told = said(iptc_app13((25, b"coast"), (25, "été".encode())), xmp_app1(subject))
    assert told.tags == ("coast", "été", "sea")


def test_captions_of_old_programs_are_in_a_western_alphabet():
    assert said(iptc_app13((120, "Zürich".encode("latin-1")), utf8=False)).description == "Zürich"


def test_descriptions_are_read_wherever_they_are_but_cameras_boilerplate_is_none():
    caption = (
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">By the sea</rdf:li>'
        '<rdf:li xml:lang="de">Am Meer</rdf:li></rdf:Alt></dc:description>'
    )
    boilerplate = exif_app1([(DESCRIPTION, ASCII, b"OLYMPUS DIGITAL CAMERA         \0")])
    assert said(boilerplate).description is None
    assert said(boilerplate, xmp_app1(caption)).description == "By the sea"
    assert said(exif_app1([(DESCRIPTION, ASCII, b"At home\0")])).description == "At home"


@pytest.mark.parametrize(
    ("written", "rating"),
    [("4", 4), ("0", 0), ("-1", None), ("9", None), ("nan", None), ("x", None)],
)
def test_ratings_are_zero_to_five(written, rating):
    assert said(xmp_app1("", f'xmp:Rating="{written}"')).rating == rating
    assert said(xmp_app1(f"<xmp:Rating>{written}</xmp:Rating>")).rating == rating


def test_the_copyright_is_taken_from_any_of_the_three():
    rights = "<dc:rights><rdf:Alt><rdf:li>X</rdf:li></rdf:Alt></dc:rights>"
    assert described(xmp_app1(rights)).copyright == "X"
    assert described(iptc_app13((116, b"I"))).copyright == "I"


def test_texts_are_cut_to_what_a_photo_may_have():
    told = said(
        exif_app1([(DESCRIPTION, ASCII, b"d" * 5000), (MAKE, ASCII, b"m" * 5000)]),
        iptc_app13(*((25, b"%d" % number + b"k" * 100) for number in range(80))),
    )
    assert len(told.description) == 2000
    assert len(told.camera_info.make) == 255
    assert len(told.tags) == 50
    assert {len(tag) for tag in told.tags} == {64}


def test_exif_is_four_kilobytes_of_json_without_makers_notes():
    many = [(tag, ASCII, b"x" * 250) for tag in range(0x9C9B, 0x9C9F)]
    many += [(tag, ASCII, b"y" * 500) for tag in (MAKE, MODEL, DESCRIPTION, 0x0131, 0x013B, 0x013C)]
    details = [(tag, ASCII, b"z" * 500) for tag in range(0xA430, 0xA436)]
    details += [(TAKEN, ASCII, b"w" * 400), (COMMENT, UNDEFINED, b"ASCII\0\0\0" + b"c" * 400)]
    details += [(MAKER_NOTE, UNDEFINED, b"secret" * 100), (LENS, ASCII, b"l" * 400)]
    details += [(tag, ASCII, b"o" * 400) for tag in range(0x9010, 0x9013)]
    exif = said(exif_app1(many, details)).exif
    assert 3000 < len(msgspec.json.encode(exif)) <= 4096
    assert "secret" not in str(exif)


def test_texts_of_windows_and_comments_in_unicode_are_read():
    exif = said(
        exif_app1(
            [(XP_TITLE, 1, "Ünïcode\0".encode("utf-16-le"))],
            [(COMMENT, UNDEFINED, b"UNICODE\0" + "Käse".encode("utf-16-le"))],
        )
    ).exif
    assert exif == {"XPTitle": "Ünïcode", "UserComment": "Käse"}


def test_numbers_that_are_none_are_left_out():
    bias, distance = (0x9204, SIGNED_RATIONAL, (1, 0)), (0x9206, RATIONAL, (4294967295, 1))
    exif = said(exif_app1(details=[bias, distance, (ISO, LONG, 100)])).exif
    assert exif == {"PhotographicSensitivity": 100}


@pytest.mark.parametrize(
    "text",
    [b"a\0b", b"\xff\xfe\xfd", b"\xed\xa0\x80", b"\x01\x02tab\there", b"\xf4\x90\x80\x80", b""],
)
def test_texts_that_are_none_come_out_as_utf_8(text):
    told = said(
        exif_app1([(MAKE, ASCII, text + b"\0"), (DESCRIPTION, ASCII, text)]),
        iptc_app13((25, text), (120, text)),
        xmp_app1(b"<dc:subject>" + text + b"</dc:subject>"),
    )
    assert json.loads(msgspec.json.encode(told)) is not None
    assert "\0" not in repr(msgspec.json.encode(told).decode())


def test_a_document_type_ends_the_reading_of_xmp():
    xml = b'<!DOCTYPE x [<!ENTITY e "boom">]><x>&e;</x>'
    assert said(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xml)) == Facts()


def obeys_the_rules(told: Facts) -> bool:
    limits = rules.Limits()
    if told.tags is not None:
        rules.tags(list(told.tags), limits)
    if told.description is not None:
        rules.description(told.description, limits)
    if told.rating is not None:
        rules.rating(told.rating, limits)
    if told.geolocation is not None:
        rules.geolocation(msgspec.to_builtins(told.geolocation), limits)
    if told.camera_info is not None:
        rules.camera_info(msgspec.to_builtins(told.camera_info), limits)
    return len(msgspec.json.encode(told.exif)) <= facts.MAX_EXIF_BYTES


def header(exif=b"", xmp=b"", photoshop=b""):
    told = jpeg_header.read(jpeg(16, 16))
    told.exif, told.xmp, told.photoshop = exif, xmp, photoshop
    return told


RATIONALS = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
TEXTS = st.sampled_from([MAKE, MODEL, DESCRIPTION, LENS, TAKEN, OFFSET, FRACTION, 1, 3])
RATIOS, ROWS = st.sampled_from([EXPOSURE, APERTURE, FOCAL, 6]), st.sampled_from([2, 4])
FIELDS = st.lists(
    st.one_of(
        st.tuples(TEXTS, st.just(ASCII), st.binary(max_size=40)),
        st.tuples(RATIOS, st.just(RATIONAL), RATIONALS),
        st.tuples(ROWS, st.just(RATIONAL), st.lists(RATIONALS, min_size=1, max_size=4)),
        st.tuples(st.sampled_from([ISO, ORIENTATION]), st.just(SHORT), st.integers(0, 65535)),
    ),
    max_size=8,
)


@given(FIELDS, FIELDS, FIELDS)
def test_whatever_the_fields_say_the_facts_obey_the_rules(main, details, gps):
    told = facts.read(header(exif=tiff(main, details, gps)))
    assert obeys_the_rules(told.facts)
    assert 1 <= told.orientation <= 8
    assert math.isfinite(len(msgspec.json.encode(told.facts)))


@given(st.binary(max_size=400), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""]))
def test_whatever_the_bytes_are_nothing_fails(noise, start):
    told = facts.read(
        header(start + noise, b"<x>" + noise, b"8BIM\x04\x04\0\0\0\0\xff\xff\x1c" + noise)
    )
    assert obeys_the_rules(told.facts)


@given(st.text(max_size=60), st.integers(0, 120))
def test_whatever_xmp_says_nothing_fails(words, cut):
    for body in (f"<dc:subject>{words}</dc:subject>", f"<dc:description>{words}"):
        content = xmp_app1(body.encode("utf-8", "ignore"))[4 + 29 :]
        assert obeys_the_rules(facts.read(header(xmp=content)).facts)
        assert obeys_the_rules(facts.read(header(xmp=content[:-cut])).facts)
