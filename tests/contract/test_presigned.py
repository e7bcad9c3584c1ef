"""The URLs that bytes travel through: each is good for one request and no other."""

import base64
import hashlib
import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import pytest

from . import expect
from .deployment import eventually
from .pictures import LEAST, jpeg

CONTENT = jpeg(5_000, seed=61)
OTHER_CONTENT = jpeg(5_000, seed=62)
CHECKSUM = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
OTHER_CHECKSUM = base64.b64encode(hashlib.sha256(OTHER_CONTENT).digest()).decode()
SIGNED = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
]


@pytest.fixture
def ticket(alice, pending):
    return alice.edit_ticket(pending, file_size=len(CONTENT))


@pytest.fixture
def checked_ticket(alice, pending):
    """A ticket with the checksum of CONTENT."""
    return alice.edit_ticket(pending, file_size=len(CONTENT), checksum_sha256=CHECKSUM)


@pytest.fixture
def download_url(alice, edited_photo):
    return alice.download_url(edited_photo.id, "edited")


@pytest.fixture
def refuses(alice, deployment):
    """Holds that a PUT is refused as S3 refuses it, and that nothing is stored."""

    def check(ticket, content=CONTENT, *, status=403, code=None, **changes):
        expect.s3_error(deployment.put(ticket, content, **changes), status, code)
        edited = alice.metadata(ticket["photo_id"])["edited"]
        assert edited["status"] == "pending_upload"

    return check


def _with_query(url, change):
    """The URL with its query parameters, a list of pairs, put through `change`."""
    parts = urlsplit(url)
    pairs = change(parse_qsl(parts.query, keep_blank_values=True))
    return urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote)))


def _set(url, name, change):
    return _with_query(
        url, lambda pairs: [(key, change(value) if key == name else value) for key, value in pairs]
    )


def _without(url, name):
    return _with_query(url, lambda pairs: [pair for pair in pairs if pair[0] != name])


def _names(url):
    return [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]


def _with_path(url, change):
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=change(parts.path)))


def _flip(signature):
    return ("0" if signature[0] != "0" else "1") + signature[1:]


def _next_second(date):
    """A second later, but for the carry."""
    return f"{date[:-2]}{(int(date[-2]) + 1) % 10}Z"


def _is_refused(answer):
    assert answer.status_code in {400, 403}, answer.text
    expect.s3_error(answer, answer.status_code)


# What is sent


def test_a_put_answers_the_tag_of_what_it_stored(alice, deployment, ticket):
    answer = deployment.put(ticket, CONTENT)
    assert answer.status_code == 200
    url = alice.download_url(ticket["photo_id"], "edited")
    assert eventually(lambda: deployment.bytes.get(url).headers.get("etag")) == expect.etag(answer)


def test_urls_are_signed_and_last_fifteen_minutes(ticket, download_url):
    for url in (ticket["upload_url"], download_url):
        query = dict(parse_qsl(urlsplit(url).query))
        assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
        assert query["X-Amz-Expires"] == "900"


def test_bytes_may_come_in_small_pieces(alice, deployment, ticket):
    pieces = (CONTENT[start : start + 7] for start in range(0, len(CONTENT), 7))
    answer = deployment.put(ticket, pieces, headers={"Content-Length": str(len(CONTENT))})
    assert answer.status_code == 200
    assert eventually(lambda: alice.download(ticket["photo_id"], "edited")) == CONTENT


def test_bytes_with_their_checksum_are_stored(alice, deployment, checked_ticket):
    assert deployment.put(checked_ticket, CONTENT).status_code == 200
    edited = alice.metadata(checked_ticket["photo_id"])["edited"]
    assert edited["checksum_sha256"] == CHECKSUM


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CONTENT[:-1], id="shorter"),
        pytest.param(CONTENT + b"\0", id="longer"),
        pytest.param(b"", id="empty"),
        pytest.param(CONTENT * 2, id="twice"),
    ],
)
def test_another_length_is_refused(refuses, ticket, content):
    refuses(ticket, content, code="SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "content_type", [..., "image/png", "image/jpg", "image/jpeg; charset=utf-8", "text/html"]
)
def test_another_type_is_refused(refuses, ticket, content_type):
    refuses(ticket, headers={"Content-Type": content_type})


@pytest.mark.parametrize("upload_id", [..., "", "another"])
def test_another_upload_id_is_refused(refuses, ticket, upload_id):
    refuses(ticket, headers={"x-amz-meta-upload-id": upload_id})


