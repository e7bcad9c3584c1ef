"""Sample photos: what somebody who uploads them can rely on."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import pyvips

from photohq.imaging import journey, samples


@pytest.fixture(scope="module")
def sketchy():
    """Paint small, as the painting is not what is tested; the files keep their full size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "WORKING_EDGE", 240)
        yield


@pytest.fixture(scope="module")
def written(sketchy, tmp_path_factory):
    told = []
    folder = tmp_path_factory.mktemp("samples") / "made" / "for it"
    paths = samples.write(folder, count=2, seed=13, on_file=told.append)
    return paths, told


def field(path, name):
    """The part of a field that libvips took from the file, without its description."""
    value = pyvips.Image.new_from_file(str(path)).get(f"exif-{name}")
    return value.split(" (")[0]


def test_photos_are_whole_jpegs_of_5_to_20_mib_and_12_to_45_megapixels(written):
    for path in written[0]:
        image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="warning")
        assert image.avg() > 5  # decodes every pixel
        assert image.get("vips-loader") == "jpegload"
        assert 12e6 <= image.width * image.height <= 45e6
        assert 5 * 2**20 <= path.stat().st_size <= 20 * 2**20


def test_progress_is_told_for_each_photo_in_order(written):
    paths, told = written
    assert [sample.path for sample in told] == paths
    assert [sample.size for sample in told] == [path.stat().st_size for path in paths]
    assert all(sample.seconds > 0 for sample in told)


def test_nothing_but_the_photos_is_left_in_the_folder(written):
    paths, _ = written
    assert sorted(paths[0].parent.iterdir()) == sorted(paths)


def test_exif_says_which_camera_when_where_and_how(written):
    for path in written[0]:
        for name in ("Make", "Model"):
            assert field(path, f"ifd0-{name}")
        for name in ("LensModel", "ExposureTime", "FNumber", "ISOSpeedRatings", "FocalLength"):
            assert field(path, f"ifd2-{name}")
        assert datetime.strptime(  # noqa: DTZ007
            field(path, "ifd2-DateTimeOriginal"), "%Y:%m:%d %H:%M:%S"
        )
        assert datetime.strptime(field(path, "ifd2-OffsetTimeOriginal"), "%z")
        assert field(path, "ifd3-GPSLatitudeRef") in ("N", "S")
        assert field(path, "ifd3-GPSLongitudeRef") in ("E", "W")
        for name in ("GPSLatitude", "GPSLongitude", "GPSAltitude"):
            assert field(path, f"ifd3-{name}")


def test_the_orientation_tag_is_the_one_the_journey_says(written):
    for path, shot in zip(written[0], journey.shots(2, 13), strict=True):
        image = pyvips.Image.new_from_file(str(path))
        assert image.get("orientation") == shot.orientation
        assert field(path, "ifd0-Orientation") == str(shot.orientation)
    assert [shot.orientation for shot in journey.shots(2, 13)] == [1, 6]


def test_a_seed_makes_the_same_photos_whatever_the_count(written, tmp_path):
    (again,) = samples.write(tmp_path, count=1, seed=13)
    assert again.name == written[0][0].name
    assert again.read_bytes() == written[0][0].read_bytes()


def test_another_seed_makes_other_photos():
    def pictures(seed):
        return {(shot.name, shot.seed) for shot in journey.shots(50, seed)}

    assert not pictures(1) & pictures(2)


@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_photos_have_a_thousand_names_and_pictures(seed):
    shots = journey.shots(1000, seed)
    assert len({shot.name for shot in shots}) == 1000
    assert len({shot.seed for shot in shots}) == 1000


@pytest.mark.parametrize("seed", range(5))
def test_the_first_eight_photos_have_the_eight_orientations(seed):
    assert {shot.orientation for shot in journey.shots(8, seed)} == set(range(1, 9))


def test_every_camera_has_12_to_45_megapixels():
    for body in journey.BODIES:
        assert 12e6 <= body.width * body.height <= 45e6


def test_times_and_places_agree():
    for shot in journey.shots(100, 3):
        first, last = shot.view.hours
        assert first <= shot.taken.hour + shot.taken.minute / 60 <= last + 0.02
        # Clocks follow the sun to within a few hours anywhere.
        offset = shot.taken.utcoffset().total_seconds() / 3600
        assert abs(offset - shot.longitude / 15) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_viewer_that_honours_the_tag_shows_the_picture_upright(orientation):
    upright = pyvips.Image.xyz(12, 8).cast("uchar")
    stored = samples._stored(upright, orientation)
    stored.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    shown = stored.autorot()
    assert (shown.width, shown.height) == (12, 8)
    assert (shown - upright).abs().max() == 0


@pytest.mark.parametrize("level", ["smooth", "rough"])
def test_the_size_is_held_however_smooth_or_rough_the_picture_is(level):
    shot = next(shot for shot in journey.shots(20, 1) if shot.body.width == 4032)
    shot = replace(shot, orientation=1, grain=0.0 if level == "smooth" else 60.0)
    small = (pyvips.Image.black(240, 180, bands=3) + 32768).cast("ushort")
    data = samples._encoded(shot, small)
    assert 5 * 2**20 <= len(data) <= 20 * 2**20


def photohq(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from photohq.cli.main import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_makes_photos_that_look_like_something(tmp_path):
    done = photohq("samples", str(tmp_path / "new"), "--count", "1", "--seed", "15")
    assert (done.returncode, done.stderr) == (0, "")
    (path,) = (tmp_path / "new").iterdir()
    line, closing = done.stdout.splitlines()
    assert line.split()[0] == path.name
    assert [word for word in line.split() if word.isalpha()] == ["MP", "MB", "s"]
    assert closing.startswith("1 photo, ")
    # Noise averages out in a thumbnail, and a landscape doesn't; nor is it black or burnt out.
    thumbnail = pyvips.Image.thumbnail(str(path), 64).colourspace("b-w").copy_memory()
    assert thumbnail.deviate() > 12
    assert 20 < thumbnail.avg() < 220


@pytest.mark.parametrize("count", ["0", "-1", "1001", "many"])
def test_a_count_out_of_bounds_is_refused(tmp_path, count):
    refused = photohq("samples", str(tmp_path), "--count", count)
    assert refused.returncode == 2
    assert "--count" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "taken").write_text("")
    refused = photohq("samples", str(tmp_path / "taken"))
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.splitlines() == [
        f"Error: Can't write photos into {tmp_path / 'taken'}: File exists."
    ]


def test_a_folder_that_may_not_be_written_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError):
        samples.write(tmp_path, count=1)


def test_a_write_that_fails_leaves_nothing(sketchy, tmp_path, monkeypatch):
    def full(self: Path, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(samples, "_encoded", lambda *_: b"a photo")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        samples.write(tmp_path, count=1)
    assert not list(tmp_path.iterdir())


def test_help_does_not_load_libvips():
    done = subprocess.run(
        [sys.executable, "-c", "import photohq.cli.samples, sys; print('pyvips' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
