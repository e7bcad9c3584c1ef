import re

import pytest
import pyvips
from playwright.sync_api import Page, expect

from .conftest import Person, picture
from .editing import metadata, outside, ready, render, violations

pytestmark = pytest.mark.browser
CAMERA = {
    "make": "Canon",
    "model": "Canon EOS R6",
    "lens": "RF 100-500mm",
    "iso": 400,
    "aperture": 5.6,
    "shutter_speed": "1/1000",
    "focal_length": 420,
}


@pytest.fixture(scope="module")
def owner(server, tmp_path_factory):
    """Somebody with four photos, the second newest of them edited twice."""
    folder = tmp_path_factory.mktemp("photos")
    someone = Person(server, "owner@example.org").sign_up()
    paths = [picture(folder / f"P_{at}.jpg", at, width=1500, height=1000) for at in range(4)]
    someone.ids = [someone.upload(path) for path in paths]
    ready(someone, *someone.ids)
    photo = someone.ids[2]
    for exposure in (1, -1):
        render(someone, photo, exposure=exposure)
    someone.api.patch(
        f"/photos/{photo}/metadata",
        json={
            "camera_info": CAMERA,
            "geolocation": {"latitude": 44.6578, "longitude": -110.5012},
            "tags": ["osprey"],
        },
    ).raise_for_status()
    yield someone
    someone.api.close()


def look_at(page: Page, person: Person, photo: str) -> None:
    person.enter(page)
    page.goto(f"{person.server.url}/#/photo/{photo}")
    expect(page.locator(".sheet img").first).to_be_visible()


def test_everything_that_is_known_is_shown(page, owner):
    look_at(page, owner, owner.ids[2])
    details = page.get_by_role("complementary", name="Details")
    for words in (
        "1/1000",
        "f/5.6",
        "400",
        "420",
        "Canon EOS R6",
        "RF 100-500mm",
        "1500 \N{MULTIPLICATION SIGN} 1000",
    ):
        expect(details).to_contain_text(words)
    expect(details).to_contain_text("44.65780, -110.50120")
    versions = details.locator(".versions li")
    expect(versions).to_have_count(3)
    expect(versions.first).to_contain_text("Edited: exposure")
    expect(versions.first).to_contain_text("by you, current")
    expect(versions.nth(1)).to_contain_text("kept until")
    expect(versions.last).to_contain_text("never changed")
    assert outside(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_each_version_shows_what_it_looks_like(new_page, owner):
    page = new_page()
    look_at(page, owner, owner.ids[2])
    pictures = page.locator(".versions .kind :is(img, canvas)")
    expect(pictures).to_have_count(3)
    now, brighter, original = (
        pyvips.Image.new_from_buffer(one.screenshot(), "")[:3].avg() for one in pictures.all()
    )
    assert now < original - 20
    assert brighter > original + 20


def test_of_an_earlier_edit_that_was_uploaded_there_is_no_small_picture(new_page, person, pictures):
    photo = person.upload(pictures[0])
    ready(person, photo)
    for path in pictures[1:3]:
        body = {"filename": path.name, "content_type": "image/jpeg"}
        body["file_size"] = path.stat().st_size
        ticket = person.api.put(f"/photos/{photo}/edit", json=body).raise_for_status().json()
        sent = person.api.put(
            ticket["upload_url"], content=path.read_bytes(), headers=ticket["upload_headers"]
        )
        sent.raise_for_status()
        ready(person, photo)
    page = new_page()
    look_at(page, person, photo)
    kinds = page.locator(".versions .kind")
    expect(kinds.last.locator("canvas")).to_be_visible()
    expect(kinds.first.locator("img")).to_be_visible()
    expect(kinds.nth(1).locator("svg")).to_be_visible()


def test_arrows_turn_to_the_photos_beside_and_back_is_where_one_came_from(new_page, owner):
    page = new_page()
    owner.enter(page)
    page.locator(".tile").nth(1).click()
    expect(page).to_have_url(re.compile(owner.ids[2]))
    page.get_by_role("button", name="Next photo").wait_for()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("P_1.jpg")
    page.get_by_role("button", name="Previous photo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("P_2.jpg")
    page.get_by_role("button", name="Back to the library").click()
    expect(page.locator(".tile:focus")).to_have_attribute("aria-label", re.compile("P_2"))


def test_zooming_brings_the_file_itself_and_keeps_the_point(new_page, owner):
    page = new_page()
    look_at(page, owner, owner.ids[0])
    stage = page.locator(".stage").bounding_box()
    x, y = stage["x"] + stage["width"] * 0.7, stage["y"] + stage["height"] * 0.4
    spot = "([x, y]) => { const { left, top, width, height } = document.querySelector('.sheet')"
    spot += ".getBoundingClientRect(); return [(x - left) / width, (y - top) / height]; }"
    before = page.evaluate(spot, [x, y])
    page.mouse.dblclick(x, y)
    expect(page.get_by_role("button", name="100 %")).to_have_attribute("aria-pressed", "true")
    assert page.locator(".sheet").bounding_box()["width"] == pytest.approx(1500, abs=1)
    assert page.evaluate(spot, [x, y]) == pytest.approx(before, abs=0.02)
    expect(page.locator(".sheet img.full")).to_be_visible()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 10, steps=3)
    page.mouse.up()
    assert page.evaluate(spot, [x - 60, y - 10]) == pytest.approx(before, abs=0.02)
    page.mouse.wheel(0, -200)
    expect(page.get_by_role("button", name="100 %")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "true")


def test_fingers_pinch_and_turn(new_page, owner):
    page = new_page("phone")
    owner.enter(page)
    page.locator(".tile").nth(1).tap()
    expect(page.locator(".sheet img").first).to_be_visible()
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *xs: float) -> None:
        points = [{"x": x, "y": 250, "id": at} for at, x in enumerate(xs)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fit = page.get_by_role("button", name="Fit")
    touch("touchStart", 180, 210)
    for spread in (20, 40, 60):
        touch("touchMove", 180 - spread, 210 + spread)
    touch("touchEnd")
    expect(fit).to_have_attribute("aria-pressed", "false")
    fit.tap()
    touch("touchStart", 300)
    for x in (250, 200, 150, 100):
        touch("touchMove", x)
    touch("touchEnd")
    expect(page.get_by_role("heading", level=1)).to_have_text("P_1.jpg")


def test_the_line_between_both_versions_moves_by_keys_and_pointer(page, owner):
    look_at(page, owner, owner.ids[2])
    page.get_by_role("button", name="Compare with the original").click()
    line = page.get_by_role("slider", name="How much of the original is shown")
    expect(line).to_be_focused()
    said = []
    for key in ("ArrowRight", "PageDown", "End", "Home"):
        page.keyboard.press(key)
        said.append(line.get_attribute("aria-valuenow"))
    assert said == ["52", "42", "100", "0"]
    box = page.locator(".pair").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    expect(line).to_have_attribute("aria-valuenow", "25")
    assert outside(page) == []
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)


