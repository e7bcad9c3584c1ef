"""What is cut off, comes late or is refused half way: a repeat finishes it, on every catalog."""

import pytest
from tests.operations.memory_store import MemoryStore

from photohq.catalog.port import CLAIM_AGE
from photohq.identity.port import Caller
from photohq.operations import batch_photos as batch_module
from photohq.operations.app import App
from photohq.operations.batch_photos import batch_photos
from photohq.operations.confirm_upload import awaited, confirm_object
from photohq.operations.create_batch import create_batch
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_metadata import get_metadata
from photohq.operations.once import Once
from photohq.operations.tidy import clean_up, settle
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.operations.views import Deleted
from photohq.photos.errors import PhotoNotFound, StaleRevision, Unavailable
from photohq.photos.requests import DeleteQuery, EditRequest, UploadRequest
from photohq.photos.rules import Limits
from photohq.photos.versions import GHOST_AGE, MATCH_GRACE

ME = Caller(user_id="me")
SIZE = 6_000_000
FILE = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": SIZE}
ONCE = Once(key="k", fingerprint="f")
PURGE = DeleteQuery(purge=True)


class Bench:
    """An app over a catalog, with objects in memory that can be made to fail, and a clock."""

    def __init__(self, catalog):
        self.now = 1_800_000_000.0
        self.store = MemoryStore()
        self.app = App(
            catalog=catalog,
            objects=self.store,
            identity=None,
            limits=Limits(),
            deployment="test",
            clock=lambda: self.now,
        )

    def photo(self):
        """The id of a photo whose original has arrived."""
        ticket = upload_photo(self.app, ME, UploadRequest(**FILE))
        bucket = self.store.originals_bucket
        confirm_object(
            self.app, bucket, ticket.s3_key, self.store.put(bucket, ticket.s3_key, size=SIZE)
        )
        return ticket.photo_id

    def edit(self, photo_id, name):
        """Upload an edited version; answers its place, of which nobody has been told yet."""
        ticket = update_photo(self.app, ME, photo_id, EditRequest(**{**FILE, "filename": name}))
        upload_id = ticket.upload_headers["x-amz-meta-upload-id"]
        bucket = self.store.edited_bucket
        version = self.store.put(bucket, ticket.s3_key, size=SIZE, upload_id=upload_id)
        return bucket, ticket.s3_key, version

    def failing(self, monkeypatch, *names, error=None):
        def fail(*_):
            raise error or Unavailable("The disk is full")

        for name in names:
            monkeypatch.setattr(self.store, name, fail)

    def operate(self, *operations, once=None):
        return [
            one.answer for one in batch_photos(self.app, ME, {"operations": [*operations]}, once)
        ]


@pytest.fixture
def bench(catalog):
    return Bench(catalog)


def test_a_purge_that_the_catalogs_timer_finishes_is_still_a_purge(bench, monkeypatch):
    photo_id = bench.photo()
    with monkeypatch.context() as patch:
        bench.failing(patch, "erase")
        with pytest.raises(Unavailable):
            delete_photo(bench.app, ME, photo_id, PURGE)
    photo = bench.app.catalog.find(photo_id)
    bench.app.catalog.remove(photo)
    clean_up(bench.app, photo)
    original = photo.original
    assert bench.store.head(original.bucket, original.s3_key, original.version_id) is None


def test_a_keyed_delete_that_failed_half_way_is_finished_by_its_repeat(bench, monkeypatch):
    photo_id = bench.photo()
    operation = {"op": "delete", "photo_id": photo_id, "purge": True}
    with monkeypatch.context() as patch:
        bench.failing(patch, "erase")
        (failed,) = bench.operate(operation, once=ONCE)
    assert isinstance(failed, Unavailable)
    (deleted,) = bench.operate(operation, once=ONCE)
    assert isinstance(deleted, Deleted)
    assert bench.app.catalog.find(photo_id) is None
    assert bench.store.visible() == []


