import re

import pytest
import pyvips
from playwright.sync_api import Page, expect
from tests.contract.deployment import eventually
from tests.imaging.pictures import builtin_profile, painted, with_profile

from .conftest import Person, picture
from .editing import metadata, outside, ready, render, violations

pytestmark = pytest.mark.browser
COLOUR = """() => {
  const { data } = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
  return [...data.slice(0, 3)];
}""".replace("canvas", "document.querySelector('.board canvas')")


@pytest.fixture(scope="module")
def editor(server, tmp_path_factory):
    """Somebody with two photos, one for the editor at each width."""
    folder = tmp_path_factory.mktemp("edited")
    someone = Person(server, "editor@example.org").sign_up()
    paths = [picture(folder / f"E_{at}.jpg", at + 3, width=1500, height=1000) for at in range(2)]
    someone.ids = dict(zip(("phone", "desk"), map(someone.upload, paths), strict=True))
    ready(someone, *someone.ids.values())
    yield someone
    someone.api.close()


@pytest.fixture
def page(new_page, editor, size) -> Page:
    page = new_page(size)
    edit(page, editor, editor.ids[size])
    return page


@pytest.fixture
def desk(new_page, editor) -> Page:
    page = new_page()
    edit(page, editor, editor.ids["desk"])
    return page


def edit(page: Page, person: Person, photo: str) -> None:
    person.enter(page)
    page.goto(f"{person.server.url}/#/photo/{photo}/edit")
    drawn(page)


def drawn(page: Page) -> None:
    expect(page.locator(".board canvas")).to_have_attribute("data-drawn", re.compile(r"\d"))


def colour(page: Page) -> list[int]:
    return page.evaluate(COLOUR)


def becomes(page: Page, holds) -> None:
    assert eventually(lambda: holds(colour(page)), seconds=10)


def open_tab(page: Page, name: str) -> None:
    """On a desk, the first four are one."""
    wide = page.viewport_size["width"] > 800
    shown = "Adjust" if wide and name not in {"Crop", "Presets"} else name
    page.get_by_role("tab", name=shown).click()


def recipe(page: Page) -> dict:
    """The draft that is kept."""
    found = page.evaluate(
        "() => JSON.parse(Object.entries(localStorage)"
        ".find(([key]) => key.startsWith('photohq:draft:'))?.[1] ?? 'null')?.recipe ?? null"
    )
    return {} if found is None else {name: found[name] for name in found if name != "recipe"}


def test_a_slider_changes_the_picture_and_the_draft_outlives_the_tab(page):
    before = colour(page)
    slider = page.get_by_label("Exposure")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "+0.50")
    becomes(page, lambda now: sum(now) > sum(before) + 20)
    page.reload()
    drawn(page)
    expect(page.get_by_label("Exposure")).to_have_value("0.5")
    page.get_by_label("Exposure").dblclick()
    expect(page.get_by_label("Exposure")).to_have_value("0")
    becomes(page, lambda now: now == before)
    assert recipe(page) == {}


def test_the_wheel_changes_no_slider(desk):
    slider = desk.get_by_label("Contrast")
    slider.focus()
    slider.hover()
    desk.mouse.wheel(0, 300)
    desk.wait_for_timeout(100)
    expect(slider).to_have_value("0")


def test_steps_are_undone_and_done_again(desk):
    slider = desk.get_by_label("Contrast")
    slider.focus()
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")
    desk.get_by_label("Shadows").focus()
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.press("Control+z")
    expect(desk.get_by_label("Shadows")).to_have_value("0")
    expect(slider).to_have_value("2")
    desk.get_by_role("button", name="Undo").click()
    expect(slider).to_have_value("0")
    expect(desk.get_by_role("button", name="Undo")).to_be_disabled()
    desk.keyboard.press("Control+Shift+z")
    expect(slider).to_have_value("2")


