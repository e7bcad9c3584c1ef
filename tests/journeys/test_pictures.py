"""Pictures on one machine as its users and its operator meet them, broken ones and crashes too."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.contract import expect
from tests.contract.deployment import eventually, of_server
from tests.contract.pictures import LEAST
from tests.contract.serving import Server, run
from tests.imaging.hostile import HOSTILE
from tests.imaging.pictures import jpeg

MIB = 1024 * 1024
ENDED = {"ready", "failed"}


def upload(user, data, filename="a.jpg"):
    """Upload what may be no picture at all; answers the photo's id."""
    ticket = user.upload_ticket(filename=filename, file_size=len(data))
    assert user.deployment.put(ticket, data).status_code == 200
    return ticket["photo_id"]


def ended(user, photo_id, seconds=60):
    """The metadata of a photo once its picture is settled."""
    metadata = {}

    def look():
        metadata.update(user.metadata(photo_id))
        return metadata["status"] in ENDED

    assert eventually(look, seconds=seconds), metadata
    return metadata


def children(server):
    threads = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    return [int(pid) for thread in threads for pid in thread.read_text().split()]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_hostile_pictures_end_as_they_should_and_harm_no_other(tmp_path):
    limits = {"PHOTOHQ_MIN_FILE_SIZE": "1", "PHOTOHQ_MAX_FILE_SIZE": str(64 * MIB)}
    good = jpeg(800, 600)
    with Server(tmp_path, **limits) as server, of_server(server) as deployment:
        user = deployment.new_user()
        uploads = {}
        others = [upload(user, good)]
        for name, hostile in HOSTILE.items():
            data = hostile.build()
            if not data:
                continue  # no ticket is given for nothing
            uploads[name] = upload(user, data)
            others.append(upload(user, good))
        for name, photo_id in uploads.items():
            metadata = ended(user, photo_id)
            outcome = metadata.get("status_reason", metadata["status"])
            assert outcome in HOSTILE[name].outcomes, name
        assert all(ended(user, photo_id)["status"] == "ready" for photo_id in others)
        broken = uploads["text"]
        assert user.download(broken) == HOSTILE["text"].build()
        assert user.download(others[-1]) == good
        assert server.process.poll() is None
        ready = expect.ok(deployment.anonymous.get("/readyz"))
        assert ready == {"status": "ready", "jobs": {"waiting": 0, "running": 0, "failed": 0}}
        assert "Traceback" not in server.complaints


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in Linux's /proc")
def test_a_server_that_is_killed_goes_on_where_it_was(tmp_path):
    data = jpeg(800, 600)
    data += bytes(LEAST - len(data))
    one = {"PHOTOHQ_PICTURE_WORKERS": "1"}
    with Server(tmp_path, **one) as server, of_server(server) as deployment:
        user = deployment.new_user()
        photo_ids = [upload(user, data)]
        ended(user, photo_ids[0])
        workers = children(server)
        assert workers
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        photo_ids += [upload(user, data) for _ in range(3)]
        assert eventually(lambda: user.metadata(photo_ids[1])["status"] == "processing")
        server.process.kill()
        server.process.wait()
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
        assert eventually(lambda: not any(map(alive, workers))), "a worker outlives its server"
        email = user.email
    with Server(tmp_path, **one) as server, of_server(server) as deployment:
        user = type(user)(deployment, email, deployment.sign_in(email))
        assert all(ended(user, photo_id)["status"] == "ready" for photo_id in photo_ids)


def test_a_server_that_is_told_to_stop_does_not_wait_for_pictures(tmp_path):
    data = jpeg(4000, 3000)
    data += bytes(max(0, LEAST - len(data)))
    with Server(tmp_path, PHOTOHQ_PICTURE_WORKERS="1") as server, of_server(server) as deployment:
        user = deployment.new_user()
        for _ in range(8):
            upload(user, data)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 5
    done = run(tmp_path, "jobs", "ls", "--data", str(tmp_path / "data"))
    assert "waiting  not tried" in done.stdout
    assert "running" not in done.stdout
    assert "failed" not in done.stdout


def test_new_settings_are_for_old_pictures_too(tmp_path):
    with Server(tmp_path) as server, of_server(server) as deployment:
        user = deployment.new_user()
        photo = user.upload()
        before = ended(user, photo.id)["renditions"]
        email = user.email
    assert {one["content_type"] for one in before} == {"image/jpeg"}
    settings = {"PHOTOHQ_RENDITION_FORMATS": "jpeg,webp", "PHOTOHQ_WATERMARK_TEXT": "© Ann"}
    with Server(tmp_path, **settings) as server, of_server(server) as deployment:
        user = type(user)(deployment, email, deployment.sign_in(email))
        done = run(tmp_path, "reprocess", "--user", email, "--data", str(server.data))
        assert done.stdout == "Processing again: 1 photo\n"

        def formats():
            found = user.metadata(photo.id)
            return found["status"] == "ready" and {
                one["content_type"] for one in found["renditions"]
            }

        assert eventually(lambda: formats() == {"image/jpeg", "image/webp"})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PHOTOHQ_WATERMARK_TEXT": "漢"}, "PHOTOHQ_WATERMARK_TEXT: "),
        ({"PHOTOHQ_WATERMARK_IMAGE": "/nowhere.png"}, "PHOTOHQ_WATERMARK_IMAGE: "),
        ({"PHOTOHQ_WATERMARK_TEXT": "a", "PHOTOHQ_WATERMARK_IMAGE": "b"}, "names another"),
        ({"PHOTOHQ_WATERMARK_OPACITY": "101"}, ": 101 is not 0 to 100"),
        ({"PHOTOHQ_WATERMARK_POSITION": "middle"}, "'middle' is not top-left"),
        ({"PHOTOHQ_RENDITION_FORMATS": "jpeg,gif"}, "'jpeg,gif' is not jpeg, or jpeg,webp"),
        ({"PHOTOHQ_PICTURE_MEMORY": "1000"}, ": 1000 is not at least"),
        ({"PHOTOHQ_PICTURE_PIXELS": "0"}, ": 0 is not at least 1"),
        ({"PHOTOHQ_PICTURE_SECONDS": "0"}, ": 0 is not at least 1"),
        ({"PHOTOHQ_PICTURE_WORKERS": "-1"}, ": -1 is not 0 to 256"),
    ],
)
def test_settings_that_can_not_be_are_said_in_a_sentence(tmp_path, settings, said):
    done = run(tmp_path, "serve", "--data", str(tmp_path / "data"), "--port", "0", **settings)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert said in line
