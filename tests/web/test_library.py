import re

import pytest
from playwright.sync_api import Page, expect
from tests.contract.deployment import eventually

from .conftest import Person
from .editing import violations
from .listing import fake_list

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def collector(server, pictures):
    """Somebody with thirty photos, one of them edited. Only for looking at, and tagging."""
    person = Person(server, "collector@example.org").sign_up()
    ids = [person.upload(path) for path in pictures]
    content = pictures[5].read_bytes()
    body = {"filename": "edit.jpg", "content_type": "image/jpeg", "file_size": len(content)}
    ticket = person.api.put(f"/photos/{ids[4]}/edit", json=body).json()
    person.api.put(
        ticket["upload_url"], content=content, headers=ticket["upload_headers"]
    ).raise_for_status()
    assert eventually(
        lambda: all(photo["status"] == "ready" for photo in person.photos()), seconds=60
    )
    yield person
    person.api.close()


def into_library(page: Page, person: Person) -> None:
    person.enter(page)
    page.locator(".tile").first.wait_for()


def selected(page: Page) -> list[str]:
    return [
        tile.get_attribute("aria-label").split(",")[0]
        for tile in page.locator('.tile[aria-selected="true"]').all()
    ]


def test_photos_stand_in_full_rows_with_their_thumbnails(page, collector):
    into_library(page, collector)
    expect(page.get_by_role("rowheader")).to_contain_text("30 photos")
    expect(page.locator(".tile img.here").first).to_be_visible()
    right = page.locator(".grid").bounding_box()
    row = page.locator(".row").first
    last = row.locator(".tile").last.bounding_box()
    assert abs(last["x"] + last["width"] - right["x"] - right["width"]) <= 1
    expect(page.get_by_text("Edited", exact=True).last).to_be_visible()


def test_every_control_is_inside_the_window(page, collector):
    into_library(page, collector)
    width = page.viewport_size["width"]
    page.locator(".month").click()
    for control in page.locator("button:visible, a:visible, input:visible").all():
        box = control.bounding_box()
        assert box["x"] >= 0, control
        assert box["x"] + box["width"] <= width, control.get_attribute("aria-label")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_show_originals_and_edited_ones(page, collector):
    into_library(page, collector)
    page.get_by_role("link", name="Edited").click()
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.get_by_role("link", name="Edited")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Originals").click()
    expect(page.get_by_role("rowheader")).to_contain_text("29 photos")


def test_keys_move_select_and_open(new_page, collector):
    page = new_page()
    into_library(page, collector)
    names = [photo["filename"] for photo in collector.photos()]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tile:focus")).to_have_attribute("aria-label", re.compile(names[1]))
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert selected(page) == names[1:4]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_role("toolbar")).to_contain_text("4 selected")
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#/photo/"))
    page.get_by_role("heading", name=names[0]).wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".tile:focus")).to_have_attribute("aria-label", re.compile(names[0]))


def test_clicks_open_until_something_is_selected_and_shift_selects_a_range(new_page, collector):
    page = new_page()
    into_library(page, collector)
    tiles = page.locator(".tile")
    tiles.nth(1).hover()
    tiles.nth(1).locator(".tick").click()
    tiles.nth(4).click(modifiers=["Shift"])
    expect(page.get_by_role("toolbar")).to_contain_text("4 selected")
    tiles.nth(2).click()
    expect(page.get_by_role("toolbar")).to_contain_text("3 selected")
    page.get_by_role("button", name="Clear the selection").click()
    tiles.nth(2).click()
    expect(page).to_have_url(re.compile(r"#/photo/"))


def test_the_help_is_made_of_the_keys_that_are_bound(new_page, collector):
    page = new_page()
    into_library(page, collector)
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard")
    expect(help_).to_contain_text("Select on the way")
    expect(help_).to_contain_text("Light or dark")
    page.keyboard.press("Escape")
    page.goto(f"{collector.server.url}/#/account")
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
    page.keyboard.press("?")
    expect(help_).to_contain_text("Back to the library")
    expect(help_).not_to_contain_text("Select on the way")


def test_all_means_all_but_the_exceptions(new_page, collector):
    page = new_page()
    into_library(page, collector)
    page.keyboard.press("Control+a")
    expect(page.get_by_role("toolbar")).to_contain_text("All selected")
    page.locator(".tile").nth(2).click()
    expect(page.get_by_role("toolbar")).to_contain_text("All but 1 selected")
    page.keyboard.press("t")
    page.get_by_label("Tags, separated by commas").fill("osprey, to print")
    page.keyboard.press("Enter")
    expect(page.get_by_text("29 photos tagged.")).to_be_visible()
    tagged = [photo.get("tags", []) for photo in collector.photos()]
    assert tagged.count(["osprey", "to print"]) == 29
    assert tagged[2] == []


def test_deleted_photos_are_back_when_that_is_undone_and_gone_ten_seconds_later(
    new_page, person, pictures
):
    for path in pictures[:5]:
        person.upload(path)
    page = new_page()
    page.clock.install()
    into_library(page, person)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    expect(page.locator(".tile")).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tile")).to_have_count(5)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    expect(page.locator(".tile")).to_have_count(4)
    page.keyboard.press("Control+z")
    expect(page.locator(".tile")).to_have_count(5)
    page.keyboard.press("Control+a")
    page.locator(".tile").nth(1).click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete them").click()
    expect(page.locator(".tile")).to_have_count(1)
    page.clock.run_for(9_000)
    assert len(person.photos()) == 5
    page.clock.run_for(2_000)
    assert eventually(lambda: len(person.photos()) == 1)
    expect(page.locator(".tile")).to_have_count(1)


