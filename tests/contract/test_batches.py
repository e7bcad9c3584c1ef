"""POST /batches, GET /batches/{batch_id} and its resume: many originals in one gesture."""

import base64
import hashlib
import json
from uuid import uuid4

import pytest

from . import bad_inputs, expect
from .deployment import UPLOAD, changed, eventually
from .pictures import LEAST, MIB, jpeg

MIXED = [
    {**UPLOAD, "filename": "good.jpg"},
    {**UPLOAD, "filename": "../bad.jpg"},
    {**UPLOAD, "filename": "small.jpg", "file_size": 1},
    {**UPLOAD, "filename": "also-good.jpg"},
]
STATES = {"pending_upload", "uploaded", "processing", "ready", "failed", "refused"}


def _made(user, items):
    return expect.ok(user.ask_batch(items))


def _seen(user, batch_id):
    return expect.ok(user.api.get(f"/batches/{batch_id}"))


def _resumed(user, batch_id):
    return expect.ok(user.api.post(f"/batches/{batch_id}/resume"))


@pytest.fixture(scope="module")
def mixed(alice):
    """The answer to a batch of good and bad items. Only for looking at."""
    return _made(alice, MIXED)


@pytest.fixture(scope="module")
def arrived(alice, deployment):
    """A batch of three items; the bytes of the second have arrived. Only for looking at."""
    items = [{**UPLOAD, "filename": f"{n}.jpg", "file_size": LEAST} for n in range(3)]
    batch = _made(alice, items)
    ticket = batch["items"][1]
    assert deployment.put(ticket, jpeg(LEAST, seed=71)).status_code == 200
    assert eventually(lambda: alice.metadata(ticket["photo_id"])["status"] in expect.ARRIVED)
    return batch


# Making a batch


def test_one_item_is_a_batch(alice):
    batch = _made(alice, [UPLOAD])
    expect.uuid(batch["batch_id"])
    (item,) = batch["items"]
    assert item["index"] == 0
    assert item["status_code"] == 200


def test_a_ticket_is_the_one_that_an_upload_gets(alice):
    alone = alice.upload_ticket(filename="one.jpg", file_size=LEAST)
    (item,) = _made(alice, [{**UPLOAD, "filename": "one.jpg", "file_size": LEAST}])["items"]
    assert set(item) >= set(alone)
    for name in ("upload_method", "upload_headers", "expires_in", "status", "message"):
        assert item[name] == alone[name], name
    assert item["s3_key"] == f"{alice.sub}/originals/{item['photo_id']}/one.jpg"
    expect.uuid(item["photo_id"])
    expect.absolute(item["upload_url"])
    expect.timestamp(item["expires_at"])


def test_two_hundred_items_are_a_batch(alice):
    items = [{**UPLOAD, "filename": f"{n}.jpg"} for n in range(200)]
    batch = _made(alice, items)
    assert [item["index"] for item in batch["items"]] == list(range(200))
    assert {item["status_code"] for item in batch["items"]} == {200}
    assert len({item["photo_id"] for item in batch["items"]}) == 200
    assert [item["s3_key"].rpartition("/")[2] for item in batch["items"]] == [
        item["filename"] for item in items
    ]
    seen = _seen(alice, batch["batch_id"])
    assert (seen["total"], seen["pending_upload"]) == (200, 200)
    assert len(_resumed(alice, batch["batch_id"])["items"]) == 200


def test_every_item_of_a_batch_is_a_photo(alice):
    descriptive = {
        "tags": ["sea"],
        "description": "By batch",
        "geolocation": {"latitude": 48.2082, "longitude": 16.3738, "altitude": 171.5},
        "camera_info": {"make": "Canon", "model": "EOS R5", "iso": 100, "aperture": 2.8},
    }
    batch = _made(alice, [{**UPLOAD, **descriptive}, {**UPLOAD, "filename": "other.jpg"}])
    first, second = (alice.metadata(item["photo_id"]) for item in batch["items"])
    assert {name: first.get(name) for name in descriptive} == descriptive
    assert first["status"] == "pending_upload"
    assert second["original"]["filename"] == "other.jpg"
    assert not set(descriptive) & set(second)


def test_photos_of_a_batch_are_listed(alice):
    photos = {item["photo_id"] for item in _made(alice, [UPLOAD] * 5)["items"]}
    assert eventually(lambda: photos <= set(alice.listed_ids(limit=100)))