def test_both_versions_are_zoomed_as_one(new_page, owner):
    page = new_page()
    look_at(page, owner, owner.ids[2])
    page.keyboard.press("c")
    line = page.get_by_role("slider", name="How much of the original is shown")
    expect(line).to_be_focused()
    stage = page.locator(".stage").bounding_box()
    x, y = stage["x"] + stage["width"] * 0.7, stage["y"] + stage["height"] * 0.4
    spot = """([x, y]) => [...document.querySelectorAll(".plate")].map((plate) => {
      const { left, top, width, height } = plate.getBoundingClientRect();
      return [(x - left) / width, (y - top) / height];
    })"""
    before = page.evaluate(spot, [x, y])
    assert before[0] == before[1]
    page.mouse.dblclick(x, y)
    expect(page.get_by_role("button", name="100 %")).to_have_attribute("aria-pressed", "true")
    assert page.locator(".plate").first.bounding_box()["width"] == pytest.approx(1500, abs=1)
    for one in page.evaluate(spot, [x, y]):
        assert one == pytest.approx(before[0], abs=0.02)
    expect(page.locator(".plate img.full")).to_have_count(2)
    at = line.get_attribute("aria-valuenow")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 10, steps=3)
    page.mouse.up()
    for one in page.evaluate(spot, [x - 60, y - 10]):
        assert one == pytest.approx(before[0], abs=0.02)
    assert line.get_attribute("aria-valuenow") == at
    knob = page.locator(".knob").bounding_box()
    middle = knob["y"] + knob["height"] / 2
    page.mouse.move(knob["x"] + knob["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] / 4, middle, steps=3)
    page.mouse.up()
    expect(line).to_have_attribute("aria-valuenow", "25")
    page.mouse.wheel(0, -200)
    expect(page.get_by_role("button", name="100 %")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("+")
    page.keyboard.press("c")
    # Both views are at the same place of the same picture.
    expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".sheet img").first).to_be_visible()


def test_two_fingers_zoom_both_versions_and_one_moves_the_line(new_page, owner):
    page = new_page("phone")
    look_at(page, owner, owner.ids[2])
    page.get_by_role("button", name="Compare with the original").tap()
    line = page.get_by_role("slider", name="How much of the original is shown")
    expect(line).to_be_visible()
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *xs: float) -> None:
        points = [{"x": x, "y": 250, "id": at} for at, x in enumerate(xs)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fit = page.get_by_role("button", name="Fit")
    touch("touchStart", 195)
    for x in (250, 292.5):
        touch("touchMove", x)
    touch("touchEnd")
    expect(line).to_have_attribute("aria-valuenow", "75")
    expect(fit).to_have_attribute("aria-pressed", "true")
    touch("touchStart", 100, 130)
    for spread in (20, 40, 60):
        touch("touchMove", 100 - spread, 130 + spread)
    touch("touchEnd")
    expect(fit).to_have_attribute("aria-pressed", "false")
    assert page.locator(".plate").first.bounding_box()["width"] > 400


def test_stars_words_and_tags_are_stored(page, owner, size):
    photo = owner.ids[0 if size == "desk" else 1]
    look_at(page, owner, photo)
    page.keyboard.press("4")
    expect(page.get_by_role("button", name="4 stars")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Description").fill("First light")
    page.get_by_label("Tags").fill("river, dawn")
    page.get_by_label("Tags").press("Enter")
    expect(page.get_by_role("button", name="Remove the tag dawn")).to_be_visible()
    page.get_by_role("button", name="Remove the tag river").click()
    expect(page.get_by_text("river", exact=True)).to_have_count(0)
    told = metadata(owner, photo)
    assert (told["rating"], told["description"], told["tags"]) == (4, "First light", ["dawn"])


def test_a_change_that_somebody_else_was_faster_with_is_said_to_be_lost(new_page, owner):
    page = new_page()
    photo = owner.ids[3]
    look_at(page, owner, photo)
    owner.api.patch(f"/photos/{photo}/metadata", json={"rating": 1}).raise_for_status()
    page.keyboard.press("5")
    expect(page.get_by_role("alert")).to_contain_text("changed somewhere else")
    expect(page.get_by_role("button", name="1 star")).to_have_attribute("aria-pressed", "true")
    assert violations(page) == []
    page.get_by_role("button", name="Save mine all the same").click()
    expect(page.get_by_role("button", name="5 stars")).to_have_attribute("aria-pressed", "true")
    assert metadata(owner, photo)["rating"] == 5


def test_changes_of_several_people_are_kept_where_they_are_of_other_fields(new_page, owner):
    page = new_page()
    photo = owner.ids[1]
    look_at(page, owner, photo)
    body = {"description": "From elsewhere"}
    owner.api.patch(f"/photos/{photo}/metadata", json=body).raise_for_status()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="2 stars")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Description")).to_have_value("From elsewhere")
    assert metadata(owner, photo)["rating"] == 2


def test_an_earlier_edit_is_had_back_and_then_the_original(new_page, person, pictures):
    page = new_page()
    photo = person.upload(pictures[0])
    ready(person, photo)
    for exposure in (1, -1):
        render(person, photo, exposure=exposure)
    look_at(page, person, photo)
    page.get_by_role("button", name=re.compile("Restore")).click()
    expect(page.locator(".versions li")).to_have_count(4)
    page.get_by_role("button", name="Back to original").click()
    expect(page.get_by_text("Back to the original.")).to_be_visible()
    expect(page.get_by_role("button", name="Compare with the original")).to_have_count(0)
    assert metadata(person, photo)["edited"] is None


def test_both_versions_are_downloaded(new_page, owner):
    page = new_page()
    look_at(page, owner, owner.ids[2])
    for name in ("Download the edited version", "Download the original"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).first.click()
        assert download.value.suggested_filename == "P_2.jpg"


def test_a_deleted_photo_makes_room_for_the_next_and_can_be_had_back(page, person, pictures, size):
    for path in pictures[:2]:
        ready(person, person.upload(path))
    person.enter(page)
    page.locator(".tile").first.click()
    first = page.get_by_role("heading", level=1)
    expect(first).to_have_text("DSC_0001.jpg")
    page.locator(".sheet img").first.wait_for()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(first).to_have_text("DSC_0000.jpg")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Back to the library").click()
    expect(page.locator(".tile")).to_have_count(2)
    assert len(person.photos()) == 2


def test_what_is_no_picture_says_so_and_can_be_tried_again(page, person, tmp_path):
    whole = picture(tmp_path / "whole.jpg", 1).read_bytes()
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(whole[: len(whole) // 2])
    photo = person.upload(broken)
    ready(person, photo)
    person.enter(page)
    page.goto(f"{person.server.url}/#/photo/{photo}")
    expect(page.get_by_role("alert")).to_contain_text("The file ends before the picture does")
    assert violations(page) == []
    with page.expect_response(re.compile("/process$")) as answer:
        page.get_by_role("button", name="Process again").click()
    assert answer.value.status == 202
    expect(page.get_by_role("alert")).to_contain_text("The file ends before the picture does")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_assistive_technology_finds_what_it_needs(new_page, owner, size, scheme):
    page = new_page(size, color_scheme=scheme, reduced_motion="reduce")
    look_at(page, owner, owner.ids[2])
    page.locator(".versions li").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Compare with the original").click()
    page.get_by_role("slider").wait_for()
    assert violations(page) == []