def test_a_held_key_shows_the_original(desk):
    before = colour(desk)
    desk.get_by_label("Saturation").focus()
    for _ in range(10):
        desk.keyboard.press("Shift+ArrowLeft")
    becomes(desk, lambda now: len(set(now)) == 1)
    desk.keyboard.down("\\")
    becomes(desk, lambda now: now == before)
    desk.keyboard.up("\\")
    becomes(desk, lambda now: len(set(now)) == 1)


def test_a_photo_is_edited_in_its_own_primaries(new_page, person, tmp_path):
    codes, weights = (220, 60, 80), (0.2290, 0.6917, 0.0793)  # Display P3's
    flat = (pyvips.Image.black(600, 400) + codes).cast("uchar").copy(interpretation="srgb")
    file = tmp_path / "P3.jpg"
    file.write_bytes(with_profile(flat, builtin_profile("p3")))
    photo = person.upload(file)
    ready(person, photo)
    page = new_page()
    edit(page, person, photo)
    page.get_by_label("Saturation").focus()
    for _ in range(10):
        page.keyboard.press("Shift+ArrowLeft")
    luma = sum(code * weight for code, weight in zip(codes, weights, strict=True))
    becomes(page, lambda now: all(abs(level - luma) <= 1.5 for level in now))


def test_a_crop_is_drawn_by_corners_keys_and_ratios(page):
    open_tab(page, "Crop")
    corner = page.get_by_role("button", name="Bottom right corner")
    box = corner.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    frame = page.locator(".board").bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - frame["width"] / 4, y - frame["height"] / 2, steps=4)
    page.mouse.up()
    crop = recipe(page)["crop"]
    assert (crop["left"], crop["top"]) == (0, 0)
    assert crop["width"] == pytest.approx(0.75, abs=0.02)
    assert crop["height"] == pytest.approx(0.5, abs=0.02)
    corner.focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert recipe(page)["crop"]["width"] == pytest.approx(0.7, abs=0.02)
    page.get_by_role("button", name="1:1").click()
    crop = recipe(page)["crop"]
    assert crop["width"] * 1500 == pytest.approx(crop["height"] * 1000, abs=1)
    page.get_by_role("button", name="Reset the frame").click()
    assert recipe(page) == {}


def test_turns_and_mirrors_of_a_crop_show_the_same_part(page):
    open_tab(page, "Crop")
    page.get_by_label("Straighten").focus()
    for _ in range(20):
        page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="16:9").click()
    begun = recipe(page)
    assert begun["straighten"] == 2
    rotate = page.get_by_role("button", name="Rotate clockwise")
    rotate.click()
    assert recipe(page)["rotate"] == 90
    across = page.get_by_role("button", name="Flip left and right")
    across.click()
    assert recipe(page)["straighten"] == -2
    # A quarter after a mirror, and three more: nothing has changed but by the mirror.
    for _ in range(4):
        rotate.click()
    across.click()
    for _ in range(3):
        rotate.click()
    ended = recipe(page)
    assert "flip" not in ended
    assert ended["straighten"] == 2
    assert ended["crop"] == pytest.approx(begun["crop"], abs=1e-4)
    assert outside(page) == []


KEEP_DRAWINGS = """() => {
  const canvas = document.querySelector(".board canvas");
  window.drawings = [];
  const keep = () => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    window.drawings.push({ width: canvas.width, height: canvas.height, data });
  };
  new MutationObserver(keep).observe(canvas, { attributeFilter: ["data-drawn"] });
}"""
COMPARE_DRAWINGS = """() => {
  const [rough, exact] = window.drawings.slice(-2);
  if (rough.width !== exact.width || rough.height !== exact.height) return null;
  let [same, moved] = [0, 0];
  for (let at = 4; at < exact.data.length; at += 4) {
    same += Math.abs(rough.data[at] - exact.data[at]);
    moved += Math.abs(rough.data[at - 4] - exact.data[at]);
  }
  return [same, moved];
}"""