def test_the_upload_id_of_another_ticket_is_refused(alice, refuses, ticket):
    other = alice.edit_ticket(ticket["photo_id"], file_size=len(CONTENT))
    headers = {"x-amz-meta-upload-id": other["upload_headers"]["x-amz-meta-upload-id"]}
    refuses(ticket, headers=headers, code="SignatureDoesNotMatch")


def test_bytes_of_another_checksum_are_refused(refuses, checked_ticket):
    refuses(checked_ticket, OTHER_CONTENT, status=400, code="BadDigest")


def test_the_checksum_cannot_be_exchanged(refuses, checked_ticket):
    headers = {"x-amz-checksum-sha256": OTHER_CHECKSUM}
    refuses(checked_ticket, OTHER_CONTENT, headers=headers, code="SignatureDoesNotMatch")


def test_the_checksum_cannot_be_left_out(refuses, checked_ticket):
    refuses(checked_ticket, headers={"x-amz-checksum-sha256": ...})


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-amz-acl", "public-read"),
        ("X-AMZ-ACL", "public-read"),
        ("x-amz-meta-owner", "somebody"),
        ("x-amz-storage-class", "GLACIER"),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-copy-source", "/bucket/key"),
        ("x-amz-checksum-sha256", CHECKSUM),
        ("x-amz-tagging", "a=b"),
    ],
)
def test_amazon_headers_that_are_not_signed_are_refused(refuses, ticket, name, value):
    refuses(ticket, headers={name: value}, code="AccessDenied")


@pytest.mark.usefixtures("real_objects")
def test_chunked_bytes_are_refused(refuses, ticket):
    refuses(ticket, iter([CONTENT]), status=411, code="MissingContentLength")


@pytest.mark.usefixtures("real_objects")
def test_bytes_of_no_length_are_refused(ticket):
    connection, target = _connection(ticket["upload_url"])
    connection.putrequest("PUT", target)
    for name, value in ticket["upload_headers"].items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 411
    assert b"<Code>MissingContentLength</Code>" in answer.read()
    connection.close()


@pytest.mark.parametrize("sent", [0, 1, 2_500, 4_999])
def test_bytes_that_break_off_leave_nothing(alice, deployment, ticket, sent):
    connection, target = _connection(ticket["upload_url"])
    connection.putrequest("PUT", target)
    for name, value in ticket["upload_headers"].items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(CONTENT)))
    connection.endheaders()
    connection.send(CONTENT[:sent])
    connection.close()
    assert alice.metadata(ticket["photo_id"])["edited"]["status"] == "pending_upload"
    assert deployment.put(ticket, CONTENT).status_code == 200
    assert eventually(lambda: alice.download(ticket["photo_id"], "edited")) == CONTENT


def _connection(url):
    parts = urlsplit(url)
    kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}[parts.scheme]
    return kind(parts.netloc, timeout=60), f"{parts.path}?{parts.query}"


def test_a_ticket_survives_refused_attempts(alice, deployment, checked_ticket):
    deployment.put(checked_ticket, OTHER_CONTENT)
    deployment.put(checked_ticket, CONTENT[:-1])
    deployment.put(checked_ticket, CONTENT, headers={"Content-Type": "image/png"})
    assert deployment.put(checked_ticket, CONTENT).status_code == 200
    assert eventually(lambda: alice.download(checked_ticket["photo_id"], "edited")) == CONTENT


# Originals are written once


def test_a_second_put_of_an_original_is_412(alice, deployment, photo):
    answer = deployment.put(photo.ticket, jpeg(len(photo.content), seed=63))
    expect.s3_error(answer, 412, "PreconditionFailed")
    assert alice.download(photo.id) == photo.content


@pytest.mark.parametrize("value", [..., '"another"'], ids=["missing", "another"])
def test_an_original_is_not_written_without_its_condition(alice, deployment, value):
    ticket = alice.upload_ticket(file_size=LEAST)
    answer = deployment.put(ticket, jpeg(LEAST), headers={"If-None-Match": value})
    expect.s3_error(answer, 403)
    assert alice.metadata(ticket["photo_id"])["status"] == "pending_upload"


def test_of_two_originals_at_once_one_is_written(alice, deployment):
    contents = [jpeg(LEAST, seed=seed) for seed in (64, 65)]
    ticket = alice.upload_ticket(file_size=LEAST)
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda content: deployment.put(ticket, content), contents))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) in ([200, 409], [200, 412])
    written = contents[statuses.index(200)]
    assert eventually(lambda: alice.download(ticket["photo_id"])) == written


