from concurrent.futures import ThreadPoolExecutor

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


@pytest.fixture(scope="module")
def closing():
    """Closes machines beside the tests that follow: a server takes a sixth of a second to see that
    it should end, and to end."""
    closed = []
    with ThreadPoolExecutor() as pool:
        yield lambda machine: closed.append(pool.submit(machine.close))
    for one in closed:
        one.result()
