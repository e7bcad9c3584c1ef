"""
What scrolling through 10,000 photos asks of a machine.

Tasks are measured by the processor's time that they took on the page's main thread, as Chromium
traces it: unlike their duration, which a PerformanceObserver sees, it doesn't grow where a machine
has other things to do.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page
from tests.contract.serving import Server

from .conftest import SMALL, Person, picture
from .listing import fake_list

pytestmark = pytest.mark.browser
BUDGET = 50
"""Milliseconds: what is longer is a long task to browsers."""
COUNT = 10_000
READING = 2_400
RACING = 45_000
"""Pixels a second: past pictures that are looked at, and from end to end."""

SCROLL = """async ([step, way]) => {
  const end = scrollY + way;
  performance.mark("scrolling");
  while (scrollY < end - 1) {
    await new Promise(requestAnimationFrame);
    scrollBy({ top: step, behavior: "instant" });
  }
  performance.mark("scrolled");
}"""
"""As far with each frame as at sixty a second, to the end of a way. A slow machine, with fewer
frames and a list that grows later than one comes to its end, needs longer for the same."""


@pytest.fixture(scope="module")
def thumbnails(tmp_path_factory):
    """Where thumbnails are, one for each number."""
    path = picture(tmp_path_factory.mktemp("thumbnails") / "0.jpg", 1, width=256, height=171)
    content = path.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def collector(thumbnails, tmp_path_factory):
    with Server(
        tmp_path_factory.mktemp("server"), **SMALL, PHOTOHQ_WEB_ORIGINS=thumbnails
    ) as server:
        person = Person(server, "collector@example.org").sign_up()
        yield person
        person.api.close()


def tasks(browser: Browser, page: Page, pace: int, seconds: int) -> list[float]:
    """The milliseconds that tasks took while a page was scrolled, the longest first."""
    browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
    try:
        page.evaluate(SCROLL, [pace / 60, pace * seconds])
    finally:
        traced = browser.stop_tracing()
    events = json.loads(traced)["traceEvents"]
    begun, ended = (
        next(event for event in events if event["name"] == name)
        for name in ("scrolling", "scrolled")
    )
    thread = (begun["pid"], begun["tid"])
    took = [
        event["tdur"] / 1000
        for event in events
        if event["name"].endswith("RunTask")
        and (event["pid"], event["tid"]) == thread
        and begun["ts"] <= event["ts"] <= ended["ts"]
        and "tdur" in event
    ]
    assert len(took) > 50
    return sorted(took, reverse=True)


@pytest.fixture
def library(new_page, size, collector, thumbnails):
    page = new_page(size)
    page.route(re.compile(r"/photos\?"), fake_list(COUNT, thumbnails))
    page.route(re.compile("/photos/batch"), lambda route: route.fulfill(json={"results": []}))
    collector.enter(page)
    page.locator(".tile img.here").first.wait_for()
    return page


@pytest.mark.parametrize(("pace", "seconds"), [(READING, 4), (RACING, 9)])
def test_no_task_is_long(browser, library, pace, seconds):
    took = tasks(browser, library, pace, seconds)
    assert took[0] < BUDGET, took[:5]
    # Where it stops there are pictures, as everywhere.
    library.locator(".tile img.here").first.wait_for()


def test_a_long_task_would_be_found(browser, library):
    library.evaluate(
        """() => addEventListener("scroll", () => {
          const begun = performance.now();
          while (performance.now() - begun < 400);
        }, { once: true })"""
    )
    assert tasks(browser, library, READING, 1)[0] > BUDGET