def test_every_batch_is_one_of_its_own(alice):
    assert _made(alice, [UPLOAD])["batch_id"] != _made(alice, [UPLOAD])["batch_id"]


def test_a_bad_item_does_not_spoil_the_others(alice, mixed):
    items = mixed["items"]
    assert [item["index"] for item in items] == [0, 1, 2, 3]
    assert [item["status_code"] for item in items] == [200, 400, 400, 200]
    for item in (items[0], items[3]):
        assert alice.metadata(item["photo_id"])["status"] == "pending_upload"


@pytest.mark.parametrize(("index", "field"), [(1, "filename"), (2, "file_size")])
def test_a_bad_item_is_answered_with_its_problem(mixed, index, field):
    item = mixed["items"][index]
    expect.inner_problem(item, field)
    assert "photo_id" not in item
    assert "upload_url" not in item


def test_an_item_may_hold_any_mistake_of_an_upload(visitor):
    changes = [{"filename": value.values[0]} for value in bad_inputs.FILENAMES]
    changes += [{"content_type": value.values[0]} for value in bad_inputs.CONTENT_TYPES]
    changes += [{"file_size": value.values[0]} for value in bad_inputs.SIZES]
    changes += [{"checksum_sha256": value.values[0]} for value in bad_inputs.CHECKSUMS]
    items = _made(visitor, [changed(UPLOAD, change) for change in changes])["items"]
    for change, item in zip(changes, items, strict=True):
        assert item["status_code"] == 400, change
        expect.inner_problem(item, *change)
    assert visitor.listed_ids() == []


def test_every_bad_field_of_an_item_is_named_at_once(visitor):
    bad = {"filename": "", "content_type": "image/png", "file_size": 1, "tags": "sea"}
    (item,) = _made(visitor, [bad])["items"]
    expect.inner_problem(item, *bad)


@pytest.mark.parametrize(
    "item", [None, 7, True, "a.jpg", [], [UPLOAD]], ids=lambda item: json.dumps(item)[:8]
)
def test_an_item_that_is_no_object_does_not_spoil_the_others(alice, item):
    bad, good = _made(alice, [item, UPLOAD])["items"]
    assert (bad["index"], bad["status_code"]) == (0, 400)
    expect.inner_problem(bad)
    assert (good["index"], good["status_code"]) == (1, 200)


def test_a_batch_of_bad_items_alone_is_answered(visitor):
    batch = _made(visitor, [{}, {}])
    assert [item["status_code"] for item in batch["items"]] == [400, 400]
    seen = _seen(visitor, batch["batch_id"])
    assert (seen["total"], seen["refused"]) == (2, 2)
    assert _resumed(visitor, batch["batch_id"])["items"] == []
    assert visitor.listed_ids() == []


@pytest.mark.parametrize("count", [0, 201, 1000])
def test_the_number_of_items_has_limits(visitor, count):
    expect.problem(visitor.ask_batch([UPLOAD] * count), 400, "items")
    assert visitor.listed_ids() == []


@pytest.mark.parametrize(
    "items", [None, 7, True, "items", {}, {"0": UPLOAD}], ids=lambda items: json.dumps(items)[:8]
)
def test_items_that_are_no_array_are_refused(visitor, items):
    expect.problem(visitor.ask_batch(items), 400, "items")
    assert visitor.listed_ids() == []


def test_items_are_required(visitor):
    expect.problem(visitor.send("POST", "/batches", {}), 400, "items")


@pytest.mark.parametrize("body", bad_inputs.unsound_bodies("items"))
def test_a_body_that_is_no_sound_json_object_is_refused(visitor, body):
    expect.problem(visitor.send("POST", "/batches", body), 400)


def test_two_hundred_items_may_say_much(alice):
    items = [
        {**UPLOAD, "filename": f"{n}.jpg", "description": f"{n:03} " + "\u00e9" * 1996}
        for n in range(200)
    ]
    assert MIB < len(json.dumps({"items": items})) < 4 * MIB
    tickets = _made(alice, items)["items"]
    assert {ticket["status_code"] for ticket in tickets} == {200}
    for n in (0, 100, 199):
        metadata = alice.metadata(tickets[n]["photo_id"])
        assert metadata["description"] == items[n]["description"]


def test_a_body_of_four_mebibytes_is_taken(alice):
    body = json.dumps({"items": [UPLOAD]}).encode()
    answer = alice.send("POST", "/batches", body + b" " * (4 * MIB - len(body)))
    assert [item["status_code"] for item in expect.ok(answer)["items"]] == [200]


