import pytest

from .stand_in import StandIn


@pytest.fixture
def deployment():
    return StandIn()


@pytest.fixture
def client(deployment):
    with deployment.client() as client:
        yield client