def test_straightening_turns_the_drawing_and_draws_it_once_it_is_done(new_page, person, tmp_path):
    file = tmp_path / "painted.jpg"
    painted(900, 600).jpegsave(str(file), Q=90)
    photo = person.upload(file)
    ready(person, photo)
    page = new_page()
    edit(page, person, photo)
    open_tab(page, "Crop")
    page.get_by_role("button", name="Rotate clockwise").click()
    page.get_by_role("button", name="Flip left and right").click()
    canvas = page.locator(".board canvas")
    eventually(lambda: canvas.evaluate("({ width, height }) => height > width"))
    page.evaluate(KEEP_DRAWINGS)
    for degrees in ("1", "4", "7"):
        page.get_by_label("Straighten").fill(degrees)
        assert f"rotate({degrees}deg)" in canvas.get_attribute("style")
    assert page.evaluate("window.drawings.length") == 0
    open_tab(page, "Light")
    # Roughly at once, to the pixel a moment later.
    assert eventually(lambda: page.evaluate("window.drawings.length") == 2, seconds=10)
    # The grain is softer at first, and where it is to the pixel.
    same, moved = page.evaluate(COMPARE_DRAWINGS)
    assert 0 < same < moved / 2


def test_the_curve_bends_by_points_and_keys(page):
    open_tab(page, "Curve")
    box = page.locator(".curve-box")
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] * 0.4)
    points = recipe(page)["tone_curve"]["rgb"]
    assert len(points) == 3
    assert points[1] == pytest.approx([128, 153], abs=3)
    middle = page.get_by_role("button", name=re.compile("Point 2 of 3"))
    expect(middle).to_be_focused()
    page.keyboard.press("ArrowUp")
    assert recipe(page)["tone_curve"]["rgb"][1][1] == points[1][1] + 1
    page.keyboard.press("Delete")
    assert recipe(page) == {}
    page.get_by_role("group", name="Channel").get_by_role("button", name="Red").click()
    page.get_by_role("button", name=re.compile("Point 2 of 2")).focus()
    page.keyboard.press("Shift+ArrowDown")
    assert recipe(page) == {"tone_curve": {"red": [[0, 0], [255, 245]]}}
    page.get_by_role("button", name="Reset: Curve").click()


def test_what_waits_for_another_slider_says_so(page):
    open_tab(page, "Detail")
    expect(page.get_by_label("Midpoint")).to_be_disabled()
    page.get_by_label("Vignette").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_label("Midpoint")).to_be_enabled()
    page.get_by_label("Noise reduction").focus()
    page.keyboard.press("ArrowRight")
    assert recipe(page) == {"vignette": {"amount": -10}, "noise_reduction": 1}
    open_tab(page, "Colour")
    page.get_by_label("Black and white").check()
    becomes(page, lambda now: len(set(now)) == 1)
    assert recipe(page)["monochrome"] == {"red": 40, "green": 40, "blue": 20}


def test_auto_sets_the_light(desk):
    desk.get_by_role("button", name="Auto: Light").click()
    assert set(recipe(desk)) <= {
        "exposure", "contrast", "highlights", "shadows", "whites", "blacks"
    }  # fmt: skip
    assert recipe(desk)
    desk.get_by_role("button", name="Reset: Light").click()
    assert recipe(desk) == {}


