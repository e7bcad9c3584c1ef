"""What tests of the photo page and of the editor have in common."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from tests.contract.deployment import eventually

from .conftest import Person

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text() + ";0")
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", RULES)
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}"
        for one in found["violations"]
    ]


def metadata(person: Person, photo: str) -> dict[str, Any]:
    return person.api.get(f"/photos/{photo}/metadata").raise_for_status().json()


def ready(person: Person, *photos: str) -> None:
    """Waits until pictures are made of all of them, and of their edits."""

    def settled(photo: str) -> bool:
        told = metadata(person, photo)
        edit = told["edited"]
        made = not edit or (edit["status"] == "ready" and not edit.get("pending"))
        return made and told["status"] in {"ready", "failed"}

    assert eventually(lambda: all(settled(photo) for photo in photos), seconds=60)


def render(person: Person, photo: str, **recipe: Any) -> None:
    """Makes an edited version on the server."""
    body = {"recipe": {"recipe": 1, **recipe}}
    person.api.post(f"/photos/{photo}/render", json=body).raise_for_status()
    ready(person, photo)


def outside(page: Page) -> list[str]:
    """The controls that are not whole inside the window, from left to right."""
    width = page.viewport_size["width"]
    found = []
    for control in page.locator("button:visible, a:visible, input:visible, textarea:visible").all():
        box = control.bounding_box()
        if box and (box["x"] < 0 or box["x"] + box["width"] > width):
            found.append(control.get_attribute("aria-label") or control.inner_text())
    return found
