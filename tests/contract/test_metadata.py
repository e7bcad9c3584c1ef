"""GET /photos/{photo_id}/metadata: all that is known of a photo."""

import base64
import hashlib

import pytest

from . import expect
from .pictures import jpeg


def test_the_answer_names_photo_and_owner(alice, photo):
    metadata = alice.metadata(photo.id)
    assert metadata["photo_id"] == photo.id
    assert metadata["user_id"] == alice.sub


def test_times_are_in_order(alice, photo):
    metadata = alice.metadata(photo.id)
    assert expect.timestamp(metadata["created_at"]) <= expect.timestamp(metadata["updated_at"])


def test_a_photo_without_an_edit_says_so(alice, photo):
    metadata = alice.metadata(photo.id)
    assert metadata["has_edited_version"] is False
    assert metadata["version_type"] == "original"
    assert metadata["edited"] is None


def test_a_photo_without_its_bytes_says_so(alice, pending):
    metadata = alice.metadata(pending)
    assert metadata["status"] == "pending_upload"
    assert metadata["original"]["status"] == "pending_upload"


def test_the_original_is_described(alice, photo):
    metadata = alice.metadata(photo.id)
    original = metadata["original"]
    assert original["filename"] == "vacation.jpg"
    assert original["content_type"] == "image/jpeg"
    assert original["file_size"] == len(photo.content)
    assert original["s3_key"] == photo.ticket["s3_key"]
    assert isinstance(original["bucket"], str)
    assert original["status"] in expect.ARRIVED
    assert metadata["status"] in expect.ARRIVED


def test_the_edited_version_is_described(alice, edited_photo, edit_content):
    metadata = alice.metadata(edited_photo.id)
    assert metadata["has_edited_version"] is True
    assert metadata["version_type"] == "edited"
    edited = metadata["edited"]
    assert edited["filename"] == "harbour-edited.jpg"
    assert edited["content_type"] == "image/jpeg"
    assert edited["file_size"] == len(edit_content)
    assert edited["s3_key"] == f"{alice.sub}/edited/{edited_photo.id}/harbour-edited.jpg"
    assert edited["status"] in expect.ARRIVED
    assert edited["edit_count"] == 1
    assert "pending" not in edited


def test_originals_and_edits_lie_in_different_buckets(alice, edited_photo):
    metadata = alice.metadata(edited_photo.id)
    assert metadata["original"]["bucket"] != metadata["edited"]["bucket"]


@pytest.mark.parametrize(
    "field",
    ["tags", "geolocation", "description", "camera_info", "rating", "custom", "recipe"],
)
def test_what_is_not_set_is_not_shown(alice, photo, field):
    assert field not in alice.metadata(photo.id)


def test_a_checksum_that_was_given_is_shown(alice):
    checksum = base64.b64encode(hashlib.sha256(b"picture").digest()).decode()
    photo_id = alice.pending_photo(checksum_sha256=checksum)
    assert alice.metadata(photo_id)["original"]["checksum_sha256"] == checksum


def test_an_edit_is_an_update(alice, pending):
    before = alice.metadata(pending)
    alice.edit(pending, jpeg(300))
    after = alice.metadata(pending)
    assert after["created_at"] == before["created_at"]
    assert expect.timestamp(after["updated_at"]) > expect.timestamp(before["updated_at"])
