"""`photohq edit --with` and `photohq watch`: edits that come of saving a file."""

import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.contract.pictures import jpeg
from tests.contract.serving import PHOTOHQ, environment

from photohq.cli.main import main
from photohq.client import PhotoHQ
from photohq.client.errors import NotArrived

from .test_sessions import failed

PNG = b"\x89PNG\r\n\x1a\n" + bytes(400)
CUT_OFF = jpeg(400)[:-20]
SAVING = """
import sys, time, pathlib
file = pathlib.Path(sys.argv[-1])
for name in sys.argv[1:-1]:
    file.write_bytes(pathlib.Path(name).read_bytes())
    time.sleep(0.8)
"""


@pytest.fixture
def photo(photohq):
    """The id of a photo, a.jpg."""
    done = photohq("upload", photohq.photo("a.jpg"), "--json")
    return json.loads(done.stdout)[0]["photo_id"]


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where editors work on their files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def editor(home, *saves):
    """An editor that saves these files, one after the other."""
    script = home.folder / "editor.py"
    script.write_text(SAVING)
    return shlex.join([sys.executable, str(script), *map(str, saves)])


def history(home, photo):
    versions = json.loads(home("versions", photo, "--json").stdout)
    return [version["file_size"] for version in versions if version["version_type"] == "edited"]


def test_every_save_in_an_editor_is_uploaded(photohq, photo):
    first, second = photohq.photo("1.jpg", 401), photohq.photo("2.jpg", 402)
    done = photohq("edit", photo, "--as-uploaded", "--with", editor(photohq, first, second))
    assert done.exit_code == 0, done.output
    assert history(photohq, photo) == [402, 401]
    assert "edit 2" in done.stderr


def test_an_editor_begins_with_the_edit_that_is_there(photohq, photo):
    photohq("edit", photo, photohq.photo("1.jpg", 401), "--as-uploaded")
    seen = photohq.folder / "seen.jpg"
    copying = f"sh -c 'cp \"$1\" {seen}' sh"
    done = photohq("edit", photo, "--with", copying)
    assert "saved nothing" in done.stderr
    assert seen.read_bytes() == jpeg(401)
    assert history(photohq, photo) == [401]


def test_nothing_is_replaced_where_somebody_else_has_edited_meanwhile(
    photohq, photo, temporary, monkeypatch
):
    mine, theirs = photohq.photo("mine.jpg", 401), photohq.photo("theirs.jpg", 402)
    with photohq.client() as client:
        monkeypatch.setattr(
            "photohq.cli.edit._ends", lambda process: client_edits(client, process, photo, theirs)
        )
        done = photohq("edit", photo, "--as-uploaded", "--with", editor(photohq, mine))
    assert done.exit_code == 1
    assert "Somebody else has edited" in done.stderr
    assert history(photohq, photo) == [402]
    (kept,) = temporary.glob("photohq-edit-*/a.jpg")
    assert str(kept) in done.stderr
    assert kept.read_bytes() == jpeg(401)


def client_edits(client, process, photo, file):
    """Another client is faster than the editor's save."""
    client.wait(client.upload_edit(photo, file, keep_metadata="as_uploaded"))
    process.wait()
    return True


def written(home, name, content):
    path = home.folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", [PNG, b"root:x:0:0:root:/root:/bin/bash\n", b""])
def test_a_file_that_is_no_jpeg_is_not_uploaded(photohq, photo, content):
    file = written(photohq, "edit.JPG", content)
    failed(photohq("edit", photo, file), 1, f"{file} is no JPEG")
    assert history(photohq, photo) == []


def test_a_picture_that_turns_out_to_be_broken_is_said(photohq, photo):
    file = written(photohq, "edit.jpg", CUT_OFF)
    failed(photohq("edit", photo, file), 1, "The file ends before the picture does")


def test_the_end_of_the_processing_is_waited_for(photohq, photo):
    done = photohq("edit", photo, photohq.photo("1.jpg", 401), "--json")
    assert json.loads(done.stdout)["edited"]["status"] == "ready"


def test_processing_that_takes_its_time_is_no_failure(photohq, photo, monkeypatch):
    wait = PhotoHQ.wait

    def impatient(client, ticket, *, ready=False):
        if ready:
            raise NotArrived("It is processing")
        return wait(client, ticket)

    monkeypatch.setattr(PhotoHQ, "wait", impatient)
    done = photohq("edit", photo, photohq.photo("1.jpg", 401))
    assert done.exit_code == 0
    assert "still being processed" in done.stderr


def test_a_save_that_is_no_jpeg_is_mended_by_the_next_one(photohq, photo):
    png, mended = written(photohq, "1.png", PNG), photohq.photo("2.jpg", 402)
    done = photohq("edit", photo, "--as-uploaded", "--with", editor(photohq, png, mended))
    assert done.exit_code == 0, done.output
    assert done.stderr.count("is no JPEG") == 1
    assert history(photohq, photo) == [402]