def test_a_larger_body_is_413(visitor):
    body = json.dumps({"items": [UPLOAD]}).encode()
    answer = visitor.send("POST", "/batches", body + b" " * (4 * MIB + 1 - len(body)))
    expect.problem(answer, 413)


def test_a_larger_body_of_unknown_length_is_413(visitor):
    pieces = (b'{"items": []}' if piece == 0 else b" " * 65_536 for piece in range(80))
    answer = visitor.api.post(
        "/batches", content=pieces, headers={"Content-Type": "application/json"}
    )
    expect.problem(answer, 413)


def test_another_content_type_is_415(visitor):
    answer = visitor.send("POST", "/batches", {"items": [UPLOAD]}, **{"Content-Type": "text/plain"})
    expect.problem(answer, 415)
    assert visitor.listed_ids() == []


# Looking at a batch


def test_a_batch_counts_its_items(alice, mixed):
    seen = _seen(alice, mixed["batch_id"])
    assert seen["batch_id"] == mixed["batch_id"]
    assert {name: seen[name] for name in ("total", *STATES)} == {
        "total": 4,
        "pending_upload": 2,
        "uploaded": 0,
        "processing": 0,
        "ready": 0,
        "failed": 0,
        "refused": 2,
    }


def test_a_batch_shows_its_items_in_order(alice, mixed):
    items = _seen(alice, mixed["batch_id"])["items"]
    assert [item["index"] for item in items] == [0, 1, 2, 3]
    assert [item["filename"] for item in items] == [item["filename"] for item in MIXED]
    assert [item["status"] for item in items] == [
        "pending_upload",
        "refused",
        "refused",
        "pending_upload",
    ]
    tickets = [item.get("photo_id") for item in mixed["items"]]
    assert [item.get("photo_id") for item in items] == tickets


@pytest.mark.parametrize("item", [{}, {"filename": None}, {"filename": 7}, 7])
def test_an_item_that_had_no_name_is_shown_with_an_empty_one(visitor, item):
    (shown,) = _seen(visitor, _made(visitor, [item])["batch_id"])["items"]
    assert shown["status"] == "refused"
    assert isinstance(shown["filename"], str)


def test_an_arrival_is_counted(alice, arrived):
    seen = _seen(alice, arrived["batch_id"])
    assert seen["pending_upload"] == 2
    assert sum(seen[status] for status in expect.ARRIVED) == 1
    assert sum(seen[status] for status in STATES) == seen["total"] == 3
    statuses = [item["status"] for item in seen["items"]]
    assert statuses[0] == statuses[2] == "pending_upload"
    assert statuses[1] in expect.ARRIVED
    assert seen[statuses[1]] == 1


def test_the_bytes_that_arrived_are_the_items_own(alice, arrived):
    photo_id = arrived["items"][1]["photo_id"]
    assert alice.download(photo_id) == jpeg(LEAST, seed=71)
    assert alice.metadata(photo_id)["original"]["filename"] == "1.jpg"


def test_a_photo_that_was_deleted_is_not_pending(alice):
    batch = _made(alice, [UPLOAD, UPLOAD])
    expect.ok(alice.api.delete(f"/photos/{batch['items'][0]['photo_id']}"))
    seen = _seen(alice, batch["batch_id"])
    assert (seen["total"], seen["pending_upload"]) == (2, 1)
    assert seen["items"][0]["status"] not in {"pending_upload", *expect.ARRIVED}
    assert [item["index"] for item in _resumed(alice, batch["batch_id"])["items"]] == [1]


# Resuming a batch


def test_what_has_not_arrived_is_resumed(alice, arrived):
    resumed = _resumed(alice, arrived["batch_id"])
    assert resumed["batch_id"] == arrived["batch_id"]
    assert [item["index"] for item in resumed["items"]] == [0, 2]
    for item in resumed["items"]:
        first = arrived["items"][item["index"]]
        assert item["status_code"] == 200
        for name in ("photo_id", "s3_key", "upload_method", "upload_headers", "expires_in"):
            assert item[name] == first[name], name
        assert expect.timestamp(item["expires_at"]) >= expect.timestamp(first["expires_at"])
        expect.absolute(item["upload_url"])


def test_refused_items_are_not_resumed(alice, mixed):
    assert [item["index"] for item in _resumed(alice, mixed["batch_id"])["items"]] == [0, 3]


