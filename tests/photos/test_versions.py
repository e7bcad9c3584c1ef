"""The life of a photo's versions, rule by rule. `tests/operations/test_life.py` plays them out."""

import msgspec
import pytest

from photohq.photos.errors import TooManyPendingEdits
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.times import iso
from photohq.photos.versions import (
    DELETE_GRACE,
    GHOST_AGE,
    MATCH_GRACE,
    MAX_PAST_EDITS,
    Arrival,
    as_of,
    due_at,
    gone_at,
    hidden_after,
    knows,
    marked_deleting,
    never_came,
    open_ticket,
    overdue,
    renewed,
    with_arrival,
    with_edit_ticket,
    without_lost_edits,
    without_retired,
)

NOW = 1_800_000_000.0
EXPIRY = NOW + 900
replace = msgspec.structs.replace


def ticket(upload_id, *, name="a.jpg", bucket="edited", **changes) -> Version:
    fields = {
        "upload_id": upload_id,
        "bucket": bucket,
        "s3_key": f"user/{bucket}/photo/{name}",
        "filename": name,
        "content_type": "image/jpeg",
        "file_size": 1000,
        "created_at": iso(NOW),
        "expires_at": EXPIRY,
        **changes,
    }
    return Version(**fields)


def arrival_of(version, version_id="v1", **changes) -> Arrival:
    fields = {
        "bucket": version.bucket,
        "key": version.s3_key,
        "version_id": version_id,
        "file_size": version.file_size,
        "content_type": version.content_type,
        "etag": "etag",
        "checksum_sha256": "sum",
        "upload_id": version.upload_id if version.bucket == "edited" else None,
        **changes,
    }
    return Arrival(**fields)


PENDING = Photo(
    photo_id="photo",
    user_id="user",
    created_at=iso(NOW),
    updated_at=iso(NOW),
    original=ticket("original", bucket="originals"),
)
WHOLE = with_arrival(PENDING, arrival_of(PENDING.original), NOW)
assert WHOLE is not None


def test_an_original_that_arrives_is_uploaded_and_pinned():
    assert WHOLE.status is Status.UPLOADED
    assert WHOLE.original.version_id == "v1"
    assert WHOLE.original.checksum_sha256 == "sum"


def test_arrival_raises_the_counter_but_not_the_revision():
    assert (WHOLE.counter, WHOLE.revision) == (PENDING.counter + 1, PENDING.revision)


def test_an_original_arrives_once():
    assert with_arrival(WHOLE, arrival_of(PENDING.original, "v2"), NOW) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"file_size": 999}, "size_mismatch"), ({"content_type": "text/html"}, "type_mismatch")],
)
def test_an_original_that_is_not_what_was_declared_fails_with_the_reason(change, reason):
    failed = with_arrival(PENDING, arrival_of(PENDING.original, **change), NOW)
    assert failed is not None
    assert (failed.status, failed.original.status_reason) == (Status.FAILED, reason)
    assert failed.original.version_id is None


def test_a_declared_checksum_has_to_match():
    declared = replace(PENDING, original=replace(PENDING.original, checksum_sha256="other"))
    failed = with_arrival(declared, arrival_of(PENDING.original), NOW)
    assert failed is not None
    assert failed.original.status_reason == "checksum_mismatch"


def test_a_ticket_makes_the_photo_edited_at_once_and_raises_the_revision():
    edited = with_edit_ticket(WHOLE, ticket("one"), NOW)
    assert edited.has_edited_version
    assert edited.edit_count == 1
    assert edited.revision == WHOLE.revision + 1
    assert edited.original == WHOLE.original


def test_the_last_edit_to_arrive_is_the_current_one():
    first, second = ticket("one"), ticket("two")
    photo = with_edit_ticket(with_edit_ticket(WHOLE, first, NOW), second, NOW)
    for edit in (second, first):
        photo = with_arrival(photo, arrival_of(edit, edit.upload_id), NOW)
    assert photo.edited.upload_id == "one"
    assert (photo.edit_count, photo.pending_edits) == (2, ())


def test_a_replacement_on_its_way_leaves_the_edit_that_is_there():
    photo = with_arrival(
        with_edit_ticket(WHOLE, ticket("one"), NOW), arrival_of(ticket("one")), NOW
    )
    waiting = with_edit_ticket(photo, ticket("two"), NOW)
    assert waiting.edited == photo.edited
    assert waiting.edit_count == 2


