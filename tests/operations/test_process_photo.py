"""Processing a picture, step by step; a double stands in for who decodes it."""

import base64
import hashlib

import pytest
from tests.imaging.pictures import jpeg
from tests.operations.deployment import Deployment
from tests.operations.test_deleting import FILE, ME

from photohq.events.port import Job
from photohq.imaging.plan import Plan
from photohq.imaging.port import Carried, Processed, RenditionFile
from photohq.imaging.processes import PictureProcesses
from photohq.objects.port import Damaged
from photohq.operations.confirm_upload import confirm_object
from photohq.operations.delete_photo import delete_photo
from photohq.operations.process_photo import process_photo
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.operations.work import give_up
from photohq.photos.errors import Unavailable
from photohq.photos.photo import Status
from photohq.photos.pictures import JPEG, Facts, Picture, Reason, Rendition, Unreadable
from photohq.photos.requests import DeleteQuery, EditRequest, UploadRequest
from photohq.photos.versions import rendition_keys, rendition_versions


class Queue(list):
    """Keeps jobs in a list."""

    def put(self, jobs):
        self.extend(jobs)


class Decoder:
    """Answers what a test wants, having read all bytes; `meanwhile` happens before it answers."""

    def __init__(self):
        self.error = None
        self.carried = Carried(data=None)
        self.types = [JPEG]
        self.placeholder = ""
        self.meanwhile = lambda: None

    def process(self, source, length):
        data = b"".join(source)
        assert len(data) == length
        self.meanwhile()
        if self.error:
            raise self.error
        renditions = [
            Rendition(size=256, width=1, height=1, content_type=content_type, file_size=5)
            for content_type in self.types
        ]
        return Processed(
            picture=Picture(
                width=1,
                height=1,
                orientation=1,
                placeholder=self.placeholder,
                perceptual_hash="0" * 16,
            ),
            facts=Facts(description="Read"),
            files=[RenditionFile(rendition, b"small") for rendition in renditions],
            checksum_sha256=base64.b64encode(hashlib.sha256(data).digest()).decode(),
        )

    def carry(self, original, edited):
        assert original
        assert edited
        return self.carried

    def check(self):
        return


@pytest.fixture
def deployment():
    made = Deployment(jobs=Queue())
    yield made
    made.close()


@pytest.fixture
def decoder():
    return Decoder()


@pytest.fixture
def photo_id(deployment):
    ticket = upload_photo(deployment.app, ME, UploadRequest(**FILE))
    assert deployment.put(deployment.store.originals_bucket, ticket.s3_key, None, b"orig")
    return ticket.photo_id


def edit(deployment, photo_id, body=b"edit"):
    ticket = update_photo(deployment.app, ME, photo_id, EditRequest(**FILE))
    upload_id = ticket.upload_headers["x-amz-meta-upload-id"]
    assert deployment.put(deployment.store.edited_bucket, ticket.s3_key, upload_id, body)


def renditions(deployment):
    """The bytes of all renditions that are there."""
    photos = deployment.app.catalog.page(ME.user_id, limit=9, now=deployment.now).photos
    bucket = deployment.store.edited_bucket
    return [
        b"".join(deployment.store.read(bucket, key, None))
        for photo in photos
        for key in sorted(rendition_keys(photo))
    ]


def test_an_arrival_puts_a_job_and_the_job_makes_it_ready(deployment, decoder, photo_id):
    (job,) = deployment.app.jobs
    assert (job.user_id, job.photo_id) == (ME.user_id, photo_id)
    decoder.meanwhile = lambda: statuses.append(deployment.app.catalog.find(photo_id).status)
    statuses = []
    assert process_photo(deployment.app, decoder, job)
    photo = deployment.app.catalog.find(photo_id)
    assert (statuses, photo.status) == ([Status.PROCESSING], Status.READY)
    assert photo.description == "Read"
    assert renditions(deployment) == [b"small"]


def test_a_job_that_comes_twice_is_done_once(deployment, decoder, photo_id):
    (job,) = deployment.app.jobs
    assert process_photo(deployment.app, decoder, job)
    before = deployment.app.catalog.find(photo_id)
    assert not process_photo(deployment.app, decoder, job)
    assert deployment.app.catalog.find(photo_id) == before


def test_two_at_once_leave_the_renditions_that_the_record_names(deployment, decoder, photo_id):
    """A queue may bring a job twice. What lies on top of a rendition would have it expire."""
    (job,) = deployment.app.jobs

    def first():
        decoder.meanwhile = lambda: None
        assert process_photo(deployment.app, decoder, job)

    decoder.meanwhile = first
    process_photo(deployment.app, decoder, job)
    photo = deployment.app.catalog.find(photo_id)
    ((key, version_id),) = rendition_versions(photo).items()
    bucket = deployment.store.edited_bucket
    assert deployment.store.head(bucket, key).version_id == version_id


