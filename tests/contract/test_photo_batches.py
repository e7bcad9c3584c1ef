"""POST /photos/batch: many operations on photos in one request, each as its own route does it."""

import json
import re
from uuid import uuid4

import pytest

from . import bad_inputs, expect
from .deployment import UPLOAD, changed, eventually
from .pictures import MIB, jpeg

EDIT = {"filename": "edited.jpg", "content_type": "image/jpeg", "file_size": 1000}
OPERATIONS = [
    pytest.param({"op": "get"}, id="get"),
    pytest.param({"op": "metadata"}, id="metadata"),
    pytest.param({"op": "edit", **EDIT}, id="edit"),
    pytest.param({"op": "patch", "metadata": {"rating": 1}}, id="patch"),
    pytest.param({"op": "delete"}, id="delete"),
    pytest.param({"op": "delete", "purge": True}, id="purge"),
]


def _one(user, **operation):
    (result,) = user.operate(operation)
    return result


def _problem(result, status, *fields):
    assert result["status_code"] == status, result
    assert result["body"]["status"] == status
    return expect.inner_problem(result["body"], *fields)


def _as_alone(result, answer):
    """The result is what the operation's own route answers."""
    assert result["status_code"] == answer.status_code
    assert expect.lasting(result["body"]) == expect.lasting(answer.json())


def _elsewhere(body, photo_id):
    """An answer about one photo, to be compared with one about another."""
    text = json.dumps(expect.lasting(body)).replace(photo_id, "a photo")
    return json.loads(re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "an id", text))


# Each operation


def test_metadata_is_that_of_its_route(alice, edited_photo):
    result = _one(alice, op="metadata", photo_id=edited_photo.id)
    assert result["photo_id"] == edited_photo.id
    _as_alone(result, alice.api.get(f"/photos/{edited_photo.id}/metadata"))


@pytest.mark.parametrize("version", [None, "original", "edited"])
def test_get_is_that_of_its_route(alice, deployment, edited_photo, edit_content, version):
    query = {"version": version} if version else {}
    result = _one(alice, op="get", photo_id=edited_photo.id, **query)
    _as_alone(result, alice.api.get(f"/photos/{edited_photo.id}", params=query))
    expect.timestamp(result["body"]["expires_at"])
    content = deployment.bytes.get(result["body"]["download_url"]).content
    assert content == (edit_content if version == "edited" else edited_photo.content)


def test_get_says_that_there_is_no_edited_version(alice, photo):
    result = _one(alice, op="get", photo_id=photo.id, version="edited")
    assert _problem(result, 404)["error"] == "No edited version available"
    _as_alone(result, alice.api.get(f"/photos/{photo.id}", params={"version": "edited"}))


def test_edit_gives_a_ticket_that_works(alice, deployment, pending):
    content = jpeg(1000, seed=81)
    result = _one(alice, op="edit", photo_id=pending, **EDIT)
    assert result["status_code"] == 200
    ticket = result["body"]
    assert ticket["edit_count"] == 1
    assert ticket["s3_key"] == f"{alice.sub}/edited/{pending}/edited.jpg"
    assert set(ticket) >= set(alice.edit_ticket(alice.pending_photo()))
    assert deployment.put(ticket, content).status_code == 200
    assert eventually(lambda: alice.metadata(pending)["edited"]["status"] in expect.ARRIVED)
    assert alice.download(pending, "edited") == content


def test_a_ticket_is_that_of_its_route(alice):
    photos = [alice.pending_photo() for _ in range(2)]
    for photo_id in photos:
        alice.edit(photo_id, jpeg(300), filename="first.jpg")
    ticket = _one(alice, op="edit", photo_id=photos[0], **EDIT)["body"]
    alone = alice.edit_ticket(photos[1], **EDIT)
    for body in (ticket, alone):
        upload_id = body["upload_headers"].pop("x-amz-meta-upload-id")
        expect.uuid(upload_id)
    assert _elsewhere(ticket, photos[0]) == _elsewhere(alone, photos[1])
    expect.absolute(ticket["upload_url"])
    expect.timestamp(ticket["expires_at"])


def test_a_deletion_is_that_of_its_route(alice):
    photos = [alice.pending_photo() for _ in range(2)]
    for photo_id in photos:
        alice.edit(photo_id, jpeg(300))
        alice.settled(photo_id)
    body = _one(alice, op="delete", photo_id=photos[0])["body"]
    alone = expect.ok(alice.api.delete(f"/photos/{photos[1]}"))
    assert _elsewhere(body, photos[0]) == _elsewhere(alone, photos[1])