def test_a_first_edit_that_is_not_what_was_declared_is_undone():
    photo = with_edit_ticket(WHOLE, ticket("one"), NOW)
    undone = with_arrival(photo, arrival_of(ticket("one"), file_size=1), NOW)
    assert undone is not None
    assert not undone.has_edited_version
    assert undone.edit_count == 0


@pytest.mark.parametrize(
    "change",
    [{"upload_id": "two"}, {"upload_id": None}, {"key": "user/edited/photo/b.jpg"},
     {"bucket": "originals"}],
)  # fmt: skip
def test_what_matches_no_ticket_changes_nothing(change):
    photo = with_edit_ticket(WHOLE, ticket("one"), NOW)
    assert with_arrival(photo, arrival_of(ticket("one"), **change), NOW) is None


def test_a_ticket_can_be_used_for_an_hour_after_its_urls_expiry():
    photo = with_edit_ticket(PENDING, ticket("one"), NOW)
    for version in (photo.original, photo.pending_edits[0]):
        arrived = arrival_of(version)
        assert with_arrival(photo, arrived, EXPIRY + MATCH_GRACE) is not None
        assert with_arrival(photo, arrived, EXPIRY + MATCH_GRACE + 1) is None


def test_an_edit_that_can_not_come_any_more_is_absent_before_anybody_removes_it():
    photo = with_edit_ticket(WHOLE, ticket("one"), NOW)
    later = EXPIRY + MATCH_GRACE + 1
    assert not as_of(photo, later).has_edited_version
    assert without_lost_edits(photo, later).revision == photo.revision


def test_ten_edits_may_wait():
    photo = WHOLE
    for number in range(10):
        photo = with_edit_ticket(photo, ticket(f"edit {number}"), NOW)
    with pytest.raises(TooManyPendingEdits):
        with_edit_ticket(photo, ticket("eleventh"), NOW)
    later = EXPIRY + MATCH_GRACE + 1
    assert len(with_edit_ticket(photo, ticket("eleventh"), later).pending_edits) == 1


def test_nothing_arrives_at_a_photo_that_is_being_deleted():
    photo = marked_deleting(with_edit_ticket(PENDING, ticket("one"), NOW), NOW)
    assert photo.status is Status.DELETING
    for version in (photo.original, photo.pending_edits[0]):
        assert with_arrival(photo, arrival_of(version), NOW) is None


def test_a_photo_that_never_came_is_hidden_then_removed():
    assert hidden_after(PENDING) == EXPIRY + MATCH_GRACE
    assert not never_came(PENDING, EXPIRY + GHOST_AGE)
    assert never_came(PENDING, EXPIRY + GHOST_AGE + 1)
    assert hidden_after(WHOLE) is None
    assert not never_came(WHOLE, EXPIRY + 100 * GHOST_AGE)


def test_the_janitor_comes_when_there_is_something_to_do():
    assert due_at(WHOLE) is None
    assert due_at(PENDING) == EXPIRY + GHOST_AGE
    assert due_at(with_edit_ticket(PENDING, ticket("one"), NOW)) == EXPIRY + MATCH_GRACE
    assert due_at(marked_deleting(WHOLE, NOW)) == NOW + DELETE_GRACE


def test_open_ticket_answers_the_version_itself():
    photo = with_edit_ticket(PENDING, ticket("one"), NOW)
    assert open_ticket(photo, "originals", PENDING.original.s3_key, None, NOW) == PENDING.original
    assert open_ticket(photo, "edited", "user/edited/photo/a.jpg", "one", NOW) == ticket("one")


def arrived(photo, upload_id, version_id, *, name="a.jpg", **changes):
    edit = ticket(upload_id, name=name)
    return with_arrival(
        with_edit_ticket(photo, edit, NOW), arrival_of(edit, version_id, **changes), NOW
    )


def test_an_edit_that_was_overtaken_in_its_key_is_a_past_one_at_once():
    photo = arrived(WHOLE, "two", "v-two")
    photo = arrived(photo, "one", "v-one", is_latest=False)
    assert photo.edited.version_id == "v-two"
    assert [one.version_id for one in photo.past_edits] == ["v-one"]
    assert photo.arrived_edits == 2
    assert photo.pending_edits == ()


def test_between_keys_the_later_one_is_current():
    photo = arrived(WHOLE, "two", "v-two", name="b.jpg", last_modified=20.0)
    earlier = arrived(photo, "one", "v-one", last_modified=10.0)
    assert (earlier.edited.version_id, earlier.past_edits[0].version_id) == ("v-two", "v-one")
    later = arrived(photo, "one", "v-one", last_modified=30.0)
    assert (later.edited.version_id, later.past_edits[0].version_id) == ("v-one", "v-two")
    assert (earlier.retired, later.retired) == (
        ("user/edited/photo/a.jpg",),
        ("user/edited/photo/b.jpg",),
    )


