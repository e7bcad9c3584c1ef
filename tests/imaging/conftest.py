import pytest

from photohq.imaging.plan import Plan
from photohq.imaging.processes import PictureProcesses


@pytest.fixture(scope="module")
def pictures():
    processes = PictureProcesses(Plan(), 1)
    yield processes
    processes.close()
