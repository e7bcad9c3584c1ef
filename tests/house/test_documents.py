import re
import subprocess
from pathlib import Path

import pytest
from tests.house.render import CHARTS, render
from tests.house.repository import PROJECT, ROOT, documents, shown, tracked

DOCUMENTS = pytest.mark.parametrize("path", documents(), ids=shown)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@DOCUMENTS
def test_what_comes_from_the_code_is_up_to_date(path):
    text = path.read_text()
    assert text == render(text), f"{shown(path)} is behind the code; `make docs` renders it"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("README.md", "rooms"),
        ("docs/map.md", "rooms"),
        ("docs/settings.md", "settings"),
        ("docs/settings.md", "functions"),
        ("docs/command-line.md", "commands"),
        ("docs/cost.md", "cost"),
        ("docs/cost.md", "growth"),
        ("docs/cost.md", "prices"),
        ("docs/deploy-aws.md", "parameters"),
    ],
)
def test_the_documents_show_what_is_in_the_code(path, part):
    assert f"<!-- {part} -->\n" in (ROOT / path).read_text()


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_up_to_date(name):
    behind = f"{name} is behind the code; `make docs` draws it"
    assert (ROOT / name).read_text() == CHARTS[name](), behind


@DOCUMENTS
def test_relative_links_lead_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    broken = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not _leads(path, target)]
    assert broken == []


@DOCUMENTS
def test_blocks_of_shell_are_shell(path):
    for block in re.findall(r"```(?:ba)?sh\n(.*?)```", path.read_text(), flags=re.DOTALL):
        done = subprocess.run(
            ["bash", "-n"], input=block, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), block


def _leads(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    return file.exists() and (not anchor or anchor in _anchors(file.read_text()))


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@DOCUMENTS
def test_named_tasks_are_in_the_makefile(path):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    named = re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", path.read_text(), flags=re.MULTILINE)
    assert {one or other for one, other in named} <= set(targets)


def test_decisions_are_numbered_without_gaps_and_listed():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    assert re.findall(r"\]\((\d{4}-[^)]+)\)", index) == [path.name for path in DECISIONS]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_a_page_with_context_decision_and_consequences(path):
    text = path.read_text()
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    measured = [heading for heading in headings if heading != "Measurement"]
    assert text.startswith(f"# {path.name[:4]}. ")
    assert measured == ["Context", "Decision", "Consequences"]
    assert len(text.split()) < 500


def test_the_changelog_says_what_is_not_released_yet():
    text = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_the_documents_name_the_python_that_the_package_asks_for():
    version = PROJECT["project"]["requires-python"].removeprefix(">=")
    makefile = (ROOT / "Makefile").read_text()
    assert f"Python {version}" in (ROOT / "README.md").read_text()
    assert f"({version.replace('.', ', ')})" in makefile
    assert f"Python {version} or newer" in makefile


PRIVATE = re.compile(
    r"(?<![\w.~{}])/(?:home|Users|root|work)/\w"
    r"|pypi\.org|pythonhosted\.|npmjs\.|crates\.io|proxy\.golang\.|docker\.io|ghcr\.io|quay\.io"
)


def test_nothing_names_a_machine_or_a_registry():
    vendored = ROOT / "src" / "photohq" / "web" / "vendor"
    found = [
        f"{shown(path)}:{number}: {match[0]}"
        for path in tracked()
        if not path.is_relative_to(vendored)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        for match in PRIVATE.finditer(line)
    ]
    assert found == []
