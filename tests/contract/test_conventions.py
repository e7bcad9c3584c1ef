"""What holds for every route: problems, request ids, CORS, tags, limits, methods, paths."""

import json
from uuid import uuid4

import httpx
import pytest

from . import expect
from .deployment import UPLOAD
from .pictures import MIB, jpeg

ORIGIN = "https://editor.example"
NOBODYS = "5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90"
EDIT = {**UPLOAD, "file_size": 1000}
PHOTO_ROUTES = [
    pytest.param("GET", "/photos/{}", id="get"),
    pytest.param("GET", "/photos/{}?version=edited", id="get-edited"),
    pytest.param("PUT", "/photos/{}/edit", id="edit"),
    pytest.param("DELETE", "/photos/{}", id="delete"),
    pytest.param("GET", "/photos/{}/metadata", id="metadata"),
    pytest.param("GET", "/photos/{}?version=thumbnail", id="thumbnail"),
    pytest.param("POST", "/photos/{}/process", id="process"),
]
METHODS = {
    "/photos": {"GET"},
    "/photos/upload": {"POST"},
    f"/photos/{NOBODYS}": {"GET", "DELETE"},
    f"/photos/{NOBODYS}/edit": {"PUT"},
    f"/photos/{NOBODYS}/metadata": {"GET"},
    f"/photos/{NOBODYS}/process": {"POST"},
    "/config": {"GET"},
    "/healthz": {"GET"},
    "/readyz": {"GET"},
    "/openapi.json": {"GET"},
    "/docs": {"GET"},
}
WRONG_METHODS = [
    pytest.param(method, path, allowed, id=f"{method}-{path.replace(NOBODYS, 'id')}")
    for path, allowed in METHODS.items()
    for method in ("HEAD", "GET", "POST", "PUT", "DELETE")
    if method not in allowed
]


def _call(user, method, path, **headers):
    """A request to a route as it should be, with a body where the route takes one."""
    if method in {"PUT", "POST"}:
        return user.send(method, path, EDIT, **headers)
    return user.api.request(method, path, headers=headers)


@pytest.fixture(scope="module")
def answers(alice, deployment, photo, edited_photo):
    """An answer of each kind, by name."""
    anonymous = deployment.anonymous
    return {
        "upload": alice.ask_upload(),
        "get": alice.api.get(f"/photos/{photo.id}"),
        "list": alice.api.get("/photos"),
        "edit": alice.ask_edit(alice.pending_photo()),
        "metadata": alice.api.get(f"/photos/{photo.id}/metadata"),
        "delete": alice.api.delete(f"/photos/{alice.pending_photo()}"),
        "config": anonymous.get("/config"),
        "healthz": anonymous.get("/healthz"),
        "readyz": anonymous.get("/readyz"),
        "openapi": anonymous.get("/openapi.json"),
        "docs": anonymous.get("/docs"),
        "bad input": alice.ask_upload(filename=""),
        "not json": alice.send("POST", "/photos/upload", b"{"),
        "no token": anonymous.get("/photos"),
        "no photo": alice.api.get(f"/photos/{NOBODYS}"),
        "no route": alice.api.get("/nowhere"),
        "wrong method": alice.api.put("/photos"),
        "stale": alice.api.delete(f"/photos/{photo.id}", headers={"If-Match": '"stale"'}),
        "too large": alice.send("POST", "/photos/upload", WHOLE + b" " * 2 * MIB),
        "wrong type": alice.api.post("/photos/upload", content=b"{}"),
    }


SUCCESSES = ["upload", "get", "list", "edit", "metadata", "delete"]
PROBLEMS = {
    "bad input": 400,
    "not json": 400,
    "no token": 401,
    "no photo": 404,
    "no route": 404,
    "wrong method": 405,
    "stale": 412,
    "too large": 413,
    "wrong type": 415,
}
SERVICE = ["config", "healthz", "readyz", "openapi", "docs"]
ALL = [*SUCCESSES, *SERVICE, *PROBLEMS]


# Answers and problems


@pytest.mark.parametrize("name", SUCCESSES)
def test_the_core_operations_answer_200_with_json(answers, name):
    expect.ok(answers[name])


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_error_is_a_problem_document(answers, name):
    expect.problem(answers[name], PROBLEMS[name])


