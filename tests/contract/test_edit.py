"""PUT /photos/{photo_id}/edit: a ticket for an edited version."""

import base64
import hashlib

import pytest

from . import bad_inputs, expect
from .deployment import eventually
from .pictures import LEAST, MIB, jpeg


@pytest.fixture(scope="module")
def refused(alice):
    """A photo of alice's for which every edit is refused."""
    return alice.pending_photo()


def test_a_ticket_says_how_to_send_the_bytes(alice, pending):
    ticket = alice.edit_ticket(pending, filename="edited.jpg", file_size=1000)
    assert ticket["photo_id"] == pending
    expect.absolute(ticket["upload_url"])
    assert ticket["upload_method"] == "PUT"
    assert ticket["upload_headers"]["Content-Type"] == "image/jpeg"
    assert set(ticket["upload_headers"]) == {"Content-Type", "x-amz-meta-upload-id"}
    assert ticket["expires_in"] == 900
    expect.timestamp(ticket["expires_at"])
    assert ticket["status"] == "pending_upload"
    assert isinstance(ticket["message"], str)


def test_the_key_is_the_users_own(alice, pending):
    ticket = alice.edit_ticket(pending, filename="edited.jpg")
    assert ticket["s3_key"] == f"{alice.sub}/edited/{pending}/edited.jpg"


def test_a_checksum_is_sent_with_the_bytes(alice, pending):
    checksum = base64.b64encode(hashlib.sha256(b"picture").digest()).decode()
    headers = alice.edit_ticket(pending, checksum_sha256=checksum)["upload_headers"]
    assert headers["x-amz-checksum-sha256"] == checksum


def test_every_ticket_has_an_upload_id_of_its_own(alice, pending):
    tickets = [alice.edit_ticket(pending) for _ in range(2)]
    assert len({ticket["upload_headers"]["x-amz-meta-upload-id"] for ticket in tickets}) == 2


def test_tickets_are_counted(alice, pending):
    counts = [alice.edit_ticket(pending)["edit_count"] for _ in range(3)]
    assert counts == [1, 2, 3]


def test_the_first_ticket_replaces_nothing(alice, pending):
    ticket = alice.edit_ticket(pending)
    assert "previous_version" not in ticket
    assert "note" not in ticket


def test_a_ticket_names_the_edit_that_was_there(alice, pending):
    first = alice.edit(pending, jpeg(300), filename="first.jpg")
    second = alice.edit_ticket(pending, filename="second.jpg")
    assert second["previous_version"] == first["s3_key"]
    assert isinstance(second["note"], str)


def test_the_record_says_edited_from_the_ticket_on(alice, pending):
    alice.edit_ticket(pending, filename="edited.jpg", file_size=1234)
    metadata = alice.metadata(pending)
    assert metadata["has_edited_version"] is True
    assert metadata["version_type"] == "edited"
    assert metadata["edited"]["edit_count"] == 1
    assert metadata["edited"]["status"] == "pending_upload"
    assert metadata["edited"]["file_size"] == 1234


def test_an_edit_that_arrived_is_the_edited_version(alice, pending):
    content = jpeg(20_000, seed=41)
    alice.edit(pending, content, filename="edited.jpg")
    assert alice.metadata(pending)["edited"]["status"] in expect.ARRIVED
    assert alice.download(pending, "edited") == content


@pytest.mark.parametrize("filenames", [("a.jpg", "a.jpg"), ("a.jpg", "b.jpg")], ids=["same", "new"])
def test_an_edit_is_replaced(alice, pending, filenames):
    contents = [jpeg(20_000, seed=42), jpeg(21_000, seed=43)]
    for filename, content in zip(filenames, contents, strict=True):
        alice.edit(pending, content, filename=filename)
    edited = alice.metadata(pending)["edited"]
    assert edited["edit_count"] == 2
    assert edited["filename"] == filenames[1]
    assert alice.download(pending, "edited") == contents[1]


def test_the_record_shows_the_edit_that_is_there_and_the_one_to_come(alice, pending):
    alice.edit(pending, jpeg(300), filename="first.jpg")
    alice.edit_ticket(pending, filename="second.jpg", file_size=999)
    edited = alice.metadata(pending)["edited"]
    assert edited["filename"] == "first.jpg"
    assert edited["file_size"] == 300
    assert edited["status"] in expect.ARRIVED
    assert edited["pending"]


