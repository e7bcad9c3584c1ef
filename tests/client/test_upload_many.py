import json
import threading

import httpx
import pytest

from photohq.client import Outcome, errors
from photohq.client.transfer import sha256

from .stand_in import STORE, body, ok, problem

ANNOUNCE = "POST /prod/batches"
LOOK = "GET /prod/batches/b1"
RESUME = "POST /prod/batches/b1/resume"
LOST = httpx.ReadError("lost")


def ticket(index, expires_at="2030-01-01T00:00:00.000Z"):
    return {
        "index": index,
        "status_code": 200,
        "photo_id": f"p{index}",
        "upload_url": f"{STORE}/p{index}?X-Amz-Signature=secret",
        "upload_headers": {"Content-Type": "image/jpeg", "If-None-Match": "*"},
        "expires_at": expires_at,
        "s3_key": f"k{index}",
        "status": "pending_upload",
    }


def there(index):
    return {
        "index": index,
        "status_code": 200,
        "photo_id": f"p{index}",
        "s3_key": "k",
        "duplicate": True,
        "status": "ready",
    }


def refused(index):
    return {"index": index, "status_code": 400, "status": 400, "detail": "Too small", "code": "x"}


def batch(*items):
    return ok({"batch_id": "b1", "items": items})


def progress(*statuses):
    items = [
        {"index": index, "filename": "a", "photo_id": f"p{index}", "status": status}
        for index, status in enumerate(statuses)
    ]
    counts = dict.fromkeys(
        ("pending_upload", "uploaded", "processing", "ready", "failed", "refused"), 0
    )
    return ok({"batch_id": "b1", "total": len(items), "items": items, **counts})


@pytest.fixture
def files(tmp_path):
    made = [tmp_path / f"{number}.jpg" for number in range(3)]
    for number, path in enumerate(made):
        path.write_bytes(b"%d" % number * 1000)
    return made


@pytest.fixture
def store(deployment):
    for number in range(3):
        deployment.on(f"PUT /p{number}", httpx.Response(200))
    deployment.on(LOOK, progress("ready", "ready", "ready"))
    return deployment


def test_many_files_are_one_batch_and_each_has_an_outcome(store, client, files):
    store.on(ANNOUNCE, batch(ticket(0), there(1), refused(2)))
    told = []
    done = client.upload_many(files, tags=["sea"], on_done=told.append)
    assert [(one.outcome, one.photo_id, one.reason) for one in done] == [
        (Outcome.UPLOADED, "p0", None),
        (Outcome.THERE, "p1", None),
        (Outcome.REFUSED, None, "Too small"),
    ]
    assert sorted(told, key=lambda one: one.path) == done
    (asked,) = store.asked(ANNOUNCE)
    assert body(asked)["items"][0] == {
        "filename": "0.jpg",
        "content_type": "image/jpeg",
        "file_size": 1000,
        "checksum_sha256": sha256(files[0]),
        "on_duplicate": "return",
        "tags": ["sea"],
    }
    assert len(store.asked("PUT /p0")) == 1
    assert store.asked("PUT /p1") == store.asked("PUT /p2") == []


def test_a_batch_whose_answer_was_lost_is_asked_for_by_the_same_key(store, client, files, tmp_path):
    store.on(ANNOUNCE, LOST)
    with pytest.raises(errors.Unreachable):
        client.upload_many(files[:1], unfinished=tmp_path / "unfinished")
    store.on(ANNOUNCE, batch(ticket(0)))
    store.on(RESUME, batch(ticket(0)))
    (done,) = client.upload_many(files[:1], unfinished=tmp_path / "unfinished")
    assert done.outcome is Outcome.UPLOADED
    asked = store.asked(ANNOUNCE)
    assert len({request.headers["idempotency-key"] for request in asked}) == 1
    assert len({request.content for request in asked}) == 1


def test_what_had_arrived_before_a_break_is_not_sent_again(store, client, files, tmp_path):
    store.on(ANNOUNCE, batch(ticket(0), ticket(1), ticket(2)))
    store.on("PUT /p1", LOST)
    store.on("PUT /p2", LOST)
    with pytest.raises(errors.Unreachable):
        client.upload_many(files, concurrency=1, unfinished=tmp_path / "unfinished")
    store.on("PUT /p1", httpx.Response(200))
    store.on("PUT /p2", httpx.Response(200))
    store.on(RESUME, batch(ticket(1), ticket(2)))
    sent = len(store.asked("PUT /p0"))
    done = client.upload_many(files, unfinished=tmp_path / "unfinished")
    assert [one.outcome for one in done] == [Outcome.THERE, Outcome.UPLOADED, Outcome.UPLOADED]
    assert len(store.asked("PUT /p0")) == sent == 1
    assert len(store.asked(ANNOUNCE)) == 1
    assert [path.name for path in (tmp_path / "unfinished").iterdir()] == ["lock"]


