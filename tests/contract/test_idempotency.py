"""`Idempotency-Key`: what is asked again with the same key is answered as at first, done once."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from . import expect
from .deployment import UPLOAD, eventually
from .pictures import LEAST, jpeg

EDIT = {"filename": "edited.jpg", "content_type": "image/jpeg", "file_size": 1000}


@pytest.fixture
def key():
    return uuid4().hex


@pytest.fixture(scope="module")
def batch(alice):
    """The id of a batch of alice's whose bytes never come."""
    return expect.ok(alice.ask_batch([UPLOAD] * 3))["batch_id"]


def _send(user, method, path, body, key):
    return user.send(method, path, body, **{"Idempotency-Key": key})


def _upload(user, key, **changes):
    return _send(user, "POST", "/photos/upload", {**UPLOAD, **changes}, key)


def _edit(user, photo_id, key, **changes):
    return _send(user, "PUT", f"/photos/{photo_id}/edit", {**EDIT, **changes}, key)


def _batch(user, items, key):
    return _send(user, "POST", "/batches", {"items": items}, key)


def _operations(user, operations, key):
    return _send(user, "POST", "/photos/batch", {"operations": operations}, key)


def _resume(user, batch_id, key):
    return user.api.post(f"/batches/{batch_id}/resume", headers={"Idempotency-Key": key})


def _same(first, second):
    assert expect.lasting(expect.ok(first)) == expect.lasting(expect.ok(second))


# The same key and the same body


def test_an_upload_makes_one_photo(alice, key):
    answers = [_upload(alice, key) for _ in range(3)]
    _same(answers[0], answers[1])
    _same(answers[0], answers[2])
    tickets = [expect.ok(answer) for answer in answers]
    assert len({ticket["photo_id"] for ticket in tickets}) == 1
    for ticket in tickets:
        expect.absolute(ticket["upload_url"])
        expect.timestamp(ticket["expires_at"])
        assert ticket["expires_in"] == 900


def test_a_repeated_upload_is_listed_once(deployment, key):
    carol = deployment.new_user()
    photo_id = expect.ok(_upload(carol, key))["photo_id"]
    for _ in range(5):
        _upload(carol, key)
    other = carol.pending_photo()  # when it is listed, all before it are
    assert eventually(lambda: other in carol.listed_ids())
    assert carol.listed_ids() == [other, photo_id]


def test_the_url_of_a_repeated_upload_works(alice, deployment, key):
    _upload(alice, key, file_size=LEAST)
    ticket = expect.ok(_upload(alice, key, file_size=LEAST))
    content = jpeg(LEAST, seed=61)
    assert deployment.put(ticket, content).status_code == 200
    photo_id = ticket["photo_id"]
    assert eventually(lambda: alice.metadata(photo_id)["status"] in expect.ARRIVED)
    assert alice.download(photo_id) == content
    assert expect.ok(_upload(alice, key, file_size=LEAST))["photo_id"] == photo_id


def test_an_edit_counts_once(alice, pending, key):
    answers = [_edit(alice, pending, key) for _ in range(3)]
    _same(answers[0], answers[1])
    _same(answers[0], answers[2])
    assert [expect.ok(answer)["edit_count"] for answer in answers] == [1, 1, 1]
    assert alice.metadata(pending)["edited"]["edit_count"] == 1


def test_a_repeated_edit_is_one_pending_edit(alice, pending, key):
    for _ in range(12):  # an eleventh pending one would be refused
        expect.ok(_edit(alice, pending, key))
    expect.ok(alice.ask_edit(pending))


def test_a_repeated_edit_leaves_the_tag(alice, pending, key):
    first = _edit(alice, pending, key)
    second = _edit(alice, pending, key)
    assert expect.etag(second) == expect.etag(first) == alice.tag(pending)


def test_the_url_of_a_repeated_edit_works(alice, deployment, pending, key):
    content = jpeg(1000, seed=62)
    _edit(alice, pending, key)
    ticket = expect.ok(_edit(alice, pending, key))
    assert deployment.put(ticket, content).status_code == 200
    assert eventually(lambda: alice.metadata(pending)["edited"]["status"] in expect.ARRIVED)
    assert alice.download(pending, "edited") == content