def test_an_arrival_that_is_told_twice_puts_no_job_that_somebody_is_at(
    deployment, decoder, photo_id
):
    store, jobs = deployment.store, deployment.app.jobs
    key = deployment.app.catalog.find(photo_id).original.s3_key

    def told():
        confirm_object(deployment.app, store.originals_bucket, key, None)
        return len(jobs)

    assert told() == 2  # nobody has begun: the first may be lost
    counts = []
    decoder.meanwhile = lambda: counts.append(told())
    assert process_photo(deployment.app, decoder, jobs[0])
    assert [*counts, told()] == [2, 2]


def test_an_unreadable_picture_fails_and_keeps_its_bytes(deployment, decoder, photo_id):
    (job,) = deployment.app.jobs
    decoder.error = Unreadable(Reason.TRUNCATED)
    assert process_photo(deployment.app, decoder, job)
    original = deployment.app.catalog.find(photo_id).original
    assert (original.status, original.status_reason) == (Status.FAILED, "truncated")
    assert b"".join(deployment.store.read(original.bucket, original.s3_key, None)) == b"orig"


def test_what_may_pass_is_raised_and_the_picture_waits(deployment, decoder, photo_id):
    (job,) = deployment.app.jobs
    decoder.error = Unavailable("not now")
    with pytest.raises(Unavailable):
        process_photo(deployment.app, decoder, job)
    assert deployment.app.catalog.find(photo_id).status is Status.PROCESSING
    decoder.error = None
    assert process_photo(deployment.app, decoder, job)
    assert deployment.app.catalog.find(photo_id).status is Status.READY


def test_what_never_passes_is_given_up(deployment, photo_id):
    (job,) = deployment.app.jobs
    give_up(deployment.app, job)
    original = deployment.app.catalog.find(photo_id).original
    assert (original.status, original.status_reason) == (Status.FAILED, "processing_failed")
    give_up(deployment.app, Job(ME.user_id, "gone", "gone"))


def test_bytes_that_are_not_those_that_arrived_are_no_picture(deployment, decoder, photo_id):
    (job,) = deployment.app.jobs
    process = decoder.process
    decoder.process = lambda source, length: process([b"ORIG"], length)
    with pytest.raises(Damaged):
        process_photo(deployment.app, decoder, job)
    assert deployment.app.catalog.find(photo_id).status is Status.PROCESSING


def test_a_photo_that_goes_meanwhile_leaves_no_renditions(deployment, decoder, photo_id):
    (job,) = deployment.app.jobs
    key = f"{ME.user_id}/renditions/{photo_id}/{job.upload_id}/256.jpg"
    decoder.meanwhile = lambda: delete_photo(deployment.app, ME, photo_id, DeleteQuery(purge=True))
    process_photo(deployment.app, decoder, job)
    assert deployment.app.catalog.find(photo_id) is None
    assert deployment.store.find(deployment.store.edited_bucket, key) is None
    assert not process_photo(deployment.app, decoder, job)


def test_an_edit_that_is_replaced_meanwhile_leaves_no_renditions(deployment, decoder, photo_id):
    edit(deployment, photo_id)
    job = deployment.app.jobs[-1]
    key = f"{ME.user_id}/renditions/{photo_id}/{job.upload_id}/256.jpg"
    decoder.meanwhile = lambda: edit(deployment, photo_id, b"next")
    process_photo(deployment.app, decoder, job)
    assert deployment.store.head(deployment.store.edited_bucket, key) is None
    decoder.meanwhile = lambda: None
    process_photo(deployment.app, decoder, deployment.app.jobs[-1])
    assert deployment.app.catalog.find(photo_id).edited.status is Status.READY


def test_deleting_takes_the_renditions_along(deployment, decoder, photo_id):
    (job,) = deployment.app.jobs
    process_photo(deployment.app, decoder, job)
    (key,) = rendition_keys(deployment.app.catalog.find(photo_id))
    answer = delete_photo(deployment.app, ME, photo_id, DeleteQuery())
    assert [(item.type, item.key) for item in answer.deleted_items][1:] == [("rendition", key)]
    assert deployment.store.head(deployment.store.edited_bucket, key) is None


def test_a_real_picture_is_decoded_by_a_worker_and_its_renditions_are_stored(deployment):
    body = jpeg(640, 480)
    announced = UploadRequest(**{**FILE, "file_size": len(body)})
    ticket = upload_photo(deployment.app, ME, announced)
    assert deployment.put(deployment.store.originals_bucket, ticket.s3_key, None, body)
    (job,) = deployment.app.jobs
    pool = PictureProcesses(Plan(), 1)
    try:
        assert process_photo(deployment.app, pool, job)
    finally:
        pool.close()
    original = deployment.app.catalog.find(ticket.photo_id).original
    assert original.status is Status.READY
    assert (original.picture.width, original.picture.height) == (640, 480)
    assert [one.width for one in original.picture.renditions] == [640, 640, 256]
    assert all(data.startswith(b"\xff\xd8") for data in renditions(deployment))