@pytest.mark.parametrize("how", ["told again", "deleted"])
def test_a_replaced_edit_gets_its_marker_though_the_first_try_failed(bench, monkeypatch, how):
    photo_id = bench.photo()
    confirm_object(bench.app, *bench.edit(photo_id, "one.jpg"))
    place = bench.edit(photo_id, "two.jpg")
    with monkeypatch.context() as patch:
        bench.failing(patch, "delete")
        with pytest.raises(Unavailable):
            confirm_object(bench.app, *place)
    if how == "told again":
        confirm_object(bench.app, *place)
        left = {"a.jpg", "two.jpg"}
        assert bench.app.catalog.find(photo_id).retired == ()
    else:
        delete_photo(bench.app, ME, photo_id, DeleteQuery())
        left = set()
    assert {one.key.rsplit("/", 1)[1] for one in bench.store.visible()} == left


def test_an_original_whose_news_was_lost_is_taken_in_when_it_is_overdue(bench):
    ticket = upload_photo(bench.app, ME, UploadRequest(**FILE))
    bench.store.put(bench.store.originals_bucket, ticket.s3_key, size=SIZE)
    bench.now += bench.app.limits.url_seconds + GHOST_AGE + 1
    settle(bench.app, ticket.photo_id)
    assert get_metadata(bench.app, ME, ticket.photo_id).status == "uploaded"


def test_bytes_that_are_not_what_was_declared_go_also_when_the_news_was_lost(bench):
    ticket = upload_photo(bench.app, ME, UploadRequest(**FILE))
    bench.store.put(bench.store.originals_bucket, ticket.s3_key, size=1)
    bench.now += bench.app.limits.url_seconds + GHOST_AGE + 1
    settle(bench.app, ticket.photo_id)
    metadata = get_metadata(bench.app, ME, ticket.photo_id)
    assert (metadata.status, metadata.status_reason) == ("failed", "size_mismatch")
    assert bench.store.visible() == []


def test_a_record_that_the_timer_took_too_early_is_put_back(bench):
    ticket = upload_photo(bench.app, ME, UploadRequest(**FILE))
    photo = bench.app.catalog.find(ticket.photo_id)
    bench.app.catalog.remove(photo)
    bench.store.put(bench.store.originals_bucket, ticket.s3_key, size=SIZE)
    bench.now += bench.app.limits.url_seconds + GHOST_AGE + 1
    for _ in range(2):  # the stream may tell of it twice
        clean_up(bench.app, photo)
        assert get_metadata(bench.app, ME, ticket.photo_id).status == "uploaded"


def test_an_error_that_nobody_expected_spoils_one_operation_only(bench, monkeypatch, caplog):
    first, second, third = bench.photo(), bench.photo(), bench.photo()
    key = bench.app.catalog.find(second).original.s3_key
    delete = bench.store.delete

    def refusing(bucket, *asked):
        if key in asked:
            raise RuntimeError("AccessDenied")
        delete(bucket, *asked)

    monkeypatch.setattr(bench.store, "delete", refusing)
    operations = [{"op": "delete", "photo_id": one} for one in (first, second, third)]
    kinds = [type(answer) for answer in bench.operate(*operations)]
    assert kinds == [Deleted, RuntimeError, Deleted]
    assert "an operation of a batch failed" in caplog.text


def test_a_tag_that_is_a_star_in_quotes_is_no_star(bench):
    photo_id = bench.photo()
    stale, found = bench.operate(
        {"op": "delete", "photo_id": photo_id, "if_match": '"*"'},
        {"op": "metadata", "photo_id": photo_id, "if_match": "*"},
    )
    assert isinstance(stale, StaleRevision)
    assert found.photo_id == photo_id


def test_no_presigned_url_is_kept_with_a_key(bench):
    photo_id = bench.photo()
    (first,) = bench.operate({"op": "get", "photo_id": photo_id}, once=ONCE)
    claim = bench.app.catalog.find_claim(ONCE.part(0).key, bench.now)
    assert first.download_url
    assert first.download_url.encode() not in claim.answer
    delete_photo(bench.app, ME, photo_id, DeleteQuery())
    (again,) = bench.operate({"op": "get", "photo_id": photo_id}, once=ONCE)
    assert again == first