def test_problems_of_different_kinds_have_different_codes(answers):
    names = ["bad input", "no token", "no photo", "wrong method", "stale", "too large"]
    assert len({answers[name].json()["code"] for name in names}) == len(names)


def test_bad_input_is_named_field_by_field(answers):
    errors = answers["bad input"].json()["errors"]
    assert errors == [{"field": "filename", "message": "filename is required"}]


def test_a_query_that_is_no_utf8_is_refused(alice):
    expect.problem(alice.api.get("/photos?version_type=%ff%fe"), 400)


# Request ids


@pytest.mark.parametrize("name", ALL)
def test_every_answer_has_a_request_id(answers, name):
    expect.request_id(answers[name])


def test_every_request_has_an_id_of_its_own(answers):
    assert len({expect.request_id(answer) for answer in answers.values()}) == len(answers)


@pytest.mark.parametrize(
    "given", ["a", "A-z0.9_-", "0" * 128, "5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90"]
)
def test_a_callers_request_id_comes_back(alice, given):
    assert (
        alice.api.get("/photos", headers={"X-Request-Id": given}).headers["x-request-id"] == given
    )


def test_a_callers_request_id_comes_back_in_the_problem(alice):
    answer = alice.api.get(f"/photos/{NOBODYS}", headers={"X-Request-Id": "trace-7"})
    assert expect.problem(answer, 404)["request_id"] == "trace-7"


@pytest.mark.parametrize(
    "given",
    [b"", b"0" * 129, b"two words", b"a;b", b"a/b", b"<script>", b"a,b", b"caf\xe9", b"\xc3\xa9"],
)
def test_a_request_id_of_another_form_is_replaced(alice, given):
    answer = alice.api.get("/photos", headers={b"X-Request-Id": given})
    assert expect.request_id(answer).encode() != given


def test_the_object_endpoint_has_request_ids(alice, deployment, photo):
    url = alice.download_url(photo.id)
    if not deployment.serves(url):
        pytest.skip("the bytes are S3's here")
    headers = {"X-Request-Id": "trace-8", "Range": "bytes=0-0"}
    for address in (url, f"{url}0"):
        answer = deployment.bytes.get(address, headers=headers)
        assert answer.headers["x-request-id"] == "trace-8"


def test_the_identity_endpoint_has_request_ids(deployment):
    if not deployment.has_own_pool:
        pytest.skip("the pool is Cognito's here")
    answer = _identity_call(deployment, **{"X-Request-Id": "trace-9"})
    assert answer.headers["x-request-id"] == "trace-9"


def _identity_call(deployment, **headers):
    return deployment.bytes.post(
        deployment.config["identity_endpoint"],
        content=b"{}",
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser",
            **headers,
        },
    )


# CORS


@pytest.mark.parametrize("name", ALL)
def test_every_answer_is_readable_across_origins(answers, name):
    expect.cors(answers[name], ORIGIN)


@pytest.mark.parametrize("name", ["get", "config", "bad input", "no token", "no route"])
def test_a_page_may_read_the_answers_headers(answers, name):
    assert expect.listed(answers[name], "access-control-expose-headers") >= expect.EXPOSED


def test_the_object_endpoint_answers_across_origins(alice, deployment, photo):
    url = alice.download_url(photo.id)
    headers = {"Origin": ORIGIN, "Range": "bytes=0-0"}
    expect.cors(deployment.bytes.get(url, headers=headers), ORIGIN)
    expect.cors(deployment.bytes.get(f"{url}0", headers=headers), ORIGIN)


def test_the_identity_endpoint_answers_across_origins(deployment):
    expect.cors(_identity_call(deployment, Origin=ORIGIN), ORIGIN)


def _preflight(client, url, method, headers):
    return client.options(
        url,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers,
        },
    )


def _allows(answer, method, headers):
    assert answer.status_code in {200, 204}, answer.text
    expect.cors(answer, ORIGIN)
    assert method.lower() in expect.listed(answer, "access-control-allow-methods")
    assert expect.listed(answer, "access-control-allow-headers") >= set(headers.split(","))


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for path, allowed in METHODS.items() for method in sorted(allowed)],
)
def test_preflights_are_answered_without_a_token(deployment, method, path):
    headers = "authorization,content-type,if-match,x-request-id"
    _allows(_preflight(deployment.anonymous, path, method, headers), method, headers)


