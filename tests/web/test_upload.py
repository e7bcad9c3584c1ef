import base64
import hashlib
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract.pictures import jpeg
from tests.contract.serving import Server

from .conftest import LAN, SMALL, Person, picture

pytestmark = pytest.mark.browser
ARRIVAL = 60_000
"""Milliseconds that an upload of many may take."""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    """Two hundred small photos."""
    folder = tmp_path_factory.mktemp("files")
    found = [folder / f"IMG_{number:04}.jpg" for number in range(200)]
    for number, path in enumerate(found):
        path.write_bytes(jpeg(40_000, number))
    return found


def choose(page: Page, files: list[Path], button: str = "Upload") -> None:
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name=button, exact=True).first.click()
    chosen.value.set_files(files)


def slow(page: Page, bytes_per_second: int) -> None:
    """Has the browser send slowly."""
    session = page.context.new_cdp_session(page)
    speed = {"downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, **speed})


def done(page: Page) -> int:
    return int(page.locator(".uploads .sum").inner_text().split(" done")[0].split("\n")[-1])


def until_done(page: Page, count: int) -> None:
    deadline = time.monotonic() + 30
    while done(page) < count:
        assert time.monotonic() < deadline, page.locator(".uploads").inner_text()
        page.wait_for_timeout(50)


def test_chosen_photos_arrive_and_bad_files_are_refused_with_a_reason(
    page, person, pictures, tmp_path
):
    text = tmp_path / "notes.txt"
    text.write_text("no photo")
    disguised = tmp_path / "disguised.jpg"
    disguised.write_bytes(b"PK\3\4" + bytes(5000))
    small = tmp_path / "small.jpg"
    small.write_bytes(jpeg(600))
    person.enter(page)
    choose(page, [*pictures[:12], text, disguised, small])
    expect(page.get_by_role("heading", name="12 photos uploaded")).to_be_visible(timeout=ARRIVAL)
    panel = page.get_by_role("region", name="Uploads")
    expect(panel.get_by_text("Not a JPEG: only JPEG photos can be uploaded.")).to_be_visible()
    expect(panel.get_by_text("Not a JPEG inside, whatever its name says.")).to_be_visible()
    expect(panel.get_by_text("Too small: 600 bytes, at least 1000 bytes.")).to_be_visible()
    assert person.arrived() == 12
    page.get_by_role("button", name="Close", exact=True).click()
    expect(panel).to_have_count(0)
    expect(page.locator(".tile")).to_have_count(12)


def test_photos_dropped_anywhere_arrive(new_page, person, pictures):
    page = new_page()
    person.enter(page)
    page.get_by_role("heading", name="Drop photos").wait_for()
    page.locator(".drop-veil").wait_for(state="attached")
    dropped = [base64.b64encode(path.read_bytes()).decode() for path in pictures[:3]]
    page.evaluate(
        """(dropped) => {
          const data = new DataTransfer();
          for (const [at, text] of dropped.entries()) {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            data.items.add(new File([bytes], `dropped-${at}.jpg`, { type: "image/jpeg" }));
          }
          const options = { dataTransfer: data, bubbles: true, cancelable: true };
          document.querySelector("main").dispatchEvent(new DragEvent("drop", options));
        }""",
        dropped,
    )
    expect(page.get_by_role("heading", name="3 photos uploaded")).to_be_visible(timeout=ARRIVAL)
    assert person.arrived() == 3


def test_the_bytes_are_bound_to_their_checksum_and_the_same_photo_is_not_sent_twice(
    new_page, person, pictures
):
    page = new_page()
    person.enter(page)
    choose(page, pictures[:1])
    expect(page.get_by_role("heading", name="1 photo uploaded")).to_be_visible(timeout=ARRIVAL)
    (photo,) = person.photos()
    metadata = person.api.get(f"/photos/{photo['photo_id']}/metadata").json()
    checksum = base64.b64encode(hashlib.sha256(pictures[0].read_bytes()).digest()).decode()
    assert metadata["original"]["checksum_sha256"] == checksum
    choose(page, pictures[:1])
    expect(page.get_by_text("1 done, 1 of them were here already")).to_be_visible(timeout=ARRIVAL)
    assert person.arrived() == 1


def test_two_hundred_photos_survive_a_server_that_is_killed_in_the_middle(
    new_page, files, tmp_path
):
    server = Server(tmp_path, **SMALL)
    try:
        person = Person(server, "many@example.org").sign_up()
        page = new_page()
        person.enter(page)
        page.get_by_role("heading", name="Drop photos").wait_for()
        slow(page, 1_500_000)
        choose(page, files)
        expect(page.get_by_role("heading", name="Uploading 200 photos")).to_be_visible()
        until_done(page, 40)
        server.process.kill()
        server.process.wait()
        assert done(page) < 200
        page.wait_for_timeout(1500)
        port = int(server.url.rpartition(":")[2])
        server = Server(tmp_path, port, **SMALL)
        heading = page.get_by_role("heading", name="200 photos uploaded")
        expect(heading).to_be_visible(timeout=ARRIVAL)
        assert person.arrived() == 200
        person.api.close()
    finally:
        server.stop()


def test_after_a_reload_only_what_is_missing_is_asked_for(new_page, person, files):
    page = new_page()
    warned = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    person.enter(page)
    page.get_by_role("heading", name="Drop photos").wait_for()
    slow(page, 300_000)
    choose(page, files[:40])
    until_done(page, 8)
    page.reload()
    assert warned == ["beforeunload"]
    expect(page.get_by_role("heading", name="Upload interrupted")).to_be_visible()
    there = person.arrived()
    assert 0 < there < 40
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    slow(page, -1)
    choose(page, files[:40], "Choose them")
    expect(page.get_by_role("heading", name="40 photos uploaded")).to_be_visible(timeout=ARRIVAL)
    assert person.arrived() == 40
    assert sent.count("PUT") == 40 - there


def test_an_address_that_has_expired_is_replaced(new_page, person, pictures):
    page = new_page()
    refused = []

    def expire(route):
        if route.request.method == "PUT" and not refused:
            refused.append(route.request.url)
            route.fulfill(
                status=403,
                body="<Error><Code>AccessDenied</Code></Error>",
                headers={"Access-Control-Allow-Origin": "*"},
            )
        else:
            route.continue_()

    page.route("**/objects/**", expire)
    person.enter(page)
    with page.expect_request("**/resume"):
        choose(page, pictures[:2])
    expect(page.get_by_role("heading", name="2 photos uploaded")).to_be_visible(timeout=ARRIVAL)
    assert person.arrived() == 2


def test_uploads_pause_go_on_and_are_cancelled(new_page, person, files):
    page = new_page()
    person.enter(page)
    page.get_by_role("heading", name="Drop photos").wait_for()
    slow(page, 100_000)
    choose(page, files[:10])
    until_done(page, 1)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".uploads").get_by_text("Paused")).to_be_visible()
    before = done(page)
    page.wait_for_timeout(700)
    assert done(page) == before
    page.get_by_role("button", name="Cancel IMG_0009.jpg").click()
    expect(page.get_by_role("heading", name="Uploading 9 photos")).to_be_visible()
    slow(page, -1)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="9 photos uploaded")).to_be_visible(timeout=ARRIVAL)
    assert "IMG_0009.jpg" not in [photo["filename"] for photo in person.photos()]


