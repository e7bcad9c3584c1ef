"""The store in S3, held to its promises on two servers."""

import time

import pytest
from tests.adapters.objects.suite import (
    ObjectStoreSuite,
    PresignedRulesSuite,
    Store,
    StrangersSuite,
)

from photohq.objects.s3 import FOR_GOOD
from photohq.photos.errors import Unavailable


class TestS3StoreOnSeaweedFs(ObjectStoreSuite, PresignedRulesSuite, StrangersSuite):
    @pytest.fixture
    def store(self, s3_of_seaweedfs, http):
        return opened(s3_of_seaweedfs, http)


class TestS3StoreOnMinistack(ObjectStoreSuite, PresignedRulesSuite):
    """The strangers whom ministack lets in stand in test_presigned_on_s3.py. It answers with what
    an object was stored with, whatever the URL says."""

    kept_by_browsers = (FOR_GOOD,)

    @pytest.fixture
    def store(self, s3_of_ministack, http):
        return opened(s3_of_ministack, http)


def opened(server, http, buckets=None):
    return Store(server.store(buckets or server.buckets()), http, lambda *_: None, time.time)


@pytest.mark.parametrize("server", ["s3_of_seaweedfs", "s3_of_ministack"])
def test_erasing_goes_from_page_to_page(server, http, request, monkeypatch):
    monkeypatch.setattr("photohq.objects.s3.PAGE", 2)
    store = opened(request.getfixturevalue(server), http)
    bucket, folder = store.objects.edited_bucket, "user/edited/photo"
    for name in ["a.jpg", "a.jpg", "a.jpg", "b.jpg", "c.jpg", "c.jpg", "d.jpg"]:
        store.put(bucket, f"{folder}/{name}", b"bytes")
    store.objects.delete(bucket, f"{folder}/b.jpg")
    store.objects.erase(bucket, f"{folder}/")
    left = request.getfixturevalue(server).api.list_object_versions(Bucket=bucket)
    assert not left.keys() & {"Versions", "DeleteMarkers"}


@pytest.mark.parametrize("server", ["s3_of_seaweedfs", "s3_of_ministack"])
def test_a_bucket_without_versioning_is_said_to_be_one(server, http, request):
    s3 = request.getfixturevalue(server)
    buckets = s3.buckets(versioning=False)
    store = opened(s3, http, buckets)
    store.put(buckets[1], "user/edited/photo/a.jpg", b"bytes")
    with pytest.raises(Unavailable, match="has no versioning"):
        store.objects.head(buckets[1], "user/edited/photo/a.jpg")
