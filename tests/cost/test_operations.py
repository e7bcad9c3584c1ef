"""What the estimate holds of each operation is what the operation really does."""

import msgspec
import pytest
from tests.adapters.dynamodb_table import catalog_at, new_table
from tests.cost.metering import Meter, item_size
from tests.operations.memory_store import MemoryStore

from photohq.cost import operations as counted
from photohq.events.port import Job, JobKind
from photohq.identity.port import Caller
from photohq.imaging.port import Carried, Drawn, Processed, RenditionFile
from photohq.operations.app import App
from photohq.operations.confirm_upload import confirm_object
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_metadata import get_metadata
from photohq.operations.get_photo import get_photo
from photohq.operations.list_photos import list_photos
from photohq.operations.patch_metadata import patch_metadata
from photohq.operations.preview_recipe import preview_recipe
from photohq.operations.process_photo import process_photo
from photohq.operations.render_edit import render_edit
from photohq.operations.render_photo import render_photo
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos import recipe
from photohq.photos.photo import Status
from photohq.photos.pictures import JPEG, SIZES, Facts, Picture, Rendition
from photohq.photos.recipe_requests import PreviewRequest, RenderRequest
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


RECIPE = {
    "recipe": 1,
    "exposure": 0.4,
    "contrast": 20,
    "highlights": -40,
    "shadows": 30,
    "crop": {"left": 0.05, "top": 0.05, "width": 0.9, "height": 0.9},
    "sharpen": {"amount": 40, "radius": 1.0},
}
EXIF = {
    "Make": "Canon",
    "Model": "EOS R5",
    "Orientation": 6,
    "XResolution": 72.0,
    "YResolution": 72.0,
    "ResolutionUnit": 2,
    "Software": "1.8.1",
    "DateTime": "2026:07:14 18:30:15",
    "ExposureTime": 0.002,
    "FNumber": 2.8,
    "ExposureProgram": 3,
    "PhotographicSensitivity": 100,
    "ExifVersion": "0231",
    "DateTimeOriginal": "2026:07:14 18:30:15",
    "DateTimeDigitized": "2026:07:14 18:30:15",
    "OffsetTime": "+02:00",
    "OffsetTimeOriginal": "+02:00",
    "OffsetTimeDigitized": "+02:00",
    "MeteringMode": 5,
    "Flash": 16,
    "FocalLength": 50.0,
    "SubSecTimeOriginal": "25",
    "ColorSpace": 1,
    "PixelXDimension": 6000,
    "PixelYDimension": 4000,
    "WhiteBalance": 0,
    "LensMake": "Canon",
    "LensModel": "RF24-70mm F2.8 L IS USM",
}


class Camera:
    """The port Pictures: every file is one that a camera has made."""

    def process(self, source, length):
        files = [
            RenditionFile(
                Rendition(
                    size=size,
                    width=size,
                    height=size * 2 // 3,
                    content_type=JPEG,
                    file_size=200 * size,
                ),
                b"",
            )
            for size in SIZES
        ]
        picture = Picture(
            width=6000,
            height=4000,
            orientation=6,
            placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI",
            perceptual_hash="9a3c65d2b14e87f0",
        )
        facts = Facts(taken_at="2026-07-14T18:30:15.250+02:00", exif=EXIF)
        return Processed(picture=picture, facts=facts, files=files, checksum_sha256=CHECKSUM)

    def carry(self, original, edited):
        return Carried(data=None, restored=(), dropped=())  # the editor has kept all of it

    def render(self, source, length, recipe, *, quality):
        return Drawn(data=b"edit", width=6000, height=4000, restored=("exif", "icc"))

    def preview(self, source, length, recipe, *, full, to_srgb, long_edge):
        return Drawn(data=b"preview", width=1024, height=683)


class NoJobs:
    """The port Jobs: what is put into a queue is counted elsewhere."""

    def put(self, jobs):
        return


