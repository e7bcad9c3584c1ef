"""What callers see of renditions; a double stands in for who makes them."""

from urllib.parse import urlsplit

import pytest
from tests.operations.deployment import Deployment
from tests.operations.test_deleting import FILE, ME
from tests.operations.test_process_photo import Decoder, Queue, edit

from photohq.objects.presign import Refused
from photohq.operations.batch_photos import batch_photos
from photohq.operations.get_metadata import get_metadata
from photohq.operations.get_photo import get_photo
from photohq.operations.list_photos import list_photos
from photohq.operations.once import Once
from photohq.operations.process_photo import process_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos.errors import VersionNotFound
from photohq.photos.photo import Status
from photohq.photos.pictures import JPEG, WEBP, Reason, Unreadable
from photohq.photos.requests import (
    DownloadVersion,
    GetQuery,
    ListQuery,
    ThumbnailFormat,
    UploadRequest,
)

DAY = 86_400
SMALL = GetQuery(version=DownloadVersion.THUMBNAIL, size=256)


class Shown:
    """A photo, and what is answered about it."""

    def __init__(self, deployment):
        self.app = deployment.app
        self.deployment = deployment
        self.decoder = Decoder()
        ticket = upload_photo(self.app, ME, UploadRequest(**{**FILE, "filename": "sea.side.jpg"}))
        self.id = ticket.photo_id
        bucket = deployment.store.originals_bucket
        assert deployment.put(bucket, ticket.s3_key, None, b"orig")

    def edit(self, body):
        edit(self.deployment, self.id, body)

    def process(self, placeholder=""):
        self.decoder.placeholder = placeholder
        assert process_photo(self.app, self.decoder, self.app.jobs.pop())

    def metadata(self):
        return get_metadata(self.app, ME, self.id)

    def item(self):
        (item,) = list_photos(self.app, ME, ListQuery()).photos
        return item

    def thumbnail(self, **asked):
        query = GetQuery(**{"version": DownloadVersion.THUMBNAIL, "size": 256, **asked})
        return get_photo(self.app, ME, self.id, query)

    def is_good(self, url):
        """Whether the object endpoint would take the URL now."""
        parts = urlsplit(url)
        try:
            self.deployment.store.verifier.verify(
                "GET", parts.path.encode(), parts.query.encode(), {"host": parts.netloc}
            )
        except Refused:
            return False
        return True


@pytest.fixture
def photo():
    deployment = Deployment(jobs=Queue())
    yield Shown(deployment)
    deployment.close()


def test_before_it_is_processed_nothing_is_told_of_a_picture(photo):
    item, metadata = photo.item(), photo.metadata()
    for one in (item, metadata, metadata.original):
        assert (one.width, one.height, one.orientation) == (None, None, None)
    assert (item.placeholder, item.thumbnail_url) == (None, None)
    assert (metadata.placeholder, metadata.renditions) == (None, None)
    with pytest.raises(VersionNotFound) as refused:
        photo.thumbnail()
    assert refused.value.detail == "No thumbnail available"


def test_a_thumbnail_is_described_as_a_file_of_its_own(photo):
    photo.process()
    thumbnail = photo.thumbnail()
    file = thumbnail.metadata
    assert (thumbnail.version_type, thumbnail.status) == ("thumbnail", "ready")
    assert (file.filename, file.content_type, file.file_size) == ("sea.side-256.jpg", JPEG, 5)
    assert (file.width, file.height, file.orientation) == (1, 1, None)
    assert file.description == "Read"
    assert thumbnail.download_url == photo.item().thumbnail_url
    assert photo.deployment.get(thumbnail.download_url) == b"small"


@pytest.mark.parametrize(
    "asked",
    [{"size": 1024}, {"format": ThumbnailFormat.WEBP}, {"size": 2048}],
    ids=lambda asked: str(*asked.values()),
)
def test_a_thumbnail_that_was_not_made_is_not_found(photo, asked):
    photo.process()
    with pytest.raises(VersionNotFound):
        photo.thumbnail(**asked)


@pytest.mark.parametrize(
    ("types", "suffix"), [([JPEG, WEBP], ".jpg"), ([WEBP, JPEG], ".jpg"), ([WEBP], ".webp")]
)
def test_the_lists_thumbnail_is_a_jpeg_where_one_is_made(photo, types, suffix):
    photo.decoder.types = types
    photo.process()
    assert urlsplit(photo.item().thumbnail_url).path.endswith(f"/256{suffix}")
    assert [one.content_type for one in photo.metadata().renditions] == sorted(types)
    assert photo.thumbnail(format=ThumbnailFormat(suffix[1:].replace("jpg", "jpeg")))


def test_the_current_version_is_shown_as_soon_as_it_can_be(photo):
    photo.process("original")
    of_original = photo.thumbnail().download_url
    photo.edit(b"edit")
    assert photo.item().placeholder == "original"
    photo.process("edit")
    assert (photo.item().placeholder, photo.metadata().placeholder) == ("edit", "edit")
    of_edit = photo.thumbnail().download_url
    assert of_edit != of_original
    assert [one.url for one in photo.metadata().renditions] == [of_edit]
    photo.edit(b"next")
    assert photo.thumbnail().download_url == of_original
    photo.decoder.error = Unreadable(Reason.TRUNCATED)
    photo.process()
    assert (photo.item().placeholder, photo.item().thumbnail_url) == ("original", of_original)


def test_a_failure_is_told_in_words_beside_its_reason(photo):
    photo.decoder.error = Unreadable(Reason.TRUNCATED)
    photo.process()
    metadata = photo.metadata()
    for one in (metadata, metadata.original, get_photo(photo.app, ME, photo.id, GetQuery())):
        assert (one.status, one.status_reason) == (Status.FAILED, "truncated")
        assert one.status_message == "The file ends before the picture does"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "metadata"},
        {"op": "patch", "metadata": {"rating": 3}},
        {"op": "get", "version": "thumbnail", "size": 256},
    ],
    ids=lambda operation: operation["op"],
)
def test_what_is_kept_for_repeats_holds_no_urls(photo, operation):
    photo.process()
    body = {"operations": [{**operation, "photo_id": photo.id}]}
    once = Once(key="k", fingerprint="f")

    def url():
        (outcome,) = batch_photos(photo.app, ME, body, once)
        view = outcome.answer
        return view.download_url if operation["op"] == "get" else view.renditions[0].url

    first = url()
    kept = photo.app.catalog.find_claim(once.part(0).key, photo.app.clock())
    assert b"renditions" in kept.answer
    assert b"http" not in kept.answer
    photo.deployment.now += DAY / 2
    again = url()
    assert not photo.is_good(first)
    assert photo.is_good(again)
    assert photo.deployment.get(again) == b"small"
