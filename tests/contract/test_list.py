"""GET /photos: the caller's photos, newest first, a page at a time."""

import pytest

from . import expect
from .deployment import eventually
from .pictures import jpeg

MANY = 53
EDITED = {3, 4, 17, 30, 31, 40, 52}  # which of them get an edit, counted from the oldest


@pytest.fixture(scope="module")
def collector(deployment):
    """A user with more photos than one page shows by default, some of them edited."""
    user = deployment.new_user()
    user.ids = [user.pending_photo(filename=f"{n}.jpg") for n in range(MANY)]
    for n in EDITED:
        user.edit_ticket(user.ids[n], filename="edited.jpg", file_size=999)
    newest_first = user.ids[::-1]
    assert eventually(lambda: user.listed_ids(limit=100) == newest_first)
    user.edited_ids = [user.ids[n] for n in sorted(EDITED, reverse=True)]
    assert eventually(lambda: user.listed_ids(version_type="edited") == user.edited_ids)
    return user


def _walk(user, **query):
    """Every page, following `last_evaluated_key`."""
    pages = [user.listing(**query)]
    while pages[-1]["has_more"]:
        assert len(pages) <= 2 * MANY
        pages.append(user.listing(**query, last_evaluated_key=pages[-1]["last_evaluated_key"]))
    return pages


def test_the_newest_photos_come_first(collector):
    photos = collector.listing(limit=100)["photos"]
    order = [(photo["created_at"], photo["photo_id"]) for photo in photos]
    assert order == sorted(order, reverse=True)


def test_a_page_has_fifty_photos_by_default(collector):
    page = collector.listing()
    assert [photo["photo_id"] for photo in page["photos"]] == collector.ids[::-1][:50]
    assert page["count"] == 50
    assert page["has_more"] is True


@pytest.mark.parametrize("limit", [1, 2, 52])
def test_a_page_has_the_length_asked(collector, limit):
    page = collector.listing(limit=limit)
    assert page["count"] == len(page["photos"]) == limit
    assert page["scanned_count"] >= limit
    assert page["has_more"] is True
    assert page["last_evaluated_key"]


@pytest.mark.parametrize("limit", [MANY, MANY + 1, 100])
def test_the_last_page_has_no_cursor(collector, limit):
    page = collector.listing(limit=limit)
    assert page["count"] == MANY
    assert page["has_more"] is False
    assert "last_evaluated_key" not in page


@pytest.mark.parametrize("limit", [2, 7, 50])
def test_walking_the_pages_shows_every_photo_once(collector, limit):
    pages = _walk(collector, limit=limit)
    seen = [photo["photo_id"] for page in pages for photo in page["photos"]]
    assert seen == collector.ids[::-1]
    assert all(page["count"] == limit for page in pages[:-1])


@pytest.mark.parametrize("limit", [2, 3, 50])
def test_edited_photos_can_be_walked(collector, limit):
    pages = _walk(collector, version_type="edited", limit=limit)
    seen = [photo["photo_id"] for page in pages for photo in page["photos"]]
    assert seen == collector.edited_ids
    assert all(page["count"] == limit for page in pages[:-1])


@pytest.mark.parametrize("limit", [2, 50])
def test_photos_without_an_edit_can_be_walked(collector, limit):
    pages = _walk(collector, version_type="original", limit=limit)
    seen = [photo["photo_id"] for page in pages for photo in page["photos"]]
    assert seen == [photo for photo in collector.ids[::-1] if photo not in collector.edited_ids]
    assert all(page["count"] == limit for page in pages[:-1])


def test_an_item_says_what_it_is(collector):
    item = collector.listing(limit=100)["photos"][-1]
    assert item["photo_id"] == collector.ids[0]
    assert item["filename"] == "0.jpg"
    assert item["version_type"] == "original"
    assert item["content_type"] == "image/jpeg"
    assert item["file_size"] == 8 * 1024 * 1024
    assert item["has_edited_version"] is False
    assert item["status"] == "pending_upload"
    assert expect.timestamp(item["created_at"]) <= expect.timestamp(item["updated_at"])


def test_an_edited_item_keeps_the_originals_name_type_and_size(collector):
    item = collector.listing(version_type="edited")["photos"][-1]
    assert item["photo_id"] == collector.ids[3]
    assert item["filename"] == "3.jpg"
    assert item["file_size"] == 8 * 1024 * 1024
    assert item["version_type"] == "edited"
    assert item["has_edited_version"] is True


def test_an_edited_item_keeps_the_originals_times(collector):
    item = collector.listing(version_type="edited")["photos"][-1]
    metadata = collector.metadata(item["photo_id"])
    assert item["created_at"] == metadata["created_at"]


@pytest.mark.parametrize("field", ["tags", "geolocation", "description", "camera_info"])
def test_what_is_not_set_is_not_shown(collector, field):
    assert field not in collector.listing(limit=1)["photos"][0]


def test_what_is_set_is_shown(alice):
    fields = {
        "tags": ["sea"],
        "description": "Low tide",
        "geolocation": {"latitude": 54.1, "longitude": 7.9},
        "camera_info": {"make": "Nikon"},
    }
    photo_id = alice.pending_photo(**fields)
    assert eventually(lambda: alice.listed_ids(limit=1) == [photo_id])
    item = alice.listing(limit=1)["photos"][0]
    assert {name: item[name] for name in fields} == fields


def test_a_new_photo_comes_first(alice):
    photo_id = alice.pending_photo()
    assert eventually(lambda: alice.listed_ids(limit=1) == [photo_id])


def test_arrival_shows_in_the_list(alice):
    stored = alice.upload(seed=31)

    def status():
        photos = alice.listing(limit=100)["photos"]
        return next(photo["status"] for photo in photos if photo["photo_id"] == stored.id)

    assert eventually(lambda: status() in expect.ARRIVED)


def test_an_edit_moves_a_photo_to_the_edited_ones(alice):
    photo_id = alice.pending_photo()
    assert eventually(lambda: photo_id in alice.listed_ids(version_type="original", limit=100))
    alice.edit(photo_id, jpeg(300))
    assert eventually(lambda: photo_id in alice.listed_ids(version_type="edited", limit=100))
    assert photo_id not in alice.listed_ids(version_type="original", limit=100)


def test_a_list_shows_nothing_of_others(alice, collector, photo):
    assert not set(collector.ids) & set(alice.listed_ids(limit=100))


def test_a_user_without_photos_has_an_empty_list(visitor):
    page = visitor.listing()
    assert page["photos"] == []
    assert page["count"] == 0
    assert page["has_more"] is False
    assert "last_evaluated_key" not in page


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "abc", "1.5", "1e1", "0x10", "999999999999999999999", "\u0665"]
)
def test_limits_outside_1_to_100_are_refused(visitor, limit):
    expect.problem(visitor.api.get("/photos", params={"limit": limit}), 400, "limit")


@pytest.mark.parametrize("version_type", ["bogus", "EDITED", "thumbnail", "edited,original"])
def test_an_unknown_version_type_is_refused(visitor, version_type):
    answer = visitor.api.get("/photos", params={"version_type": version_type})
    expect.problem(answer, 400, "version_type")


def test_every_bad_parameter_is_named_at_once(visitor):
    query = {"limit": "0", "version_type": "bogus"}
    expect.problem(visitor.api.get("/photos", params=query), 400, "limit", "version_type")
