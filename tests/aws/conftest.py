"""One stack in one emulator for each test process; tests of its parts share it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.contract.expect", "tests.contract.deployment")

from tests.aws.stack import Stack  # noqa: E402
from tests.contract.deployment import Deployment, User, on_aws  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent  # all items are among them, also those of other folders
    for item in items:
        if item.path.is_relative_to(here) and "aws_url" in getattr(item, "fixturenames", ()):
            item.add_marker("deployed")


@pytest.fixture(scope="session")
def deployment(stack: Stack) -> Iterator[Deployment]:
    with on_aws(stack) as known:
        yield known


@pytest.fixture(scope="session")
def alice(deployment: Deployment) -> User:
    return deployment.new_user()