def test_an_edit_that_is_asked_for_again_the_next_morning_is_waited_for_anew(bench):
    photo_id = bench.photo()
    body = EditRequest(**FILE)
    first = update_photo(bench.app, ME, photo_id, body, once=ONCE)
    bench.now += bench.app.limits.url_seconds + MATCH_GRACE + 1
    settle(bench.app, photo_id)
    assert bench.app.catalog.find(photo_id).pending_edits == ()
    bench.now += CLAIM_AGE - 3 * MATCH_GRACE
    again = update_photo(bench.app, ME, photo_id, body, once=ONCE)
    upload_id = again.upload_headers["x-amz-meta-upload-id"]
    assert upload_id == first.upload_headers["x-amz-meta-upload-id"]
    assert awaited(bench.app, bench.store.edited_bucket, again.s3_key, upload_id)
    version = bench.store.put(
        bench.store.edited_bucket, again.s3_key, size=SIZE, upload_id=upload_id
    )
    confirm_object(bench.app, bench.store.edited_bucket, again.s3_key, version)
    update_photo(bench.app, ME, photo_id, body, once=ONCE)
    edited = get_metadata(bench.app, ME, photo_id).edited
    assert (edited.status, edited.edit_count, edited.pending) == ("uploaded", 1, None)


def test_a_batch_that_was_cut_off_is_gone_on_with_hours_later(bench, monkeypatch):
    body = {"items": [FILE] * 3}
    add_batch = bench.app.catalog.add_batch

    def cut_off(batch, photos):
        for photo in photos[:2]:
            bench.app.catalog.add(photo)
        raise Unavailable("Gone in the middle")

    monkeypatch.setattr(bench.app.catalog, "add_batch", cut_off)
    with pytest.raises(Unavailable):
        create_batch(bench.app, ME, body, ONCE)
    monkeypatch.setattr(bench.app.catalog, "add_batch", add_batch)
    bench.now += 2 * MATCH_GRACE
    again = create_batch(bench.app, ME, body, ONCE)
    for outcome in again.outcomes:
        key = outcome.answer.s3_key
        assert awaited(bench.app, bench.store.originals_bucket, key, None)


def test_a_batch_is_answered_as_at_first_though_photos_of_it_are_gone(bench):
    checksum = "A" * 43 + "="
    there = upload_photo(bench.app, ME, UploadRequest(**FILE, checksum_sha256=checksum))
    bucket = bench.store.originals_bucket
    version = bench.store.put(bucket, there.s3_key, size=SIZE, checksum=checksum)
    confirm_object(bench.app, bucket, there.s3_key, version)
    twin = {**FILE, "checksum_sha256": checksum, "on_duplicate": "return"}
    body = {"items": [FILE, {**FILE, "file_size": 1}, twin, 5]}
    first = [one.answer for one in create_batch(bench.app, ME, body, ONCE).outcomes]
    assert first[2].photo_id == there.photo_id
    again = [one.answer for one in create_batch(bench.app, ME, body, ONCE).outcomes]
    assert [one.photo_id for one in (again[0], again[2])] == [first[0].photo_id, there.photo_id]
    assert [type(one) for one in again] == [type(one) for one in first]
    for photo_id in (first[0].photo_id, there.photo_id):
        delete_photo(bench.app, ME, photo_id, DeleteQuery())
    ticket, _, gone, _ = (one.answer for one in create_batch(bench.app, ME, body, ONCE).outcomes)
    assert (ticket.photo_id, ticket.s3_key) == (first[0].photo_id, first[0].s3_key)
    assert isinstance(gone, PhotoNotFound)
    assert bench.app.catalog.find(ticket.photo_id) is None


def test_what_does_not_fit_into_an_answer_is_not_begun(bench, monkeypatch):
    photo_id = bench.photo()
    monkeypatch.setattr(batch_module, "ANSWER_BYTES", 1000)
    operations = [{"op": "metadata", "photo_id": photo_id}] * 4
    answers = bench.operate(*operations, {"op": "delete", "photo_id": photo_id})
    assert [type(one) is Unavailable for one in answers] == [False, False, True, True, True]
    with pytest.raises(PhotoNotFound):
        get_metadata(bench.app, ME, "nobody")
    assert get_metadata(bench.app, ME, photo_id)
