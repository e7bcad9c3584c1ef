"""The history of a photo: every version is kept for a while, and one can go back to it."""

import pytest
from tests.imaging import pictures
from tests.imaging.pictures import ASCII, SHORT, exif_app1, inserted

from . import expect
from .deployment import eventually
from .pictures import LEAST, jpeg, stretched

FIRST, SECOND, THIRD = (jpeg(length, seed=length) for length in (3_000, 4_000, 5_000))

STORED = pictures.jpeg(600, 400)
"""The pixels of a photo that was taken upright, as the camera has stored them."""
UPRIGHT = exif_app1([(0x0110, ASCII, b"K-1\0"), (0x0112, SHORT, 6)])


@pytest.fixture
def photo(alice):
    """A photo with three edits, one after the other; the last has another name. Nothing happens to
    it any more but what a test asks for."""
    stored = alice.upload(seed=9)
    alice.edit(stored.id, FIRST, filename="a.jpg")
    alice.edit(stored.id, SECOND, filename="a.jpg")
    alice.edit(stored.id, THIRD, filename="b.jpg")
    alice.settled(stored.id)
    return stored


def versions(user, photo_id):
    return expect.ok(user.api.get(f"/photos/{photo_id}/versions"))["versions"]


def downloaded(user, photo_id, version_id):
    view = user.view(photo_id, version_id=version_id)
    answer = user.deployment.bytes.get(view["download_url"])
    assert answer.status_code == 200, answer.text[:500]
    return view, answer.content


def restore(user, photo_id, version_id, **headers):
    return user.api.post(f"/photos/{photo_id}/versions/{version_id}/restore", headers=headers)


def refused(answer, status, code):
    assert expect.problem(answer, status)["code"] == code


def test_the_history_is_newest_first_and_every_version_of_it_is_there(alice, photo):
    answer = alice.api.get(f"/photos/{photo.id}/versions")
    expect.etag(answer)
    listed = expect.ok(answer)["versions"]
    assert [one["version_type"] for one in listed] == ["edited"] * 3 + ["original"]
    assert [one["is_current"] for one in listed] == [True, False, False, False]
    assert [one["filename"] for one in listed] == ["b.jpg", "a.jpg", "a.jpg", "vacation.jpg"]
    contents = [THIRD, SECOND, FIRST, photo.content]
    assert [one["file_size"] for one in listed] == list(map(len, contents))
    assert ["expires_at" in one for one in listed] == [False, True, True, False]
    for one, content in zip(listed, contents, strict=True):
        expect.timestamp(one["created_at"])
        view, data = downloaded(alice, photo.id, one["version_id"])
        assert data == content
        assert view["version_type"] == one["version_type"]
        assert view["metadata"]["filename"] == one["filename"]
        assert view["metadata"]["file_size"] == one["file_size"]
    edits = listed[:3]
    assert [one["author"] for one in edits] == [alice.sub] * 3
    assert [one["parent"] for one in edits] == [one["version_id"] for one in listed[1:]]


def test_an_earlier_edit_becomes_the_current_one_and_nothing_is_lost(alice, photo):
    before = versions(alice, photo.id)
    tag = alice.tag(photo.id)
    answer = restore(alice, photo.id, before[2]["version_id"])
    metadata = expect.ok(answer)
    assert expect.etag(answer) != tag
    assert (metadata["edited"]["filename"], metadata["edited"]["edit_count"]) == ("a.jpg", 4)
    assert alice.download(photo.id, "edited") == FIRST
    assert alice.download(photo.id) == photo.content
    after = versions(alice, photo.id)
    assert [one["version_id"] for one in after[1:]] == [one["version_id"] for one in before]
    assert after[0]["version_id"] not in {one["version_id"] for one in before}
    assert after[0]["parent"] == before[2]["version_id"]
    assert after[0]["is_current"]
    for one, content in zip(after[1:4], [THIRD, SECOND, FIRST], strict=True):
        assert downloaded(alice, photo.id, one["version_id"])[1] == content


def test_an_edit_by_another_name_takes_the_place_of_one_that_was_restored(alice, photo):
    """Who restores, and who renders, writes the object by other ways than an upload takes."""
    expect.ok(restore(alice, photo.id, versions(alice, photo.id)[2]["version_id"]))
    newest = jpeg(6_000, seed=6)
    alice.edit(photo.id, newest, filename="c.jpg")
    assert alice.download(photo.id, "edited") == newest
    assert versions(alice, photo.id)[0]["filename"] == "c.jpg"


def test_the_current_edit_stays_as_it_is(alice, photo):
    before = versions(alice, photo.id)
    expect.ok(restore(alice, photo.id, before[0]["version_id"]))
    assert versions(alice, photo.id) == before


def test_a_key_restores_once(alice, photo):
    version_id = versions(alice, photo.id)[1]["version_id"]
    key = {"Idempotency-Key": "restore it"}
    first = restore(alice, photo.id, version_id, **key)
    assert expect.ok(first)["edited"]["edit_count"] == 4
    assert len(versions(alice, photo.id)) == 5
    assert alice.download(photo.id, "edited") == SECOND
    alice.patched(photo.id, {"rating": 4})
    expect.ok(restore(alice, photo.id, versions(alice, photo.id)[-2]["version_id"]))
    second = restore(alice, photo.id, version_id, **key)
    assert expect.etag(second) == expect.etag(first) != alice.tag(photo.id)
    assert expect.lasting(expect.ok(second)) == expect.lasting(expect.ok(first))
    assert len(versions(alice, photo.id)) == 6
    assert alice.download(photo.id, "edited") == FIRST