def test_a_preflight_has_a_request_id(deployment):
    expect.request_id(_preflight(deployment.anonymous, "/photos", "GET", "authorization"))


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize("kind", ["original", "edit"])
def test_preflights_of_uploads_are_answered(alice, deployment, pending, kind):
    ticket = alice.upload_ticket() if kind == "original" else alice.edit_ticket(pending)
    headers = ",".join(name.lower() for name in sorted(ticket["upload_headers"]))
    answer = _preflight(deployment.bytes, ticket["upload_url"], "PUT", headers)
    _allows(answer, "PUT", headers)


@pytest.mark.usefixtures("real_objects")
def test_preflights_of_downloads_are_answered(alice, deployment, photo):
    answer = _preflight(deployment.bytes, alice.download_url(photo.id), "GET", "range")
    _allows(answer, "GET", "range")


@pytest.mark.usefixtures("real_objects")
def test_preflights_of_sign_in_are_answered(deployment):
    url = deployment.config["identity_endpoint"]
    headers = "content-type,x-amz-target,x-amz-user-agent"
    _allows(_preflight(deployment.bytes, url, "POST", headers), "POST", headers)


# Caches and tags


@pytest.mark.parametrize("name", [*SUCCESSES, "no photo", "no token", "bad input"])
def test_answers_are_not_stored_by_caches(answers, name):
    assert answers[name].headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["upload", "get", "edit", "metadata"])
def test_answers_about_a_photo_have_a_strong_tag(answers, name):
    expect.etag(answers[name])


def test_all_answers_about_a_photo_have_the_same_tag(alice):
    upload = alice.ask_upload()
    photo_id = upload.json()["photo_id"]
    reads = [alice.api.get(f"/photos/{photo_id}"), alice.api.get(f"/photos/{photo_id}/metadata")]
    assert {expect.etag(answer) for answer in reads} == {expect.etag(upload)}


def test_an_edit_ticket_changes_the_tag(alice, pending):
    before = expect.etag(alice.api.get(f"/photos/{pending}"))
    after = expect.etag(alice.ask_edit(pending))
    assert after != before
    assert expect.etag(alice.api.get(f"/photos/{pending}")) == after


def test_arrival_leaves_the_tag(alice, deployment, pending):
    content = jpeg(300)
    asked = alice.ask_edit(pending, file_size=len(content))
    deployment.put(asked.json(), content)
    assert expect.etag(alice.api.get(f"/photos/{pending}")) == expect.etag(asked)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/photos/{}/edit"), ("DELETE", "/photos/{}")])
def test_a_stale_write_says_so(alice, pending, method, path):
    answer = _call(alice, method, path.format(pending), **{"If-Match": '"stale"'})
    expect.problem(answer, 412)


# Methods and paths


@pytest.mark.parametrize(("method", "path", "allowed"), WRONG_METHODS)
def test_wrong_methods_are_405_with_the_right_ones(alice, method, path, allowed):
    answer = alice.api.request(method, path)
    assert answer.status_code == 405
    allow = expect.listed(answer, "allow")
    assert allow >= {each.lower() for each in allowed}
    assert method.lower() not in allow
    if method != "HEAD":
        expect.problem(answer, 405)


def test_a_method_that_no_route_has_is_405(alice):
    expect.problem(alice.api.request("PROPFIND", "/photos"), 405)


def test_a_method_that_nobody_knows_is_a_problem(alice):
    answer = alice.api.request("BREW", "/photos")
    assert answer.status_code in {400, 405, 501}
    expect.problem(answer, answer.status_code)