@pytest.mark.parametrize(
    ("content", "why"), [(PNG, "is no JPEG"), (CUT_OFF, "The file ends before the picture does")]
)
def test_a_last_save_that_is_no_whole_picture_stays_in_a_file(
    photohq, photo, temporary, content, why
):
    saves = photohq.photo("1.jpg", 401), written(photohq, "2.jpg", content)
    done = photohq("edit", photo, "--with", editor(photohq, *saves))
    assert done.exit_code == 1
    assert why in done.stderr
    (kept,) = temporary.glob("photohq-edit-*/a.jpg")
    assert f"Your version is in {kept}" in done.stderr
    assert kept.read_bytes() == content


def test_a_file_and_an_editor_are_not_given_together(photohq, photo):
    file = photohq.photo("1.jpg", 401)
    together = photohq("edit", photo, file, "--with", "gimp")
    assert together.exit_code == 2
    assert "can't be given together" in together.stderr
    assert history(photohq, photo) == []
    always = CliRunner(env={**photohq.environment, "PHOTOHQ_EDITOR": "gimp"})
    assert always.invoke(main, ["edit", photo, str(file), "--as-uploaded"]).exit_code == 0
    assert history(photohq, photo) == [401]


def test_an_editor_that_is_not_there_is_said(photohq, photo, temporary):
    failed(photohq("edit", photo, "--with", "no-such-editor"), 2, "no-such-editor")
    assert list(temporary.glob("photohq-edit-*")) == []
    assert photohq("edit", photo).exit_code == 2


def watched(home, folder, *words):
    """Looks once; answers what became of which file."""
    done = home("watch", folder, "--once", "--json", *words)
    assert done.exit_code == 0, done.output
    rows = map(json.loads, done.stdout.splitlines())
    return {Path(row["path"]).name: (row["outcome"], row["photo_id"]) for row in rows}


def test_what_appears_in_a_watched_folder_is_uploaded_once(photohq):
    folder = photohq.photo("in/a.jpg", seed=1).parent
    ((outcome, _),) = watched(photohq, folder, "--tag", "new").values()
    assert outcome == "uploaded"
    assert watched(photohq, folder) == {}
    photohq.photo("in/b.jpg", seed=2)
    photohq.photo("in/deeper/c.jpg", seed=3)
    assert list(watched(photohq, folder)) == ["b.jpg"]
    assert list(watched(photohq, folder, "--recursive")) == ["c.jpg"]
    tagged = json.loads(photohq("ls", "--tag", "new", "--json").stdout)
    assert [photo["filename"] for photo in tagged] == ["a.jpg"]


@pytest.mark.parametrize(
    "name", ["a-edited.jpg", "A_edit-2.JPG", "a (edited).jpg", "edited/a.jpg", "a.jpg"]
)
def test_an_export_becomes_the_edited_version(photohq, name):
    folder = photohq.photo("in/a.jpg", seed=1).parent
    ((_, photo_id),) = watched(photohq, folder).values()
    export = photohq.photo(f"in/{name}", 400, seed=2)
    seen = watched(photohq, folder, "--recursive")
    assert seen == {export.name: ("edited", photo_id)}
    assert watched(photohq, folder, "--recursive") == {}
    (photo,) = json.loads(photohq("ls", "--json").stdout)
    assert (photo["photo_id"], photo["has_edited_version"]) == (photo_id, True)


def test_an_export_that_is_no_jpeg_edits_nothing(photohq):
    photo = photohq.photo("in/a.jpg", seed=1)
    ((_, photo_id),) = watched(photohq, photo.parent).values()
    photo.with_name("a-edited.jpg").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert watched(photohq, photo.parent) == {"a-edited.jpg": ("failed", photo_id)}
    assert history(photohq, photo_id) == []


def test_an_export_of_nothing_that_is_there_is_a_photo(photohq):
    folder = photohq.photo("in/z-edited.jpg").parent
    ((outcome, _),) = watched(photohq, folder).values()
    assert outcome == "uploaded"


def test_an_export_that_could_be_of_several_photos_is_left_alone(photohq):
    folder = photohq.photo("in/a.jpg", seed=1).parent
    photohq.photo("in/deeper/a.jpg", seed=2)
    watched(photohq, folder, "--recursive")
    photohq.photo("in/a-edited.jpg", 400)
    assert watched(photohq, folder) == {"a-edited.jpg": ("skipped", None)}


def test_a_folder_is_watched_until_ctrl_c(photohq):
    folder = photohq.photo("in/a.jpg", seed=1).parent
    watching = subprocess.Popen(
        [PHOTOHQ, "watch", str(folder), "--interval", "0.1", "--json"],
        env=environment(photohq.folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    seen = [json.loads(watching.stdout.readline())["path"]]
    photohq.photo("in/b.jpg", seed=2)
    seen.append(json.loads(watching.stdout.readline())["path"])
    watching.send_signal(signal.SIGINT)
    _, said = watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert said.endswith("Stopped.\n")
    assert [Path(path).name for path in seen] == ["a.jpg", "b.jpg"]


def test_what_the_server_refuses_does_not_end_the_watch(photohq):
    folder = photohq.photo("in/small.jpg", 300).parent
    photohq.photo("in/a.jpg")
    outcomes = {name: outcome for name, (outcome, _) in watched(photohq, folder).items()}
    assert outcomes == {"small.jpg": "refused", "a.jpg": "uploaded"}
    failed(photohq("watch", photohq.folder / "none"), 2, "There is no folder")
