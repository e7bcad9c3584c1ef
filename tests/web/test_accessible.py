"""What axe-core finds in every state, at both widths, light and dark."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract.pictures import jpeg

from .conftest import Person

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def resident(server, pictures):
    """Somebody with a few photos."""
    person = Person(server, "resident@example.org").sign_up()
    for path in pictures[:6]:
        person.upload(path)
    yield person
    person.api.close()


@pytest.fixture(params=["light", "dark"])
def page(request, new_page, size) -> Page:
    return new_page(size, color_scheme=request.param, reduced_motion="reduce")


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text() + ";0")
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", RULES)
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}"
        for one in found["violations"]
    ]


def test_signing_in(page, resident):
    page.goto(resident.server.url)
    page.get_by_label("Email").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("button", name="Create account").click()
    page.locator("p.error").wait_for()
    assert violations(page) == []


def test_the_empty_library(page, person):
    person.enter(page)
    page.get_by_role("heading", name="Drop photos").wait_for()
    assert violations(page) == []


def test_the_library_a_selection_and_the_dialogs(page, resident):
    resident.enter(page)
    page.locator(".tile").first.wait_for()
    assert violations(page) == []
    page.locator(".month").click()
    expect(page.get_by_role("toolbar")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add tags").click()
    page.get_by_label("Tags, separated by commas").wait_for()
    assert violations(page) == []


def test_uploads(page, resident, tmp_path):
    bad = tmp_path / "notes.txt"
    bad.write_text("no photo")
    good = tmp_path / "good.jpg"
    good.write_bytes(jpeg(50_000))
    page.route("**/objects/**", _hold)
    resident.enter(page)
    page.locator(".tile").first.wait_for()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload", exact=True).click()
    chosen.value.set_files([bad, good])
    page.locator("li.running").wait_for()
    assert violations(page) == []


def _hold(route):
    """Lets a PUT wait for ever."""
    if route.request.method != "PUT":
        route.continue_()


def test_the_account(page, resident):
    resident.enter(page)
    page.goto(f"{resident.server.url}/#/account")
    page.get_by_role("button", name="Set it up").click()
    page.locator(".secret").wait_for()
    assert violations(page) == []


def test_a_nameless_button_and_faint_words_would_be_found(new_page, resident):
    page = new_page()
    page.goto(resident.server.url)
    page.get_by_label("Email").wait_for()
    page.evaluate(
        """() => {
          const faint = document.createElement("p");
          faint.textContent = "Hardly to be read";
          faint.style.color = "#bbb";
          document.querySelector("main").append(document.createElement("button"), faint);
        }"""
    )
    found = " ".join(violations(page))
    assert "button-name" in found
    assert "color-contrast" in found
