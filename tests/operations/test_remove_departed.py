import pytest
from tests.operations.deployment import Deployment

from photohq.identity.port import Caller
from photohq.operations import remove_departed as module
from photohq.operations.remove_departed import remove_departed
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos.errors import Unavailable
from photohq.photos.requests import EditRequest, UploadRequest

FILE = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 4}
GONE, STAYS = Caller("gone"), Caller("stays")


class Pool:
    """A pool that one user has left."""

    def __init__(self):
        self.user_ids = [GONE.user_id]

    def pending(self):
        return list(self.user_ids)

    def settled(self, user_id):
        self.user_ids.remove(user_id)


@pytest.fixture
def deployment():
    made = Deployment()
    yield made
    made.close()


def upload(deployment, caller):
    ticket = upload_photo(deployment.app, caller, UploadRequest(**FILE))
    assert deployment.put(deployment.store.originals_bucket, ticket.s3_key, None, b"orig")
    return ticket.photo_id


def listed(deployment, caller):
    page = deployment.app.catalog.page(caller.user_id, limit=100, now=deployment.now)
    return [photo.photo_id for photo in page.photos]


def test_all_photos_of_who_is_gone_go_and_nobody_elses(deployment, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 2)
    photos = [upload(deployment, GONE) for _ in range(5)]
    update_photo(deployment.app, GONE, photos[0], EditRequest(**FILE))
    upload_photo(deployment.app, GONE, UploadRequest(**FILE))
    kept = upload(deployment, STAYS)
    keys = [deployment.app.catalog.find(photo).original.s3_key for photo in photos]
    pool = Pool()
    remove_departed(deployment.app, pool)
    assert pool.user_ids == []
    assert listed(deployment, GONE) == []
    assert listed(deployment, STAYS) == [kept]
    for key in keys:
        assert deployment.store.head(deployment.store.originals_bucket, key) is None


def test_what_can_not_be_deleted_holds_up_nothing_and_is_tried_again(
    deployment, monkeypatch, caplog
):
    photos = [upload(deployment, GONE) for _ in range(3)]
    stuck = deployment.app.catalog.find(photos[1]).original.s3_key
    delete = deployment.store.delete

    def failing(bucket, *keys):
        if stuck in keys:
            raise Unavailable("The disk is full")
        delete(bucket, *keys)

    pool = Pool()
    with monkeypatch.context() as patch:
        patch.setattr(deployment.store, "delete", failing)
        remove_departed(deployment.app, pool)
    assert pool.user_ids == [GONE.user_id]
    assert "could not be removed" in caplog.text
    assert [deployment.app.catalog.find(photo) is None for photo in photos] == [True, False, True]
    remove_departed(deployment.app, pool)
    assert pool.user_ids == []
    deployment.now += 3600
    deployment.tidy()
    assert deployment.app.catalog.find(photos[1]) is None
