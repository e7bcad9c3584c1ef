"""The store in S3, held to its promises on two servers, and what it makes of errors."""

import time

import pytest
from tests.adapters.objects.suite import (
    ObjectStoreSuite,
    PresignedRulesSuite,
    Store,
    StrangersSuite,
)


class TestS3StoreOnSeaweedFs(ObjectStoreSuite, PresignedRulesSuite, StrangersSuite):
    @pytest.fixture
    def store(self, s3_of_seaweedfs, http):
        return opened(s3_of_seaweedfs, http)


class TestS3StoreOnMinistack(ObjectStoreSuite, PresignedRulesSuite):
    """The strangers whom ministack lets in stand in test_presigned_on_s3.py."""

    @pytest.fixture
    def store(self, s3_of_ministack, http):
        return opened(s3_of_ministack, http)


def opened(server, http):
    return Store(server.store(server.buckets()), http, lambda *_: None, time.time)
