import httpx
import pytest
from tests.adapters.objects.s3_server import S3Server


@pytest.fixture(scope="session")
def s3_of_seaweedfs(seaweedfs):
    server = S3Server(seaweedfs.url, seaweedfs.access_key, seaweedfs.secret_key)
    yield server
    server.api.close()


@pytest.fixture(scope="session")
def s3_of_ministack(ministack_url):
    server = S3Server(ministack_url, "test", "test")
    yield server
    server.api.close()


@pytest.fixture(scope="session")
def http():
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield client
