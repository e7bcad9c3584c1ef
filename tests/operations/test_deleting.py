"""Deleting, step by step: what stays when a step fails, and who finishes it."""

import dataclasses

import msgspec
import pytest
from tests.operations.deployment import Deployment

from photohq.identity.port import Caller
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_photo import get_photo
from photohq.operations.list_photos import list_photos
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos.errors import NotYours, PhotoNotFound, StaleRevision, Unavailable
from photohq.photos.requests import DeleteQuery, EditRequest, GetQuery, ListQuery, UploadRequest
from photohq.photos.versions import DELETE_GRACE

ME = Caller(user_id="me")
FILE = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 4}
DAY = 86_400


@pytest.fixture
def deployment():
    made = Deployment()
    yield made
    made.close()


@pytest.fixture
def photo(deployment):
    """A photo whose original has arrived."""
    ticket = upload_photo(deployment.app, ME, UploadRequest(**FILE))
    assert deployment.put(deployment.store.originals_bucket, ticket.s3_key, None, b"orig")
    return ticket.photo_id


def edited(deployment, photo, name="a.jpg", body=b"edit"):
    ticket = update_photo(deployment.app, ME, photo, EditRequest(**{**FILE, "filename": name}))
    upload_id = ticket.upload_headers["x-amz-meta-upload-id"]
    assert deployment.put(deployment.store.edited_bucket, ticket.s3_key, upload_id, body)


def break_objects(deployment, monkeypatch):
    def broken(bucket, *keys):
        raise Unavailable("The disk is full")

    monkeypatch.setattr(deployment.store, "delete", broken)


def test_a_step_that_fails_leaves_a_photo_that_nobody_sees(deployment, photo, monkeypatch):
    with monkeypatch.context() as patch:
        break_objects(deployment, patch)
        with pytest.raises(Unavailable):
            delete_photo(deployment.app, ME, photo, DeleteQuery())
    assert list_photos(deployment.app, ME, ListQuery()).count == 0
    with pytest.raises(PhotoNotFound):
        get_photo(deployment.app, ME, photo, GetQuery())


def test_a_repeat_finishes_it_and_tells_what_was_there(deployment, photo, monkeypatch):
    edited(deployment, photo)
    with monkeypatch.context() as patch:
        break_objects(deployment, patch)
        with pytest.raises(Unavailable):
            delete_photo(deployment.app, ME, photo, DeleteQuery())
    deleted = delete_photo(deployment.app, ME, photo, DeleteQuery())
    assert [item.type for item in deleted.deleted_items] == ["original", "edited"]
    with pytest.raises(PhotoNotFound):
        delete_photo(deployment.app, ME, photo, DeleteQuery())


def test_the_janitor_finishes_it_too(deployment, photo, monkeypatch):
    with monkeypatch.context() as patch:
        break_objects(deployment, patch)
        with pytest.raises(Unavailable):
            delete_photo(deployment.app, ME, photo, DeleteQuery())
    deployment.tidy()
    assert deployment.app.catalog.find(photo).deleting, "who deletes it may still be at it"
    deployment.now += DELETE_GRACE + 1
    deployment.tidy()
    assert deployment.app.catalog.find(photo) is None


def test_one_photo_that_can_not_be_tidied_holds_up_no_other(deployment, photo, monkeypatch, caplog):
    stuck = upload_photo(deployment.app, ME, UploadRequest(**FILE))
    key = deployment.app.catalog.find(photo).original.s3_key
    delete = deployment.store.delete

    def failing(bucket, *asked):
        if key in asked:
            raise Unavailable("The disk is full")
        delete(bucket, *asked)

    monkeypatch.setattr(deployment.store, "delete", failing)
    with pytest.raises(Unavailable):
        delete_photo(deployment.app, ME, photo, DeleteQuery())
    deployment.now += 3 * DAY
    deployment.tidy()
    assert deployment.app.catalog.find(stuck.photo_id) is None
    assert deployment.app.catalog.find(photo).deleting
    assert "could not be tidied" in caplog.text


