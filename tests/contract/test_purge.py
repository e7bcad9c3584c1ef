"""DELETE /photos/{photo_id}?purge=true: a photo of which no version is kept."""

import pytest

from . import expect
from .pictures import LEAST, jpeg

NOBODYS = "5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90"


def _purge(user, photo_id, purge="true", **headers):
    return user.api.delete(f"/photos/{photo_id}", params={"purge": purge}, headers=headers)


@pytest.fixture
def edited(alice, pending):
    """A photo of alice's with an edited version, free to be erased."""
    alice.edit(pending, jpeg(300))
    return pending


@pytest.fixture(scope="module")
def refused(alice):
    """A photo of alice's with an edited version, for which every request is refused."""
    photo_id = alice.pending_photo()
    alice.edit(photo_id, jpeg(300))
    return photo_id


def _is_whole(user, photo_id):
    return user.download(photo_id, "edited") == jpeg(300)


@pytest.mark.parametrize("purge", ["true", "false"])
def test_the_answer_is_that_of_every_delete(alice, edited, purge):
    metadata = alice.metadata(edited)
    body = expect.ok(_purge(alice, edited, purge))
    assert body["photo_id"] == edited
    assert body["message"] == "Photo and all versions deleted successfully"
    place = {"bucket": metadata["edited"]["bucket"], "key": metadata["edited"]["s3_key"]}
    items = [item for item in body["deleted_items"] if item["type"] != "rendition"]
    assert items == [{"type": "edited", **place}]


@pytest.mark.parametrize("purge", ["true", "false"])
def test_both_download_urls_die(alice, deployment, purge):
    stored = alice.upload(seed=81)
    alice.edit(stored.id, jpeg(300))
    urls = [alice.download_url(stored.id, version) for version in ("original", "edited")]
    if purge == "false" and not all(deployment.serves(url) for url in urls):
        pytest.skip("the bytes are S3's here: its URLs live for their fifteen minutes")
    for url in urls:
        assert deployment.bytes.get(url, headers={"Range": "bytes=0-0"}).status_code == 206
    items = expect.ok(_purge(alice, stored.id, purge))["deleted_items"]
    assert {"original", "edited"} <= {item["type"] for item in items}
    for url in urls:
        assert _is_gone(deployment, url)


def _is_gone(deployment, url):
    """On our own endpoint at once, on S3 within minutes: longer than a test waits."""
    if not deployment.serves(url):
        return True
    return expect.s3_error(deployment.bytes.get(url), 404)


def test_the_urls_of_earlier_edits_die_too(alice, deployment, pending):
    urls = []
    for seed in (82, 83, 84):
        alice.edit(pending, jpeg(300, seed))
        urls.append(alice.download_url(pending, "edited"))
    expect.ok(_purge(alice, pending))
    for url in urls:
        assert _is_gone(deployment, url)


def test_an_erased_photo_is_gone(alice, edited):
    expect.ok(_purge(alice, edited))
    expect.problem(alice.api.get(f"/photos/{edited}"), 404)
    expect.problem(alice.api.get(f"/photos/{edited}", params={"version": "edited"}), 404)
    expect.problem(alice.api.get(f"/photos/{edited}/metadata"), 404)
    expect.problem(alice.ask_edit(edited), 404)
    assert edited not in alice.listed_ids(limit=100)


@pytest.mark.parametrize("first", ["true", "false"])
@pytest.mark.parametrize("second", ["true", "false"])
def test_a_second_delete_finds_nothing(alice, pending, first, second):
    expect.ok(_purge(alice, pending, first))
    expect.problem(_purge(alice, pending, second), 404)


def test_nothing_was_there_before_the_bytes_came(alice, pending):
    alice.edit_ticket(pending)
    assert expect.ok(_purge(alice, pending))["deleted_items"] == []


def test_bytes_that_come_late_are_never_served(alice, deployment, pending):
    content = jpeg(300, seed=85)
    ticket = alice.edit_ticket(pending, file_size=len(content))
    url = alice.download_url(pending, "edited")
    expect.ok(_purge(alice, pending))
    deployment.put(ticket, content)
    expect.problem(alice.api.get(f"/photos/{pending}", params={"version": "edited"}), 404)
    assert deployment.bytes.get(url).status_code in {403, 404}


def test_a_photo_of_the_same_bytes_stays(alice):
    content = jpeg(LEAST, seed=86)
    twins = [alice.upload(seed=86), alice.upload(seed=86)]
    for twin in twins:
        alice.edit(twin.id, jpeg(300, seed=87))
    expect.ok(_purge(alice, twins[0].id))
    assert alice.download(twins[1].id) == content
    assert alice.download(twins[1].id, "edited") == jpeg(300, seed=87)


@pytest.mark.parametrize("purge", ["", "1", "yes", "TRUE", "True", "null", " true", "true,false"])
def test_another_value_of_purge_is_refused(alice, refused, purge):
    expect.problem(_purge(alice, refused, purge), 400, "purge")
    assert _is_whole(alice, refused)


@pytest.mark.parametrize("condition", ["{tag}", '"another", {tag}', "*"])
def test_a_current_if_match_lets_a_purge_through(alice, pending, condition):
    condition = condition.format(tag=alice.tag(pending))
    expect.ok(_purge(alice, pending, **{"If-Match": condition}))
    expect.problem(alice.api.get(f"/photos/{pending}"), 404)


@pytest.mark.parametrize("condition", ['"stale"', "W/{tag}"])
def test_another_if_match_refuses_a_purge(alice, refused, condition):
    condition = condition.format(tag=alice.tag(refused))
    expect.problem(_purge(alice, refused, **{"If-Match": condition}), 412)
    assert _is_whole(alice, refused)


def test_a_stale_if_match_refuses_a_purge(alice, edited):
    stale = alice.tag(edited)
    alice.patched(edited, {"rating": 1})
    expect.problem(_purge(alice, edited, **{"If-Match": stale}), 412)
    assert _is_whole(alice, edited)


def test_another_users_photo_is_403(alice, bob, refused):
    expect.problem(_purge(bob, refused), 403)
    assert _is_whole(alice, refused)


def test_a_purge_needs_a_token(alice, deployment, refused):
    answer = deployment.anonymous.delete(f"/photos/{refused}", params={"purge": "true"})
    expect.problem(answer, 401)
    assert _is_whole(alice, refused)


def test_an_unknown_photo_is_404(alice):
    expect.problem(_purge(alice, NOBODYS), 404)
