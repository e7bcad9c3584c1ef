"""Files that change after their upload was interrupted."""

import json

import httpx
import pytest

from photohq.client import Outcome, errors

from .stand_in import STORE, ok, problem
from .test_upload_many import ANNOUNCE, LOOK, LOST, RESUME, batch, progress, ticket

DOWNLOAD = {
    "photo_id": "p0",
    "version_type": "original",
    "download_url": f"{STORE}/original?X-Amz-Signature=secret",
    "expires_at": "2030-01-01T00:00:00.000Z",
    "status": "pending_upload",
    "metadata": {"filename": "0.jpg", "content_type": "image/jpeg", "file_size": 1000},
}
DELETE = "DELETE /prod/photos/p0"


@pytest.fixture
def memory(tmp_path):
    return tmp_path / "unfinished"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "0.jpg"
    path.write_bytes(b"before")
    return path


@pytest.fixture
def upload(client, memory):
    return lambda *files: client.upload_many(files, unfinished=memory)


@pytest.fixture
def interrupted(deployment, upload, file):
    """An upload that was announced as p0 and did not arrive; then its file has changed."""
    deployment.on(ANNOUNCE, batch(ticket(0)))
    deployment.on("PUT /p0", LOST)
    with pytest.raises(errors.Unreachable):
        upload(file)
    file.write_bytes(b"afterwards")
    again = {**ticket(0), "photo_id": "p1", "upload_url": f"{STORE}/p1"}
    deployment.on(ANNOUNCE, ok({"batch_id": "b2", "items": [again]}))
    deployment.on("PUT /p1", httpx.Response(200))
    deployment.on("GET /prod/batches/b2", progress("ready"))
    deployment.on(LOOK, progress("pending_upload"))
    deployment.on("GET /prod/photos/p0", ok(DOWNLOAD))
    deployment.on("GET /original", httpx.Response(404))
    deployment.on(DELETE, ok({"photo_id": "p0"}))
    return deployment


def remembered(memory):
    return [json.loads(file.read_text())["batch_id"] for file in memory.glob("*.json")]


def test_what_was_announced_of_it_is_withdrawn(interrupted, upload, file, memory):
    (done,) = upload(file)
    assert (done.outcome, done.photo_id) == (Outcome.UPLOADED, "p1")
    assert len(interrupted.asked(DELETE)) == 1
    assert remembered(memory) == []


def test_bytes_that_have_arrived_after_all_stay(interrupted, upload, file, memory):
    interrupted.on("GET /original", httpx.Response(206, content=b"b"))
    upload(file)
    assert interrupted.asked(DELETE) == []
    assert remembered(memory) == ["b1"]
    interrupted.on(LOOK, progress("ready"))
    upload(file)
    assert interrupted.asked(DELETE) == []
    assert remembered(memory) == []


@pytest.mark.parametrize(
    "refused", [(LOOK, 404, []), (DELETE, 404, []), (DELETE, 409, ["b1"])], ids=str
)
def test_a_refusal_does_not_spoil_the_upload(interrupted, upload, file, memory, refused):
    what, status, left = refused
    interrupted.on(what, problem(status))
    (done,) = upload(file)
    assert done.outcome is Outcome.UPLOADED
    assert remembered(memory) == left


def test_others_of_its_batch_go_on(deployment, upload, tmp_path, memory):
    files = [tmp_path / "0.jpg", tmp_path / "1.jpg"]
    for path in files:
        path.write_text(path.name)
    deployment.on(ANNOUNCE, batch(ticket(0), ticket(1)))
    deployment.on("PUT /p0", LOST)
    deployment.on("PUT /p1", LOST)
    with pytest.raises(errors.Unreachable):
        upload(*files)
    files[0].unlink()  # what nobody names may come back
    deployment.on(RESUME, batch(ticket(0), ticket(1)))
    deployment.on(LOOK, progress("pending_upload", "ready"))
    deployment.on("PUT /p1", httpx.Response(200))
    (done,) = upload(files[1])
    assert done.outcome is Outcome.UPLOADED
    assert remembered(memory) == ["b1"]


def test_a_file_that_was_moved_is_not_outdated(interrupted, upload, file, memory, tmp_path):
    moved = tmp_path / "elsewhere" / file.name
    moved.parent.mkdir()
    moved.write_bytes(b"before")
    interrupted.on(RESUME, batch(ticket(0)))
    interrupted.on("PUT /p0", httpx.Response(200))
    interrupted.on(LOOK, progress("ready"))
    done = upload(file, moved)
    assert [one.photo_id for one in done] == ["p1", "p0"]
    assert interrupted.asked(DELETE) == []
    assert remembered(memory) == []


def test_a_memory_of_an_earlier_version_is_read(interrupted, upload, file, memory):
    (kept,) = memory.glob("*.json")
    begun = json.loads(kept.read_text())
    del begun["places"]
    kept.write_text(json.dumps(begun))
    (done,) = upload(file)
    assert done.outcome is Outcome.UPLOADED
    assert remembered(memory) == ["b1"]