def test_delete_deletes(alice, pending):
    alice.edit(pending, jpeg(300))
    metadata = alice.metadata(pending)
    result = _one(alice, op="delete", photo_id=pending)
    assert result["status_code"] == 200
    body = result["body"]
    assert body["photo_id"] == pending
    assert body["message"] == "Photo and all versions deleted successfully"
    edited = [item for item in body["deleted_items"] if item["type"] == "edited"]
    assert edited == [
        {
            "type": "edited",
            "bucket": metadata["edited"]["bucket"],
            "key": metadata["edited"]["s3_key"],
        }
    ]
    expect.problem(alice.api.get(f"/photos/{pending}"), 404)


@pytest.mark.parametrize("purge", [True, False])
def test_delete_takes_purge(alice, deployment, pending, purge):
    alice.edit(pending, jpeg(300))
    url = alice.download_url(pending, "edited")
    result = _one(alice, op="delete", photo_id=pending, purge=purge)
    assert result["status_code"] == 200
    expect.problem(alice.api.get(f"/photos/{pending}"), 404)
    if deployment.serves(url):
        expect.s3_error(deployment.bytes.get(url), 404)


def test_patch_patches(alice, pending):
    alice.patched(pending, {"tags": ["sea"], "description": "Before"})
    patch = {"rating": 4, "description": None, "geolocation": {"latitude": 1.5, "longitude": 2.5}}
    result = _one(alice, op="patch", photo_id=pending, metadata=patch)
    assert result["status_code"] == 200
    assert result["body"] == alice.metadata(pending)
    assert result["body"]["rating"] == 4
    assert result["body"]["tags"] == ["sea"]
    assert "description" not in result["body"]


# If-Match


@pytest.mark.parametrize("operation", OPERATIONS)
class TestIfMatch:
    def test_a_stale_tag_refuses_any_operation(self, alice, pending, operation):
        stale = alice.tag(pending)
        alice.patched(pending, {"rating": 5})
        before = alice.metadata(pending)
        for tag in (stale, f"W/{alice.tag(pending)}", '"another"'):
            _problem(_one(alice, **operation, photo_id=pending, if_match=tag), 412)
        assert alice.metadata(pending) == before

    @pytest.mark.parametrize("condition", ["{tag}", '"another", {tag}', "*"])
    def test_a_current_tag_lets_any_operation_through(self, alice, pending, operation, condition):
        if_match = condition.format(tag=alice.tag(pending))
        result = _one(alice, **operation, photo_id=pending, if_match=if_match)
        assert result["status_code"] == 200


def test_of_two_operations_with_one_tag_the_second_is_stale(alice, pending):
    tag = alice.tag(pending)
    patch = {"op": "patch", "photo_id": pending, "if_match": tag}
    first, second = alice.operate(
        {**patch, "metadata": {"rating": 1}}, {**patch, "metadata": {"rating": 2}}
    )
    assert first["status_code"] == 200
    _problem(second, 412)
    assert alice.metadata(pending)["rating"] == 1


# Many


def test_operations_are_carried_out_in_order(alice, pending):
    patches = [
        {"op": "patch", "photo_id": pending, "metadata": {"custom": {"n": n, f"n{n}": n}}}
        for n in range(20)
    ]
    results = alice.operate(*patches)
    assert [result["body"]["custom"]["n"] for result in results] == list(range(20))
    assert len(alice.metadata(pending)["custom"]) == 21


def test_the_same_photo_is_deleted_then_gone(alice, pending):
    delete, get = alice.operate(
        {"op": "delete", "photo_id": pending}, {"op": "get", "photo_id": pending}
    )
    assert delete["status_code"] == 200
    _problem(get, 404)


def test_the_same_photo_is_there_then_deleted(alice, pending):
    results = alice.operate(
        {"op": "metadata", "photo_id": pending},
        {"op": "delete", "photo_id": pending},
        {"op": "delete", "photo_id": pending},
        {"op": "metadata", "photo_id": pending},
    )
    assert [result["status_code"] for result in results] == [200, 200, 404, 404]


def test_two_hundred_operations_are_answered_in_order(alice):
    photos = [alice.pending_photo() for _ in range(4)] * 50
    results = alice.operate(*({"op": "metadata", "photo_id": photo_id} for photo_id in photos))
    assert [result["photo_id"] for result in results] == photos
    assert {result["status_code"] for result in results} == {200}
    assert [result["body"]["photo_id"] for result in results] == photos


