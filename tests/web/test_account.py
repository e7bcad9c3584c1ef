import base64
import time
from pathlib import Path

import pyotp
import pytest
import pyvips
from playwright.sync_api import Page, expect
from tests.contract.serving import Server

from .conftest import Person

pytestmark = pytest.mark.browser
EMPTY = "Drop photos anywhere on this page"
SCANNER = Path(__file__).parent / "node_modules" / "jsqr" / "dist" / "jsQR.js"
SCAN = """([data, width, height]) => {
  const bytes = Uint8ClampedArray.from(atob(data), (character) => character.charCodeAt(0));
  return jsQR(bytes, width, height)?.data;
}"""


@pytest.fixture
def stranger(server, request):
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return Person(server, f"new-{name[:50]}@example.org")


def sign_in(page: Page, person: Person, password: str = "") -> None:
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(password or person.password)
    page.get_by_role("button", name="Sign in").click()


def scanned(page: Page) -> pyotp.TOTP:
    """What an authenticator app makes of the QR code, as it is seen on the screen."""
    code = page.get_by_role("img", name="The key, to be scanned by an authenticator app")
    seen = pyvips.Image.new_from_buffer(code.screenshot(), "")
    pixels = seen.colourspace("srgb")[:3].bandjoin(255).cast("uchar")
    page.evaluate(SCANNER.read_text() + ";0")
    data = base64.b64encode(pixels.write_to_memory()).decode()
    uri = page.evaluate(SCAN, [data, pixels.width, pixels.height])
    assert uri, "No QR code can be read there."
    return pyotp.parse_uri(uri)


def test_somebody_signs_up_confirms_and_is_in(page, stranger):
    page.goto(stranger.server.url)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("Email").fill(stranger.email)
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert")).to_have_text("The password needs at least 8 characters.")
    page.get_by_label("Password").fill(stranger.password)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_label("Code")).to_be_focused()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the code.")
    page.get_by_label("Code").fill(stranger.code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name=EMPTY)).to_be_visible()


def test_a_wrong_password_is_said_to_be_one(page, person):
    page.goto(person.server.url)
    sign_in(page, person, "Wrong-Password-1")
    expect(page.get_by_role("alert")).to_have_text("Incorrect email address or password.")


def test_a_forgotten_password_is_replaced(page, person):
    page.goto(person.server.url)
    page.get_by_role("button", name="Forgotten your password?").click()
    page.get_by_label("Email").fill(person.email)
    before = person.code()
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("New password").fill("Difference-Engine-2")
    deadline = time.monotonic() + 10
    while (code := person.code()) == before and time.monotonic() < deadline:
        time.sleep(0.1)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator("#view").get_by_role("status")).to_contain_text("The new password is set.")
    sign_in(page, person, "Difference-Engine-2")
    expect(page.get_by_role("heading", name=EMPTY)).to_be_visible()


def test_a_second_factor_is_set_up_and_asked_for(page, person):
    person.enter(page)
    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Set it up").click()
    app = scanned(page)
    assert (app.issuer, app.name) == ("Photo HQ", person.email)
    assert app.secret == page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(app.now())
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("On: signing in asks")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, person)
    # The code that was used to set it up is used up.
    page.get_by_label("Code").fill(app.at(time.time() + 30))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_key_of_a_long_address_is_scanned_in_any_light(new_page, server, scheme):
    someone = Person(
        server, f"{scheme}+a-long-part-before-the@sign.of-an-address.example.org"
    ).sign_up()
    page = new_page(color_scheme=scheme)
    someone.enter(page)
    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Set it up").click()
    assert scanned(page).name == someone.email
    someone.api.close()


def test_signing_out_ends_the_session_here_and_at_the_pool(page, person):
    person.enter(page)
    page.get_by_role("link", name="Account").click()
    with page.expect_response(lambda answer: answer.url.endswith("/identity")) as revoked:
        page.get_by_role("button", name="Sign out").click()
    assert revoked.value.ok
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "photohq:session" not in page.evaluate("Object.keys(localStorage).join()")
    assert person.api.get("/photos").status_code == 401


def test_a_token_that_ends_is_refreshed(new_page, person):
    page = new_page()
    person.enter(page)
    expect(page.get_by_role("heading", name=EMPTY)).to_be_visible()
    page.evaluate(
        """() => {
          const key = Object.keys(localStorage).find((name) => name.startsWith("photohq:session"));
          const session = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({ ...session, access: "no.token", expires: 4e9 });
        }"""
    )
    page.reload()
    expect(page.get_by_role("heading", name=EMPTY)).to_be_visible()
    assert "no.token" not in page.evaluate("JSON.stringify(localStorage)")


def test_no_token_is_ever_in_an_address(new_page, person):
    page = new_page()
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(person.server.url)
    sign_in(page, person)
    expect(page.get_by_role("heading", name=EMPTY)).to_be_visible()
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
    assert not [address for address in [*addresses, page.url] if "eyJ" in address]


def test_a_link_can_not_have_passwords_sent_elsewhere(new_page, person):
    page = new_page()
    page.goto(f"{person.server.url}/?api=https://evil.example")
    expect(page.get_by_role("heading", name="Not this server")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)


def test_where_a_second_factor_is_required_it_is_set_up_on_the_way_in(new_page, tmp_path):
    with Server(tmp_path, PHOTOHQ_MFA="required") as server:
        stranger = Person(server, "careful@example.org")
        page = new_page()
        page.goto(server.url)
        page.get_by_role("button", name="Create an account").click()
        page.get_by_label("Email").fill(stranger.email)
        page.get_by_label("Password").fill(stranger.password)
        page.get_by_role("button", name="Create account").click()
        page.get_by_role("heading", name="Confirm your address").wait_for()
        page.get_by_label("Code").fill(stranger.code())
        page.get_by_role("button", name="Confirm").click()
        page.get_by_label("Code").fill(scanned(page).now())
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name=EMPTY)).to_be_visible()


def test_a_page_works_with_another_deployment_that_its_operator_names(
    new_page, person, pictures, tmp_path
):
    other = person.server.url
    with Server(tmp_path, PHOTOHQ_WEB_APIS=other) as here:
        page = new_page()
        page.goto(f"{here.url}/?api={other}/")
        sign_in(page, person)
        with page.expect_file_chooser() as chosen:
            page.get_by_role("button", name="Upload", exact=True).click()
        chosen.value.set_files(pictures[:2])
        expect(page.locator(".tile img.here")).to_have_count(2, timeout=30_000)
        assert len(person.photos()) == 2