def test_an_edit_that_has_arrived_is_not_asked_again(alice, deployment, pending, key):
    ticket = expect.ok(_edit(alice, pending, key))
    assert deployment.put(ticket, jpeg(1000)).status_code == 200
    assert eventually(lambda: alice.metadata(pending)["edited"]["status"] in expect.ARRIVED)
    assert expect.ok(_edit(alice, pending, key))["edit_count"] == 1
    edited = alice.metadata(pending)["edited"]
    assert edited["edit_count"] == 1
    assert not edited.get("pending")


def test_a_batch_is_made_once(alice, key):
    items = [UPLOAD, {**UPLOAD, "filename": ""}, UPLOAD]
    answers = [_batch(alice, items, key) for _ in range(3)]
    _same(answers[0], answers[1])
    _same(answers[0], answers[2])
    assert [item["status_code"] for item in answers[0].json()["items"]] == [200, 400, 200]


def test_the_urls_of_a_repeated_batch_work(alice, deployment, key):
    items = [UPLOAD, {**UPLOAD, "file_size": LEAST}]
    _batch(alice, items, key)
    again = expect.ok(_batch(alice, items, key))
    ticket = again["items"][1]
    assert deployment.put(ticket, jpeg(LEAST, seed=63)).status_code == 200
    assert eventually(lambda: alice.metadata(ticket["photo_id"])["status"] in expect.ARRIVED)


def test_operations_are_carried_out_once(alice, key):
    photos = [alice.pending_photo() for _ in range(3)]
    operations = [
        {"op": "edit", "photo_id": photos[0], **EDIT},
        {"op": "delete", "photo_id": photos[1]},
        {"op": "patch", "photo_id": photos[2], "metadata": {"rating": 3}},
        {"op": "patch", "photo_id": photos[2], "metadata": {"rating": 9}},
    ]
    first = _operations(alice, operations, key)
    revision = alice.tag(photos[2])
    second = _operations(alice, operations, key)
    for answer in (first, second):
        results = expect.ok(answer)["results"]
        assert [result["status_code"] for result in results] == [200, 200, 200, 400]
        assert [result["photo_id"] for result in results] == [*photos, photos[2]]
        assert results[0]["body"]["edit_count"] == 1
        assert results[1]["body"]["photo_id"] == photos[1]
    assert alice.metadata(photos[0])["edited"]["edit_count"] == 1
    assert alice.tag(photos[2]) == revision


def test_a_repeated_operation_undoes_nothing_done_since(alice, pending, key):
    operations = [{"op": "patch", "photo_id": pending, "metadata": {"rating": 1}}]
    expect.ok(_operations(alice, operations, key))
    alice.patched(pending, {"rating": 5})
    expect.ok(_operations(alice, operations, key))
    assert alice.metadata(pending)["rating"] == 5


def test_a_repeated_change_is_answered_as_at_first(alice, pending, key):
    operations = [
        {"op": "patch", "photo_id": pending, "metadata": {"rating": 1}},
        {"op": "edit", "photo_id": pending, **EDIT},
    ]
    first = _operations(alice, operations, key)
    alice.patched(pending, {"rating": 5, "tags": ["sea"]})
    _same_results(first, _operations(alice, operations, key))


@pytest.mark.parametrize("op", ["get", "metadata"])
def test_a_repeated_read_is_answered_as_at_first(alice, pending, key, op):
    operations = [{"op": op, "photo_id": pending}, {"op": "delete", "photo_id": pending}]
    first = _operations(alice, operations, key)
    _same_results(first, _operations(alice, operations, key))


def _same_results(first, second):
    """The results are the same, in all that lasts of them."""
    one, other = (expect.ok(answer)["results"] for answer in (first, second))
    assert {result["status_code"] for result in one} == {200}
    assert expect.lasting(one) == expect.lasting(other)


def test_download_urls_of_repeated_operations_work(alice, deployment, edited_photo, key):
    operations = [{"op": "get", "photo_id": edited_photo.id, "version": "edited"}]
    for _ in range(2):
        (result,) = expect.ok(_operations(alice, operations, key))["results"]
        assert deployment.bytes.get(result["body"]["download_url"]).status_code == 200


