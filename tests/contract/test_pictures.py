"""Pictures: what their files say of them, their renditions, and what becomes of broken ones."""

import base64
from urllib.parse import urlsplit

import pytest
import pyvips
from tests.imaging.pictures import (
    ASCII,
    RATIONAL,
    SHORT,
    builtin_profile,
    exif_app1,
    inserted,
    jpeg,
    painted,
    with_profile,
)

from . import expect
from .deployment import eventually
from .pictures import LEAST, stretched
from .pictures import jpeg as filler

MAKE, MODEL, DESCRIPTION, ORIENTATION = 0x010F, 0x0110, 0x010E, 0x0112
TAKEN, OFFSET = 0x9003, 0x9011
SIZES = {256: (171, 256), 1024: (683, 1024), 2048: (1365, 2048)}
"""The renditions of TURNED, upright."""
TAGS = exif_app1(
    [
        (DESCRIPTION, ASCII, b"As the camera has it\0"),
        (MAKE, ASCII, b"Pentax\0"),
        (MODEL, ASCII, b"K-1\0"),
        (ORIENTATION, SHORT, 6),
    ],
    [(TAKEN, ASCII, b"2026:05:01 10:11:12\0"), (OFFSET, ASCII, b"+02:00\0")],
    [
        (1, ASCII, b"N\0"),
        (2, RATIONAL, [(54, 1), (30, 1), (0, 1)]),
        (3, ASCII, b"E\0"),
        (4, RATIONAL, [(7, 1), (45, 1), (0, 1)]),
    ],
)
TURNED = inserted(jpeg(2400, 1600), TAGS)
SMALL = jpeg(640, 480)
READY, FAILED = "ready", "failed"
NO_JPEG = b"These are words, whatever the content type says.\n" * (LEAST // 49 + 1)


@pytest.fixture(scope="module", autouse=True)
def _processes_pictures(deployment):
    assert deployment.processes_pictures, "this deployment does not process pictures"


@pytest.fixture(scope="module")
def alice(deployment):
    """Somebody whose photos fit into one page of a list."""
    return deployment.new_user()


def _uploaded(user, content, **changes):
    """The id of a photo whose file has been sent, picture or not."""
    ticket = user.upload_ticket(file_size=len(content), **changes)
    assert user.deployment.put(ticket, content).status_code == 200
    photo_id = ticket["photo_id"]
    assert eventually(lambda: user.metadata(photo_id)["status"] != "pending_upload")
    return photo_id


def _item(user, photo_id):
    photos = user.listing(limit=100)["photos"]
    return next((photo for photo in photos if photo["photo_id"] == photo_id), {})


def _thumbnail(user, photo_id, **query):
    return user.api.get(f"/photos/{photo_id}", params={"version": "thumbnail", **query})


def _no_thumbnail(answer):
    body = expect.problem(answer, 404)
    assert body["code"] == "version_not_found"
    assert body["error"] == "No thumbnail available"


def _fetched(deployment, url):
    answer = deployment.bytes.get(url)
    assert answer.status_code == 200, answer.text[:500]
    return answer


def _size_of(content):
    """The pixels of a JPEG, all of them decoded."""
    image = pyvips.Image.jpegload_buffer(content, fail_on="warning").copy_memory()
    return image.width, image.height


@pytest.fixture(scope="module")
def taken(alice):
    """A photo of alice's that a camera has taken. Only for looking at."""
    return _uploaded(alice, stretched(TURNED, LEAST, seed=131), filename="north.sea.jpg")


@pytest.fixture(scope="module")
def metadata(alice, taken):
    found = alice.settled(taken)
    assert found["status"] == READY, found
    return found


# What the file says


def test_the_picture_is_measured_as_it_is_stored(metadata):
    for described in (metadata, metadata["original"]):
        assert (described["width"], described["height"]) == (2400, 1600)
        assert described["orientation"] == 6
        assert "status_reason" not in described
        assert "status_message" not in described


def test_primaries_are_told_where_they_are_not_srgbs(alice, metadata):
    content = with_profile(painted(320, 240), builtin_profile("p3"))
    found = alice.settled(_uploaded(alice, stretched(content, LEAST, seed=132)))
    known = [[1.2249, -0.2247, 0], [-0.0420, 1.0420, 0], [-0.0197, -0.0786, 1.0979]]  # CSS Color 4
    for row, should in zip(found["to_srgb"], known, strict=True):
        assert row == pytest.approx(should, abs=0.002)
    assert "to_srgb" not in metadata


def test_what_the_camera_has_written_is_told(metadata):
    assert metadata["taken_at"] == "2026-05-01T10:11:12+02:00"
    assert metadata["camera_info"] == {"make": "Pentax", "model": "K-1"}
    assert metadata["geolocation"] == {"latitude": 54.5, "longitude": 7.75}
    assert metadata["description"] == "As the camera has it"
    assert metadata["exif"]["Model"] == "K-1"


def test_the_placeholder_is_a_few_bytes(metadata):
    assert 5 <= len(base64.b64decode(metadata["placeholder"], validate=True)) <= 30


def test_a_list_shows_what_is_known_of_the_picture(alice, taken, metadata):
    item = _item(alice, taken)
    for name in ("taken_at", "width", "height", "orientation", "placeholder", "camera_info"):
        assert item[name] == metadata[name], name


def test_a_download_tells_the_size_of_its_picture(alice, taken, metadata):
    described = alice.view(taken)["metadata"]
    assert (described["width"], described["height"]) == (2400, 1600)
    assert described["taken_at"] == metadata["taken_at"]


@pytest.mark.usefixtures("metadata")
def test_the_work_on_a_picture_is_no_change_of_the_clients(alice, taken):
    assert alice.tag(taken) == alice.tag(alice.pending_photo())


# Renditions


@pytest.mark.parametrize("size", SIZES)
def test_there_is_a_thumbnail_of_every_size(alice, deployment, taken, metadata, size):
    (listed,) = (
        one
        for one in metadata["renditions"]
        if (one["size"], one["content_type"]) == (size, "image/jpeg")
    )
    view = expect.ok(_thumbnail(alice, taken, size=size))
    described = view["metadata"]
    assert (view["version_type"], view["status"]) == ("thumbnail", READY)
    assert view["expires_in"] == 900
    assert described["filename"] == f"north.sea-{size}.jpg"
    assert described["description"] == "As the camera has it"
    for url in (view["download_url"], listed["url"]):
        answer = _fetched(deployment, url)
        assert len(answer.content) == described["file_size"]
        assert _size_of(answer.content) == SIZES[size]
    for told in (described, listed):
        assert (told["width"], told["height"]) == SIZES[size]
        assert told["content_type"] == "image/jpeg"


@pytest.mark.usefixtures("metadata")
def test_a_thumbnail_is_a_jpeg_of_1024_by_default(alice, taken):
    described = expect.ok(_thumbnail(alice, taken))["metadata"]
    assert max(described["width"], described["height"]) == 1024
    assert described["content_type"] == "image/jpeg"


@pytest.mark.parametrize("size", SIZES)
def test_other_formats_are_there_where_they_are_made(alice, taken, metadata, size):
    made = {(one["size"], one["content_type"]) for one in metadata["renditions"]}
    answer = _thumbnail(alice, taken, size=size, format="webp")
    if (size, "image/webp") in made:
        assert expect.ok(answer)["metadata"]["content_type"] == "image/webp"
    else:
        _no_thumbnail(answer)


def test_the_lists_thumbnail_is_the_smallest(alice, deployment, taken, metadata):
    url = _item(alice, taken)["thumbnail_url"]
    assert _size_of(_fetched(deployment, url).content) == SIZES[256]
    assert urlsplit(url).path in {urlsplit(one["url"]).path for one in metadata["renditions"]}


@pytest.mark.usefixtures("metadata")
def test_a_thumbnail_is_shown_and_kept_by_browsers(alice, deployment, taken):
    answer = _fetched(deployment, _item(alice, taken)["thumbnail_url"])
    assert answer.headers["content-type"] == "image/jpeg"
    assert "attachment" not in answer.headers.get("content-disposition", "")
    kept = expect.listed(answer, "cache-control")
    assert {"private", "immutable"} <= kept
    assert any(word.startswith("max-age=") and int(word[8:]) >= 900 for word in kept)
    again = deployment.bytes.get(
        answer.request.url, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.usefixtures("metadata")
def test_a_thumbnails_url_stays_the_same_for_a_while(alice, taken):
    def url():
        return _item(alice, taken)["thumbnail_url"]

    assert eventually(lambda: url() == url())


def test_in_a_batch_they_are_those_of_the_routes(alice, deployment, taken, metadata):
    get = {"op": "get", "photo_id": taken, "version": "thumbnail", "size": 256}
    operations = [
        get,
        {"op": "metadata", "photo_id": taken},
        {"op": "patch", "photo_id": taken, "metadata": {}},
        {**get, "size": "256", "format": "png"},
    ]
    for _ in range(2):  # with a key the answers are kept, and signed again
        results = expect.ok(alice.ask_operations(operations, **{"Idempotency-Key": taken}))
        got, looked, patched, bad = (result["body"] for result in results["results"])
        assert got["metadata"] == expect.ok(_thumbnail(alice, taken, size=256))["metadata"]
        urls = [got["download_url"]]
        for body in (looked, patched):
            urls.append(body["renditions"][0]["url"])
            paths = [urlsplit(one["url"]).path for one in body["renditions"]]
            assert paths == [urlsplit(one["url"]).path for one in metadata["renditions"]]
        for url in urls:
            assert _size_of(_fetched(deployment, url).content) == SIZES[256]
        expect.inner_problem(bad, "size", "format")


@pytest.mark.parametrize("size", ["", "0", "512", "-256", "big", "256.0", "9" * 30])
def test_other_sizes_are_refused(alice, pending, size):
    expect.problem(_thumbnail(alice, pending, size=size), 400, "size")


@pytest.mark.parametrize("kind", ["", "png", "JPEG", "image/jpeg"])
def test_other_formats_are_refused(alice, pending, kind):
    expect.problem(_thumbnail(alice, pending, format=kind), 400, "format")


@pytest.mark.parametrize("version", ["thumbnail", "original"])
def test_every_bad_parameter_is_named_at_once(alice, pending, version):
    query = {"version": version, "size": "1", "format": "gif"}
    expect.problem(alice.api.get(f"/photos/{pending}", params=query), 400, "size", "format")


def test_the_original_has_no_other_size_or_format(alice, taken):
    view = alice.view(taken, version="original", size=256, format="webp")
    assert view["metadata"]["file_size"] == LEAST
    assert view["metadata"]["content_type"] == "image/jpeg"


def test_there_is_no_thumbnail_of_what_has_not_arrived(alice, pending):
    _no_thumbnail(_thumbnail(alice, pending))
    metadata = alice.metadata(pending)
    assert not {"width", "placeholder", "renditions"} & set(metadata)


# The owner's word, and edits


@pytest.fixture(scope="module")
def told(alice):
    """A photo of which alice has said something before its file did, and has edited it."""
    photo_id = _uploaded(
        alice,
        stretched(TURNED, LEAST, seed=132),
        description="As I have it",
        geolocation={"latitude": 1.0, "longitude": 2.0},
    )
    before = alice.settled(photo_id)
    url = _item(alice, photo_id)["thumbnail_url"]
    alice.edit(photo_id, SMALL, filename="small.jpg")
    return before, url, alice.settled(photo_id)


def test_what_the_owner_has_said_stays(alice, told):
    before, _, after = told
    for metadata in (before, after):
        assert metadata["description"] == "As I have it"
        assert metadata["geolocation"] == {"latitude": 1.0, "longitude": 2.0}
        assert metadata["camera_info"] == {"make": "Pentax", "model": "K-1"}


def test_what_the_owner_removes_stays_away(alice, told):
    photo_id = told[0]["photo_id"]
    alice.patched(photo_id, {"camera_info": None})
    assert alice.api.post(f"/photos/{photo_id}/process").status_code == 202
    metadata = alice.settled(photo_id)
    assert metadata["status"] == READY
    assert "camera_info" not in metadata


def test_an_edit_is_shown_once_it_is_processed(alice, deployment, told):
    before, url_before, after = told
    photo_id = after["photo_id"]
    assert after["edited"]["status"] == READY
    assert (after["edited"]["width"], after["edited"]["height"]) == (640, 480)
    assert (after["width"], after["height"]) == (2400, 1600)
    assert after["placeholder"] != before["placeholder"]
    url = _item(alice, photo_id)["thumbnail_url"]
    assert urlsplit(url).path != urlsplit(url_before).path
    view = expect.ok(_thumbnail(alice, photo_id, size=256))
    assert view["metadata"]["filename"] == "small-256.jpg"
    for one in (url, view["download_url"], after["renditions"][0]["url"]):
        assert _size_of(_fetched(deployment, one).content) == (256, 192)


def test_what_is_smaller_is_not_enlarged(told):
    sizes = [(one["size"], one["width"], one["height"]) for one in told[2]["renditions"]]
    assert sizes == [(256, 256, 192), (1024, 640, 480), (2048, 640, 480)]


def test_renditions_go_with_the_photo(alice, deployment):
    photo_id = alice.pending_photo()
    alice.edit(photo_id, SMALL)
    (url, *others) = (one["url"] for one in alice.settled(photo_id)["renditions"])
    _fetched(deployment, url)
    items = expect.ok(alice.api.delete(f"/photos/{photo_id}"))["deleted_items"]
    assert [item["type"] for item in items].count("rendition") == 1 + len(others)
    if deployment.serves(url):
        expect.s3_error(deployment.bytes.get(url), 404)


# Files that are no pictures

BROKEN = {
    "truncated": (stretched(TURNED, LEAST + 500_000, seed=133)[:LEAST], "truncated"),
    "no-jpeg": (NO_JPEG, "not_a_jpeg"),
}


@pytest.fixture(scope="module", params=BROKEN.values(), ids=BROKEN)
def broken(request, deployment):
    """A user's only photo, uploaded by a batch: the user, the batch, the photo, the reason."""
    content, reason = request.param
    user = deployment.new_user()
    item = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": len(content)}
    batch = expect.ok(user.ask_batch([item]))
    (ticket,) = batch["items"]
    assert deployment.put(ticket, content).status_code == 200
    photo_id = ticket["photo_id"]
    assert eventually(lambda: user.metadata(photo_id)["status"] == FAILED, seconds=60)
    return user, batch["batch_id"], photo_id, content, reason


def test_what_is_no_picture_has_failed_for_a_reason(broken):
    user, batch_id, photo_id, _, reason = broken
    metadata = user.metadata(photo_id)
    (item,) = expect.ok(user.api.get(f"/batches/{batch_id}"))["items"]
    for told in (metadata, metadata["original"], user.view(photo_id), item):
        assert (told["status"], told["status_reason"]) == (FAILED, reason)
        assert " " in told["status_message"]
    assert user.listing()["photos"][0]["status"] == FAILED


def test_what_is_no_picture_can_be_downloaded_as_it_came(broken):
    user, _, photo_id, content, _ = broken
    assert user.download(photo_id) == content


def test_what_is_no_picture_has_no_renditions(broken):
    user, _, photo_id, _, _ = broken
    _no_thumbnail(_thumbnail(user, photo_id))
    assert "renditions" not in user.metadata(photo_id)
    assert "thumbnail_url" not in user.listing()["photos"][0]


def test_what_is_no_picture_fails_again(broken):
    user, _, photo_id, _, reason = broken
    assert user.api.post(f"/photos/{photo_id}/process").status_code == 202
    metadata = user.settled(photo_id)
    assert (metadata["status"], metadata["status_reason"]) == (FAILED, reason)


def test_a_broken_edit_stays_current_and_the_original_is_shown(alice, deployment):
    photo_id = _uploaded(alice, stretched(SMALL, LEAST, seed=134))
    before = alice.settled(photo_id)
    content = jpeg(320, 320)[:-5000]
    ticket = alice.edit_ticket(photo_id, file_size=len(content))
    assert deployment.put(ticket, content).status_code == 200
    assert eventually(lambda: alice.metadata(photo_id)["edited"]["status"] == FAILED, seconds=60)
    after = alice.metadata(photo_id)
    assert after["status"] == READY
    assert after["edited"]["status_reason"] == "truncated"
    assert after["edited"]["status_message"]
    assert after["placeholder"] == before["placeholder"]
    assert alice.download(photo_id, "edited") == content
    thumbnail = _fetched(deployment, _item(alice, photo_id)["thumbnail_url"])
    assert _size_of(thumbnail.content) == (256, 192)
    refusal = expect.problem(alice.api.get(f"/photos/{photo_id}/compare"), 409)
    assert refusal["code"] == "not_a_picture"
    assert "edited version" in refusal["detail"]


# Processing again


@pytest.fixture
def arrived(alice, pending):
    """A photo of alice's whose edit has arrived and is processed."""
    alice.edit(pending, filler(300))
    alice.settled(pending)
    return pending


def _process(user, photo_id, **headers):
    return user.send("POST", f"/photos/{photo_id}/process", {}, **headers)


def _begun(answer):
    assert answer.status_code == 202, answer.text[:500]
    return answer.json()


def test_processing_again_is_begun(alice, arrived):
    tag = alice.tag(arrived)
    answer = _process(alice, arrived)
    body = _begun(answer)
    assert body["photo_id"] == arrived
    assert body["status"] in {"pending_upload", "processing"}  # the original's
    assert isinstance(body["message"], str)
    assert expect.etag(answer) == tag == alice.tag(arrived)
    assert alice.settled(arrived)["edited"]["status"] == READY


def test_meanwhile_the_renditions_stay(alice, deployment, arrived):
    _begun(_process(alice, arrived))
    view = expect.ok(_thumbnail(alice, arrived, size=256))
    _fetched(deployment, view["download_url"])


def test_of_what_has_not_arrived_nothing_is_processed(alice, pending):
    alice.edit_ticket(pending)
    assert expect.problem(_process(alice, pending), 409)["code"] == "not_uploaded"


def test_with_a_key_it_is_begun_once(alice, arrived):
    key = {"Idempotency-Key": arrived}
    first = _process(alice, arrived, **key)
    alice.settled(arrived)
    second = alice.api.post(f"/photos/{arrived}/process", headers=key)  # a body does not count
    assert _begun(first) == _begun(second)
    assert alice.metadata(arrived)["edited"]["status"] == READY


def test_a_bad_key_is_refused(alice, arrived):
    expect.problem(_process(alice, arrived, **{"Idempotency-Key": ""}), 400, "Idempotency-Key")