def test_uploads_wait_for_whoever_has_to_sign_in_again(new_page, person, files):
    page = new_page()
    person.enter(page)
    page.get_by_role("heading", name="Drop photos").wait_for()
    slow(page, 200_000)
    choose(page, files[:12])
    until_done(page, 2)
    person.cognito("GlobalSignOut", AccessToken=person.tokens["AccessToken"])
    page.get_by_label("Email").wait_for()
    expect(page.locator(".uploads").get_by_text("Sign in to go on.")).to_be_visible()
    slow(page, -1)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="12 photos uploaded")).to_be_visible(timeout=ARRIVAL)


def test_what_has_failed_is_tried_again_on_request(new_page, person, pictures):
    page = new_page()
    page.route(
        "**/objects/**",
        lambda route: route.fulfill(status=400, headers={"Access-Control-Allow-Origin": "*"}),
    )
    person.enter(page)
    choose(page, pictures[:1])
    expect(page.locator(".uploads").get_by_text("The server answers 400")).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Retry DSC_0000.jpg").click()
    expect(page.get_by_role("heading", name="1 photo uploaded")).to_be_visible(timeout=ARRIVAL)


def test_on_plain_http_in_a_lan_checksums_are_computed_all_the_same(new_page, tmp_path):
    free = Server(tmp_path)
    port = int(free.url.rpartition(":")[2])
    free.stop()
    url = f"http://{LAN}:{port}"
    photo = picture(tmp_path / "lan.jpg", 5)
    with Server(tmp_path, port, PHOTOHQ_PUBLIC_URL=url, **SMALL) as server:
        person = Person(server, "lan@example.org")
        # The test itself knows the server by another name.
        reached = person.config["identity_endpoint"].replace(LAN, "127.0.0.1")
        person.config["identity_endpoint"] = reached
        person.sign_up()
        page = new_page()
        page.goto(url)
        assert page.evaluate("crypto.subtle === undefined")
        page.get_by_label("Email").fill(person.email)
        page.get_by_label("Password").fill(person.password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Drop photos").wait_for()
        choose(page, [photo])
        expect(page.get_by_role("heading", name="1 photo uploaded")).to_be_visible(timeout=ARRIVAL)
        (arrived,) = person.photos()
        metadata = person.api.get(f"/photos/{arrived['photo_id']}/metadata").json()
        checksum = base64.b64encode(hashlib.sha256(photo.read_bytes()).digest()).decode()
        assert metadata["original"]["checksum_sha256"] == checksum
        person.api.close()