def test_the_url_of_a_resumed_item_works(alice, deployment):
    content = jpeg(LEAST, seed=72)
    checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
    item = {**UPLOAD, "file_size": LEAST, "checksum_sha256": checksum}
    batch_id = _made(alice, [item])["batch_id"]
    (ticket,) = _resumed(alice, batch_id)["items"]
    assert ticket["upload_headers"]["x-amz-checksum-sha256"] == checksum
    assert deployment.put(ticket, content).status_code == 200
    assert eventually(lambda: _seen(alice, batch_id)["pending_upload"] == 0)
    assert _resumed(alice, batch_id)["items"] == []
    assert alice.download(ticket["photo_id"]) == content


def test_resuming_makes_no_photo(alice, mixed):
    before = alice.metadata(mixed["items"][0]["photo_id"])
    for _ in range(2):
        _resumed(alice, mixed["batch_id"])
    assert _seen(alice, mixed["batch_id"])["total"] == 4
    assert alice.metadata(mixed["items"][0]["photo_id"]) == before


def test_resuming_needs_no_body_and_takes_an_empty_object(alice, mixed):
    path = f"/batches/{mixed['batch_id']}/resume"
    assert len(expect.ok(alice.send("POST", path, {}))["items"]) == 2


# on_duplicate


def test_items_may_ask_for_the_photo_that_is_there(alice):
    content = jpeg(LEAST, seed=73)
    checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
    stored = alice.upload(seed=73, checksum_sha256=checksum)
    item = {**UPLOAD, "file_size": LEAST, "checksum_sha256": checksum}
    items = [{**item, "on_duplicate": "return"}, {**item, "on_duplicate": "allow"}, item]
    batch = _made(alice, [*items, {**item, "on_duplicate": "maybe"}])
    assert [each["status_code"] for each in batch["items"]] == [200, 200, 200, 400]
    duplicate, allowed, default, bad = batch["items"]
    assert duplicate["photo_id"] == stored.id
    assert duplicate["duplicate"] is True
    assert "upload_url" not in duplicate
    assert len({stored.id, allowed["photo_id"], default["photo_id"]}) == 3
    expect.absolute(allowed["upload_url"])
    expect.inner_problem(bad, "on_duplicate")
    seen = _seen(alice, batch["batch_id"])
    assert seen["items"][0]["photo_id"] == stored.id
    assert seen["items"][0]["status"] in expect.ARRIVED
    assert [each["index"] for each in _resumed(alice, batch["batch_id"])["items"]] == [1, 2]


# Whose batches

BATCH_ROUTES = pytest.mark.parametrize(
    ("method", "path"), [("GET", "/batches/{}"), ("POST", "/batches/{}/resume")]
)


@BATCH_ROUTES
def test_another_users_batch_is_403(bob, mixed, method, path):
    expect.problem(bob.api.request(method, path.format(mixed["batch_id"])), 403)


@BATCH_ROUTES
@pytest.mark.parametrize(
    "batch_id", [str(uuid4()), "x", "%00", "a" * 2000], ids=["unknown", "letter", "NUL", "huge"]
)
def test_an_unknown_batch_is_404(alice, method, path, batch_id):
    expect.problem(alice.api.request(method, path.format(batch_id)), 404)


@BATCH_ROUTES
def test_a_photo_is_no_batch(alice, mixed, method, path):
    photo_id = mixed["items"][0]["photo_id"]
    expect.problem(alice.api.request(method, path.format(photo_id)), 404)


def test_a_batch_is_no_photo(alice, mixed):
    expect.problem(alice.api.get(f"/photos/{mixed['batch_id']}"), 404)


@BATCH_ROUTES
def test_a_batch_needs_a_token(deployment, mixed, method, path):
    answer = deployment.anonymous.request(method, path.format(mixed["batch_id"]))
    expect.problem(answer, 401)


def test_a_new_batch_needs_a_token(deployment):
    expect.problem(deployment.anonymous.post("/batches", json={"items": [UPLOAD]}), 401)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/batches", "post"),
        ("DELETE", "/batches/{}", "get"),
        ("GET", "/batches/{}/resume", "post"),
    ],
)
def test_wrong_methods_are_405_with_the_right_ones(alice, mixed, method, path, allowed):
    answer = alice.api.request(method, path.format(mixed["batch_id"]))
    expect.problem(answer, 405)
    assert allowed in expect.listed(answer, "allow")