def test_nobody_deletes_anybody_elses_photo(deployment, photo):
    with pytest.raises(NotYours):
        delete_photo(deployment.app, Caller(user_id="you"), photo, DeleteQuery())
    assert get_photo(deployment.app, ME, photo, GetQuery()).status == "uploaded"


def test_a_stale_revision_deletes_nothing(deployment, photo):
    with pytest.raises(StaleRevision):
        delete_photo(deployment.app, ME, photo, DeleteQuery(), frozenset({"7"}))
    delete_photo(deployment.app, ME, photo, DeleteQuery(), frozenset({"1"}))


def test_a_download_url_dies_with_its_photo_but_the_bytes_live_30_days(deployment, photo):
    url = get_photo(deployment.app, ME, photo, GetQuery()).download_url
    assert deployment.get(url) == b"orig"
    delete_photo(deployment.app, ME, photo, DeleteQuery())
    assert deployment.get(url) is None
    deployment.store.expire_noncurrent(deployment.now - 30 * DAY)
    assert deployment.objects.files() == 1
    deployment.now += 30 * DAY + 1
    deployment.store.expire_noncurrent(deployment.now - 30 * DAY)
    assert deployment.objects.files() == 0


def test_a_replaced_edit_is_kept_for_30_days_also_under_another_name(deployment, photo):
    edited(deployment, photo, "one.jpg", b"one.")
    edited(deployment, photo, "two.jpg", b"two.")
    assert deployment.objects.files() == 3
    deployment.now += 30 * DAY + 1
    deployment.store.expire_noncurrent(deployment.now - 30 * DAY)
    assert deployment.objects.files() == 2


def test_an_upload_that_was_refused_leaves_no_file(deployment, photo):
    delete_photo(deployment.app, ME, photo, DeleteQuery())
    before = deployment.objects.files()
    key = f"me/originals/{photo}/a.jpg"
    assert not deployment.put(deployment.store.originals_bucket, key, None, b"late")
    assert deployment.objects.files() == before


def test_a_purge_erases_every_version_at_once(deployment, photo):
    edited(deployment, photo, "one.jpg", b"one.")
    edited(deployment, photo, "two.jpg", b"two.")
    assert deployment.objects.files() == 3
    deleted = delete_photo(deployment.app, ME, photo, DeleteQuery(purge=True))
    assert [item.type for item in deleted.deleted_items] == ["original", "edited"]
    assert deployment.objects.files() == 0


def test_a_purge_goes_by_the_keys_whoever_the_photo_belongs_to_now(deployment, photo):
    """A photo that was moved to another pool's user keeps its keys."""
    edited(deployment, photo)
    stored = deployment.app.catalog.find(photo)
    moved = msgspec.structs.replace(stored, user_id="moved", counter=stored.counter + 1)
    deployment.app.catalog.replace(stored, moved)
    delete_photo(deployment.app, Caller(user_id="moved"), photo, DeleteQuery(purge=True))
    assert deployment.objects.files() == 0


def test_who_does_not_erase_marks_what_is_purged(deployment, photo):
    """On AWS DeletePhoto may not: the function that hears of the removal does it."""
    app = dataclasses.replace(deployment.app, erases=False)
    delete_photo(app, ME, photo, DeleteQuery(purge=True))
    assert deployment.app.catalog.find(photo) is None
    assert deployment.objects.files() == 1


def test_a_delete_that_failed_may_be_finished_by_a_purge(deployment, photo, monkeypatch):
    with monkeypatch.context() as patch:
        break_objects(deployment, patch)
        with pytest.raises(Unavailable):
            delete_photo(deployment.app, ME, photo, DeleteQuery())
    delete_photo(deployment.app, ME, photo, DeleteQuery(purge=True))
    assert deployment.objects.files() == 0
