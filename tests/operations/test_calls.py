"""How many calls to DynamoDB each operation takes, as botocore's event hooks count them."""

import base64

import pytest
from tests.adapters.dynamodb_table import catalog_at, new_table
from tests.operations.memory_store import MemoryStore

from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.batch_photos import batch_photos
from photohq.operations.confirm_upload import confirm_object
from photohq.operations.create_batch import create_batch
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_batch import get_batch
from photohq.operations.get_metadata import get_metadata
from photohq.operations.get_photo import get_photo
from photohq.operations.list_photos import list_photos
from photohq.operations.once import Once
from photohq.operations.patch_metadata import patch_metadata
from photohq.operations.resume_batch import resume_batch
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos.requests import DeleteQuery, EditRequest, GetQuery, ListQuery, UploadRequest
from photohq.photos.rules import Limits

ME = Caller(user_id="me")
SIZE = 6_000_000
FILE = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": SIZE}
CHECKSUM = "A" * 43 + "="
ONCE = Once(key="k", fingerprint="f")


class Counted:
    """A deployment on DynamoDB and the calls that it makes."""

    def __init__(self, catalog):
        self.calls = []
        self.store = MemoryStore()
        self.app = App(
            catalog=catalog,
            objects=self.store,
            identity=None,
            limits=Limits(),
            deployment="test",
        )
        catalog.client.meta.events.register("before-call.dynamodb", self._count)

    def _count(self, model, **_):
        self.calls.append(model.name)

    def of(self, act):
        """The calls that `act` makes, and what it answers."""
        self.calls.clear()
        answer = act()
        return list(self.calls), answer


@pytest.fixture
def counted(ministack_url):
    with new_table(ministack_url) as table:
        catalog = catalog_at(ministack_url, table)
        yield Counted(catalog)
        catalog.client.close()


def test_the_six_core_operations_and_patch(counted):
    app = counted.app
    calls, ticket = counted.of(lambda: upload_photo(app, ME, UploadRequest(**FILE)))
    assert calls == ["PutItem"]
    photo_id = ticket.photo_id
    calls, _ = counted.of(lambda: get_photo(app, ME, photo_id, GetQuery()))
    assert calls == ["GetItem"]
    calls, _ = counted.of(lambda: get_metadata(app, ME, photo_id))
    assert calls == ["GetItem"]
    calls, _ = counted.of(lambda: list_photos(app, ME, ListQuery()))
    assert calls == ["Query"]
    calls, _ = counted.of(lambda: update_photo(app, ME, photo_id, EditRequest(**FILE)))
    assert calls == ["GetItem", "TransactWriteItems"]
    calls, _ = counted.of(lambda: patch_metadata(app, ME, photo_id, {"rating": 4}))
    assert len(calls) == 2
    calls, _ = counted.of(lambda: delete_photo(app, ME, photo_id, DeleteQuery()))
    assert len(calls) == 3


def test_an_upload_with_a_key_stays_one_call_also_when_it_is_repeated(counted):
    app = counted.app
    calls, first = counted.of(lambda: upload_photo(app, ME, UploadRequest(**FILE), ONCE))
    assert calls == ["TransactWriteItems"]
    calls, again = counted.of(lambda: upload_photo(app, ME, UploadRequest(**FILE), ONCE))
    assert calls[0] == "TransactWriteItems"
    assert again.photo_id == first.photo_id


def test_an_arrival_with_a_checksum_is_a_read_and_a_write(counted):
    body = UploadRequest(**FILE, checksum_sha256=CHECKSUM)
    ticket = upload_photo(counted.app, ME, body)
    bucket = counted.store.originals_bucket
    version = counted.store.put(bucket, ticket.s3_key, size=SIZE, checksum=CHECKSUM)
    calls, _ = counted.of(lambda: confirm_object(counted.app, bucket, ticket.s3_key, version))
    assert calls == ["GetItem", "TransactWriteItems"]


@pytest.mark.parametrize("once", [None, ONCE])
def test_a_batch_of_200_tickets_takes_at_most_ten(counted, once):
    app = counted.app
    body = {"items": [FILE] * 200}
    calls, batch = counted.of(lambda: create_batch(app, ME, body, once))
    assert len(calls) <= 4
    calls, status = counted.of(lambda: get_batch(app, ME, batch.batch_id))
    assert len(calls) <= 3
    assert status.pending_upload == 200


def test_a_batch_that_looks_for_duplicates_does_too(counted):
    checksums = [base64.b64encode(bytes([number] * 32)).decode() for number in range(200)]
    items = [{**FILE, "checksum_sha256": one, "on_duplicate": "return"} for one in checksums]
    calls, _ = counted.of(lambda: create_batch(counted.app, ME, {"items": items}, ONCE))
    assert len(calls) <= 10


def test_resuming_writes_nothing_while_tickets_are_young(counted):
    app = counted.app
    batch = create_batch(app, ME, {"items": [FILE] * 200})
    calls, resumed = counted.of(lambda: resume_batch(app, ME, batch.batch_id))
    assert len(calls) <= 3
    assert len(resumed.outcomes) == 200


def test_many_deletes_take_what_their_routes_take(counted):
    app = counted.app
    ids = [upload_photo(app, ME, UploadRequest(**FILE)).photo_id for _ in range(5)]
    body = {"operations": [{"op": "delete", "photo_id": photo_id} for photo_id in ids]}
    calls, outcomes = counted.of(lambda: batch_photos(app, ME, body))
    assert len(calls) == 15
    assert all(outcome.answer.deleted_items == [] for outcome in outcomes)