def test_the_url_of_a_repeated_operation_works(alice, deployment, pending, key):
    content = jpeg(1000, seed=64)
    operations = [{"op": "edit", "photo_id": pending, **EDIT}]
    _operations(alice, operations, key)
    (result,) = expect.ok(_operations(alice, operations, key))["results"]
    assert deployment.put(result["body"], content).status_code == 200
    assert eventually(lambda: alice.metadata(pending)["edited"]["status"] in expect.ARRIVED)
    assert alice.download(pending, "edited") == content


def test_a_batch_is_resumed_as_at_first(alice, batch, key):
    first, second = (_resume(alice, batch, key) for _ in range(2))
    _same(first, second)
    assert [item["index"] for item in second.json()["items"]] == [0, 1, 2]


def test_without_a_key_everything_is_done_again(alice, pending):
    assert alice.pending_photo() != alice.pending_photo()
    assert [alice.edit_ticket(pending)["edit_count"] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda body: json.dumps(dict(reversed(body.items()))), id="another-order"),
        pytest.param(lambda body: json.dumps(body, indent=4), id="whitespace"),
        pytest.param(lambda body: json.dumps(body, separators=(",", ":")), id="compact"),
        pytest.param(lambda body: json.dumps(body, ensure_ascii=False), id="no-escapes"),
        pytest.param(lambda body: json.dumps(body) + "\n", id="newline"),
    ],
)
def test_the_same_body_may_be_written_otherwise(alice, key, written):
    body = {
        **UPLOAD,
        "description": "Caf\u00e9 \U0001f303",
        "tags": ["sea", "boat"],
        "geolocation": {"latitude": 48.5, "longitude": 16.25},
    }
    first = _send(alice, "POST", "/photos/upload", body, key)
    second = _send(alice, "POST", "/photos/upload", written(body).encode(), key)
    _same(first, second)


@pytest.mark.parametrize(
    "key", ["x", "~", "a b", "k" * 255, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}"], ids=range(5)
)
def test_keys_of_all_printable_characters_are_taken(alice, key):
    _same(_upload(alice, key), _upload(alice, key))


def test_keys_are_told_apart_to_their_last_character(alice, key):
    keys = [key + "x" * (254 - len(key)) + end for end in "aA"]
    assert len({expect.ok(_upload(alice, each))["photo_id"] for each in keys}) == 2


# The same key and another body