def test_an_eleventh_pending_edit_is_refused(alice, pending):
    results = alice.operate(*[{"op": "edit", "photo_id": pending, **EDIT}] * 12)
    assert [result["status_code"] for result in results] == [200] * 10 + [409] * 2
    assert _problem(results[10], 409)["code"] == "too_many_pending_edits"
    assert alice.metadata(pending)["edited"]["edit_count"] == 10


def test_a_bad_operation_spoils_nothing(alice, bob, photo):
    photos = [alice.pending_photo() for _ in range(4)]
    results = alice.operate(
        {"op": "patch", "photo_id": photos[0], "metadata": {"rating": 1}},
        {"op": "nothing", "photo_id": photos[1]},
        7,
        {"op": "patch", "photo_id": photos[1], "metadata": {"rating": 9}},
        {"op": "get", "photo_id": str(uuid4())},
        {"op": "delete", "photo_id": bob.pending_photo()},
        {"op": "delete", "photo_id": photos[2]},
        {"op": "edit", "photo_id": photos[3], **EDIT},
        {"op": "get", "photo_id": photo.id},
    )
    statuses = [result["status_code"] for result in results]
    assert statuses == [200, 400, 400, 400, 404, 403, 200, 200, 200]
    assert alice.metadata(photos[0])["rating"] == 1
    assert "rating" not in alice.metadata(photos[1])
    expect.problem(alice.api.get(f"/photos/{photos[2]}"), 404)
    assert alice.metadata(photos[3])["edited"]["edit_count"] == 1


# Operations that are refused

UNKNOWN = ["unknown", "letter", "empty", "path"]


@pytest.mark.parametrize("operation", OPERATIONS)
class TestWhosePhotos:
    def test_another_users_photo_is_403(self, alice, bob, operation):
        photo_id = alice.pending_photo()
        before = alice.metadata(photo_id)
        result = _one(bob, **operation, photo_id=photo_id)
        assert result["photo_id"] == photo_id
        _problem(result, 403)
        assert alice.metadata(photo_id) == before

    @pytest.mark.parametrize("photo_id", [str(uuid4()), "x", "", "../photos"], ids=UNKNOWN)
    def test_an_unknown_photo_is_404(self, alice, operation, photo_id):
        _problem(_one(alice, **operation, photo_id=photo_id), 404)

    def test_a_photo_is_required(self, alice, operation):
        _problem(_one(alice, **operation), 400, "photo_id")

    @pytest.mark.parametrize("photo_id", [None, 7, True, ["x"], {}], ids=str)
    def test_a_photo_is_named_by_text(self, alice, operation, photo_id):
        _problem(_one(alice, **operation, photo_id=photo_id), 400, "photo_id")


@pytest.mark.parametrize(
    "op", [..., None, 7, True, [], "", "nothing", "GET", "Delete", "upload", "get "], ids=str
)
def test_an_unknown_operation_is_refused(alice, pending, op):
    _problem(_one(alice, **changed({"photo_id": pending}, {"op": op})), 400, "op")


@pytest.mark.parametrize("operation", [None, 7, True, "get", [], ["get"]], ids=str)
def test_an_operation_that_is_no_object_is_refused(alice, operation):
    (result,) = alice.operate(operation)
    _problem(result, 400)


def test_problems_are_those_of_the_route(alice, bob, pending):
    unknown = str(uuid4())
    theirs = bob.pending_photo()
    results = alice.operate(
        {"op": "metadata", "photo_id": unknown},
        {"op": "metadata", "photo_id": theirs},
        {"op": "edit", "photo_id": pending, **EDIT, "file_size": 0},
        {"op": "patch", "photo_id": pending, "metadata": {"rating": 6, "tags": [""]}},
    )
    answers = [
        alice.api.get(f"/photos/{unknown}/metadata"),
        alice.api.get(f"/photos/{theirs}/metadata"),
        alice.send("PUT", f"/photos/{pending}/edit", {**EDIT, "file_size": 0}),
        alice.patch(pending, {"rating": 6, "tags": [""]}),
    ]
    for result, answer in zip(results, answers, strict=True):
        _as_alone(result, answer)


def test_bad_edits_are_refused(alice, pending):
    cases = {
        "filename": bad_inputs.FILENAMES,
        "content_type": bad_inputs.CONTENT_TYPES,
        "file_size": bad_inputs.SIZES,
        "checksum_sha256": bad_inputs.CHECKSUMS,
    }
    changes = [{field: case.values[0]} for field, group in cases.items() for case in group]
    edit = {"op": "edit", "photo_id": pending, **EDIT}
    results = alice.operate(*(changed(edit, change) for change in changes))
    for change, result in zip(changes, results, strict=True):
        _problem(result, 400, *change)
    assert alice.metadata(pending)["edited"] is None


