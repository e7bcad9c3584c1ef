"""The web client in Chromium, against `photohq serve`."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pyvips
from playwright.sync_api import Browser, Page, sync_playwright
from tests.contract.serving import Server, run

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first is Chromium without its own windows and bars, which cost a third of the time."""
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}
LAN = "photos.lan"
"""A name by which a page on this machine is not one of this machine: no secure context."""
SMALL = {"PHOTOHQ_MIN_FILE_SIZE": "1000"}
"""Settings under which samples of some kilobytes are photos."""


class Person:
    """Somebody who has an account."""

    password = "Analytical-Engine-1"

    def __init__(self, server: Server, email: str) -> None:
        self.server = server
        self.email = email
        self.config: dict[str, Any] = httpx.get(f"{server.url}/config").json()

    def cognito(self, action: str, **body: Any) -> dict[str, Any]:
        answer = httpx.post(
            self.config["identity_endpoint"],
            headers={
                "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}",
                "Content-Type": "application/x-amz-json-1.1",
            },
            content=json.dumps({"ClientId": self.config["client_id"], **body}),
            timeout=60,
        )
        answer.raise_for_status()
        return answer.json()

    def code(self) -> str:
        """The newest code that was mailed."""
        words = ["outbox", "--data", str(self.server.data), "--latest-code", self.email]
        return run(self.server.folder, *words).stdout.strip()

    def sign_up(self) -> "Person":
        attributes = [{"Name": "email", "Value": self.email}]
        self.cognito(
            "SignUp", Username=self.email, Password=self.password, UserAttributes=attributes
        )
        self.cognito("ConfirmSignUp", Username=self.email, ConfirmationCode=self.code())
        parameters = {"USERNAME": self.email, "PASSWORD": self.password}
        answer = self.cognito(
            "InitiateAuth", AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        self.tokens = answer["AuthenticationResult"]
        self.api = httpx.Client(
            base_url=self.server.url,
            headers={"Authorization": f"Bearer {self.tokens['AccessToken']}"},
            timeout=60,
        )
        return self

    def upload(self, path: Path) -> str:
        content = path.read_bytes()
        body = {
            "filename": path.name,
            "content_type": "image/jpeg",
            "file_size": len(content),
        }
        ticket = self.api.post("/photos/upload", json=body).raise_for_status().json()
        headers = ticket["upload_headers"]
        sent = httpx.put(ticket["upload_url"], content=content, headers=headers, timeout=60)
        sent.raise_for_status()
        return ticket["photo_id"]

    def photos(self, **query: Any) -> list[dict[str, Any]]:
        return self.api.get("/photos", params={"limit": 100, **query}).json()["photos"]

    def arrived(self) -> int:
        """How many photos are there, whole."""
        count, cursor = 0, None
        while True:
            query = {"limit": 100} | ({"last_evaluated_key": cursor} if cursor else {})
            page = self.api.get("/photos", params=query).json()
            count += sum(photo["status"] != "pending_upload" for photo in page["photos"])
            cursor = page.get("last_evaluated_key")
            if not cursor:
                return count

    def enter(self, page: Page) -> None:
        """Goes to the library as somebody who has signed in before."""
        url = self.server.url
        session = {
            "email": self.email,
            "access": self.tokens["AccessToken"],
            "refresh": self.tokens["RefreshToken"],
            "expires": 4e9,
        }
        page.goto(f"{url}/web/mark.svg")
        page.evaluate(
            "([key, value]) => localStorage.setItem(key, value)",
            [f"photohq:session:{url}/", json.dumps(session)],
        )
        page.goto(url)


def picture(path: Path, seed: int, *, width: int = 600, height: int = 400) -> Path:
    """A small JPEG of a colour of its own."""
    colour = [seed * 37 % 200 + 30, seed * 91 % 200 + 30, seed * 53 % 200 + 30]
    noise = pyvips.Image.gaussnoise(width, height, sigma=6, mean=0, seed=seed)
    (noise + colour).cast("uchar").copy(interpretation="srgb").jpegsave(str(path), Q=70)
    return path


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Thirty small photos, upright ones among them."""
    folder = tmp_path_factory.mktemp("pictures")
    return [
        picture(folder / f"DSC_{number:04}.jpg", number, width=400 if number % 4 == 3 else 600)
        for number in range(30)
    ]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server"), **SMALL) as started:
        yield started


@pytest.fixture
def person(server: Server) -> Iterator[Person]:
    someone = Person(server, f"{uuid4().hex[:16]}@example.org").sign_up()
    yield someone
    someone.api.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as long as a module runs: its loop would be in the way of others' loops."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "The browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {LAN} 127.0.0.1"
        launched = playwright.chromium.launch(executable_path=found, args=[rules])
        yield launched
        launched.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in worlds of their own; what their consoles complain of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(size: str = "desk", **options: Any) -> Page:
        width, height = WIDTHS[size]
        touch = {"has_touch": True, "is_mobile": True} if size == "phone" else {}
        context = browser.new_context(
            viewport={"width": width, "height": height}, **{**touch, **options}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if "Content Security Policy" in message.text or "TrustedScript" in message.text
                else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(params=WIDTHS)
def size(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(new_page: Callable[..., Page], size: str) -> Page:
    return new_page(size)