def test_a_few_photos_are_downloaded(new_page, collector):
    page = new_page()
    saved = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    into_library(page, collector)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("d")
    expect(page.get_by_text("2 downloaded.")).to_be_visible()
    assert sorted(saved) == sorted(photo["filename"] for photo in collector.photos()[:2])


def test_many_are_downloaded_one_by_one_where_no_folder_can_be_written(
    new_page, collector, pictures
):
    page = new_page()
    page.add_init_script("delete globalThis.showDirectoryPicker")
    saved = {}
    page.on("download", lambda download: saved.update({download.suggested_filename: download}))
    expired = []

    def expire(route):
        if expired or "attachment" not in route.request.url:
            return route.continue_()
        expired.append(route.request.url)
        return route.fulfill(status=403)

    page.route("**/objects/**", expire)
    into_library(page, collector)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    for _ in range(11):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("d")
    asked = page.get_by_role("dialog", name="Download 12 photos?")
    expect(asked).to_contain_text("as single downloads, one after the other")
    assert violations(page) == []
    asked.get_by_role("button", name="Download").click()
    expect(page.get_by_text(re.compile(r"Downloading: \d+ of 12"))).to_be_visible()
    expect(page.get_by_text("12 downloaded.")).to_be_visible(timeout=30_000)
    names = [photo["filename"] for photo in collector.photos()[:12]]
    assert sorted(saved) == sorted(names)
    original = next(path for path in pictures if path.name == names[0])
    assert saved[names[0]].path().read_bytes() == original.read_bytes()
    assert len(expired) == 1


def test_downloads_can_be_stopped_and_left_alone(new_page, collector):
    page = new_page()
    page.add_init_script("delete globalThis.showDirectoryPicker")
    saved = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    into_library(page, collector)
    page.keyboard.press("Control+a")
    page.keyboard.press("d")
    asked = page.get_by_role("dialog", name="Download all photos?")
    asked.get_by_role("button", name="Cancel").click()
    expect(asked).to_have_count(0)
    page.keyboard.press("d")
    asked.get_by_role("button", name="Download").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Downloading:")).to_have_count(0)
    assert len(saved) < 30


def test_a_thumbnail_whose_address_has_expired_is_fetched_again(new_page, collector):
    page = new_page()
    refused = []

    def expire(route):
        if len(refused) < 3:
            refused.append(route.request.url)
            route.fulfill(status=403)
        else:
            route.continue_()

    page.route("**/objects/**", expire)
    into_library(page, collector)
    expect(page.locator(".row").first.locator("img.here")).to_have_count(
        page.locator(".row").first.locator(".tile").count()
    )
    assert len(refused) == 3


def test_of_thousands_only_those_near_the_window_are_in_the_page(page, person):
    page.route(re.compile(r"/photos\?"), fake_list(3_000))
    into_library(page, person)
    for _ in range(200):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        if page.locator(".grid").get_attribute("aria-rowcount") != "-1":
            break
        page.wait_for_timeout(20)
    page.keyboard.press("End")
    expect(page.locator(".tile:focus")).to_have_attribute("aria-label", re.compile("DSC_02999"))
    assert page.locator(".tile").count() < 120
    page.keyboard.press("Home")
    expect(page.get_by_role("rowheader").first).to_contain_text("250 photos")


def test_coming_back_from_a_photo_everything_is_where_it_was(new_page, collector):
    page = new_page()
    into_library(page, collector)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    label = page.locator(".tile:focus").get_attribute("aria-label")
    y = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#/photo/"))
    page.locator("h1").first.wait_for()
    page.go_back()
    expect(page.locator(".tile:focus")).to_have_attribute("aria-label", label)
    assert abs(page.evaluate("scrollY") - y) < 5


def test_the_theme_is_kept(new_page, collector):
    page = new_page(color_scheme="light")
    into_library(page, collector)
    page.get_by_role("button", name="Dark").click()
    page.reload()
    page.locator(".tile").first.wait_for()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_long_touch_selects_and_the_next_taps_select_more(new_page, collector):
    page = new_page("phone")
    into_library(page, collector)
    session = page.context.new_cdp_session(page)
    box = page.locator(".tile").first.bounding_box()
    point = {"x": box["x"] + 60, "y": box["y"] + 60}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(page.get_by_role("toolbar")).to_contain_text("1 selected")
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.locator(".tile").nth(2).tap()
    expect(page.get_by_role("toolbar")).to_contain_text("2 selected")


def test_a_server_that_is_away_is_said_to_be(new_page, collector):
    page = new_page()
    page.route(re.compile(r"/photos\?"), lambda route: route.abort())
    collector.enter(page)
    expect(page.get_by_role("heading", name="Photo HQ can't be reached")).to_be_visible(
        timeout=15_000
    )
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".tile").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar")).to_contain_text("1 selected")


def test_the_first_view_is_light(new_page, collector):
    page = new_page()
    sizes = {}

    def weigh(request):
        if "/web/" in request.url or request.resource_type == "document":
            sizes[request.url] = request.sizes()["responseBodySize"]

    page.on("requestfinished", weigh)
    into_library(page, collector)
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 20
    assert sum(sizes.values()) < 150_000, sizes
