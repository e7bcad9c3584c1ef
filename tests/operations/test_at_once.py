"""Many callers at the same moment, in real threads, on every catalog."""

import threading
from collections import Counter

import pytest
from tests.operations.memory_store import MemoryStore

from photohq.catalog.port import CLAIM_AGE
from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.batch_photos import batch_photos
from photohq.operations.create_batch import create_batch
from photohq.operations.delete_photo import delete_photo
from photohq.operations.list_photos import list_photos
from photohq.operations.once import Once
from photohq.operations.upload_photo import upload_photo
from photohq.photos.errors import IdempotencyKeyReused, PhotoNotFound
from photohq.photos.requests import DeleteQuery, ListQuery, UploadRequest
from photohq.photos.rules import Limits

ME = Caller(user_id="me")
FILE = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 6_000_000}
START = 1_800_000_000.0


class Clock:
    now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def app(catalog, clock):
    return App(
        catalog=catalog,
        objects=MemoryStore(),
        identity=None,
        limits=Limits(),
        deployment="test",
        clock=clock,
    )


def at_once(count, act):
    """What `count` threads get that call at the same moment, errors by their class."""
    start = threading.Barrier(count)
    found = []

    def call():
        start.wait()
        try:
            found.append(act())
        except Exception as error:  # noqa: BLE001  an outcome like others
            found.append(type(error))

    threads = [threading.Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_key_used_fifty_times_makes_one_photo(app):
    once = Once(key="me#upload_photo#1", fingerprint="f")
    answers = at_once(50, lambda: upload_photo(app, ME, UploadRequest(**FILE), once))
    (photo_id,) = {answer.photo_id for answer in answers}
    assert all(answer.upload_url for answer in answers)
    assert [item.photo_id for item in list_photos(app, ME, ListQuery()).photos] == [photo_id]


def test_one_key_used_twenty_times_makes_one_batch(app):
    once = Once(key="me#create_batch#1", fingerprint="f")
    answers = at_once(20, lambda: create_batch(app, ME, {"items": [FILE] * 7}, once))
    ids = {tuple(outcome.answer.photo_id for outcome in answer.outcomes) for answer in answers}
    assert len(ids) == 1
    assert len({answer.batch_id for answer in answers}) == 1
    listed = {item.photo_id for item in list_photos(app, ME, ListQuery()).photos}
    assert listed == set(ids.pop())


def test_two_deletes_at_once_answer_once_each_way(app):
    for _ in range(10):
        photo_id = upload_photo(app, ME, UploadRequest(**FILE)).photo_id
        answers = at_once(2, lambda: delete_photo(app, ME, photo_id, DeleteQuery()))  # noqa: B023
        assert answers.count(PhotoNotFound) == 1, answers
        assert app.catalog.find(photo_id) is None


def test_a_key_with_another_body_is_refused_and_free_again_after_a_day(app, clock):
    first = upload_photo(app, ME, UploadRequest(**FILE), Once(key="k", fingerprint="one"))
    clock.now += CLAIM_AGE - 1
    with pytest.raises(IdempotencyKeyReused):
        upload_photo(app, ME, UploadRequest(**FILE), Once(key="k", fingerprint="two"))
    clock.now += 1
    second = upload_photo(app, ME, UploadRequest(**FILE), Once(key="k", fingerprint="two"))
    assert first.photo_id != second.photo_id


def test_a_repeat_hours_later_waits_for_the_bytes_anew(app, clock):
    once = Once(key="k", fingerprint="f")
    first = upload_photo(app, ME, UploadRequest(**FILE), once)
    clock.now += 6 * 3600
    again = upload_photo(app, ME, UploadRequest(**FILE), once)
    assert again.photo_id == first.photo_id
    assert again.expires_at > first.expires_at
    photo = app.catalog.find(first.photo_id)
    assert photo.original.expires_at == clock.now + app.limits.url_seconds
    assert photo.revision == 1


def test_a_batch_of_operations_that_is_repeated_by_its_key_is_done_once(app):
    ids = [upload_photo(app, ME, UploadRequest(**FILE)).photo_id for _ in range(3)]
    body = {
        "operations": [
            {"op": "delete", "photo_id": ids[0]},
            {"op": "patch", "photo_id": ids[1], "metadata": {"rating": 3}},
            {"op": "edit", "photo_id": ids[2], **FILE},
            {"op": "patch", "photo_id": "nobody", "metadata": {}},
        ]
    }
    once = Once(key="k", fingerprint="f")
    first = batch_photos(app, ME, body, once)
    again = batch_photos(app, ME, body, once)
    assert again[0] == first[0]
    assert again[1] == first[1]
    assert again[2].answer.upload_headers == first[2].answer.upload_headers
    assert Counter(type(one.answer) for one in first) == Counter(type(one.answer) for one in again)
    assert len(app.catalog.find(ids[2]).pending_edits) == 1
    assert app.catalog.find(ids[1]).revision == 2


def test_operations_that_do_not_fit_into_the_time_are_not_begun(app, clock):
    ids = [upload_photo(app, ME, UploadRequest(**FILE)).photo_id for _ in range(3)]
    find = app.catalog.find

    class Slow:
        def __getattr__(self, name):
            clock.now += 15
            return getattr(app.catalog, name)

    slow = App(
        catalog=Slow(), objects=app.objects, identity=None, limits=Limits(), deployment="test",
        clock=clock,
    )  # fmt: skip
    body = {"operations": [{"op": "metadata", "photo_id": photo_id} for photo_id in ids]}
    outcomes = batch_photos(slow, ME, body)
    assert [getattr(one.answer, "retry_after", None) for one in outcomes] == [None, None, 1]
    assert find(ids[2])
