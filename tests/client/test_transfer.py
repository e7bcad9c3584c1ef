import base64
import hashlib
import json

import httpx
import pytest

from photohq.client import errors
from photohq.client.transfer import CHUNK

from .stand_in import CONFIG, METADATA, STORE, body, ok, problem

CONTENT = b"x" * (2 * CHUNK + 17)
CHECKSUM = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
PUT = "PUT /original"
GET = "GET /original"
LOST = httpx.WriteError("lost")
S3_ERROR = "<Error><Code>BadDigest</Code><Message>Not the same</Message></Error>"


def ticket(path="/original", **more):
    headers = {"Content-Type": "image/jpeg", "x-amz-checksum-sha256": CHECKSUM}
    if path == "/original":
        headers["If-None-Match"] = "*"
    return ok(
        {
            "photo_id": "p1",
            "upload_url": f"{STORE}{path}?X-Amz-Signature=secret",
            "upload_headers": headers,
            "expires_at": "2026-11-24T10:01:11.000Z",
            "s3_key": "k",
            **more,
        }
    )


def leave(**changes):
    file = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": len(CONTENT), **changes}
    return ok(
        {
            "photo_id": "p1",
            "version_type": "original",
            "download_url": f"{STORE}/original?X-Amz-Signature=secret",
            "expires_at": "2026-11-24T10:01:11.000Z",
            "status": "ready",
            "metadata": file,
        }
    )


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def store(deployment):
    deployment.on("POST /prod/photos/upload", ticket())
    deployment.on("PUT /prod/photos/p1/edit", ticket("/edited", edit_count=1))
    deployment.on("GET /prod/photos/p1", leave())
    deployment.on(PUT, httpx.Response(200))
    deployment.on("PUT /edited", httpx.Response(200))
    deployment.on(GET, httpx.Response(200, content=CONTENT))
    return deployment


def test_an_original_is_announced_and_sent_with_exactly_the_tickets_headers(store, client, photo):
    told = []
    client.upload(photo, tags=["sea"], on_progress=told.append)
    (announced,) = store.asked("POST /prod/photos/upload")
    assert body(announced) == {
        "filename": "a.jpg",
        "content_type": "image/jpeg",
        "file_size": len(CONTENT),
        "checksum_sha256": CHECKSUM,
        "tags": ["sea"],
    }
    (sent,) = store.asked(PUT)
    assert sent.content == CONTENT
    assert sent.headers["content-length"] == str(len(CONTENT))
    assert "transfer-encoding" not in sent.headers
    assert "authorization" not in sent.headers
    assert sent.headers["if-none-match"] == "*"
    assert told == [CHUNK, 2 * CHUNK, len(CONTENT)]


ASKED = {
    "POST /prod/photos/upload": lambda client, photo: client.upload(photo),
    "PUT /prod/photos/p1/edit": lambda client, photo: client.upload_edit("p1", photo),
}


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize(
    "trouble",
    [httpx.ConnectError("no"), problem(429), problem(503, headers={"Retry-After": "1"})],
    ids=["not connected", "throttled", "told to come back"],
)
def test_a_ticket_that_surely_was_not_made_is_asked_for_again(store, client, photo, what, trouble):
    made = ticket("/edited", edit_count=1) if what.endswith("edit") else ticket()
    store.on(what, trouble, made)
    assert ASKED[what](client, photo).photo_id == "p1"
    assert len(store.asked(what)) == 2


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize(
    "trouble",
    [httpx.ReadError("lost"), httpx.ReadTimeout(""), problem(502), problem(503), problem(504)],
    ids=["lost", "slow", "bad gateway", "unavailable", "gateway timeout"],
)
def test_a_ticket_that_may_have_been_made_is_asked_for_by_the_same_key(
    store, client, photo, what, trouble
):
    made = ticket("/edited", edit_count=1) if what.endswith("edit") else ticket()
    store.on(what, trouble, made)
    assert ASKED[what](client, photo).photo_id == "p1"
    first, again = store.asked(what)
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert first.content == again.content


def test_every_ticket_has_a_key_of_its_own(store, client, photo):
    for _ in range(2):
        client.upload(photo)
    first, second = store.asked("POST /prod/photos/upload")
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


def test_the_file_is_sent_anew_when_the_connection_broke(store, client, photo):
    store.on(PUT, LOST, httpx.Response(200))
    told = []
    client.upload(photo, on_progress=told.append)
    assert [request.content for request in store.asked(PUT)] == [CONTENT, CONTENT]
    assert told == [CHUNK, 2 * CHUNK, len(CONTENT)] * 2


def test_an_original_that_is_there_already_has_arrived(store, client, photo):
    store.on(PUT, LOST, httpx.Response(412))
    assert client.upload(photo).photo_id == "p1"


def test_an_edit_is_not_written_once(store, client, photo):
    store.on("PUT /edited", httpx.Response(412))
    with pytest.raises(errors.TransferRefused):
        client.upload_edit("p1", photo)


def test_what_the_store_refuses_is_told_in_its_words(store, client, photo):
    store.on(PUT, httpx.Response(400, text=S3_ERROR))
    with pytest.raises(errors.TransferRefused, match="BadDigest: Not the same") as refused:
        client.upload(photo)
    assert (refused.value.status, refused.value.code) == (400, "BadDigest")
    assert len(store.asked(PUT)) == 1


