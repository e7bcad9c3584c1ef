"""Renditions carry the picture, its colours and the copyright: nobody's name, number or place."""

import json
import shutil
import subprocess

import pytest
from tests.imaging.pictures import (
    ASCII,
    RATIONAL,
    SHORT,
    UNDEFINED,
    builtin_profile,
    exif_app1,
    inserted,
    iptc_app13,
    jpeg,
    painted,
    segment,
    with_profile,
    xmp_app1,
)
from tests.imaging.running import process

from photohq.imaging.plan import Plan
from photohq.imaging.processes import PictureProcesses

COPYRIGHT = "© 2026 Zoë"
SECRETS = (b"Artist", b"Owner", b"Serial", b"Somewhere", b"Keyword", b"51,30", b"GPS", b"MakerNote")
DEGREES = [(51, 1), (30, 1), (1234, 100)]
KEPT = {
    "About", "ColorSpace", "ComponentsConfiguration", "Copyright", "ExifByteOrder",
    "ExifImageHeight", "ExifImageWidth", "ExifVersion", "FlashpixVersion", "Orientation",
    "ResolutionUnit", "Rights", "XResolution", "YCbCrPositioning", "YResolution",
}  # fmt: skip


def telling(data):
    """A picture that says everything there is to say of somebody."""
    main = [
        (0x010F, ASCII, b"Maker\0"),
        (0x0112, SHORT, 3),
        (0x013B, ASCII, b"Some Artist\0"),
        (0x8298, ASCII, COPYRIGHT.encode() + b"\0"),
        (0x9C9D, 1, "Artist XP".encode("utf-16-le")),
    ]
    details = [
        (0x927C, UNDEFINED, b"MakerNote Serial 12345 Owner"),
        (0xA430, ASCII, b"Owner Name\0"),
        (0xA431, ASCII, b"Serial-12345\0"),
        (0xA435, ASCII, b"LensSerial-67890\0"),
        (0x9286, UNDEFINED, b"ASCII\0\0\0Somewhere"),
    ]
    gps = [
        (1, ASCII, b"N\0"),
        (2, RATIONAL, DEGREES),
        (3, ASCII, b"E\0"),
        (4, RATIONAL, DEGREES),
    ]
    xmp = xmp_app1(
        "<dc:creator><rdf:Seq><rdf:li>Some Artist</rdf:li></rdf:Seq></dc:creator>"
        "<photoshop:City>Somewhere</photoshop:City>",
        'aux:SerialNumber="Serial-12345" aux:OwnerName="Owner" exif:GPSLatitude="51,30N" '
        'exif:GPSLongitude="0,7W"',
    )
    iptc = iptc_app13((80, b"Some Artist"), (90, b"Somewhere"), (25, b"Keyword"))
    extended = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0Owner")
    return inserted(
        data, exif_app1(main, details, gps), xmp, iptc, extended, segment(0xFE, b"Owner")
    )


@pytest.fixture(scope="module")
def renditions():
    """Of a picture without a profile and one with, as JPEG and as WebP."""
    pool = PictureProcesses(Plan(formats=("jpeg", "webp")), 1)
    profiled = with_profile(painted(), builtin_profile("p3"))
    made = [process(pool, telling(data)) for data in (jpeg(), profiled)]
    pool.close()
    assert all(one.facts.geolocation and one.facts.tags for one in made)
    return [file.data for one in made for file in one.files]


def test_no_secret_is_in_any_rendition_and_the_copyright_is_in_all(renditions):
    assert len(renditions) == 12
    for data in renditions:
        assert [secret for secret in SECRETS if secret in data] == []
        assert COPYRIGHT.encode() in data


def test_a_plain_copyright_is_in_exif_alone(pictures):
    data = inserted(jpeg(), exif_app1([(0x8298, ASCII, b"2026 Zoe <z@example.com>\0")]))
    for file in process(pictures, data).files:
        assert b"2026 Zoe <z@example.com>" in file.data
        assert b"xmpmeta" not in file.data


def test_without_a_copyright_there_is_no_exif_at_all(pictures):
    for file in process(pictures, jpeg()).files:
        assert b"Exif" not in file.data


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
def test_exiftool_finds_nothing_but_the_copyright(renditions, tmp_path):
    for number, data in enumerate(renditions):
        (tmp_path / f"{number}.bin").write_bytes(data)
    done = subprocess.run(
        ["exiftool", "-json", "-G1", "-a", "-u", "-U", *sorted(tmp_path.iterdir())],
        capture_output=True,
        check=True,
        timeout=60,
    )
    for told in json.loads(done.stdout):
        groups = {"ExifTool", "System", "File", "JFIF", "RIFF", "Composite"}
        names = {
            name.split(":")[-1]
            for name in told
            if name != "SourceFile"
            and not name.startswith("ICC")
            and name.split(":")[0] not in groups
        }
        assert names <= KEPT
        assert told["IFD0:Copyright"] == "(C) 2026 Zoe"
        assert told["XMP-dc:Rights"] == COPYRIGHT
