"""What the store in S3 makes of answers that no server gives on demand."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

from photohq.objects.presign import Credentials
from photohq.objects.s3 import S3Store
from photohq.objects.s3_client import S3Client
from photohq.photos.errors import Unavailable

KEY = "user/edited/photo/a.jpg"
EXPIRED = "<Error><Code>ExpiredToken</Code><Message>The token has expired</Message></Error>"
NO_VERSION_ID = """<Error><Code>InvalidArgument</Code><Message>Invalid version id specified
</Message><ArgumentName>versionId</ArgumentName><ArgumentValue>x</ArgumentValue></Error>"""

BUCKET_IS_HERE = (200, "")
"""The answer to the HEAD of the bucket by which botocore looks for its region after a bare 400."""


class Asked(NamedTuple):
    method: str
    target: str
    headers: dict


class Server(HTTPServer):
    """Gives the answers it was told, a status and a body each, and remembers the requests."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = []
        self.asked = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(Asked(self.command, self.path, dict(self.headers)))
        status, body = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_HEAD = do_POST = do_DELETE = answer  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
    assert server.answers == []


@pytest.fixture
def store(server):
    return opened(server.url)


def opened(
    url, *, region="eu-central-1", attempts=1, credentials=lambda: Credentials("key", "secret")
):
    return S3Store(
        "originals",
        "edited",
        region=region,
        endpoint_url=url,
        credentials=credentials,
        attempts=attempts,
    )


def error(code):
    return f"<Error><Code>{code}</Code><Message>No</Message></Error>"


CALLS = {
    "head": lambda store: store.head("edited", KEY),
    "delete": lambda store: store.delete("edited", KEY),
    "delete_version": lambda store: store.delete_version("edited", KEY, "v"),
    "erase": lambda store: store.erase("edited", "user/"),
    "check": lambda store: store.check(),
}
EVERY_CALL = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@EVERY_CALL
@pytest.mark.parametrize(
    ("status", "code"),
    [(503, "SlowDown"), (500, "InternalError"), (429, "TooManyRequests")],
)
def test_what_time_heals_is_unavailable(server, store, call, status, code):
    server.answers = [(status, error(code))]
    with pytest.raises(Unavailable):
        call(store)


def test_a_request_that_came_too_slowly_is_unavailable(server, store):
    server.answers = [(400, error("RequestTimeout"))]
    with pytest.raises(Unavailable):
        store.delete("edited", KEY)


@EVERY_CALL
def test_a_server_that_is_not_there_is_unavailable(call):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and not listening
        with pytest.raises(Unavailable):
            call(opened(f"http://127.0.0.1:{taken.getsockname()[1]}"))


def test_a_call_is_repeated_before_it_is_given_up(server):
    server.answers = [(503, error("SlowDown")), (204, "")]
    opened(server.url, attempts=2).delete("edited", KEY)


@pytest.mark.parametrize("name", ["head", "delete", "delete_version", "erase"])
def test_what_time_does_not_heal_stays_loud(server, store, name):
    server.answers = [(403, error("AccessDenied"))]
    with pytest.raises(ClientError):
        CALLS[name](store)


@pytest.mark.parametrize("status", [404, 405])
def test_there_is_nothing_to_read_of_a_delete_marker(server, store, status):
    server.answers = [(status, "")]
    assert store.head("edited", KEY, "marker") is None


def test_a_version_id_that_s3_never_gave_is_no_version(server, store):
    server.answers = [(400, ""), BUCKET_IS_HERE, (400, NO_VERSION_ID)]
    assert store.head("edited", KEY, "x") is None
    server.answers = [(400, NO_VERSION_ID)]
    store.delete_version("edited", KEY, "x")


@pytest.mark.parametrize("of_a_get", [(400, EXPIRED), (206, "b")])
def test_a_head_refused_for_another_reason_is_not_a_version_that_is_gone(server, store, of_a_get):
    server.answers = [(400, ""), BUCKET_IS_HERE, of_a_get]
    with pytest.raises(ClientError):
        store.head("edited", KEY, "v")
    server.answers = [(400, ""), BUCKET_IS_HERE]
    with pytest.raises(ClientError):
        store.head("edited", KEY)


LISTED = f"""<ListVersionsResult><IsTruncated>false</IsTruncated>
<Version><Key>{KEY}</Key><VersionId>v</VersionId></Version></ListVersionsResult>"""


@pytest.mark.parametrize(
    ("code", "raised"), [("InternalError", Unavailable), ("AccessDenied", ClientError)]
)
def test_a_key_that_was_not_erased_is_not_kept_quiet(server, store, code, raised):
    refused = f"<Error><Key>{KEY}</Key><Code>{code}</Code><Message>No</Message></Error>"
    server.answers = [(200, LISTED), (200, f"<DeleteResult>{refused}</DeleteResult>")]
    with pytest.raises(raised):
        store.erase("edited", "user/")


def test_erasing_ends_where_nothing_goes(server, store):
    done = (200, "<DeleteResult/>")
    server.answers = [(200, LISTED), done, (200, LISTED)]
    with pytest.raises(Unavailable):
        store.erase("edited", "user/")


@pytest.mark.parametrize("status", [403, 404])
def test_a_bucket_that_is_not_ours_fails_the_check(server, store, status):
    server.answers = [(200, ""), (status, "")]
    with pytest.raises(Unavailable, match="edited"):
        store.check()


def test_credentials_are_read_for_every_call_and_every_url(server):
    current = [Credentials("one", "secret", "token-one")]
    store = opened(server.url, credentials=lambda: current[0])
    server.answers = [(204, ""), (204, "")]
    store.delete("edited", KEY)
    first = store.presign_get("edited", KEY, filename="a", version_id=None, expires_in=900)
    current[0] = Credentials("two", "secret", "token-two")
    store.delete("edited", KEY)
    second = store.presign_put("edited", KEY, headers={}, length=5, expires_in=900)
    assert [asked.headers["X-Amz-Security-Token"] for asked in server.asked] == [
        "token-one",
        "token-two",
    ]
    assert [parse_qs(urlsplit(url).query)["X-Amz-Security-Token"] for url in (first, second)] == [
        ["token-one"],
        ["token-two"],
    ]


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1"])
def test_on_aws_a_bucket_has_its_own_host_in_its_region(region):
    store = opened(None, region=region)
    url = urlsplit(store.presign_put("edited", "a/é b", headers={}, length=5, expires_in=900))
    assert (url.scheme, url.netloc) == ("https", f"edited.s3.{region}.amazonaws.com")
    assert url.path == "/a/%C3%A9%20b"
    where = {"Bucket": "edited", "Key": "a/é b"}
    called = store._client._built().generate_presigned_url("head_object", Params=where)
    assert urlsplit(called)[:3] == url[:3]


def test_on_aws_a_bucket_of_another_region_fails_the_check(monkeypatch):
    monkeypatch.setattr(S3Client, "call", lambda *_, **__: {"BucketRegion": "us-west-2"})
    opened(None, region="us-west-2").check()
    with pytest.raises(Unavailable, match="eu-central-1"):
        opened(None, region="eu-central-1").check()