def test_the_original_is_never_touched(alice):
    stored = alice.upload(seed=44, filename="same.jpg")
    before = alice.settled(stored.id)["original"]
    alice.edit(stored.id, jpeg(20_000, seed=45), filename="same.jpg")
    assert alice.metadata(stored.id)["original"] == before
    assert alice.download(stored.id) == stored.content


@pytest.mark.parametrize("size", [1, LEAST - 1, 20 * MIB])
def test_edits_may_be_small(alice, pending, size):
    assert alice.edit_ticket(pending, file_size=size)["status"] == "pending_upload"


@pytest.mark.parametrize("keep", ["restore", "as_uploaded"])
def test_a_client_says_what_becomes_of_the_pictures_own_metadata(alice, pending, keep):
    assert alice.edit_ticket(pending, keep_metadata=keep)["edit_count"] == 1


def test_the_answer_to_image_jpg_says_image_jpeg(alice, pending):
    headers = alice.edit_ticket(pending, content_type="image/jpg")["upload_headers"]
    assert headers["Content-Type"] == "image/jpeg"


def test_an_eleventh_pending_edit_is_refused(alice, pending):
    for _ in range(10):
        alice.edit_ticket(pending)
    body = expect.problem(alice.ask_edit(pending), 409)
    assert body["code"] == "too_many_pending_edits"


def test_an_arrival_makes_room_for_another_edit(alice, deployment, pending):
    content = jpeg(300)
    tickets = [alice.edit_ticket(pending, file_size=len(content)) for _ in range(10)]
    assert deployment.put(tickets[-1], content).status_code == 200
    assert eventually(lambda: alice.ask_edit(pending).status_code == 200)


# If-Match


@pytest.mark.parametrize(
    "condition", ["{etag}", '"another", {etag}', "*"], ids=["same", "one-of-two", "any"]
)
def test_a_current_if_match_lets_an_edit_through(alice, pending, condition):
    etag = expect.etag(alice.api.get(f"/photos/{pending}/metadata"))
    answer = alice.send(
        "PUT", f"/photos/{pending}/edit", EDIT, **{"If-Match": condition.format(etag=etag)}
    )
    expect.ok(answer)


def test_a_stale_if_match_refuses_an_edit(alice, pending):
    etag = expect.etag(alice.api.get(f"/photos/{pending}/metadata"))
    alice.edit_ticket(pending)
    answer = alice.send("PUT", f"/photos/{pending}/edit", EDIT, **{"If-Match": etag})
    expect.problem(answer, 412)
    assert alice.metadata(pending)["edited"]["edit_count"] == 1


def test_a_weak_if_match_matches_nothing(alice, pending):
    etag = expect.etag(alice.api.get(f"/photos/{pending}/metadata"))
    answer = alice.send("PUT", f"/photos/{pending}/edit", EDIT, **{"If-Match": f"W/{etag}"})
    expect.problem(answer, 412)


# What is refused

EDIT = {"filename": "edited.jpg", "content_type": "image/jpeg", "file_size": 1000}


@pytest.mark.parametrize("filename", bad_inputs.FILENAMES)
def test_bad_filenames_are_refused(alice, refused, filename):
    expect.problem(alice.ask_edit(refused, filename=filename), 400, "filename")
    assert alice.metadata(refused)["edited"] is None


@pytest.mark.parametrize("content_type", bad_inputs.CONTENT_TYPES)
def test_bad_content_types_are_refused(alice, refused, content_type):
    expect.problem(alice.ask_edit(refused, content_type=content_type), 400, "content_type")
    assert alice.metadata(refused)["edited"] is None


@pytest.mark.parametrize("size", bad_inputs.SIZES)
def test_bad_sizes_are_refused(alice, refused, size):
    expect.problem(alice.ask_edit(refused, file_size=size), 400, "file_size")
    assert alice.metadata(refused)["edited"] is None


@pytest.mark.parametrize("checksum", bad_inputs.CHECKSUMS)
def test_bad_checksums_are_refused(alice, refused, checksum):
    expect.problem(alice.ask_edit(refused, checksum_sha256=checksum), 400, "checksum_sha256")
    assert alice.metadata(refused)["edited"] is None


def test_every_bad_field_is_named_at_once(alice, refused):
    answer = alice.ask_edit(refused, filename="", content_type="image/png", file_size=0)
    expect.problem(answer, 400, "filename", "content_type", "file_size")


def test_a_refused_edit_leaves_the_photos_tag(alice, refused):
    before = expect.etag(alice.api.get(f"/photos/{refused}/metadata"))
    alice.ask_edit(refused, file_size=0)
    assert expect.etag(alice.api.get(f"/photos/{refused}/metadata")) == before