def test_a_batch_that_is_gone_is_begun_anew(store, client, files, tmp_path):
    store.on(ANNOUNCE, LOST)
    with pytest.raises(errors.Unreachable):
        client.upload_many(files[:1], unfinished=tmp_path / "unfinished")
    store.on(ANNOUNCE, batch(ticket(0)))
    store.on(RESUME, problem(404))
    (done,) = client.upload_many(files[:1], unfinished=tmp_path / "unfinished")
    assert done.outcome is Outcome.UPLOADED


def test_leave_that_is_about_to_end_is_asked_for_anew(store, client, files):
    store.on(ANNOUNCE, batch(ticket(0, "1970-01-01T00:00:30.000Z")))
    store.on(RESUME, batch(ticket(0)))
    assert client.upload_many(files[:1])[0].outcome is Outcome.UPLOADED
    assert len(store.asked(RESUME)) == 1


def test_leave_that_the_store_takes_for_ended_is_asked_for_anew(store, client, files):
    store.on(ANNOUNCE, batch(ticket(0)))
    store.on("PUT /p0", httpx.Response(403), httpx.Response(200))
    store.on(RESUME, batch(ticket(0)))
    assert client.upload_many(files[:1])[0].outcome is Outcome.UPLOADED


def test_what_the_store_or_the_disk_refuses_fails_alone(store, client, files):
    store.on(ANNOUNCE, batch(ticket(0), ticket(1)))
    store.on("PUT /p0", httpx.Response(400, text="<Code>BadDigest</Code>"))
    files[2].unlink()
    done = client.upload_many(files)
    assert [one.outcome for one in done] == [Outcome.FAILED, Outcome.UPLOADED, Outcome.FAILED]
    assert "BadDigest" in done[0].reason
    assert "can't be read" in done[2].reason


def test_a_file_that_changes_on_its_way_fails_alone(store, client, files):
    def changing(request):
        files[0].write_bytes(b"another content")
        raise LOST

    store.on(ANNOUNCE, batch(ticket(0), ticket(1)))
    store.on("PUT /p0", changing)
    changed, other = client.upload_many(files[:2])
    assert (changed.outcome, changed.reason) == (
        Outcome.FAILED,
        "It changed while it was being sent",
    )
    assert other.outcome is Outcome.UPLOADED


def test_what_arrives_and_is_found_wanting_has_failed(store, client, files):
    store.on(ANNOUNCE, batch(ticket(0)))
    store.on(LOOK, progress("pending_upload"), progress("failed"))
    (done,) = client.upload_many(files[:1])
    assert (done.outcome, done.reason) == (Outcome.FAILED, "It is failed")


def test_a_stop_ends_it_and_what_was_begun_is_remembered(store, client, files, tmp_path):
    stop = threading.Event()

    def first(request):
        stop.set()
        return httpx.Response(200)

    store.on(ANNOUNCE, batch(ticket(0), ticket(1), ticket(2)))
    store.on("PUT /p0", first)
    with pytest.raises(errors.Stopped):
        client.upload_many(files, concurrency=1, stop=stop, unfinished=tmp_path / "unfinished")
    assert len(store.asked("PUT /p1")) <= 1
    (file,) = (tmp_path / "unfinished").glob("*.json")
    assert json.loads(file.read_text())["batch_id"] == "b1"


def test_two_can_not_upload_from_the_same_memory(client, files, tmp_path, store):
    store.on(ANNOUNCE, batch(ticket(0)))

    def meanwhile(request):
        with pytest.raises(errors.Busy):
            client.upload_many(files, unfinished=tmp_path)
        return httpx.Response(200)

    store.on("PUT /p0", meanwhile)
    assert client.upload_many(files[:1], unfinished=tmp_path)[0].outcome is Outcome.UPLOADED


def test_nothing_to_upload_is_nothing_asked(deployment, client):
    assert client.upload_many([]) == []
    assert deployment.requests == []