class LikeS3(MemoryStore):
    """Names as long as S3's; counts the requests."""

    originals_bucket = "photohq-prod-originals-123456789012"
    edited_bucket = "photohq-prod-edited-123456789012"
    gets = puts = 0

    def put(self, bucket, key, **facts):
        super().put(bucket, key, **facts)
        versions = self._keys[bucket, key]
        versions[-1] = msgspec.structs.replace(
            versions[-1], version_id=f"{self._count:032}", etag="e" * 32, last_modified=NOW
        )
        return versions[-1].version_id

    def head(self, bucket, key, version_id=None):
        self.gets += 1
        return super().head(bucket, key, version_id)

    def read(self, bucket, key, version_id):
        self.gets += 1
        return iter([b""])

    def write(self, bucket, key, data, content_type, *, upload_id=None):
        self.puts += 1
        return self.put(bucket, key, size=len(data), upload_id=upload_id)


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
            jobs=NoJobs(),
            pictures=Camera(),
            clock=lambda: NOW,
        )

    def count(self, act):
        self.store.gets = self.store.puts = 0
        calls, reads, writes, answer = self.meter.of(act)
        gets, puts = self.store.gets, self.store.puts
        return counted.Operation(calls, reads, writes, gets, puts), answer

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

    def is_processed(self, photo_id, edited=False):
        photo = self.app.catalog.find(photo_id)
        upload_id = (photo.edited if edited else photo.original).upload_id
        job = Job(ME.user_id, photo_id, upload_id)
        found, status = self.count(lambda: process_photo(self.app, Camera(), job))
        assert status is Status.READY
        return found

    def is_rendered(self, photo_id):
        """Answers what was counted of it, until its renditions are there."""
        (edit,) = self.app.catalog.find(photo_id).pending_edits
        job = Job(ME.user_id, photo_id, edit.upload_id, JobKind.RENDER)
        rendered, status = self.count(lambda: render_edit(self.app, Camera(), job))
        assert status is Status.UPLOADED
        version = self.app.catalog.find(photo_id).edited.version_id
        arrives, outcome = self.count(
            lambda: confirm_object(self.app, edit.bucket, edit.s3_key, version)
        )
        assert outcome.kept
        processed = self.is_processed(photo_id, edited=True)
        return {
            "EDIT_IS_RENDERED": rendered,
            "RENDERED_ARRIVES": arrives,
            "RENDERED_IS_PROCESSED": processed,
        }

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
    found["ORIGINAL_IS_PROCESSED"] = deployment.is_processed(photo_id)
    found["RECORD_BYTES"] = deployment.record_bytes(photo_id)
    found["EDIT"], edit = count(lambda: update_photo(app, ME, photo_id, EditRequest(**FILE)))
    found["EDIT_ARRIVES"] = deployment.arrives(store.edited_bucket, edit)
    found["EDIT_IS_PROCESSED"] = deployment.is_processed(photo_id, edited=True)
    found["EDITED_RECORD_BYTES"] = deployment.record_bytes(photo_id)
    found["SUM_ROW_BYTES"] = deployment.record_bytes(f"sum#{ME.user_id}#{CHECKSUM}")
    found["DOWNLOAD"], _ = count(lambda: get_photo(app, ME, photo_id, GetQuery()))
    found["METADATA"], _ = count(lambda: get_metadata(app, ME, photo_id))
    found["CHANGE"], _ = count(lambda: patch_metadata(app, ME, photo_id, {"rating": 4}))
    found["DELETE"], _ = count(lambda: delete_photo(app, ME, photo_id, DeleteQuery()))

    sizes = {name: found.pop(name) for name in list(found) if name.endswith("_BYTES")}
    assert found == {name: getattr(counted, name) for name in found}
    assert {name: getattr(counted, name) for name in sizes} == pytest.approx(sizes, rel=0.05)


def test_a_preview_and_a_rendering_are_counted_as_the_estimate_counts_them(deployment):
    app, count = deployment.app, deployment.count
    somebody = Caller(user_id="34c8e4d8-60a1-70d5-2f0e-8d7f6f1d3c5a")
    ticket = upload_photo(app, somebody, msgspec.convert(FILE | METADATA, UploadRequest))
    photo_id = ticket.photo_id
    deployment.arrives(deployment.store.originals_bucket, ticket)
    deployment.is_processed(photo_id)
    found, body = {}, PreviewRequest(recipe=recipe.read(RECIPE))
    for _ in range(2):
        found["PREVIEW"], _ = count(lambda: preview_recipe(app, somebody, photo_id, body))
    asked = RenderRequest(recipe=body.recipe)
    found["RENDER"], _ = count(lambda: render_photo(app, somebody, photo_id, asked))
    found |= deployment.is_rendered(photo_id)
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
