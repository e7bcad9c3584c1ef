"""The journeys run where the contract suite runs: see its options."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract import deployment as deployments
from tests.contract.deployment import Deployment
from tests.contract.serving import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    deployments.add_options(parser)


@pytest.fixture
def deployment(pytestconfig: pytest.Config, tmp_path: Path) -> Iterator[Deployment]:
    running = deployments.chosen(pytestconfig)
    if running:
        yield running
        running.close()
        return
    with Server(tmp_path) as server:
        started = deployments.of_server(server)
        yield started
        started.close()