@pytest.mark.parametrize(
    "changes",
    [
        {"filename": "other.jpg"},
        {"file_size": UPLOAD["file_size"] + 1},
        {"tags": ["sea"]},
        {"description": "New"},
        {"on_duplicate": "return"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_key_with_another_upload_is_409(alice, key, changes):
    expect.ok(_upload(alice, key))
    expect.problem(_upload(alice, key, **changes), 409)


def test_lists_in_another_order_are_another_body(alice, key):
    expect.ok(_upload(alice, key, tags=["sea", "boat"]))
    expect.problem(_upload(alice, key, tags=["boat", "sea"]), 409)


def test_a_key_with_another_edit_is_409(alice, pending, key):
    expect.ok(_edit(alice, pending, key))
    expect.problem(_edit(alice, pending, key, filename="other.jpg"), 409)
    assert alice.metadata(pending)["edited"]["edit_count"] == 1


def test_a_key_with_another_batch_is_409(alice, key):
    expect.ok(_batch(alice, [UPLOAD], key))
    expect.problem(_batch(alice, [UPLOAD, UPLOAD], key), 409)
    expect.problem(_batch(alice, [{**UPLOAD, "filename": "other.jpg"}], key), 409)


def test_a_key_with_other_operations_is_409(alice, pending, key):
    operations = [{"op": "patch", "photo_id": pending, "metadata": {"rating": 1}}]
    expect.ok(_operations(alice, operations, key))
    operations[0]["metadata"] = {"rating": 2}
    expect.problem(_operations(alice, operations, key), 409)
    expect.problem(_operations(alice, [{"op": "delete", "photo_id": pending}], key), 409)
    assert alice.metadata(pending)["rating"] == 1


def test_a_conflict_leaves_the_key_to_its_first_body(alice, key):
    first = _upload(alice, key)
    expect.problem(_upload(alice, key, filename="other.jpg"), 409)
    _same(first, _upload(alice, key))


# What a key is for


def test_a_key_is_good_for_one_route(alice, pending, batch, key):
    photo_id = expect.ok(_upload(alice, key))["photo_id"]
    answers = [
        _edit(alice, pending, key, file_size=UPLOAD["file_size"], filename=UPLOAD["filename"]),
        _batch(alice, [UPLOAD], key),
        _operations(alice, [{"op": "metadata", "photo_id": pending}], key),
        _resume(alice, batch, key),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert expect.ok(answers[0])["photo_id"] == pending
    assert expect.ok(answers[1])["items"][0]["photo_id"] != photo_id
    assert [item["index"] for item in expect.ok(answers[3])["items"]] == [0, 1, 2]


def test_a_key_is_good_for_one_photos_edits(alice, key):
    photos = [alice.pending_photo() for _ in range(2)]
    tickets = [expect.ok(_edit(alice, photo_id, key)) for photo_id in photos]
    assert [ticket["photo_id"] for ticket in tickets] == photos
    assert [alice.metadata(photo_id)["edited"]["edit_count"] for photo_id in photos] == [1, 1]


def test_a_key_is_good_for_one_batchs_resuming(alice, batch, key):
    other = expect.ok(alice.ask_batch([UPLOAD]))["batch_id"]
    answers = [expect.ok(_resume(alice, batch_id, key)) for batch_id in (batch, other)]
    assert [len(answer["items"]) for answer in answers] == [3, 1]


def test_a_key_is_one_users(alice, bob, key):
    mine, theirs = (expect.ok(_upload(user, key)) for user in (alice, bob))
    assert mine["photo_id"] != theirs["photo_id"]
    assert theirs["s3_key"].startswith(f"{bob.sub}/")
    assert expect.ok(_upload(bob, key, filename="vacation.jpg"))["photo_id"] == theirs["photo_id"]


def test_a_key_opens_nobody_elses_photo(alice, bob, pending, key):
    expect.ok(_edit(alice, pending, key))
    expect.problem(_edit(bob, pending, key), 403)


def test_a_key_is_the_users_not_the_sessions(deployment, alice, key):
    first = _upload(alice, key)
    _same(first, _upload(alice.sign_in_again(), key))


@pytest.mark.parametrize("end", ["#0", "#1", "/0", ":0", "#"])
def test_a_key_does_not_stand_for_a_part_of_another_request(alice, pending, key, end):
    edits = [{"op": "edit", "photo_id": pending, **EDIT}] * 2
    expect.ok(_operations(alice, edits, key))
    expect.ok(_batch(alice, [UPLOAD] * 2, key))
    patch = [{"op": "patch", "photo_id": pending, "metadata": {"rating": 2}}]
    (result,) = expect.ok(_operations(alice, patch, key + end))["results"]
    assert result["body"]["rating"] == 2
    expect.ok(_batch(alice, [UPLOAD], key + end))


# Refused requests


def test_a_refused_upload_leaves_its_key(alice, key):
    expect.problem(_upload(alice, key, filename=""), 400, "filename")
    photo_id = expect.ok(_upload(alice, key))["photo_id"]
    assert expect.ok(_upload(alice, key))["photo_id"] == photo_id


def test_a_refused_edit_leaves_its_key(alice, pending, key):
    expect.problem(_edit(alice, pending, key, file_size=0), 400, "file_size")
    assert expect.ok(_edit(alice, pending, key))["edit_count"] == 1


def test_a_refused_batch_leaves_its_key(alice, key):
    expect.problem(_batch(alice, [], key), 400, "items")
    assert len(expect.ok(_batch(alice, [UPLOAD], key))["items"]) == 1


def test_refused_operations_leave_their_key(alice, pending, key):
    expect.problem(_operations(alice, [], key), 400, "operations")
    expect.ok(_operations(alice, [{"op": "metadata", "photo_id": pending}], key))


def test_an_edit_refused_as_stale_leaves_its_key(alice, pending, key):
    path = f"/photos/{pending}/edit"
    stale = alice.send("PUT", path, EDIT, **{"Idempotency-Key": key, "If-Match": '"stale"'})
    expect.problem(stale, 412)
    assert expect.ok(_edit(alice, pending, key))["edit_count"] == 1


def test_an_edit_of_anothers_photo_leaves_its_key(alice, bob, key):
    photo_id = bob.pending_photo()
    expect.problem(_edit(alice, photo_id, key), 403)
    assert expect.ok(_edit(bob, photo_id, key))["edit_count"] == 1


# With If-Match


def test_a_repeat_is_not_stale(alice, pending, key):
    """The first request raised the revision that the repeat still names."""
    headers = {"Idempotency-Key": key, "If-Match": alice.tag(pending)}
    path = f"/photos/{pending}/edit"
    first, second = (alice.send("PUT", path, EDIT, **headers) for _ in range(2))
    _same(first, second)
    assert alice.metadata(pending)["edited"]["edit_count"] == 1


def test_a_repeat_after_other_changes_is_not_stale(alice, pending, key):
    headers = {"Idempotency-Key": key, "If-Match": alice.tag(pending)}
    path = f"/photos/{pending}/edit"
    first = alice.send("PUT", path, EDIT, **headers)
    alice.patched(pending, {"rating": 1})
    second = alice.send("PUT", path, EDIT, **headers)
    assert expect.ok(second)["upload_headers"] == expect.ok(first)["upload_headers"]
    assert alice.metadata(pending)["edited"]["edit_count"] == 1


def test_a_repeated_operation_is_not_stale(alice, pending, key):
    tag = alice.tag(pending)
    operations = [{"op": "edit", "photo_id": pending, **EDIT, "if_match": tag}]
    for _ in range(2):
        (result,) = expect.ok(_operations(alice, operations, key))["results"]
        assert result["status_code"] == 200
        assert result["body"]["edit_count"] == 1


# Many at once


def test_fifty_uploads_at_once_make_one_photo(deployment, key):
    erin = deployment.new_user()
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: _upload(erin, key), range(50)))
    assert len({expect.ok(answer)["photo_id"] for answer in answers}) == 1
    other = erin.pending_photo()
    assert eventually(lambda: other in erin.listed_ids())
    assert erin.listed_ids() == [other, answers[0].json()["photo_id"]]


def test_ten_edits_at_once_count_once(alice, pending, key):
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _edit(alice, pending, key), range(10)))
    assert {expect.ok(answer)["edit_count"] for answer in answers} == {1}
    assert len({_upload_id(answer) for answer in answers}) == 1
    assert alice.metadata(pending)["edited"]["edit_count"] == 1


