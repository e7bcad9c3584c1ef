"""The history of a photo. `tests/operations/test_versions.py` plays it out."""

import pytest
from tests.photos.test_versions import NOW, WHOLE, arrived, replace

from photohq.photos.errors import VersionNotFound
from photohq.photos.history import DAY, entry_of, history, once_more, without_edits
from photohq.photos.photo import KeepMetadata, Status
from photohq.photos.versions import knows, with_edit_ticket


def ids(photo, now=NOW, days=30):
    return [entry.version.version_id for entry in history(photo, now, days)]


@pytest.fixture
def edited():
    """Three edits, one after the other."""
    photo = WHOLE
    for number in (1, 2, 3):
        photo = arrived(photo, f"u{number}", f"e{number}", last_modified=float(number))
    return photo


def test_the_newest_version_comes_first_and_the_original_last(edited):
    assert ids(edited) == ["e3", "e2", "e1", WHOLE.original.version_id]
    assert [entry.is_current for entry in history(edited, NOW, 30)] == [True, False, False, False]


def test_without_an_edit_the_original_is_current():
    (entry,) = history(WHOLE, NOW, 30)
    assert (entry.version, entry.is_current, entry.expires_at) == (WHOLE.original, True, None)


def test_replaced_edits_say_when_they_expire_and_are_gone_then(edited):
    expires = NOW + 30 * DAY
    assert entry_of(edited, "e1", NOW, 30).expires_at == expires
    assert entry_of(edited, "e3", NOW, 30).expires_at is None
    assert "e1" in ids(edited, expires - 1)
    assert ids(edited, expires) == ["e3", WHOLE.original.version_id]
    with pytest.raises(VersionNotFound):
        entry_of(edited, "e1", expires, 30)


def test_what_has_not_arrived_is_no_version():
    waiting = with_edit_ticket(WHOLE, arrived(WHOLE, "u1", "e1").edited, NOW)
    assert ids(waiting) == [WHOLE.original.version_id]


def test_an_earlier_edit_is_announced_with_the_same_bytes(edited):
    past = entry_of(edited, "e1", NOW, 30).version
    again = once_more(past, upload_id="new", author="me", now=NOW + 9, expires_at=NOW + 99)
    assert (again.status, again.version_id, again.replaced_at) == (
        Status.PENDING_UPLOAD,
        None,
        None,
    )
    assert (again.parent, again.author, again.upload_id) == ("e1", "me", "new")
    assert (again.file_size, again.filename) == (past.file_size, past.filename)
    assert again.keep_metadata is KeepMetadata.AS_UPLOADED


def test_going_back_to_the_original_keeps_the_edit_in_the_history(edited):
    edited = with_edit_ticket(edited, replace(edited.edited, upload_id="u9"), NOW)
    photo = without_edits(edited, NOW + 5)
    assert (photo.edited, photo.pending_edits) == (None, ())
    assert ids(photo, NOW + 5) == ["e3", "e2", "e1", WHOLE.original.version_id]
    assert photo.past_edits[-1].replaced_at == NOW + 5
    assert photo.retired == (edited.edited.s3_key,)
    assert photo.revision == edited.revision + 1
    assert knows(photo, "e3")
    with pytest.raises(VersionNotFound):
        without_edits(photo, NOW)