def test_going_back_to_the_original_keeps_the_history(alice, photo):
    before = versions(alice, photo.id)
    alice.edit_ticket(photo.id, filename="on its way.jpg")
    answer = alice.api.delete(f"/photos/{photo.id}/edited")
    metadata = expect.ok(answer)
    expect.etag(answer)
    assert (metadata["has_edited_version"], metadata["edited"]) == (False, None)
    assert metadata["version_type"] == "original"
    expect.problem(alice.api.get(f"/photos/{photo.id}", params={"version": "edited"}), 404)
    assert alice.download(photo.id) == photo.content
    after = versions(alice, photo.id)
    assert [one["version_id"] for one in after] == [one["version_id"] for one in before]
    assert [one["is_current"] for one in after] == [False, False, False, True]
    refused(alice.api.delete(f"/photos/{photo.id}/edited"), 404, "version_not_found")
    expect.ok(restore(alice, photo.id, before[0]["version_id"]))
    assert alice.download(photo.id, "edited") == THIRD


def test_bytes_that_come_for_an_edit_that_was_undone_are_not_kept(alice):
    stored = alice.upload(seed=9)
    ticket = alice.edit_ticket(stored.id, file_size=len(FIRST))
    expect.ok(alice.api.delete(f"/photos/{stored.id}/edited"))
    alice.deployment.put(ticket, FIRST)
    assert not eventually(lambda: alice.metadata(stored.id)["has_edited_version"], seconds=0.5)
    assert len(versions(alice, stored.id)) == 1


def test_if_match_refuses_a_stale_revision(alice, photo):
    version_id = versions(alice, photo.id)[1]["version_id"]
    stale = {"If-Match": '"0"'}
    refused(restore(alice, photo.id, version_id, **stale), 412, "stale_revision")
    answer = alice.api.delete(f"/photos/{photo.id}/edited", headers=stale)
    refused(answer, 412, "stale_revision")
    assert alice.download(photo.id, "edited") == THIRD
    good = {"If-Match": alice.tag(photo.id)}
    expect.ok(restore(alice, photo.id, version_id, **good))


def test_the_original_is_never_an_edit(alice, photo):
    original = versions(alice, photo.id)[-1]["version_id"]
    expect.problem(restore(alice, photo.id, original), 400, "version_id")


def test_versions_of_another_photo_or_of_none_are_not_found(alice, photo, edited_photo):
    for version_id in ["none", versions(alice, edited_photo.id)[0]["version_id"]]:
        refused(restore(alice, photo.id, version_id), 404, "version_not_found")
        answer = alice.api.get(f"/photos/{photo.id}", params={"version_id": version_id})
        refused(answer, 404, "version_not_found")


def test_a_version_that_contradicts_its_id_is_refused(alice, photo):
    listed = versions(alice, photo.id)
    edits, original = [one["version_id"] for one in listed[:-1]], listed[-1]["version_id"]

    def ask(version, version_id):
        params = {"version": version, "version_id": version_id}
        return alice.api.get(f"/photos/{photo.id}", params=params)

    for answer in (
        ask("edited", original),
        ask("thumbnail", original),
        ask("thumbnail", edits[0]),
    ):
        assert "version" in expect.problem(answer, 400, "version_id")["detail"]
    for version_id in edits:
        assert expect.ok(ask("edited", version_id))["version_type"] == "edited"
    assert expect.ok(ask("original", original))["version_type"] == "original"
    assert expect.ok(ask("original", edits[0]))["version_type"] == "edited"  # clients say it


def test_others_have_no_say_in_it(alice, bob, photo):
    version_id = versions(alice, photo.id)[1]["version_id"]
    for answer in [
        bob.api.get(f"/photos/{photo.id}/versions"),
        restore(bob, photo.id, version_id),
        bob.api.delete(f"/photos/{photo.id}/edited"),
        bob.api.get(f"/photos/{photo.id}", params={"version_id": version_id}),
    ]:
        refused(answer, 403, "forbidden")
    refused(bob.api.get("/photos/none/versions"), 404, "photo_not_found")


def test_two_editors_at_once_are_both_in_the_history(alice):
    stored = alice.upload(seed=9)
    tickets = [alice.edit_ticket(stored.id, file_size=len(data)) for data in (FIRST, SECOND)]
    for there, (ticket, data) in enumerate(zip(reversed(tickets), (SECOND, FIRST), strict=True), 2):
        assert alice.deployment.put(ticket, data).status_code == 200
        assert eventually(lambda there=there: len(versions(alice, stored.id)) == there)
    listed = versions(alice, stored.id)
    assert [one["file_size"] for one in listed[:2]] == [len(FIRST), len(SECOND)]
    assert alice.download(stored.id, "edited") == FIRST


@pytest.mark.parametrize(("keep", "restored"), [("restore", ["exif"]), ("as_uploaded", [])])
def test_what_an_editor_has_dropped_is_told_and_comes_back_unless_it_is_not_to(
    alice, keep, restored
):
    stored = alice.upload(content=stretched(inserted(STORED, UPRIGHT), LEAST))
    alice.settled(stored.id)
    alice.edit(stored.id, STORED, keep_metadata=keep)
    assert eventually(lambda: "restored_metadata" in versions(alice, stored.id)[0])
    edited = alice.settled(stored.id)["edited"]
    assert (edited["status"], edited["orientation"]) == ("ready", 6 if restored else 1)
    current, *before = versions(alice, stored.id)
    assert current["restored_metadata"] == restored
    assert current["dropped_metadata"] == ["comment", "exif"]
    assert len(before) == len(restored) + 1
    assert downloaded(alice, stored.id, [current, *before][-2]["version_id"])[1] == STORED