def test_a_wrong_method_needs_no_token_on_a_public_route(deployment):
    expect.problem(deployment.anonymous.post("/config"), 405)


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/photo",
        "/PHOTOS",
        "/photos/",
        "//photos",
        "/photos/upload/",
        "/photos/upload/x",
        f"/photos/{NOBODYS}/",
        f"/photos/{NOBODYS}/edit/",
        f"/photos/{NOBODYS}/metadata/",
        f"/photos/{NOBODYS}/nowhere",
        f"/photos//{NOBODYS}",
        "/photos//metadata",
        "/config/",
        "/config.json",
        "/healthz/x",
        "/.env",
        "/index.php",
        "/photos%2Fupload",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%00",
        "/%ff",
    ],
)
@pytest.mark.parametrize("signed_in", [True, False], ids=["signed-in", "anonymous"])
def test_unknown_paths_are_404(alice, deployment, path, signed_in):
    if deployment.has_gateway and ("//" in path or path.endswith("/") or "%2F" in path):
        pytest.skip("API Gateway has made another path of it before it is looked up")
    client = alice.api if signed_in else deployment.anonymous
    expect.problem(client.get(deployment.base_url + path), 404)


@pytest.mark.parametrize(("method", "path"), PHOTO_ROUTES)
def test_an_unknown_photo_is_404(alice, method, path):
    expect.problem(_call(alice, method, path.format(uuid4())), 404)


@pytest.mark.parametrize(
    "photo_id",
    [
        pytest.param("x", id="letter"),
        pytest.param("123", id="number"),
        pytest.param("null", id="null"),
        pytest.param("5b0e8d2c7a514f0e9c1f3d2b6a7e8f90", id="no-hyphens"),
        pytest.param("%7B5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90%7D", id="braces"),
        pytest.param("urn:uuid:5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90", id="urn"),
        pytest.param("5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f9", id="short"),
        pytest.param("5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f900", id="long"),
        pytest.param("5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90%00", id="nul"),
        pytest.param("5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90%0A", id="newline"),
        pytest.param("5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f9%D9%A0", id="arabic-digit"),
        pytest.param("%F0%9F%8C%85", id="emoji"),
        pytest.param("%ff", id="no-utf8"),
        pytest.param("'%20OR%20'1'='1", id="sql"),
        pytest.param("a" * 3000, id="huge"),
    ],
)
@pytest.mark.parametrize(("method", "path"), PHOTO_ROUTES)
def test_an_id_that_is_no_uuid_is_404(alice, method, path, photo_id):
    expect.problem(_call(alice, method, path.format(photo_id)), 404)


@pytest.mark.parametrize(("method", "path"), PHOTO_ROUTES)
def test_another_users_photo_is_403(bob, photo, method, path):
    expect.problem(_call(bob, method, path.format(photo.id)), 403)


def test_another_users_refused_requests_change_nothing(alice, bob):
    photo_id = alice.pending_photo()
    before = alice.metadata(photo_id)
    bob.ask_edit(photo_id)
    bob.api.delete(f"/photos/{photo_id}")
    assert alice.metadata(photo_id) == before


# Bodies


BODY_ROUTES = pytest.mark.parametrize("route", ["upload", "edit"])


@pytest.fixture(scope="module")
def send(alice):
    """Sends raw bytes to one of the routes that take a body."""
    photo_id = alice.pending_photo()
    routes = {"upload": ("POST", "/photos/upload"), "edit": ("PUT", f"/photos/{photo_id}/edit")}

    def call(route, content, content_type="application/json"):
        headers = {"Content-Type": content_type} if content_type else {}
        return alice.api.request(*routes[route], content=content, headers=headers)

    return call


def _nested(levels):
    """A body with lists in lists under a name that no route knows."""
    lists = levels - 1
    return json.dumps(UPLOAD)[:-1].encode() + b', "x": ' + b"[" * lists + b"]" * lists + b"}"


