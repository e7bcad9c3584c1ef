"""The lock files fit pyproject.toml, as far as that can be told without a package index."""

import json
import re
import sys
from importlib.metadata import Distribution, distributions
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.house.repository import PROJECT, ROOT


def _here(asked: Requirement, extras: set[str]) -> bool:
    """Tell whether the marker of a requirement holds on this machine."""
    if asked.marker is None:
        return True
    return any(asked.marker.evaluate({"extra": extra}) for extra in ("", *extras))


class Lock(NamedTuple):
    """A lock file, what pyproject.toml asks it for, and where its packages are installed."""

    file: str
    asked: list[Requirement]
    site: list[str]

    def entries(self) -> list[str]:
        return (ROOT / self.file).read_text().replace("\\\n", " ").splitlines()

    def locked(self) -> dict[str, Requirement]:
        """Answer what is locked for this machine, by name."""
        every = (Requirement(entry.split("--hash")[0].strip()) for entry in self.entries())
        return {canonicalize_name(one.name): one for one in every if _here(one, set())}

    def fits(self, asked: Requirement) -> bool:
        locked = self.locked().get(canonicalize_name(asked.name))
        if locked is None:
            return False
        (pin,) = locked.specifier
        return asked.specifier.contains(pin.version, prereleases=True)

    def installed(self) -> dict[str, Distribution]:
        return {canonicalize_name(one.name): one for one in distributions(path=self.site)}


DEPENDENCIES = PROJECT["project"]["dependencies"]
GROUPS = PROJECT["dependency-groups"]
EMULATORS = ROOT / ".venv" / "emulators"
LOCKS = [
    Lock("requirements.lock", [*map(Requirement, [*DEPENDENCIES, *GROUPS["dev"]])], sys.path),
    Lock(
        "emulators.lock",
        [*map(Requirement, GROUPS["emulators"])],
        [str(folder) for folder in EMULATORS.glob("lib/python*/site-packages")],
    ),
]
EVERY_LOCK = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.file)


@pytest.mark.parametrize(
    "entry",
    [entry for lock in LOCKS for entry in lock.entries()],
    ids=lambda entry: entry.split()[0],
)
def test_every_package_is_locked_by_hash_and_without_an_address(entry):
    assert re.fullmatch(r"[\w.-]+==\S+( ;[^-@]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry)


@EVERY_LOCK
def test_what_the_project_asks_for_is_locked(lock):
    missing = [str(asked) for asked in lock.asked if not lock.fits(asked)]
    assert missing == [], "`make lock` writes it"


@EVERY_LOCK
def test_what_is_locked_asks_for_what_is_locked_too_and_nothing_is_left_over(lock):
    installed = lock.installed()
    reached: set[str] = set()
    missing: list[str] = []
    todo = list(lock.asked)
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        asked = todo.pop()
        name = canonicalize_name(asked.name)
        if not lock.fits(asked):
            missing.append(str(asked))
        elif (name, frozenset(asked.extras)) not in seen:
            seen.add((name, frozenset(asked.extras)))
            reached.add(name)
            needs = map(Requirement, installed[name].requires or [])
            todo += [need for need in needs if _here(need, asked.extras)]
    assert missing == []
    assert reached == set(lock.locked())


@EVERY_LOCK
def test_what_is_installed_is_what_is_locked(lock):
    installed = {name: found.version for name, found in lock.installed().items()}
    other = [
        f"{asked}: {installed.get(name)}"
        for name, asked in lock.locked().items()
        if not asked.specifier.contains(installed.get(name, "0"))
    ]
    assert other == [], "`make setup` installs what is locked"


@pytest.mark.parametrize("text", [*DEPENDENCIES, *GROUPS["emulators"]])
def test_every_dependency_says_why_it_is_here(text):
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    assert any(re.match(rf'\s*"{re.escape(text)}",  # \w', line) for line in lines)


JAVASCRIPT = pytest.mark.parametrize(
    "folder",
    [ROOT / "tests" / "javascript", ROOT / "tests" / "web"],
    ids=lambda folder: folder.name,
)


@JAVASCRIPT
def test_every_javascript_package_is_locked_by_hash_and_without_an_address(folder):
    text = (folder / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    packages.pop("")
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert re.findall(r'\w+://[^"]+', text) == []


@JAVASCRIPT
def test_what_the_javascript_tests_ask_for_is_locked(folder):
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    asked = json.loads((folder / "package.json").read_text())["devDependencies"]
    locked = {name: packages[f"node_modules/{name}"]["version"] for name in asked}
    assert locked == asked, "`make lock` writes it"
