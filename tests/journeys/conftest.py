"""The journeys run where the contract suite runs: see its options."""

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.contract.expect", "tests.contract.deployment")

from tests.contract import deployment as deployments  # noqa: E402
from tests.contract.deployment import Deployment  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    deployments.add_options(parser)


@pytest.fixture(scope="module")
def deployment(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    with deployments.tested(request) as tested:
        yield tested