def test_presets_and_settings_go_from_photo_to_photo(new_page, editor):
    page = new_page()
    edit(page, editor, editor.ids["desk"])
    page.get_by_label("Temperature").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+c")
    page.get_by_role("tab", name="Presets").click()
    page.get_by_label("Save these settings as").fill("Warm / evening")
    page.get_by_label("Save these settings as").press("Enter")
    expect(page.get_by_role("button", name="Warm / evening", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.goto(f"{editor.server.url}/#/photo/{editor.ids['phone']}/edit")
    expect(page.get_by_role("heading", name="E_0.jpg")).to_be_visible()
    drawn(page)
    page.keyboard.press("Control+v")
    expect(page.get_by_label("Temperature")).to_have_value("10")
    page.keyboard.press("Control+z")
    page.get_by_role("tab", name="Presets").click()
    page.get_by_role("button", name="Warm / evening", exact=True).click()
    assert recipe(page) == {"temperature": 10}
    page.get_by_role("button", name="Delete the preset Warm / evening").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    assert editor.api.get("/presets").json()["presets"] == []


def test_a_recipe_is_saved_then_rendered_and_edited_again(page, person, pictures, size):
    photo = person.upload(pictures[0])
    ready(person, photo)
    edit(page, person, photo)
    page.get_by_label("Exposure").focus()
    for _ in range(10):
        page.keyboard.press("Shift+ArrowLeft")
    if size == "desk":
        page.get_by_role("button", name="Save recipe").click()
        expect(page.get_by_text("Recipe saved.")).to_be_visible()
        assert metadata(person, photo)["recipe"] == {"recipe": 1, "exposure": -1}
        assert recipe(page) == {}
    page.get_by_role("button", name=re.compile("^Render")).click()
    expect(page).to_have_url(re.compile(f"#/photo/{photo}$"))
    expect(page.get_by_role("button", name="Compare with the original")).to_be_visible()
    told = metadata(person, photo)
    assert told["edited"]["status"] == "ready"
    assert told["recipe"] == {"recipe": 1, "exposure": -1}
    page.get_by_role("button", name="Edit", exact=True).click()
    drawn(page)
    expect(page.get_by_label("Exposure")).to_have_value("-1")
    # It begins with the original once more, not with the edit.
    dark = colour(page)
    page.get_by_role("button", name="Show the original").click()
    becomes(page, lambda now: sum(now) > sum(dark) + 20)
    page.get_by_role("button", name="Show the original").click()
    becomes(page, lambda now: now == dark)


def test_somebody_elses_recipe_is_not_overwritten_unasked(new_page, person, pictures):
    photo = person.upload(pictures[1])
    ready(person, photo)
    page = new_page()
    edit(page, person, photo)
    person.api.patch(f"/photos/{photo}/metadata", json={"rating": 3}).raise_for_status()
    page.get_by_label("Contrast").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Recipe saved.")).to_be_visible()
    person.api.put(f"/photos/{photo}/recipe", json={"recipe": 1, "tint": 5}).raise_for_status()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Leave theirs").click()
    assert metadata(person, photo)["recipe"] == {"recipe": 1, "tint": 5}
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Save mine instead").click()
    assert eventually(lambda: metadata(person, photo)["recipe"] == {"recipe": 1, "contrast": 2})


def test_an_edit_is_drawn_from_the_original_not_from_the_edit(new_page, person, pictures):
    photo = person.upload(pictures[2])
    ready(person, photo)
    page = new_page()
    edit(page, person, photo)
    before = colour(page)
    render(person, photo, exposure=-2)
    page.reload()
    drawn(page)
    expect(page.get_by_label("Exposure")).to_have_value("-2")
    page.get_by_label("Exposure").dblclick()
    becomes(page, lambda now: max(abs(a - b) for a, b in zip(now, before, strict=True)) < 6)


def test_every_control_is_inside_the_window(page, size):
    tabs = ["Adjust", "Crop", "Presets"]
    if size == "phone":
        tabs = ["Light", "Colour", "Curve", "Detail", "Crop", "Presets"]
    expect(page.get_by_role("tab")).to_have_count(len(tabs))
    for tab in tabs:
        page.get_by_role("tab", name=tab).click()
        assert outside(page) == [], tab
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_assistive_technology_finds_what_it_needs(new_page, editor, size, scheme):
    page = new_page(size, color_scheme=scheme, reduced_motion="reduce")
    edit(page, editor, editor.ids[size])
    tabs = page.get_by_role("tab")
    for at in range(tabs.count()):
        tabs.nth(at).click()
        assert violations(page) == [], tabs.nth(at).inner_text()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Show the original, while held")
    assert violations(page) == []
