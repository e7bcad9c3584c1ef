import re

import httpx
import pytest
from tests.contract import expect
from tests.contract.serving import Server
from tests.house.repository import SOURCE

from photohq.settings.server import InvalidSettings, read

WEB = SOURCE / "web"


@pytest.fixture(scope="module")
def http(tmp_path_factory):
    settings = {
        "PHOTOHQ_WEB_APIS": "https://api.example.org/prod",
        "PHOTOHQ_WEB_ORIGINS": "https://bucket.s3.example.org",
    }
    with (
        Server(tmp_path_factory.mktemp("serving"), **settings) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        yield client


def test_the_page_is_at_the_root_under_a_strict_policy(http):
    page = http.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    here = str(http.base_url).rstrip("/")
    others = f"{here} https://api.example.org https://bucket.s3.example.org"
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self';"
        f" img-src 'self' blob: {others}; connect-src 'self' {others}; worker-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
        " require-trusted-types-for 'script'; trusted-types lit-html photohq"
    )


def test_the_page_is_told_which_deployments_it_may_be_pointed_at(http):
    assert '<meta name="photohq-apis" content="https://api.example.org/prod">' in http.get("/").text


def test_all_that_the_page_names_is_there_by_relative_addresses(http):
    named = re.findall(r'(?:href|src)="([^"]+)"', http.get("/").text)
    assert [address for address in named if address.startswith("/")] == []
    for address in named:
        if address.startswith("web/"):
            assert http.get(f"/{address}").status_code == 200, address


def test_files_are_compressed_and_not_sent_again(http):
    first = http.get("/web/app.js")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    again = http.get("/web/app.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = http.get("/web/app.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == (WEB / "app.js").read_bytes()
    assert plain.headers["etag"] != first.headers["etag"]
    assert http.head("/web/app.js").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["web/../../pyproject.toml", "web/%2e%2e/__init__.py", "web/nothing.js", "web/lib", "web/"],
)
def test_nothing_else_is_served(http, path):
    expect.problem(http.get(f"/{path}"), 404)


@pytest.mark.parametrize("path", ["/", "/web/app.js", "/web/nothing.js"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_other_methods_are_refused(http, method, path):
    refused = http.request(method, path)
    assert refused.headers["allow"] == "GET, HEAD"
    assert expect.problem(refused, 405)["instance"] == path


def test_workers_have_the_policy_too(http):
    assert (
        "connect-src" in http.get("/web/upload/hash.worker.js").headers["content-security-policy"]
    )


def test_no_file_has_a_script_or_a_style_inside():
    page = (WEB / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page) == []
    ours = [path for path in WEB.rglob("*.js") if "vendor" not in path.parts]
    assert [path.name for path in ours if re.search(r"\bstyle=", path.read_text())] == []


@pytest.mark.parametrize("url", ["api.example.org", "https://a.example/?x", "https://a.example/'"])
def test_a_deployment_is_named_by_a_plain_url(url):
    with pytest.raises(InvalidSettings, match="PHOTOHQ_WEB_APIS"):
        read({"PHOTOHQ_WEB_APIS": url})


@pytest.mark.parametrize("origin", ["https://s3.example/x", "https://*.example", "https://a;b"])
def test_an_origin_can_not_loosen_the_policy(origin):
    with pytest.raises(InvalidSettings, match="PHOTOHQ_WEB_ORIGINS"):
        read({"PHOTOHQ_WEB_ORIGINS": origin})
