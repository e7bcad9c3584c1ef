"""One stack in one emulator for each test process; tests of its parts share it."""

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.contract.expect", "tests.contract.deployment")

from tests.aws.stack import Stack, deployed  # noqa: E402
from tests.contract.deployment import Deployment, User, on_aws  # noqa: E402
from tests.emulators.ministack import ministack  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "aws_url" in getattr(item, "fixturenames", ()):
            item.add_marker("deployed")


@pytest.fixture(scope="session")
def aws_url() -> Iterator[str]:
    """The URL of an AWS that keeps to policies: functions may do what their roles allow."""
    with ministack(enforcing=True) as url:
        yield url


@pytest.fixture(scope="session")
def stack(aws_url: str) -> Iterator[Stack]:
    with deployed(aws_url) as made:
        yield made


@pytest.fixture(scope="session")
def deployment(stack: Stack) -> Iterator[Deployment]:
    with on_aws(stack) as known:
        yield known


@pytest.fixture(scope="session")
def alice(deployment: Deployment) -> User:
    return deployment.new_user()
