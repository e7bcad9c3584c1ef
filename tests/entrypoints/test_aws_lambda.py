"""Functions behind API Gateway, called with events in its form; the catalog is never reached."""

import base64
import importlib.util
import json
from types import SimpleNamespace

import pytest

from photohq.entrypoints import aws_logs

ENVIRONMENT = {
    "PHOTOS_TABLE": "photos",
    "ORIGINALS_BUCKET": "originals",
    "EDITED_BUCKET": "edited",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "a-session-token",
    "USER_POOL_ID": "eu-central-1_Pool",
    "USER_POOL_CLIENT_ID": "client",
    "CORS_ORIGIN": "https://app.example.org",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
}
USER = "5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90"
CLAIMS = {"sub": USER, "token_use": "access", "jti": "1"}
UPLOAD = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 8_000_000}


@pytest.fixture(scope="module")
def functions():
    """The module of the functions, as it is with this environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        spec = importlib.util.find_spec("photohq.entrypoints.aws_lambda")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        stored = []
        catalog = SimpleNamespace(
            add=lambda photo, claim=None: stored.append(photo), find=lambda photo_id: None
        )
        object.__setattr__(module._aws.app, "catalog", catalog)
        module.stored = stored
        yield module


def event(method, resource, body=None, *, claims=CLAIMS, headers=(), query=None, **parameters):
    given = {"Authorization": ["Bearer token"], "Content-Type": ["application/json"]}
    return {
        "resource": resource,
        "path": resource.format(**parameters) if parameters else resource,
        "httpMethod": method,
        "headers": None,
        "multiValueHeaders": given | dict(headers),
        "queryStringParameters": None,
        "multiValueQueryStringParameters": query,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "authorizer": {"claims": claims} if claims else None,
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def problem(answer, status, code):
    assert answer["statusCode"] == status, answer
    body = json.loads(answer["body"])
    assert body["code"] == code
    return body


def test_a_ticket_is_signed_with_the_roles_credentials(functions):
    answer = functions.upload_photo(event("POST", "/photos/upload", UPLOAD), None)
    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is False
    ticket = json.loads(answer["body"])
    assert "X-Amz-Security-Token=a-session-token" in ticket["upload_url"]
    assert functions.stored[-1].user_id == USER


def test_a_body_may_come_in_base64(functions):
    asked = event("POST", "/photos/upload", base64.b64encode(json.dumps(UPLOAD).encode()).decode())
    asked["isBase64Encoded"] = True
    assert functions.upload_photo(asked, None)["statusCode"] == 200


@pytest.mark.parametrize(
    ("function", "method", "resource"),
    [
        ("upload_photo", "DELETE", "/photos/{photo_id}"),
        ("upload_photo", "GET", "/photos"),
        ("get_photo", "DELETE", "/photos/{photo_id}"),
        ("get_metadata", "PATCH", "/photos/{photo_id}/metadata"),
        ("batches", "POST", "/photos/upload"),
        ("list_photos", "GET", "/config"),
        ("recipes", "POST", "/photos/{photo_id}/preview"),
        ("recipes", "PUT", "/photos/{photo_id}/edit"),
        ("fallback", "GET", "/photos"),
        ("fallback", "DELETE", "/photos/{photo_id}"),
        ("upload_photo", "GET", "/nowhere"),
    ],
)
def test_a_function_refuses_every_other_route(functions, function, method, resource):
    parameters = {"photo_id": "p"} if "{" in resource else {}
    asked = event(method, resource, UPLOAD, **parameters)
    problem(getattr(functions, function)(asked, None), 404, "route_not_found")


@pytest.mark.parametrize("claims", [None, {}, {**CLAIMS, "token_use": "id"}])
def test_nobody_is_let_in_without_an_access_tokens_claims(functions, claims):
    before = len(functions.stored)
    asked = event("POST", "/photos/upload", UPLOAD, claims=claims)
    answer = functions.upload_photo(asked, None)
    problem(answer, 401, "unauthenticated")
    assert answer["headers"]["WWW-Authenticate"] == "Bearer"
    assert len(functions.stored) == before


def test_the_fallback_answers_wrong_methods_and_unknown_paths(functions):
    wrong = functions.fallback(event("PUT", "/photos", claims=None), None)
    problem(wrong, 405, "method_not_allowed")
    assert wrong["headers"]["Allow"] == "GET, OPTIONS"
    asked = event("GET", "/{proxy+}", claims=None) | {
        "path": "/no/where",
        "pathParameters": {"proxy": "no/where"},
    }
    problem(functions.fallback(asked, None), 404, "route_not_found")


def test_the_service_routes_come_by_the_proxy_resource(functions):
    asked = event("GET", "/{proxy+}", claims=None) | {
        "path": "/config",
        "pathParameters": {"proxy": "config"},
    }
    config = json.loads(functions.fallback(asked, None)["body"])
    assert config["deployment"] == "aws"
    assert config["user_pool_id"] == ENVIRONMENT["USER_POOL_ID"]
    assert config["client_id"] == ENVIRONMENT["USER_POOL_CLIENT_ID"]


def test_a_preflight_is_granted_without_a_token(functions):
    asked = event(
        "OPTIONS",
        "/photos/{photo_id}",
        claims=None,
        headers={
            "Origin": ["https://app.example.org"],
            "Access-Control-Request-Headers": ["authorization, if-match"],
        },
        photo_id="p",
    )
    answer = functions.fallback(asked, None)
    assert answer["statusCode"] == 204
    assert answer["headers"]["Access-Control-Allow-Origin"] == "https://app.example.org"
    assert answer["headers"]["Access-Control-Allow-Headers"] == "authorization, if-match"


@pytest.mark.parametrize(
    ("origin", "granted"),
    [("https://app.example.org", "https://app.example.org"), ("https://evil.example", None)],
)
def test_only_the_origin_of_the_parameter_may_read(functions, origin, granted):
    asked = event("GET", "/photos/{photo_id}", headers={"Origin": [origin]}, photo_id="p")
    headers = functions.get_photo(asked, None)["headers"]
    assert headers.get("Access-Control-Allow-Origin") == granted


def test_parameters_are_taken_as_the_gateway_decoded_them(functions):
    """What was `%2F` in the path is part of the id, and parts no path."""
    asked = event("GET", "/photos/{photo_id}", photo_id="a/b%20c")
    body = problem(functions.get_photo(asked, None), 404, "photo_not_found")
    assert body["instance"] == "/photos/a%2Fb%2520c"


def test_a_parameter_that_is_given_twice_is_refused(functions):
    asked = event(
        "GET", "/photos/{photo_id}", query={"version": ["edited", "original"]}, photo_id="p"
    )
    problem(functions.get_photo(asked, None), 400, "invalid_input")


def test_odd_parameters_are_named(functions):
    asked = event("GET", "/photos/{photo_id}", query={"version": ["ünreal & =?"]}, photo_id="p")
    body = problem(functions.get_photo(asked, None), 400, "invalid_input")
    assert [error["field"] for error in body["errors"]] == ["version"]


def test_a_body_past_the_limit_is_413(functions):
    asked = event("POST", "/photos/upload", json.dumps(UPLOAD) + " " * 1024 * 1024)
    problem(functions.upload_photo(asked, None), 413, "too_large")


def test_a_request_keeps_its_id_and_else_has_the_gateways(functions):
    asked = event("GET", "/photos/{photo_id}", headers={"X-Request-Id": ["mine-1"]}, photo_id="p")
    assert functions.get_photo(asked, None)["headers"]["X-Request-Id"] == "mine-1"
    asked = event(
        "GET", "/photos/{photo_id}", headers={"x-request-id": ["not decent!"]}, photo_id="p"
    )
    given = functions.get_photo(asked, None)["headers"]["X-Request-Id"]
    assert given != "not decent!"
    asked = event("GET", "/photos/{photo_id}", photo_id="p")
    given = functions.get_photo(asked, None)["headers"]["X-Request-Id"]
    assert given == asked["requestContext"]["requestId"]


def test_a_line_tells_of_the_request_and_nothing_secret(functions, capsys):
    functions.upload_photo(event("POST", "/photos/upload", UPLOAD), None)
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["route"], said["status"], said["user_id"]) == ("upload_photo", 200, USER)
    assert said["request_id"]
    assert said["ms"] >= 0
    assert "token" not in line
    assert "Signature" not in line


def test_metrics_are_in_cloudwatchs_embedded_form(capsys):
    aws_logs.tell_metrics("uploads", "photo-hq-dev", {"Uploads": (2, "Count")})
    said = json.loads(capsys.readouterr().out)
    (directive,) = said["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "PhotoHQ"
    assert directive["Dimensions"] == [["Deployment"]]
    assert directive["Metrics"] == [{"Name": "Uploads", "Unit": "Count"}]
    assert (said["Deployment"], said["Uploads"]) == ("photo-hq-dev", 2)
    assert isinstance(said["_aws"]["Timestamp"], int)


def test_what_is_unexpected_is_a_500_that_tells_nothing(functions, monkeypatch, caplog):
    def broken(photo_id):
        raise RuntimeError("the table's secret name")

    monkeypatch.setattr(functions._aws.app.catalog, "find", broken)
    answer = functions.get_photo(event("GET", "/photos/{photo_id}", photo_id="p"), None)
    problem(answer, 500, "internal_error")
    assert "secret" not in answer["body"]
    assert "secret" in caplog.text