# Upload URLs changed


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("X-Amz-Algorithm", lambda _: "AWS4-HMAC-SHA1", id="algorithm"),
        pytest.param("X-Amz-Algorithm", lambda _: "", id="no-algorithm"),
        pytest.param("X-Amz-Credential", lambda old: "X" + old[1:], id="credential"),
        pytest.param("X-Amz-Credential", lambda old: old.replace("/s3/", "/iam/"), id="service"),
        pytest.param("X-Amz-Credential", lambda old: old.split("/")[0], id="no-scope"),
        pytest.param("X-Amz-Date", _next_second, id="date"),
        pytest.param("X-Amz-Date", lambda old: "2030" + old[4:], id="later-date"),
        pytest.param("X-Amz-Date", lambda _: "now", id="no-date"),
        pytest.param("X-Amz-Expires", lambda _: "901", id="expires"),
        pytest.param("X-Amz-Expires", lambda _: "604800", id="expires-in-a-week"),
        pytest.param("X-Amz-Expires", lambda _: "9000000000000", id="expires-never"),
        pytest.param("X-Amz-Expires", lambda _: "-1", id="expires-before"),
        pytest.param("X-Amz-Expires", lambda _: "abc", id="expires-some-time"),
        pytest.param("X-Amz-SignedHeaders", lambda _: "host", id="fewer-headers"),
        pytest.param("X-Amz-SignedHeaders", lambda old: f"{old};x-amz-acl", id="more-headers"),
        pytest.param("X-Amz-SignedHeaders", lambda _: "", id="no-headers"),
        pytest.param("X-Amz-Signature", _flip, id="signature"),
        pytest.param("X-Amz-Signature", lambda old: old[:-1], id="short-signature"),
        pytest.param("X-Amz-Signature", lambda old: old.upper(), id="upper-case-signature"),
        pytest.param("X-Amz-Signature", lambda _: "", id="no-signature"),
        pytest.param("X-Amz-Signature", lambda _: "\u00e9", id="signature-not-ascii"),
    ],
)
def test_an_upload_url_with_a_parameter_changed_is_refused(alice, deployment, ticket, name, change):
    assert name in _names(ticket["upload_url"])
    url = _set(ticket["upload_url"], name, change)
    _is_refused(deployment.put(ticket, CONTENT, url=url))
    assert alice.metadata(ticket["photo_id"])["edited"]["status"] == "pending_upload"


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize("name", SIGNED)
def test_an_upload_url_with_a_parameter_left_out_is_refused(deployment, ticket, name):
    _is_refused(deployment.put(ticket, CONTENT, url=_without(ticket["upload_url"], name)))


@pytest.mark.usefixtures("real_objects")
def test_an_upload_url_changed_in_any_parameter_is_refused(deployment, ticket):
    for name in _names(ticket["upload_url"]):
        url = _set(ticket["upload_url"], name, lambda value: f"{value}0")
        _is_refused(deployment.put(ticket, CONTENT, url=url))


@pytest.mark.parametrize(
    "more", ["x=1", "X-Amz-Expires=604800", "versionId=1", "acl", "uploads", "partNumber=1"]
)
def test_an_upload_url_with_more_parameters_is_refused(deployment, ticket, more):
    _is_refused(deployment.put(ticket, CONTENT, url=f"{ticket['upload_url']}&{more}"))


def test_a_signature_mismatch_says_so(deployment, ticket):
    url = _set(ticket["upload_url"], "X-Amz-Signature", _flip)
    expect.s3_error(deployment.put(ticket, CONTENT, url=url), 403, "SignatureDoesNotMatch")


@pytest.mark.usefixtures("real_objects")
def test_an_upload_url_without_a_signature_is_denied(deployment, ticket):
    url = ticket["upload_url"].partition("?")[0]
    expect.s3_error(deployment.put(ticket, CONTENT, url=url), 403, "AccessDenied")


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_an_upload_url_is_good_for_no_other_method(deployment, ticket, method):
    answer = deployment.put(ticket, CONTENT, method=method)
    assert answer.status_code in ({403, 405} if method == "POST" else {403})
    expect.s3_error(answer, answer.status_code)


def test_an_upload_url_is_not_for_asking(deployment, ticket):
    assert deployment.bytes.head(ticket["upload_url"]).status_code == 403


