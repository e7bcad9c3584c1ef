"""`photohq upload`: each photo exactly once, whatever comes between."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.contract.serving import PHOTOHQ, environment

from .test_sessions import failed


def rows(called):
    return json.loads(called.stdout)


def outcomes(called):
    return Counter(row["outcome"] for row in rows(called))


def listed(home):
    return json.loads(home("ls", "--json").stdout)


def test_what_is_there_already_is_not_sent_again(photohq):
    photohq.photo("in/a.jpg", seed=1)
    photohq.photo("in/b.jpg", seed=2)
    assert outcomes(photohq("upload", photohq.folder / "in", "--json")) == {"uploaded": 2}
    photohq.photo("in/c.jpg", seed=3)
    photohq.photo("in/b-under-another-name.jpg", seed=2)
    again = photohq("upload", photohq.folder / "in", "--json")
    assert outcomes(again) == {"uploaded": 1, "there": 3}
    ids = {row["photo_id"] for row in rows(again)}
    assert ids == {photo["photo_id"] for photo in listed(photohq)}


def test_the_same_content_twice_in_a_folder_is_one_photo(photohq):
    photohq.photo("in/a.jpg", seed=1)
    photohq.photo("in/b.jpg", seed=1)
    done = rows(photohq("upload", photohq.folder / "in", "--json"))
    assert [row["outcome"] for row in done] == ["uploaded", "there"]
    assert len({row["photo_id"] for row in done}) == len(listed(photohq)) == 1


def test_of_a_folder_the_jpegs_are_taken(photohq):
    for name in ("a.JPG", "b.jpeg", "deeper/c.jpg", ".hidden.jpg", "notes.txt"):
        photohq.photo(f"in/{name}", seed=len(name))
    names = [row["path"].rpartition("/")[2] for row in rows(photohq("upload", "--json",
             photohq.folder / "in", "--recursive", "--dry-run"))]  # fmt: skip
    assert names == ["a.JPG", "b.jpeg", "c.jpg"]
    assert outcomes(photohq("upload", photohq.folder / "in", "--json")) == {"uploaded": 2}
    failed(photohq("upload", photohq.folder / "none"), 2, "There is no file")
    empty = photohq.folder / "in" / "empty"
    empty.mkdir()
    failed(photohq("upload", empty), 2, "There are no JPEGs", "--recursive")


def test_a_dry_run_changes_nothing(photohq):
    photohq.photo("in/a.jpg", seed=1)
    photohq("upload", photohq.folder / "in")
    photohq.photo("in/b.jpg", seed=2)
    foretold = photohq("upload", photohq.folder / "in", "--dry-run")
    assert [line.split()[0] for line in foretold.stdout.splitlines()] == ["there", "new"]
    assert len(listed(photohq)) == 1


def test_a_bad_file_spoils_no_other(photohq):
    photohq.photo("in/a.jpg")
    photohq.photo("in/small.jpg", 300)
    done = photohq("upload", photohq.folder / "in", "--tag", "sea")
    assert done.exit_code == 1
    uploaded, refused = sorted(done.stdout.splitlines(), key=lambda line: line[:8], reverse=True)
    (photo,) = listed(photohq)
    assert uploaded.split()[:2] == ["uploaded", photo["photo_id"]]
    assert refused.startswith("refused")
    assert "File size must be between" in refused
    assert photo["tags"] == ["sea"]
    assert "1 uploaded, 1 refused" in done.stderr


@pytest.mark.skipif(sys.platform == "darwin", reason="there every name is Unicode")
def test_a_name_that_is_not_unicode_is_said(photohq):
    photohq.photo("in/a.jpg").rename(photohq.folder / "in" / "\udcff.jpg")
    for words in ([], ["--json"], ["--dry-run"]):
        done = photohq("upload", photohq.folder / "in", *words)
        assert ".jpg" in done.stdout
    done = photohq("upload", photohq.folder / "in", "--json")
    assert (rows(done)[0]["outcome"], rows(done)[0]["reason"]) == (
        "refused",
        "Its name is not Unicode",
    )


def test_a_photo_that_was_deleted_is_uploaded_anew(photohq):
    photo = photohq.photo("a.jpg")
    photohq("upload", photo)
    photohq("rm", "a.jpg", "--yes")
    assert outcomes(photohq("upload", photo, "--json")) == {"uploaded": 1}


def interrupted(*_):
    raise KeyboardInterrupt


def test_a_photo_that_changes_after_an_interruption_leaves_nothing_pending(photohq, monkeypatch):
    for seed in (1, 2):
        photohq.photo("in/a.jpg", seed=seed)
        with monkeypatch.context() as context:
            context.setattr("photohq.client.transfer.put", interrupted)
            assert photohq("upload", photohq.folder / "in").exit_code == 130
    assert [photo["status"] for photo in listed(photohq)] == ["pending_upload"] * 2
    photohq.photo("in/a.jpg", seed=3)
    (sent,) = rows(photohq("upload", photohq.folder / "in", "--json"))
    (photo,) = listed(photohq)
    assert (sent["outcome"], sent["photo_id"]) == ("uploaded", photo["photo_id"])
    left = (photohq.folder / ".local" / "state" / "photohq" / "uploads").rglob("*.json")
    assert list(left) == []


def test_uploads_under_way_are_not_doubled_by_another(photohq):
    photo = photohq.photo("a.jpg")
    photohq("upload", photo)
    (folder,) = (photohq.folder / ".local" / "state" / "photohq" / "uploads").iterdir()
    script = "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, 2); print(1, flush=1)"
    holding = [sys.executable, "-c", f"{script}; time.sleep(60)", str(folder / "lock")]
    with subprocess.Popen(holding, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        done = photohq("upload", photo)
        other.kill()
    assert done.exit_code == 1
    assert "Another upload is under way" in done.stderr


class Interrupted:
    """`photohq upload` as a process of its own, which gets Ctrl-C from somewhere."""

    def __init__(self, home, folder):
        self.home = home
        self._words = ["upload", str(folder), "--concurrency", "3"]

    def after(self, lines):
        """Interrupts it as soon as it has told of so many files; answers its exit code."""
        process = subprocess.Popen(
            [PHOTOHQ, *self._words],
            env=environment(self.home.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(lines):
            process.stdout.readline()
        if not lines:  # as soon as a batch is remembered
            state = self.home.folder / ".local" / "state" / "photohq" / "uploads"
            while not list(state.rglob("*.json")) and process.poll() is None:
                time.sleep(0.001)
        time.sleep(random.random() / 50)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
        # An interpreter that is on its way out complains in its own way.
        assert process.returncode != 130 or "Traceback" not in complaints
        return process.returncode


@pytest.mark.parametrize("count", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_photos_that_are_interrupted_five_times_arrive_exactly_once(photohq, count):
    for number in range(count):
        photohq.photo(f"in/{number:03}.jpg", 60_000, seed=number)
    folder = photohq.folder / "in"
    upload = Interrupted(photohq, folder)
    moments = [0, *(random.randrange(1, count // 5) for _ in range(4))]
    codes = [upload.after(lines) for lines in moments]
    assert set(codes) <= {130, 0, -signal.SIGINT}, codes
    assert 130 in codes
    assert photohq("upload", folder).exit_code == 0
    photos = listed(photohq)
    assert sorted(photo["filename"] for photo in photos) == sorted(
        path.name for path in folder.iterdir()
    )
    assert {photo["status"] for photo in photos} <= {"uploaded", "processing", "ready"}
    left = (photohq.folder / ".local" / "state" / "photohq" / "uploads").rglob("*.json")
    assert list(left) == []


def test_a_pipe_that_is_closed_early_is_no_trouble(photohq):
    for number in range(3):
        photohq.photo(f"in/{number}.jpg", seed=number)
    photohq("upload", photohq.folder / "in")
    words = [f"{PHOTOHQ} ls --json", f"{PHOTOHQ} ls"]
    for command in words:
        done = subprocess.run(
            ["bash", "-c", f"{command} | head -c 1"],
            env=environment(photohq.folder),
            capture_output=True,
            text=True,
            check=False,
        )
        assert len(done.stdout) == 1
        assert done.stderr == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_secret_is_in_the_process_list_or_the_output(photohq):
    for number in range(20):
        photohq.photo(f"in/{number}.jpg", 200_000, seed=number)
    process = subprocess.Popen(
        [PHOTOHQ, "upload", str(photohq.folder / "in")],
        env=environment(photohq.folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    first = process.stdout.readline()
    words = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    output = first + process.communicate(timeout=30)[0]
    (session,) = (photohq.folder / ".config" / "photohq" / "sessions").iterdir()
    tokens = json.loads(session.read_text())
    for secret in (tokens["access_token"], tokens["refresh_token"], "X-Amz-Signature"):
        assert secret not in output
        assert secret.encode() not in words


def test_the_server_starts_without_what_only_people_need():
    script = (
        "import sys\n"
        "from importlib import import_module as load\n"
        "for name in ('main', 'serve'): load(f'photohq.cli.{name}')\n"
        "for name in ('server', 'logs'): load(f'photohq.entrypoints.{name}')\n"
        "load('photohq.wiring.one_machine')\n"
        "print({'rich', 'keyring', 'photohq.client'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
