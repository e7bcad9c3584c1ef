"""`on_duplicate` of POST /photos/upload: what is there already is not sent again."""

import base64
import hashlib
from uuid import uuid4

import pytest

from . import expect
from .deployment import eventually
from .pictures import LEAST, jpeg


def _checksum(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


STORED = jpeg(LEAST, seed=91)
NEW = _checksum(b"never sent")


def _ask(user, checksum, **changes):
    """An upload that is content with a photo of the same bytes."""
    body = {"file_size": LEAST, "checksum_sha256": checksum, "on_duplicate": "return", **changes}
    return user.ask_upload(**body)


def _is_ticket(answer):
    body = expect.ok(answer)
    expect.absolute(body["upload_url"])
    assert not body.get("duplicate")
    return body["photo_id"]


def _is_duplicate(answer):
    body = expect.ok(answer)
    assert body["duplicate"] is True
    assert "upload_url" not in body
    return body["photo_id"]


@pytest.fixture(scope="module")
def stored(alice):
    """A photo of alice's that has arrived with its checksum. Only for looking at."""
    return alice.upload(seed=91, filename="stored.jpg", checksum_sha256=_checksum(STORED))


def test_the_photo_of_the_same_bytes_is_answered(alice, stored):
    assert _is_duplicate(_ask(alice, _checksum(STORED))) == stored.id


def test_a_duplicate_makes_no_photo(alice, stored):
    filename = f"{uuid4()}.jpg"
    _is_duplicate(_ask(alice, _checksum(STORED), filename=filename))
    assert filename not in [photo["filename"] for photo in alice.listing(limit=100)["photos"]]


def test_a_duplicate_leaves_the_photo_as_it_is(alice, stored):
    before, tag = alice.metadata(stored.id), alice.tag(stored.id)
    answer = _ask(alice, _checksum(STORED), filename="other.jpg", tags=["sea"], description="New")
    _is_duplicate(answer)
    assert alice.metadata(stored.id) == before
    assert alice.tag(stored.id) == tag
    assert alice.download(stored.id) == STORED


def test_a_duplicate_has_the_tag_of_its_photo(alice, stored):
    answer = _ask(alice, _checksum(STORED))
    assert expect.etag(answer) == alice.tag(stored.id)


@pytest.mark.parametrize("on_duplicate", ["allow", ...], ids=["allow", "not-said"])
def test_the_same_bytes_are_another_photo_unless_told(alice, stored, on_duplicate):
    answer = alice.ask_upload(
        file_size=LEAST, checksum_sha256=_checksum(STORED), on_duplicate=on_duplicate
    )
    assert _is_ticket(answer) != stored.id


def test_other_bytes_are_another_photo(alice, stored):
    assert _is_ticket(_ask(alice, NEW)) != stored.id


def test_without_a_checksum_nothing_is_compared(alice, stored):
    answer = alice.ask_upload(filename="stored.jpg", file_size=LEAST, on_duplicate="return")
    assert _is_ticket(answer) != stored.id


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param("RETURN", id="upper-case"),
        pytest.param("replace", id="another-word"),
        pytest.param(" return", id="space"),
        pytest.param(True, id="true"),
        pytest.param(1, id="number"),
        pytest.param(["return"], id="list"),
        pytest.param({}, id="object"),
    ],
)
def test_another_value_is_refused(visitor, value):
    expect.problem(_ask(visitor, NEW, on_duplicate=value), 400, "on_duplicate")
    assert visitor.listed_ids() == []


def test_a_duplicate_must_be_an_upload_that_would_be_taken(alice, stored):
    answer = _ask(alice, _checksum(STORED), filename="", on_duplicate="replace")
    expect.problem(answer, 400, "filename", "on_duplicate")


def test_a_photo_counts_once_its_bytes_have_arrived(alice, deployment):
    content = jpeg(LEAST, seed=92)
    ticket = expect.ok(_ask(alice, _checksum(content)))
    waiting = _is_ticket(_ask(alice, _checksum(content)))
    assert waiting != ticket["photo_id"]
    assert deployment.put(ticket, content).status_code == 200
    arrived = eventually(lambda: alice.metadata(ticket["photo_id"])["status"] in expect.ARRIVED)
    assert arrived
    assert _is_duplicate(_ask(alice, _checksum(content))) == ticket["photo_id"]


def test_bytes_that_came_without_a_checksum_count_where_one_is_shown(alice):
    first = alice.upload(seed=93)
    shown = alice.metadata(first.id)["original"].get("checksum_sha256")
    answer = _ask(alice, _checksum(first.content))
    if shown is None:
        assert _is_ticket(answer) != first.id
    else:
        assert shown == _checksum(first.content)
        assert _is_duplicate(answer) == first.id


def test_another_users_photo_never_counts(alice, bob, stored):
    photo_id = _is_ticket(_ask(bob, _checksum(STORED)))
    assert photo_id != stored.id
    assert bob.metadata(photo_id)["user_id"] == bob.sub


@pytest.mark.parametrize("query", ["", "?purge=true"], ids=["deleted", "erased"])
def test_a_deleted_photo_no_longer_counts_and_its_twin_does(alice, query):
    content = jpeg(LEAST, seed=94 + bool(query))
    checksum = _checksum(content)
    twins = [alice.upload(seed=94 + bool(query), checksum_sha256=checksum).id for _ in range(2)]
    for left in (2, 1):
        found = _is_duplicate(_ask(alice, checksum))
        assert found in twins
        expect.ok(alice.api.delete(f"/photos/{found}{query}"))
        twins.remove(found)
        assert len(twins) == left - 1
    _is_ticket(_ask(alice, checksum))


def test_a_duplicate_in_a_batch_needs_no_bytes(alice, stored):
    body = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": LEAST}
    items = [
        {**body, "checksum_sha256": _checksum(STORED), "on_duplicate": "return"},
        {**body, "checksum_sha256": _checksum(STORED)},
    ]
    known, new = expect.ok(alice.ask_batch(items))["items"]
    assert known["status_code"] == 200
    assert known["duplicate"] is True
    assert known["photo_id"] == stored.id
    assert "upload_url" not in known
    assert new["photo_id"] != stored.id
    expect.absolute(new["upload_url"])
