"""DELETE /photos/{photo_id}: original, edited version and record."""

import pytest

from . import expect
from .deployment import eventually
from .pictures import jpeg


def _delete(user, photo_id, **headers):
    return user.api.delete(f"/photos/{photo_id}", headers=headers)


@pytest.fixture
def edited(alice, pending):
    """A photo of alice's with an edited version, free to be deleted."""
    alice.edit(pending, jpeg(300))
    return pending


def test_the_answer_says_what_happened(alice, pending):
    body = expect.ok(_delete(alice, pending))
    assert body["photo_id"] == pending
    assert body["message"] == "Photo and all versions deleted successfully"


def test_the_answer_lists_what_was_there(alice):
    stored = alice.upload(seed=51)
    alice.edit(stored.id, jpeg(300), filename="edited.jpg")
    metadata = alice.metadata(stored.id)
    items = expect.ok(_delete(alice, stored.id))["deleted_items"]
    listed = {item["type"]: (item["bucket"], item["key"]) for item in items}
    listed.pop("rendition", None)
    assert listed == {
        version: (metadata[version]["bucket"], metadata[version]["s3_key"])
        for version in ("original", "edited")
    }


def test_bytes_that_never_came_are_not_listed(alice, pending):
    alice.edit_ticket(pending)
    assert expect.ok(_delete(alice, pending))["deleted_items"] == []


def test_a_second_delete_finds_nothing(alice, pending):
    expect.ok(_delete(alice, pending))
    expect.problem(_delete(alice, pending), 404)


def test_a_deleted_photo_is_gone(alice, edited):
    expect.ok(_delete(alice, edited))
    expect.problem(alice.api.get(f"/photos/{edited}"), 404)
    expect.problem(alice.api.get(f"/photos/{edited}", params={"version": "edited"}), 404)
    expect.problem(alice.api.get(f"/photos/{edited}/metadata"), 404)
    expect.problem(alice.ask_edit(edited), 404)


@pytest.mark.parametrize("version_type", [None, "edited"])
def test_a_deleted_photo_is_no_longer_listed(alice, edited, version_type):
    query = {"version_type": version_type} if version_type else {}
    assert eventually(lambda: edited in alice.listed_ids(limit=100, **query))
    expect.ok(_delete(alice, edited))
    assert eventually(lambda: edited not in alice.listed_ids(limit=100, **query))


def test_download_urls_die_with_the_photo(alice, deployment, edited):
    url = alice.download_url(edited, "edited")
    if not deployment.serves(url):
        pytest.skip("the bytes are S3's here: its URLs live for their fifteen minutes")
    assert deployment.bytes.get(url).status_code == 200
    expect.ok(_delete(alice, edited))
    expect.s3_error(deployment.bytes.get(url), 404)


def test_bytes_that_come_late_are_never_served(alice, deployment, pending):
    content = jpeg(300)
    ticket = alice.edit_ticket(pending, file_size=len(content))
    url = alice.download_url(pending, "edited")
    expect.ok(_delete(alice, pending))
    deployment.put(ticket, content)
    expect.problem(alice.api.get(f"/photos/{pending}", params={"version": "edited"}), 404)
    assert eventually(lambda: deployment.bytes.get(url).status_code in {403, 404})


def test_an_original_that_comes_late_is_never_served(alice, deployment):
    content = jpeg(5 * 1024 * 1024, seed=52)
    ticket = alice.upload_ticket(file_size=len(content))
    photo_id = ticket["photo_id"]
    expect.ok(_delete(alice, photo_id))
    deployment.put(ticket, content)
    expect.problem(alice.api.get(f"/photos/{photo_id}"), 404)
    assert photo_id not in alice.listed_ids(limit=100)


def test_deleting_one_photo_leaves_the_others(alice, pending, photo):
    expect.ok(_delete(alice, pending))
    assert alice.download(photo.id) == photo.content


def test_a_current_if_match_lets_a_delete_through(alice, pending):
    etag = expect.etag(alice.api.get(f"/photos/{pending}/metadata"))
    expect.ok(_delete(alice, pending, **{"If-Match": etag}))


def test_a_stale_if_match_refuses_a_delete(alice, pending):
    etag = expect.etag(alice.api.get(f"/photos/{pending}/metadata"))
    alice.edit_ticket(pending)
    expect.problem(_delete(alice, pending, **{"If-Match": etag}), 412)
    assert alice.view(pending)["photo_id"] == pending