def _upload_id(answer):
    return answer.json()["upload_headers"]["x-amz-meta-upload-id"]


def test_ten_batches_at_once_are_one(alice, key):
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _batch(alice, [UPLOAD] * 2, key), range(10)))
    for answer in answers:
        _same(answers[0], answer)


def test_operations_asked_ten_times_at_once_are_carried_out_once(alice, pending, key):
    operations = [
        {"op": "edit", "photo_id": pending, **EDIT},
        {"op": "patch", "photo_id": pending, "metadata": {"rating": 2}},
        {"op": "edit", "photo_id": pending, **EDIT},
    ]
    before = int(alice.tag(pending).strip('"'))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _operations(alice, operations, key), range(10)))
    for answer in answers:
        results = expect.ok(answer)["results"]
        assert [result["status_code"] for result in results] == [200] * 3
        counts = {results[0]["body"]["edit_count"], results[2]["body"]["edit_count"]}
        assert counts == {1, 2}
    assert alice.metadata(pending)["edited"]["edit_count"] == 2
    assert int(alice.tag(pending).strip('"')) == before + 3


def test_of_two_bodies_at_once_one_gets_the_key(alice, key):
    names = ["a.jpg", "b.jpg"] * 5
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda name: _upload(alice, key, filename=name), names))
    statuses = {name: set() for name in names}
    for name, answer in zip(names, answers, strict=True):
        statuses[name].add(answer.status_code)
    assert sorted(map(sorted, statuses.values())) == [[200], [409]]
    assert len({answer.json()["photo_id"] for answer in answers if answer.status_code == 200}) == 1


# Keys that are none

