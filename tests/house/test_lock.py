"""requirements.lock fits pyproject.toml, as far as that can be told without a package index."""

import re
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.house.repository import PROJECT, ROOT

TEXT = (ROOT / "requirements.lock").read_text()
ENTRIES = TEXT.replace("\\\n", " ").splitlines()
LOCKED = {
    canonicalize_name(requirement.name): requirement
    for requirement in (Requirement(entry.split("--hash")[0].strip()) for entry in ENTRIES)
}
ASKED = [
    Requirement(text)
    for text in [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.split()[0])
def test_every_package_is_locked_by_hash_and_without_an_address(entry):
    assert re.fullmatch(r"[\w.-]+==\S+( ;[^-@]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.name)
def test_what_the_project_asks_for_is_locked(asked):
    assert _fits(asked), f"{asked} is not in requirements.lock; `make lock` writes it"


def test_what_is_locked_asks_for_what_is_locked_too_and_nothing_is_left_over():
    reached: set[str] = set()
    missing: list[str] = []
    todo = list(ASKED)
    while todo:
        asked = todo.pop()
        name = canonicalize_name(asked.name)
        if not _fits(asked):
            missing.append(str(asked))
        elif name not in reached:
            reached.add(name)
            needs = map(Requirement, distribution(name).requires or [])
            todo += [need for need in needs if _here(need, asked.extras)]
    assert missing == []
    elsewhere = {name for name, requirement in LOCKED.items() if not _here(requirement, set())}
    assert reached == set(LOCKED) - elsewhere


@pytest.mark.parametrize("asked", LOCKED.values(), ids=lambda asked: asked.name)
def test_what_is_installed_is_what_is_locked(asked):
    if _here(asked, set()):
        assert asked.specifier.contains(distribution(asked.name).version)


def test_every_dependency_says_why_it_is_here():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    for text in PROJECT["project"]["dependencies"]:
        assert any(re.match(rf'\s*"{re.escape(text)}",  # \w', line) for line in lines), text


def _fits(asked: Requirement) -> bool:
    locked = LOCKED.get(canonicalize_name(asked.name))
    if locked is None:
        return False
    (pin,) = locked.specifier
    return asked.specifier.contains(pin.version, prereleases=True)


def _here(asked: Requirement, extras: set[str]) -> bool:
    """Tell whether the marker of a requirement holds on this machine."""
    if asked.marker is None:
        return True
    return any(asked.marker.evaluate({"extra": extra}) for extra in ("", *extras))