def test_a_record_knows_what_it_has_taken_in_but_not_for_ever():
    photo = WHOLE
    for number in range(MAX_PAST_EDITS + 2):
        photo = arrived(photo, f"u{number}", f"e{number}")
    assert knows(photo, WHOLE.original.version_id)
    assert knows(photo, f"e{MAX_PAST_EDITS + 1}")
    assert knows(photo, "e1")
    assert not knows(photo, "e0")
    assert not knows(photo, "other")


def test_a_ticket_is_renewed_until_its_bytes_are_there():
    later = NOW + 10 * 3600
    fresh = renewed(PENDING, PENDING.original, later, 900)
    assert fresh.original.expires_at == later + 900
    assert (fresh.revision, fresh.counter) == (PENDING.revision, PENDING.counter + 1)
    assert renewed(WHOLE, WHOLE.original, later, 900) is WHOLE
    deleting = marked_deleting(PENDING, NOW)
    assert renewed(deleting, PENDING.original, later, 900) is deleting
    edits = with_edit_ticket(with_edit_ticket(WHOLE, ticket("one"), NOW), ticket("two"), NOW)
    one, two = renewed(edits, ticket("one"), later, 900).pending_edits
    assert (one.expires_at, two.expires_at) == (later + 900, EXPIRY)


def test_an_original_that_failed_can_be_sent_anew():
    failed = with_arrival(PENDING, arrival_of(PENDING.original, file_size=1), NOW)
    assert failed.original.status is Status.FAILED
    again = renewed(failed, failed.original, NOW, 900)
    assert (again.original.status, again.original.status_reason) == (Status.PENDING_UPLOAD, None)
    assert with_arrival(again, arrival_of(again.original), NOW).original.arrived


def test_what_is_overdue_is_told():
    photo = with_edit_ticket(PENDING, ticket("one"), NOW)
    assert overdue(photo, EXPIRY + MATCH_GRACE) == ()
    assert overdue(photo, EXPIRY + MATCH_GRACE + 1) == photo.pending_edits
    assert overdue(photo, EXPIRY + GHOST_AGE + 1) == (*photo.pending_edits, photo.original)


def test_only_ghosts_and_what_is_being_deleted_are_gone_at_some_time():
    assert gone_at(PENDING) == EXPIRY + GHOST_AGE
    assert gone_at(WHOLE) is None
    assert gone_at(with_edit_ticket(WHOLE, ticket("one"), NOW)) is None
    assert gone_at(marked_deleting(WHOLE, NOW)) == NOW + DELETE_GRACE


def test_the_key_of_a_lost_edit_is_retired_unless_another_has_it():
    one = with_edit_ticket(WHOLE, ticket("one"), NOW)
    late = EXPIRY + MATCH_GRACE + 1
    assert without_lost_edits(one, late).retired == ("user/edited/photo/a.jpg",)
    again = with_edit_ticket(one, ticket("two", expires_at=late + 900), late)
    assert again.retired == ()
    cleared = without_retired(without_lost_edits(one, late), late)
    assert cleared.retired == ()
    assert without_retired(cleared, late) is cleared


def test_an_edit_that_was_undone_can_be_waited_for_anew_but_not_one_that_came():
    late = EXPIRY + MATCH_GRACE + 1
    edit = ticket("one")
    undone = without_lost_edits(with_edit_ticket(WHOLE, edit, NOW), late)
    again = renewed(undone, edit, late, 900)
    assert again.pending_edits == (replace(edit, expires_at=late + 900),)
    assert again.revision == undone.revision
    current = with_arrival(again, arrival_of(edit), late)
    assert renewed(current, edit, late, 900) is current
    past = arrived(current, "two", "v2")
    assert renewed(past, edit, late, 900) is past


def test_an_edit_is_waited_for_anew_beside_nine_others_and_drops_none():
    photo = with_edit_ticket(WHOLE, ticket("lapsed"), NOW)
    late = EXPIRY + MATCH_GRACE + 1
    for number in range(9):
        photo = renewed(photo, ticket(f"u{number}"), late, 900)
    photo = renewed(photo, ticket("one"), late, 900)
    assert len(photo.pending_edits) == 11
    with pytest.raises(TooManyPendingEdits):
        renewed(photo, ticket("two"), late, 900)