BAD_KEYS = {
    "empty": b"",
    "256-characters": b"k" * 256,
    "1000-characters": b"k" * 1000,
    "UTF-8": "caf\u00e9".encode(),
    "Latin-1": b"caf\xe9",
    "emoji": "\U0001f303".encode(),
    "tab": b"a\tb",
}


@pytest.fixture
def requests(alice, visitor, pending, batch):
    """A request to each route that takes a key, of users for whom nothing has to change."""
    delete = {"op": "delete", "photo_id": pending}
    yield {
        "upload": (visitor, "POST", "/photos/upload", UPLOAD),
        "edit": (alice, "PUT", f"/photos/{pending}/edit", EDIT),
        "batches": (visitor, "POST", "/batches", {"items": [UPLOAD]}),
        "operations": (alice, "POST", "/photos/batch", {"operations": [delete]}),
        "restore": (alice, "POST", f"/photos/{pending}/versions/none/restore", {}),
        "preview": (alice, "POST", f"/photos/{pending}/preview", {"recipe": {"recipe": 1}}),
        "render": (alice, "POST", f"/photos/{pending}/render", {"recipe": {"recipe": 1}}),
        "process": (alice, "POST", f"/photos/{pending}/process", {}),
        "resume": (alice, "POST", f"/batches/{batch}/resume", {}),
    }
    assert visitor.listed_ids() == []
    assert alice.metadata(pending)["edited"] is None


ROUTES = pytest.mark.parametrize("route", ["upload", "edit", "batches", "operations", "resume"])
PICTURE_ROUTES = pytest.mark.parametrize("route", ["restore", "preview", "render", "process"])


@pytest.mark.parametrize("key", [b"", b"k" * 300], ids=["empty", "300-characters"])
@PICTURE_ROUTES
def test_bad_keys_are_refused_where_pictures_are_made(requests, route, key):
    expect.problem(_send(*requests[route], key), 400, "Idempotency-Key")


@pytest.mark.parametrize("key", BAD_KEYS.values(), ids=BAD_KEYS)
@ROUTES
def test_bad_keys_are_refused(requests, route, key):
    expect.problem(_send(*requests[route], key), 400, "Idempotency-Key")


@pytest.mark.parametrize("key", [b"a\x7fb", b"a\x1bb", b"\x01"], ids=["DEL", "escape", "SOH"])
@ROUTES
def test_keys_with_control_characters_are_refused(requests, route, key):
    """Such a request is no sound HTTP and may be refused as that, before the API reads it."""
    assert _send(*requests[route], key).status_code == 400


@ROUTES
def test_keys_of_255_characters_are_taken(alice, pending, batch, route):
    key = (uuid4().hex * 8)[:255]
    bodies = {
        "upload": ("POST", "/photos/upload", UPLOAD),
        "edit": ("PUT", f"/photos/{pending}/edit", EDIT),
        "batches": ("POST", "/batches", {"items": [UPLOAD] * 2}),
        "operations": (
            "POST",
            "/photos/batch",
            {"operations": [{"op": "patch", "photo_id": pending, "metadata": {"rating": 1}}]},
        ),
        "resume": ("POST", f"/batches/{batch}/resume", {}),
    }
    _same(*(_send(alice, *bodies[route], key) for _ in range(2)))


def test_a_key_given_twice_is_refused_or_one_key(alice, pending):
    """HTTP may join two headers of one name; two keys are never taken for none."""
    headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", uuid4().hex),
        ("Idempotency-Key", uuid4().hex),
    ]
    path = f"/photos/{pending}/edit"
    answers = [
        alice.api.put(path, content=json.dumps(EDIT).encode(), headers=headers) for _ in range(2)
    ]
    assert len({answer.status_code for answer in answers}) == 1
    if answers[0].status_code == 200:
        _same(*answers)
    else:
        expect.problem(answers[0], 400)


def test_a_page_of_another_origin_may_send_a_key(deployment):
    answer = deployment.anonymous.options(
        "/photos/upload",
        headers={
            "Origin": "https://editor.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        },
    )
    assert answer.status_code in {200, 204}
    assert "idempotency-key" in expect.listed(answer, "access-control-allow-headers")
