"""The repository as the tests of the house see it."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "photohq"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def tracked() -> list[Path]:
    """Answer the files that are part of the repository, or would be by the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    found = (ROOT / name for name in names.split("\0") if name)
    return sorted(path for path in found if path.is_file())


def documents() -> list[Path]:
    """Answer the Markdown files."""
    return [path for path in tracked() if path.suffix == ".md"]


def shown(path: Path) -> str:
    """Name a file as a person in the repository would."""
    return path.relative_to(ROOT).as_posix()


def rooms() -> list[Path]:
    """Answer the rooms, a package or a module each, from the ground up."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    names = [name for layer in reversed(layers) for name in re.split(r"\s*\|\s*", layer)]
    return [
        SOURCE / name if (SOURCE / name).is_dir() else (SOURCE / name).with_suffix(".py")
        for name in names
    ]


def sentence(room: Path) -> str:
    """Answer a room's docstring, on one line."""
    file = room / "__init__.py" if room.is_dir() else room
    return " ".join((ast.get_docstring(ast.parse(file.read_text())) or "").split())


def python_files(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Answer every Python file under `folder` with its syntax tree."""
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text())
