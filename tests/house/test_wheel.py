import subprocess
import sys
from zipfile import ZipFile

import pytest
from tests.house.repository import ROOT, SOURCE, tracked

from photohq.imaging.recipes.native.build import name


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.iterdir()
    with ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_every_file_of_the_package_is_in_the_wheel(packed):
    source = [path for path in tracked() if path.is_relative_to(SOURCE)]
    assert {path.relative_to(SOURCE.parent).as_posix() for path in source} <= packed


def test_what_is_compiled_is_in_the_wheel(packed):
    assert f"photohq/imaging/recipes/native/{name()}" in packed