WHOLE = json.dumps(UPLOAD).encode()
NOT_TAKEN = {
    "empty": b"",
    "spaces": b"  ",
    "cut": WHOLE[:-1],
    "text": b"filename=a.jpg&file_size=8388608",
    "xml": b"<filename>a.jpg</filename>",
    "single quotes": WHOLE.replace(b'"', b"'"),
    "trailing comma": WHOLE[:-1] + b",}",
    "comment": WHOLE + b" // done",
    "two objects": WHOLE + WHOLE,
    "list": b"[" + WHOLE + b"]",
    "string": b'"vacation.jpg"',
    "number": b"7",
    "null": b"null",
    "true": b"true",
    "NaN": WHOLE[:-1] + b', "x": NaN}',
    "Infinity": WHOLE[:-1] + b', "x": Infinity}',
    "minus Infinity": WHOLE[:-1] + b', "x": -Infinity}',
    "duplicate keys": WHOLE[:-1] + b', "filename": "b.jpg"}',
    "duplicate keys, one escaped": WHOLE[:-1] + b', "file\\u006eame": "b.jpg"}',
    "duplicate keys inside": WHOLE[:-1] + b', "x": {"a": 1, "a": 2}}',
    "duplicate keys inside geolocation": WHOLE[:-1]
    + b', "geolocation": {"latitude": 1, "longitude": 2, "latitude": 3}}',
    "33 levels": _nested(33),
    "1000 levels": _nested(1000),
    "100000 levels": _nested(100_000),
    "only brackets": b"[" * 100_000,
    "UTF-16": json.dumps(UPLOAD).encode("utf-16"),
    "UTF-16 without mark": json.dumps(UPLOAD).encode("utf-16-le"),
    "UTF-32": json.dumps(UPLOAD).encode("utf-32"),
    "Latin-1": json.dumps({**UPLOAD, "filename": "caf\u00e9"}, ensure_ascii=False).encode(
        "latin-1"
    ),
    "overlong UTF-8": WHOLE.replace(b"vacation", b"va\xc0\xafion"),
    "surrogate in UTF-8": WHOLE.replace(b"vacation", b"va\xed\xa0\xbdion"),
    "lone surrogate": WHOLE.replace(b"vacation", b"va\\ud83dion"),
    "surrogates in the wrong order": WHOLE.replace(b"vacation", b"va\\ude00\\ud83dion"),
    "control character": WHOLE.replace(b"vacation", b"va\ncation"),
}


@BODY_ROUTES
@pytest.mark.parametrize("content", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_bodies_that_are_no_sound_json_object_are_refused(deployment, send, route, content):
    if deployment.has_gateway and not _is_utf8(content):
        pytest.skip("API Gateway puts U+FFFD in the place of what is no UTF-8")
    expect.problem(send(route, content), 400)


def _is_utf8(content):
    try:
        return content.decode() is not None
    except UnicodeDecodeError:
        return False


def test_refused_bodies_store_nothing(deployment, visitor):
    for content in NOT_TAKEN.values():
        if _is_utf8(content) or not deployment.has_gateway:
            visitor.send("POST", "/photos/upload", content)
    assert visitor.listed_ids() == []


@BODY_ROUTES
def test_a_body_of_one_mebibyte_is_taken(send, route):
    assert send(route, WHOLE + b" " * (MIB - len(WHOLE))).status_code == 200


@BODY_ROUTES
@pytest.mark.parametrize("length", [MIB + 1, 2 * MIB])
def test_a_larger_body_is_413(send, route, length):
    expect.problem(send(route, WHOLE + b" " * (length - len(WHOLE))), 413)


@BODY_ROUTES
def test_a_larger_body_of_unknown_length_is_413(send, route):
    pieces = (WHOLE if piece == 0 else b" " * 65_536 for piece in range(32))
    expect.problem(send(route, pieces), 413)


@BODY_ROUTES
@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param(None, id="none"),
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/merge-patch+json",
        "image/jpeg",
        "json",
    ],
)
def test_another_content_type_is_415(send, route, content_type):
    expect.problem(send(route, WHOLE, content_type), 415)


@BODY_ROUTES
@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;"]
)
def test_json_may_be_written_otherwise(send, route, content_type):
    assert send(route, WHOLE, content_type).status_code == 200


def test_many_requests_on_one_connection_stay_apart(alice):
    with httpx.Client(base_url=alice.deployment.base_url, headers=alice.api.headers) as client:
        statuses = [
            client.request(method, path, content=content).status_code
            for method, path, content in [
                ("POST", "/photos/upload", b"{}"),
                ("GET", "/photos?limit=1", None),
                ("PUT", "/nowhere", b"x" * 1000),
                ("GET", "/photos?limit=1", None),
            ]
        ]
    assert statuses == [415, 200, 404, 200]