def test_bad_patches_are_refused(alice, pending):
    patches = [dict([case.values]) for case in bad_inputs.DESCRIPTIONS]
    patches += [{"status": "ready"}, {"filename": "a.jpg"}, {"surprise": 1}]
    before = alice.metadata(pending)
    operations = [{"op": "patch", "photo_id": pending, "metadata": patch} for patch in patches]
    for patch, result in zip(patches, alice.operate(*operations), strict=True):
        _problem(result, 400, *patch)
    assert alice.metadata(pending) == before


def test_a_patch_is_required(alice, pending):
    _problem(_one(alice, op="patch", photo_id=pending), 400, "metadata")


@pytest.mark.parametrize("patch", [None, 7, True, "rating", [], [{"rating": 1}]], ids=str)
def test_a_patch_that_is_no_object_is_refused(alice, pending, patch):
    before = alice.metadata(pending)
    _problem(_one(alice, op="patch", photo_id=pending, metadata=patch), 400)
    assert alice.metadata(pending) == before


@pytest.mark.parametrize("version", ["", "blue", "ORIGINAL", 7, True, []], ids=str)
def test_an_unknown_version_is_refused(alice, photo, version):
    _problem(_one(alice, op="get", photo_id=photo.id, version=version), 400, "version")


@pytest.mark.parametrize("purge", ["", "yes", 1, 0, [], {}], ids=repr)
def test_purge_is_true_or_false(alice, pending, purge):
    _problem(_one(alice, op="delete", photo_id=pending, purge=purge), 400, "purge")
    assert alice.metadata(pending)["photo_id"] == pending


@pytest.mark.parametrize("if_match", [7, True, [], {}], ids=repr)
def test_if_match_is_text(alice, pending, if_match):
    result = _one(alice, op="patch", photo_id=pending, metadata={"rating": 1}, if_match=if_match)
    _problem(result, 400, "if_match")
    assert "rating" not in alice.metadata(pending)


# Requests that are refused


@pytest.mark.parametrize("count", [0, 201, 1000])
def test_the_number_of_operations_has_limits(alice, pending, count):
    operations = [{"op": "delete", "photo_id": pending}] * count
    expect.problem(alice.ask_operations(operations), 400, "operations")
    assert alice.metadata(pending)["photo_id"] == pending


@pytest.mark.parametrize("operations", [None, 7, True, "get", {}, {"0": {"op": "get"}}], ids=str)
def test_operations_that_are_no_array_are_refused(alice, operations):
    expect.problem(alice.ask_operations(operations), 400, "operations")


def test_operations_are_required(alice):
    expect.problem(alice.send("POST", "/photos/batch", {}), 400, "operations")


@pytest.mark.parametrize("body", bad_inputs.unsound_bodies("operations"))
def test_a_body_that_is_no_sound_json_object_is_refused(alice, body):
    expect.problem(alice.send("POST", "/photos/batch", body), 400)


def test_a_body_of_four_mebibytes_is_taken(alice, pending):
    body = json.dumps({"operations": [{"op": "metadata", "photo_id": pending}]}).encode()
    answer = alice.send("POST", "/photos/batch", body + b" " * (4 * MIB - len(body)))
    assert expect.ok(answer)["results"][0]["status_code"] == 200


def test_a_larger_body_is_413(alice, pending):
    body = json.dumps({"operations": [{"op": "delete", "photo_id": pending}]}).encode()
    answer = alice.send("POST", "/photos/batch", body + b" " * (4 * MIB + 1 - len(body)))
    expect.problem(answer, 413)
    assert alice.metadata(pending)["photo_id"] == pending


def test_another_content_type_is_415(alice, pending):
    operations = [{"op": "delete", "photo_id": pending}]
    answer = alice.ask_operations(operations, **{"Content-Type": "text/plain"})
    expect.problem(answer, 415)
    assert alice.metadata(pending)["photo_id"] == pending


def test_a_token_is_needed(deployment, photo):
    operations = {"operations": [{"op": "get", "photo_id": photo.id}]}
    expect.problem(deployment.anonymous.post("/photos/batch", json=operations), 401)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_wrong_methods_are_not_taken_for_a_photo(alice, method):
    """`batch` is a route, not the id of a photo."""
    answer = alice.api.request(method, "/photos/batch")
    expect.problem(answer, 405)
    assert "post" in expect.listed(answer, "allow")


def test_an_upload_is_no_operation_on_a_photo(visitor):
    _problem(_one(visitor, op="upload", **UPLOAD), 400)
    assert visitor.listed_ids() == []
