"""What the estimate holds of each operation is what the operation really does."""

import msgspec
import pytest
from tests.adapters.dynamodb_table import catalog_at, new_table
from tests.cost.metering import Meter, item_size
from tests.operations.memory_store import MemoryStore

from photohq.cost import operations as counted
from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.confirm_upload import confirm_object
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_metadata import get_metadata
from photohq.operations.get_photo import get_photo
from photohq.operations.list_photos import list_photos
from photohq.operations.patch_metadata import patch_metadata
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos.requests import (
    DeleteQuery,
    EditRequest,
    GetQuery,
    ListQuery,
    UploadRequest,
)
from photohq.photos.rules import Limits

NOW = 1_784_054_415.25
ME = Caller(user_id="14c8e4d8-60a1-70d5-2f0e-8d7f6f1d3c5a")
SIZE = 10_485_760
CHECKSUM = "A" * 43 + "="
FILE = {
    "filename": "IMG_20260714_183015.jpg",
    "content_type": "image/jpeg",
    "file_size": SIZE,
    "checksum_sha256": CHECKSUM,
}
METADATA = {
    "tags": ["vacation", "beach", "2026"],
    "description": "The last evening at the sea, before the rain came in from the west.",
    "geolocation": {"latitude": 54.1321, "longitude": 12.0617, "altitude": 4.2},
    "camera_info": {
        "make": "Canon",
        "model": "EOS R5",
        "lens": "RF24-70mm F2.8 L IS USM",
        "iso": 100,
        "aperture": 2.8,
        "shutter_speed": "1/500",
        "focal_length": 50,
    },
}


class LikeS3(MemoryStore):
    """Names as long as S3's; counts the HEAD requests."""

    originals_bucket = "photohq-prod-originals-123456789012"
    edited_bucket = "photohq-prod-edited-123456789012"
    heads = 0

    def put(self, bucket, key, **facts):
        super().put(bucket, key, **facts)
        versions = self._keys[bucket, key]
        versions[-1] = msgspec.structs.replace(
            versions[-1], version_id="v" * 32, etag="e" * 32, last_modified=NOW
        )
        return versions[-1].version_id

    def head(self, bucket, key, version_id=None):
        self.heads += 1
        return super().head(bucket, key, version_id)


class Deployment:
    """A deployment on DynamoDB, its meter, and what was counted of each operation."""

    def __init__(self, catalog):
        self.store = LikeS3()
        self.meter = Meter(catalog.client)
        self.app = App(
            catalog=catalog,
            objects=self.store,
            identity=None,
            limits=Limits(),
            deployment="test",
            clock=lambda: NOW,
        )

    def count(self, act):
        self.store.heads = 0
        calls, reads, writes, answer = self.meter.of(act)
        return counted.Operation(calls, reads, writes, self.store.heads), answer

    def arrives(self, bucket, ticket):
        upload_id = ticket.upload_headers.get("x-amz-meta-upload-id")
        version = self.store.put(
            bucket, ticket.s3_key, size=SIZE, checksum=CHECKSUM, upload_id=upload_id
        )
        found, outcome = self.count(
            lambda: confirm_object(self.app, bucket, ticket.s3_key, version)
        )
        assert outcome.kept
        return found

    def record_bytes(self, photo_id):
        return item_size(self.meter.stored[photo_id])


@pytest.fixture(scope="module")
def deployment(ministack_url):
    with new_table(ministack_url) as table:
        catalog = catalog_at(ministack_url, table)
        yield Deployment(catalog)
        catalog.client.close()


def test_the_life_of_a_photo_is_counted_as_the_estimate_counts_it(deployment):
    app, store, count = deployment.app, deployment.store, deployment.count
    found = {}
    found["UPLOAD"], ticket = count(
        lambda: upload_photo(app, ME, msgspec.convert(FILE | METADATA, UploadRequest))
    )
    photo_id = ticket.photo_id
    found["ORIGINAL_ARRIVES"] = deployment.arrives(store.originals_bucket, ticket)
    found["RECORD_BYTES"] = deployment.record_bytes(photo_id)
    found["EDIT"], edit = count(lambda: update_photo(app, ME, photo_id, EditRequest(**FILE)))
    found["EDIT_ARRIVES"] = deployment.arrives(store.edited_bucket, edit)
    found["EDITED_RECORD_BYTES"] = deployment.record_bytes(photo_id)
    found["SUM_ROW_BYTES"] = deployment.record_bytes(f"sum#{ME.user_id}#{CHECKSUM}")
    found["DOWNLOAD"], _ = count(lambda: get_photo(app, ME, photo_id, GetQuery()))
    found["METADATA"], _ = count(lambda: get_metadata(app, ME, photo_id))
    found["CHANGE"], _ = count(lambda: patch_metadata(app, ME, photo_id, {"rating": 4}))
    found["DELETE"], _ = count(lambda: delete_photo(app, ME, photo_id, DeleteQuery()))
    assert found == {name: getattr(counted, name) for name in found}


def test_a_list_is_counted_as_the_estimate_counts_it(deployment):
    app = deployment.app
    somebody = Caller(user_id="24c8e4d8-60a1-70d5-2f0e-8d7f6f1d3c5a")
    body = msgspec.convert(FILE | METADATA, UploadRequest)
    ids = [upload_photo(app, somebody, body).photo_id for _ in range(6)]
    found, _ = deployment.count(lambda: list_photos(app, somebody, ListQuery(limit=4)))
    assert found.calls == ("Query",)
    size = deployment.record_bytes(ids[0])
    assert found.read_units == counted.list_units(4, size) > 0.5
