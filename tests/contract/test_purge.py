"""DELETE /photos/{photo_id}?purge=: how thoroughly a photo is deleted."""

from uuid import uuid4

import pytest

from . import expect
from .deployment import eventually
from .pictures import jpeg

PURGES = pytest.mark.parametrize("purge", ["true", "false"])


def _delete(user, photo_id, purge, **headers):
    return user.api.delete(f"/photos/{photo_id}", params={"purge": purge}, headers=headers)


@pytest.fixture
def edited(alice, pending):
    """A photo of alice's with an edited version that has replaced another."""
    alice.edit(pending, jpeg(300), filename="first.jpg")
    alice.edit(pending, jpeg(400), filename="second.jpg")
    return pending


@PURGES
def test_the_answer_is_that_of_every_delete(alice, edited, purge):
    metadata = alice.metadata(edited)["edited"]
    body = expect.ok(_delete(alice, edited, purge))
    assert body["photo_id"] == edited
    assert body["message"] == "Photo and all versions deleted successfully"
    current = {"type": "edited", "bucket": metadata["bucket"], "key": metadata["s3_key"]}
    assert current in body["deleted_items"]


@PURGES
def test_the_photo_is_gone(alice, edited, purge):
    assert eventually(lambda: edited in alice.listed_ids(limit=100))
    expect.ok(_delete(alice, edited, purge))
    expect.problem(alice.api.get(f"/photos/{edited}"), 404)
    expect.problem(alice.api.get(f"/photos/{edited}", params={"version": "edited"}), 404)
    expect.problem(alice.api.get(f"/photos/{edited}/metadata"), 404)
    expect.problem(alice.ask_edit(edited), 404)
    assert eventually(lambda: edited not in alice.listed_ids(limit=100))


@PURGES
@pytest.mark.parametrize("again", ["true", "false", None])
def test_a_second_delete_finds_nothing(alice, edited, purge, again):
    expect.ok(_delete(alice, edited, purge))
    query = {"purge": again} if again else {}
    expect.problem(alice.api.delete(f"/photos/{edited}", params=query), 404)


@PURGES
def test_download_urls_die_with_the_photo(alice, deployment, edited, purge):
    url = alice.download_url(edited, "edited")
    if not deployment.serves(url):
        pytest.skip("the bytes are S3's here: its URLs live for their fifteen minutes")
    assert deployment.bytes.get(url).status_code == 200
    expect.ok(_delete(alice, edited, purge))
    expect.s3_error(deployment.bytes.get(url), 404)


@PURGES
def test_originals_are_deleted_too(alice, deployment, purge):
    stored = alice.upload(seed=111)
    metadata = alice.metadata(stored.id)["original"]
    url = alice.download_url(stored.id)
    items = expect.ok(_delete(alice, stored.id, purge))["deleted_items"]
    assert [item for item in items if item["type"] != "rendition"] == [
        {"type": "original", "bucket": metadata["bucket"], "key": metadata["s3_key"]}
    ]
    if deployment.serves(url):
        expect.s3_error(deployment.bytes.get(url), 404)


@PURGES
def test_the_urls_of_earlier_edits_die_too(alice, deployment, pending, purge):
    urls = []
    for seed in (112, 113, 114):
        alice.edit(pending, jpeg(300, seed))
        urls.append(alice.download_url(pending, "edited"))
    if not all(deployment.serves(url) for url in urls):
        pytest.skip("the bytes are S3's here: its URLs live for their fifteen minutes")
    expect.ok(_delete(alice, pending, purge))
    for url in urls:
        expect.s3_error(deployment.bytes.get(url), 404)


@PURGES
def test_a_photo_of_the_same_bytes_stays(alice, purge):
    twins = [alice.upload(seed=115) for _ in range(2)]
    for twin in twins:
        alice.edit(twin.id, jpeg(300, seed=116), filename="edited.jpg")
    expect.ok(_delete(alice, twins[0].id, purge))
    assert alice.download(twins[1].id) == twins[1].content
    assert alice.download(twins[1].id, "edited") == jpeg(300, seed=116)


@PURGES
def test_bytes_that_never_came_are_not_listed(alice, pending, purge):
    assert expect.ok(_delete(alice, pending, purge))["deleted_items"] == []


@PURGES
def test_bytes_that_come_late_are_never_served(alice, deployment, pending, purge):
    content = jpeg(300)
    ticket = alice.edit_ticket(pending, file_size=len(content))
    url = alice.download_url(pending, "edited")
    expect.ok(_delete(alice, pending, purge))
    deployment.put(ticket, content)
    expect.problem(alice.api.get(f"/photos/{pending}", params={"version": "edited"}), 404)
    assert eventually(lambda: deployment.bytes.get(url).status_code in {403, 404})


@PURGES
def test_other_photos_stay(alice, edited, photo, purge):
    expect.ok(_delete(alice, edited, purge))
    assert alice.download(photo.id) == photo.content


@pytest.mark.parametrize(
    "purge", ["", "yes", "no", "1", "0", "TRUE", "False", "null", "true ", "truefalse", "\u2713"]
)
def test_another_value_is_refused(alice, pending, purge):
    expect.problem(_delete(alice, pending, purge), 400, "purge")
    assert alice.view(pending)["photo_id"] == pending


@PURGES
def test_a_stale_if_match_refuses_a_delete(alice, pending, purge):
    tag = alice.tag(pending)
    alice.patched(pending, {"rating": 1})
    expect.problem(_delete(alice, pending, purge, **{"If-Match": tag}), 412)
    assert alice.view(pending)["photo_id"] == pending


@PURGES
def test_a_weak_if_match_matches_nothing(alice, pending, purge):
    weak = f"W/{alice.tag(pending)}"
    expect.problem(_delete(alice, pending, purge, **{"If-Match": weak}), 412)
    assert alice.view(pending)["photo_id"] == pending


@PURGES
@pytest.mark.parametrize(
    "condition", ["{tag}", '"another", {tag}', "*"], ids=["same", "one-of-two", "any"]
)
def test_a_current_if_match_lets_a_delete_through(alice, pending, purge, condition):
    condition = condition.format(tag=alice.tag(pending))
    expect.ok(_delete(alice, pending, purge, **{"If-Match": condition}))
    expect.problem(alice.api.get(f"/photos/{pending}"), 404)


@PURGES
def test_a_delete_needs_a_token(alice, deployment, pending, purge):
    answer = deployment.anonymous.delete(f"/photos/{pending}", params={"purge": purge})
    expect.problem(answer, 401)
    assert alice.view(pending)["photo_id"] == pending


def test_purge_given_twice_is_refused(alice, pending):
    answer = alice.api.delete(f"/photos/{pending}?purge=false&purge=true")
    expect.problem(answer, 400, "purge")
    assert alice.view(pending)["photo_id"] == pending


@PURGES
def test_another_users_photo_is_403(alice, bob, pending, purge):
    expect.problem(_delete(bob, pending, purge), 403)
    assert alice.view(pending)["photo_id"] == pending


@PURGES
def test_an_unknown_photo_is_404(alice, purge):
    expect.problem(_delete(alice, str(uuid4()), purge), 404)
