import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.repository import ROOT, SOURCE, python_files, rooms, sentence, shown


def test_everybody_imports_only_whom_the_house_allows():
    linter = Path(sys.executable).with_name("lint-imports")
    command = [linter, "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_settings_read_the_environment():
    readers = {
        shown(path)
        for path, tree in python_files(SOURCE)
        for node in ast.walk(tree)
        if _reads_environment(node)
    }
    assert {reader.rpartition("/")[0] for reader in readers} == {"src/photohq/settings"}


def _reads_environment(node: ast.AST) -> bool:
    names = {"environ", "environb", "getenv", "getenvb"}
    if isinstance(node, ast.Attribute):
        return node.attr in names and isinstance(node.value, ast.Name) and node.value.id == "os"
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "os"
        and any(alias.name in names for alias in node.names)
    )


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_every_room_says_in_a_sentence_what_it_is(room):
    assert sentence(room).endswith(".")