def test_an_upload_url_is_good_for_no_other_key(alice, deployment, ticket):
    other = alice.edit_ticket(alice.pending_photo(), file_size=len(CONTENT))
    url = ticket["upload_url"].replace(ticket["photo_id"], other["photo_id"])
    assert url != ticket["upload_url"]
    expect.s3_error(deployment.put(ticket, CONTENT, url=url), 403, "SignatureDoesNotMatch")
    for photo_id in (ticket["photo_id"], other["photo_id"]):
        assert alice.metadata(photo_id)["edited"]["status"] == "pending_upload"


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: f"{path}x", id="longer"),
        pytest.param(lambda path: f"{path}/", id="slash"),
        pytest.param(lambda path: path.replace("/edited/", "/originals/"), id="originals"),
        pytest.param(lambda path: path.rpartition("/")[0] + "/other.jpg", id="filename"),
        pytest.param(lambda path: path.rpartition("/")[0] + "/%2e%2e/x.jpg", id="parent"),
        pytest.param(lambda path: f"{path}%00", id="nul"),
        pytest.param(lambda path: f"{path}%ff", id="no-utf8"),
    ],
)
def test_an_upload_url_with_another_path_is_refused(deployment, ticket, change):
    _is_refused(deployment.put(ticket, CONTENT, url=_with_path(ticket["upload_url"], change)))


def test_an_upload_url_is_good_for_no_other_host(deployment, ticket):
    if not deployment.serves(ticket["upload_url"]):
        pytest.skip("S3 finds the bucket by the host")
    answer = deployment.put(ticket, CONTENT, headers={"Host": "elsewhere.example"})
    expect.s3_error(answer, 403, "SignatureDoesNotMatch")


# Download URLs changed


@pytest.mark.usefixtures("real_objects")
def test_a_download_url_changed_in_any_parameter_is_refused(deployment, download_url):
    for name in _names(download_url):
        url = _set(download_url, name, lambda value: f"{value}0")
        _is_refused(deployment.bytes.get(url))


@pytest.mark.usefixtures("real_objects")
def test_a_download_url_with_any_parameter_left_out_is_refused(deployment, download_url):
    for name in _names(download_url):
        _is_refused(deployment.bytes.get(_without(download_url, name)))


@pytest.mark.parametrize(
    "more", ["x=1", "response-content-type=text/html", "versionId=1", "acl", "X-Amz-Expires=604800"]
)
def test_a_download_url_with_more_parameters_is_refused(deployment, download_url, more):
    _is_refused(deployment.bytes.get(f"{download_url}&{more}"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_a_download_url_is_good_for_no_other_method(
    alice, deployment, edited_photo, edit_content, method
):
    url = alice.download_url(edited_photo.id, "edited")
    answer = deployment.bytes.request(method, url)
    assert answer.status_code in ({403, 405} if method == "POST" else {403})
    expect.s3_error(answer, answer.status_code)
    assert alice.download(edited_photo.id, "edited") == edit_content


def test_a_download_url_is_not_for_asking(deployment, download_url):
    assert deployment.bytes.head(download_url).status_code == 403


def test_a_download_url_is_good_for_no_other_key(deployment, download_url, edited_photo, photo):
    url = download_url.replace(edited_photo.id, photo.id)
    assert url != download_url
    _is_refused(deployment.bytes.get(url))


@pytest.mark.usefixtures("real_objects")
def test_a_download_url_without_a_signature_is_denied(deployment, download_url):
    answer = deployment.bytes.get(download_url.partition("?")[0])
    expect.s3_error(answer, 403, "AccessDenied")


@pytest.mark.usefixtures("real_objects")
def test_a_token_opens_no_object(alice, download_url):
    _is_refused(alice.api.get(download_url.partition("?")[0]))


@pytest.mark.usefixtures("real_objects")
def test_a_bucket_cannot_be_listed(alice, deployment, download_url, edited_photo):
    bucket = alice.metadata(edited_photo.id)["edited"]["bucket"]
    path = urlsplit(download_url).path
    if f"/{bucket}/" not in path:
        pytest.skip("the bucket is a host here")
    root = path.partition(f"/{bucket}/")[0]
    for suffix in ("", "/", "/?list-type=2"):
        url = _with_path(download_url, lambda _: f"{root}/{bucket}").partition("?")[0] + suffix
        answer = deployment.bytes.get(url)
        assert 400 <= answer.status_code < 500
        assert alice.sub not in answer.text
