"""Processing again: one photo for its owner, a library for the operator."""

import pytest
from tests.operations.deployment import Deployment
from tests.operations.test_deleting import FILE, ME
from tests.operations.test_process_photo import Queue

from photohq.identity.port import Caller
from photohq.operations.once import Once
from photohq.operations.process_again import process_again
from photohq.operations.reprocess import reprocess
from photohq.operations.upload_photo import upload_photo
from photohq.operations.work import give_up
from photohq.photos.errors import InvalidInput, NotUploaded, NotYours, PhotoNotFound, Unavailable
from photohq.photos.photo import Status
from photohq.photos.requests import UploadRequest

OTHER = Caller(user_id="other")


@pytest.fixture
def deployment():
    made = Deployment(jobs=Queue())
    yield made
    made.close()


def upload(deployment, caller=ME, *, failed=False):
    """Have a photo arrive, and perhaps fail; answer its id. Its own job is taken off the queue."""
    ticket = upload_photo(deployment.app, caller, UploadRequest(**FILE))
    assert deployment.put(deployment.store.originals_bucket, ticket.s3_key, None, b"orig")
    job = deployment.app.jobs.pop()
    give_up(deployment.app, job) if failed else None
    return ticket.photo_id


def queued(deployment):
    return sorted(job.photo_id for job in deployment.app.jobs)


def status(deployment, photo_id):
    return deployment.app.catalog.find(photo_id).status


def test_a_failed_photo_is_processed_again(deployment):
    photo_id = upload(deployment, failed=True)
    answer = process_again(deployment.app, ME, photo_id)
    assert (answer.photo_id, answer.status) == (photo_id, Status.PROCESSING)
    assert queued(deployment) == [photo_id]
    original = deployment.app.catalog.find(photo_id).original
    assert (original.status, original.status_reason) == (Status.PROCESSING, None)


def test_a_key_begins_it_once_but_puts_the_job_again(deployment):
    photo_id = upload(deployment, failed=True)
    once = Once(key="k", fingerprint="f")
    first = process_again(deployment.app, ME, photo_id, once=once)
    deployment.app.jobs.clear()
    assert process_again(deployment.app, ME, photo_id, once=once) == first
    assert queued(deployment) == [photo_id]
    give_up(deployment.app, deployment.app.jobs.pop())
    process_again(deployment.app, ME, photo_id, once=once)
    assert (status(deployment, photo_id), queued(deployment)) == (Status.FAILED, [])


def test_what_can_not_be_queued_is_not_begun(deployment):
    photo_id = upload(deployment, failed=True)

    def refuse(jobs):
        raise Unavailable

    deployment.app.jobs.put = refuse
    with pytest.raises(Unavailable):
        process_again(deployment.app, ME, photo_id)
    assert status(deployment, photo_id) is Status.FAILED


def test_nothing_that_has_not_arrived_is_processed(deployment):
    ticket = upload_photo(deployment.app, ME, UploadRequest(**FILE))
    with pytest.raises(NotUploaded):
        process_again(deployment.app, ME, ticket.photo_id)
    with pytest.raises(PhotoNotFound):
        process_again(deployment.app, ME, "none")


def test_somebody_elses_photo_is_left_alone(deployment):
    photo_id = upload(deployment, failed=True)
    with pytest.raises(NotYours):
        process_again(deployment.app, OTHER, photo_id)
    assert status(deployment, photo_id) is Status.FAILED


@pytest.mark.parametrize("only_failed", [False, True])
@pytest.mark.parametrize("user_id", [None, ME.user_id])
def test_a_library_is_gone_through_by_parts(deployment, user_id, only_failed):
    mine = [upload(deployment, failed=index % 2 == 0) for index in range(5)]
    others = [upload(deployment, OTHER, failed=True)]
    upload_photo(deployment.app, ME, UploadRequest(**FILE))  # never arrives
    begun, after = 0, None
    while True:
        part = reprocess(
            deployment.app, user_id=user_id, only_failed=only_failed, limit=2, after=after
        )
        begun += part.photos
        after = part.next
        if after is None:
            break
    expected = [*(mine[::2] if only_failed else mine), *(others if user_id is None else [])]
    # A photo that had not failed still waits for its first time: its job is put once more.
    assert set(expected) <= set(queued(deployment))
    assert begun == len(expected)
    assert all(status(deployment, photo_id) is Status.PROCESSING for photo_id in expected)


def test_a_part_begins_where_one_of_that_user_has_ended(deployment):
    with pytest.raises(InvalidInput):
        reprocess(deployment.app, user_id=ME.user_id, after="nonsense")
