"""The web client of a server at hand, pointed at a deployed stack: the page, the API, and S3 with
Cognito are three origins, and the stack allows the page's alone."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.aws.stack import Stack, deployed
from tests.contract.deployment import on_aws
from tests.contract.pictures import LEAST, stretched
from tests.contract.serving import Server
from tests.emulators.process import free_ports
from tests.web.conftest import browser, new_page, picture

__all__ = ["browser", "new_page"]  # fixtures
pytestmark = pytest.mark.browser
SECONDS = 60_000
"""Milliseconds that an upload and its picture may take."""


@pytest.fixture(scope="module")
def port():
    (found,) = free_ports(1)
    return found


@pytest.fixture(scope="module")
def stack(aws_url, port):
    """A stack that allows one origin, a page's."""
    with deployed(aws_url, "photo-hq-page", CorsOrigin=f"http://127.0.0.1:{port}") as made:
        yield made


@pytest.fixture(scope="module")
def deployment(stack):
    with on_aws(stack) as known:
        yield known


@pytest.fixture(scope="module")
def api_url(stack: Stack):
    """The API by another name of its machine: another origin than S3 and Cognito have there."""
    return stack.api_url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def page_url(tmp_path_factory, stack, api_url, port):
    settings = {"PHOTOHQ_WEB_APIS": api_url, "PHOTOHQ_WEB_ORIGINS": stack.aws_url}
    with Server(tmp_path_factory.mktemp("page"), port, **settings) as server:
        assert len({urlsplit(url)[:2] for url in (server.url, api_url, stack.aws_url)}) == 3
        yield server.url


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    made = [picture(folder / f"DSC_000{number}.jpg", number) for number in (1, 2)]
    for number, path in enumerate(made):
        path.write_bytes(stretched(path.read_bytes(), LEAST, number))
    return made


def sign_in(page, user):
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(user.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Drop photos").wait_for()


def deletes(response):
    """Whether somebody's photos were asked to be deleted; a preflight asks for nothing."""
    return '"op":"delete"' in (response.request.post_data or "")


def test_photos_are_uploaded_seen_and_deleted_on_another_deployment(
    new_page, page_url, api_url, deployment, photos
):
    user = deployment.new_user()
    page = new_page()
    page.goto(f"{page_url}/?api={api_url}")
    sign_in(page, user)

    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload", exact=True).first.click()
    chosen.value.set_files(photos)
    expect(page.get_by_role("heading", name="2 photos uploaded")).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".tile img.here")).to_have_count(2, timeout=SECONDS)
    names = {photo["filename"] for photo in user.listing()["photos"]}
    assert names == {path.name for path in photos}

    page.reload()
    page.locator(".tile").first.click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("DSC_")
    first = title.inner_text()
    page.locator(".sheet img").first.wait_for()
    # Nothing is sent while it can be had back.
    with page.expect_response(deletes, timeout=SECONDS) as deleted:
        page.get_by_role("button", name="Delete", exact=True).click()
        expect(title).not_to_have_text(first)
        page.get_by_role("button", name="Back to the library").click()
        expect(page.locator(".tile")).to_have_count(1)
    assert deleted.value.url == f"{api_url}/photos/batch"
    assert [one["status_code"] for one in deleted.value.json()["results"]] == [200]
    assert [photo["filename"] for photo in user.listing()["photos"]] == list(names - {first})


def test_a_deployment_that_is_not_named_is_refused(new_page, page_url, stack):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{page_url}/?api={stack.api_url}")
    expect(page.get_by_role("heading", name="Not this server")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)
    assert [url for url in asked if not url.startswith(page_url)] == []


def test_a_page_that_the_stack_does_not_allow_reads_nothing(
    new_page, tmp_path_factory, stack, api_url
):
    settings = {"PHOTOHQ_WEB_APIS": api_url, "PHOTOHQ_WEB_ORIGINS": stack.aws_url}
    with Server(tmp_path_factory.mktemp("other"), **settings) as other:
        page = new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{other.url}/?api={api_url}")
        expect(page.get_by_role("heading", name="Photo HQ can't be reached")).to_be_visible()
        expect(page.get_by_label("Password")).to_have_count(0)
        assert [text for text in said if "blocked by CORS policy" in text]
