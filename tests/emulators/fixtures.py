"""The emulators as fixtures. Each starts when a test first asks for it, once a test process: two
of each, on two cores, cost less than keeping one's tests in one process."""

import pytest
from tests.emulators.ministack import ministack
from tests.emulators.moto import moto
from tests.emulators.seaweedfs import seaweedfs as run_seaweedfs


@pytest.fixture(scope="session")
def ministack_url():
    """The URL of AWS, as ministack knows it; any credentials will do."""
    with ministack() as url:
        yield url


@pytest.fixture(scope="session")
def aws_url():
    """The URL of an AWS that keeps to policies: functions may do what their roles allow."""
    with ministack(enforcing=True) as url:
        yield url


@pytest.fixture(scope="session")
def stack(aws_url):
    """The template, deployed there."""
    from tests.aws.stack import deployed  # noqa: PLC0415 - brings the serverless transform along

    with deployed(aws_url) as made:
        yield made


@pytest.fixture(scope="session")
def moto_url():
    """The URL of DynamoDB, as moto knows it; any credentials will do."""
    with moto() as url:
        yield url


@pytest.fixture(scope="session")
def seaweedfs():
    """A SeaweedFS: its URL and the one key pair that it takes."""
    with run_seaweedfs() as server:
        yield server