def test_a_presigned_url_is_in_no_message(store, client, photo):
    store.on(PUT, LOST)
    with pytest.raises(errors.Unreachable) as unreachable:
        client.upload(photo)
    assert "secret" not in str(unreachable.value)


def test_a_download_appears_whole(store, client, tmp_path):
    told = []
    client.download("p1", tmp_path / "b.jpg", on_progress=told.append)
    assert (tmp_path / "b.jpg").read_bytes() == CONTENT
    assert told[-1] == len(CONTENT)
    assert [path.name for path in tmp_path.iterdir()] == ["b.jpg"]
    assert "authorization" not in store.asked(GET)[0].headers


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({}, {"size": "1024", "format": "jpeg"}),
        ({"size": 256, "webp": True}, {"size": "256", "format": "webp"}),
    ],
    ids=["by default", "as asked"],
)
def test_a_thumbnail_is_downloaded(store, client, tmp_path, asked, query):
    answer = json.loads(leave(width=171, height=256).content)
    store.on("GET /prod/photos/p1", ok({**answer, "version_type": "thumbnail"}))
    thumbnail = client.thumbnail("p1", tmp_path / "t.jpg", **asked)
    assert (tmp_path / "t.jpg").read_bytes() == CONTENT
    assert (thumbnail.metadata.width, thumbnail.metadata.height) == (171, 256)
    (request,) = store.asked("GET /prod/photos/p1")
    assert dict(request.url.params) == {"version": "thumbnail", **query}


@pytest.mark.parametrize(
    "described", [{"file_size": 5}, {"checksum_sha256": "A" * 43 + "="}], ids=["size", "checksum"]
)
def test_a_download_that_is_something_else_does_not_appear(store, client, tmp_path, described):
    store.on("GET /prod/photos/p1", leave(**described))
    with pytest.raises(errors.BrokenDownload):
        client.download("p1", tmp_path / "b.jpg")
    assert list(tmp_path.iterdir()) == []


class Breaking(httpx.SyncByteStream):
    def __iter__(self):
        yield CONTENT[:CHUNK]
        raise httpx.ReadError("lost")


def test_a_download_that_breaks_off_is_started_anew(store, client, tmp_path):
    broken = httpx.Response(200, stream=Breaking())
    store.on(GET, broken, httpx.Response(200, content=CONTENT))
    client.download("p1", tmp_path / "b.jpg")
    assert (tmp_path / "b.jpg").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["b.jpg"]


def original(status, **more):
    return ok({**METADATA, "original": {**METADATA["original"], "status": status, **more}})


def edited(count, status="uploaded", pending=None):
    version = {**METADATA["original"], "status": status, "edit_count": count}
    if pending:
        version["pending"] = {**METADATA["original"], "status": pending}
    return ok({**METADATA, "edited": version})


LOOK = "GET /prod/photos/p1/metadata"


def test_waiting_ends_when_the_original_has_arrived(store, client, photo):
    store.on(LOOK, original("pending_upload"), original("uploaded"))
    assert client.wait(client.upload(photo)).original.status == "uploaded"
    assert len(store.asked(LOOK)) == 2


def test_a_picture_is_waited_for_on_request(store, client, photo):
    store.on(LOOK, original("uploaded"), original("processing"), original("ready"))
    assert client.wait(client.upload(photo), ready=True).original.status == "ready"
    assert len(store.asked(LOOK)) == 3


def test_a_deployment_without_pictures_is_waited_for_until_arrival(store, client, photo):
    store.on("GET /prod/config", ok({**CONFIG, "features": []}))
    store.on(LOOK, original("pending_upload"), original("uploaded"))
    assert client.wait(client.upload(photo), ready=True).original.status == "uploaded"


def test_an_original_that_failed_says_why(store, client, photo):
    why = {"status_reason": "not_a_jpeg", "status_message": "The file is not a JPEG"}
    store.on(LOOK, original("failed", **why))
    with pytest.raises(errors.UploadFailed, match="The file is not a JPEG") as failed:
        client.wait(client.upload(photo))
    assert failed.value.reason == "not_a_jpeg"


def test_waiting_has_an_end(store, client, photo):
    store.on(LOOK, original("pending_upload"))
    with pytest.raises(errors.NotArrived, match="After 5 s the upload's status is pending_upload"):
        client.wait(client.upload(photo), seconds=5)
    assert 5 <= store.now < 7


def test_a_replacement_is_waited_for_though_an_edit_is_there(store, client, photo):
    store.on("PUT /prod/photos/p1/edit", ticket("/edited", edit_count=2))
    store.on(LOOK, edited(2, pending="pending_upload"), edited(2))
    ticket_of_edit = client.upload_edit("p1", photo)
    assert client.wait(ticket_of_edit).edited.edit_count == 2
    assert len(store.asked(LOOK)) == 2


@pytest.mark.parametrize("left", [edited(1), ok(METADATA)], ids=["the edit before", "none"])
def test_an_edit_that_was_taken_back_has_failed(store, client, photo, left):
    store.on("PUT /prod/photos/p1/edit", ticket("/edited", edit_count=2))
    store.on(LOOK, left)
    with pytest.raises(errors.UploadFailed) as failed:
        client.wait(client.upload_edit("p1", photo))
    assert failed.value.reason == "undone"
