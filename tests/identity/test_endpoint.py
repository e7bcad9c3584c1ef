"""The user pool over HTTP, as boto3's `cognito-idp` client and browsers call it."""

import logging
from uuid import uuid4

import httpx
import jwt
import pytest
from botocore.exceptions import ClientError

from photohq.photos.errors import Unavailable

from .service import JSON, WRONG, Service, new_email


def refused(call, name, message):
    """A call is refused as Cognito refuses: status, type, headers, sentence."""
    with pytest.raises(ClientError) as raised:
        call()
    response = raised.value.response
    assert response["Error"]["Code"] == name
    assert response["Error"]["Message"] == message
    metadata = response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400
    headers = metadata["HTTPHeaders"]
    assert headers["x-amzn-errortype"] == f"{name}:"
    assert headers["x-amzn-errormessage"] == message
    assert headers["x-amzn-requestid"] == headers["x-request-id"] == metadata["RequestId"]
    assert headers["content-type"] == JSON
    return headers


def test_the_whole_way_in_and_out(service):
    email = new_email()
    signed_up = service.sign_up(email)
    assert signed_up["UserConfirmed"] is False
    delivery = {
        "AttributeName": "email",
        "DeliveryMedium": "EMAIL",
        "Destination": "u***@e***",
    }
    assert signed_up["CodeDeliveryDetails"] == delivery
    refused(lambda: service.sign_in(email), "UserNotConfirmedException", "User is not confirmed.")
    resent = service.cognito.resend_confirmation_code(ClientId=service.client_id, Username=email)
    assert resent["CodeDeliveryDetails"] == delivery
    service.confirm(email.upper(), service.outbox.latest_code(email))
    tokens = service.sign_in(email)
    assert (tokens["ExpiresIn"], tokens["TokenType"]) == (3600, "Bearer")
    user = service.cognito.get_user(AccessToken=tokens["AccessToken"])
    sub = signed_up["UserSub"]
    assert user["Username"] == sub
    assert user["UserAttributes"] == [
        {"Name": "sub", "Value": sub},
        {"Name": "email", "Value": email},
        {"Name": "email_verified", "Value": "true"},
    ]
    for flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"):
        answer = service.initiate_auth(flow, REFRESH_TOKEN=tokens["RefreshToken"])
        assert answer["ChallengeParameters"] == {}
        assert set(answer["AuthenticationResult"]) == {
            "AccessToken",
            "IdToken",
            "ExpiresIn",
            "TokenType",
        }
    other = service.sign_in(email)
    service.cognito.revoke_token(ClientId=service.client_id, Token=tokens["RefreshToken"])
    refused(
        lambda: service.cognito.get_user(AccessToken=tokens["AccessToken"]),
        "NotAuthorizedException",
        "Access Token has been revoked",
    )
    assert service.cognito.get_user(AccessToken=other["AccessToken"])["Username"] == sub
    service.cognito.global_sign_out(AccessToken=other["AccessToken"])
    refused(
        lambda: service.initiate_auth("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=other["RefreshToken"]),
        "NotAuthorizedException",
        "Refresh Token has been revoked",
    )


def test_tokens_verify_by_the_published_documents(service):
    tokens = service.sign_in(service.new_user())
    answer = httpx.get(f"{service.issuer}/.well-known/openid-configuration")
    assert answer.json()["issuer"] == service.issuer
    assert answer.json()["jwks_uri"] == service.pool.describe().jwks_uri
    keys = jwt.PyJWKClient(answer.json()["jwks_uri"])
    for token, audience in ((tokens["AccessToken"], None), (tokens["IdToken"], service.client_id)):
        key = keys.get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token, key, algorithms=["RS256"], issuer=service.issuer, audience=audience
        )
        assert claims["exp"] - claims["iat"] == 3600


def test_documents_answer_get_and_head_to_any_origin(service):
    url = f"{service.issuer}/.well-known/jwks.json"
    answer = httpx.get(url, headers={"Origin": "https://app.example.org"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["x-request-id"]
    assert httpx.head(url).content == b""
    posted = httpx.post(url)
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("call", "name", "message"),
    [
        (
            lambda service, email: service.sign_up(email),
            "UsernameExistsException",
            "User already exists",
        ),
        (
            lambda service, _: service.sign_up(new_email(), "Short-7"),
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
        ),
        (
            lambda service, _: service.sign_up("ann"),
            "InvalidParameterException",
            "Username should be an email.",
        ),
        (
            lambda service, _: service.sign_up(
                "carol", UserAttributes=[{"Name": "email", "Value": "carol@example.com"}]
            ),
            "InvalidParameterException",
            "Username should be an email.",
        ),
        (
            lambda service, _: service.sign_up(
                "ann@example.com", UserAttributes=[{"Name": "email", "Value": "bob@example.com"}]
            ),
            "InvalidParameterException",
            "The email attribute must be the username.",
        ),
        (
            lambda service, _: service.sign_up(
                "ann@example.com", UserAttributes=[{"Name": "email_verified", "Value": "true"}]
            ),
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        ),
        (
            lambda service, _: service.sign_up("ann@example.com", ClientId="nobodys"),
            "ResourceNotFoundException",
            "User pool client nobodys does not exist.",
        ),
        (
            lambda service, email: service.confirm(email, "123456"),
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        ),
        (
            lambda service, _: service.confirm(new_email(), "123456"),
            "ExpiredCodeException",
            "Invalid code provided, please request a code again.",
        ),
        (
            lambda service, email: service.cognito.resend_confirmation_code(
                ClientId=service.client_id, Username=email
            ),
            "InvalidParameterException",
            "User is already confirmed.",
        ),
        (
            lambda service, email: service.sign_in(email, WRONG),
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
        (
            lambda service, _: service.sign_in(new_email()),
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
        (
            lambda service, email: service.sign_in(email, "x" * 100_000),
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
        (
            lambda service, email: service.initiate_auth("USER_PASSWORD_AUTH", USERNAME=email),
            "InvalidParameterException",
            "Missing required parameter PASSWORD",
        ),
        (
            lambda service, _: service.initiate_auth("REFRESH_TOKEN_AUTH"),
            "InvalidParameterException",
            "Missing required parameter REFRESH_TOKEN",
        ),
        (
            lambda service, _: service.initiate_auth("REFRESH_TOKEN_AUTH", REFRESH_TOKEN="no"),
            "NotAuthorizedException",
            "Invalid Refresh Token",
        ),
        (
            lambda service, _: service.initiate_auth("CUSTOM_AUTH", USERNAME="ann"),
            "InvalidParameterException",
            "CUSTOM_AUTH is not enabled for the client.",
        ),
        (
            lambda service, _: service.initiate_auth("ADMIN_USER_PASSWORD_AUTH", USERNAME="ann"),
            "InvalidParameterException",
            "Initiate Auth method not supported.",
        ),
        (
            lambda service, _: service.cognito.get_user(AccessToken="a.b.c"),
            "NotAuthorizedException",
            "Invalid Access Token",
        ),
        (
            lambda service, email: service.cognito.get_user(
                AccessToken=service.sign_in(email)["IdToken"]
            ),
            "NotAuthorizedException",
            "Invalid Access Token",
        ),
        (
            lambda service, email: service.cognito.revoke_token(
                ClientId=service.client_id, Token=service.sign_in(email)["AccessToken"]
            ),
            "UnsupportedTokenTypeException",
            "Only refresh tokens can be revoked.",
        ),
        (
            lambda service, _: service.cognito.list_user_pools(MaxResults=1),
            "UnknownOperationException",
            "The operation ListUserPools is not supported.",
        ),
    ],
)
def test_refusals_have_cognitos_names_and_sentences(service, call, name, message):
    email = service.new_user()
    refused(lambda: call(service, email), name, message)


def test_a_locked_account_is_refused_for_whoever_it_is(service):
    for email in (service.new_user(), new_email()):
        for _ in range(5):
            refused(
                lambda email=email: service.sign_in(email, WRONG),
                "NotAuthorizedException",
                "Incorrect username or password.",
            )
        refused(
            lambda email=email: service.sign_in(email),
            "NotAuthorizedException",
            "Password attempts exceeded",
        )


def test_an_unknown_user_seems_to_get_a_code(service):
    email = f"zoe-{uuid4().hex}@sub.example.com"
    answer = service.cognito.resend_confirmation_code(ClientId=service.client_id, Username=email)
    assert answer["CodeDeliveryDetails"]["Destination"] == "z***@s***"
    assert service.outbox.latest_code(email) is None


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "SerializationException"),
        (b"{", "SerializationException"),
        (b"[]", "SerializationException"),
        (b'"text"', "SerializationException"),
        (b"null", "SerializationException"),
        ("{}".encode("utf-16"), "SerializationException"),
        (b"[" * 100_000, "SerializationException"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "SerializationException"),
        ('{"日": 1, "日": 2}'.encode(), "SerializationException"),
        (b'{"a\\n": 1, "a\\n": 2}', "SerializationException"),
        (b'{"Username": NaN}', "SerializationException"),
        (b'{"Username": "\\ud800"}', "SerializationException"),
        (b'{"Username": ' + b"9" * 5000 + b"}", "SerializationException"),
        (b"{}", "InvalidParameterException"),
        (b'{"ClientId": null, "Username": 7, "Password": []}', "InvalidParameterException"),
        (b'{"ClientId": "\\u65e5"}', "InvalidParameterException"),
        (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', "InvalidParameterException"),
    ],
    ids=lambda value: repr(value)[:40],
)
@pytest.mark.parametrize("action", ["SignUp", "InitiateAuth", "GetUser"])
def test_bad_bodies_are_refused_in_cognitos_form(service, action, body, name):
    answer = service.post(action, body)
    assert answer.status_code == 400
    assert answer.json().keys() == {"__type", "message"}
    assert answer.json()["__type"] == name
    assert answer.headers["x-amzn-errortype"] == f"{name}:"
    assert answer.headers["x-amzn-errormessage"] == answer.json()["message"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_long_body_without_a_length_is_refused(service):
    def parts():
        yield from (b"x" * 65_536 for _ in range(40))

    answer = service.http.post(
        "/identity",
        content=parts(),
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp",
            "Content-Type": JSON,
        },
    )
    assert (answer.status_code, answer.json()["__type"]) == (400, "InvalidParameterException")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Amz-Target": ""},
        {"X-Amz-Target": "SignUp"},
        {"X-Amz-Target": "AWSCognitoIdentityService.GetId"},
        {"X-Amz-Target": "AWSCognitoIdentityProviderService.__class__"},
        {"X-Amz-Target": "AWSCognitoIdentityProviderService." + "A" * 1000},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": ""},
    ],
    ids=str,
)
def test_unknown_targets_and_types_are_unknown_operations(service, headers):
    answer = service.post("SignUp", {}, **headers)
    assert answer.status_code == 400
    assert answer.json()["__type"] == "UnknownOperationException"


@pytest.mark.parametrize("path", ["/identity", "/identity/"])
def test_only_post_is_answered(service, path):
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        answer = service.http.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
        assert answer.headers["content-type"] == JSON


def test_a_preflight_echoes_what_is_asked_for(service):
    asked = "content-type,x-amz-target,x-amz-user-agent,cache-control"
    answer = service.http.options(
        "/identity/",
        headers={
            "Origin": "https://app.example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": asked,
        },
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == asked
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["x-request-id"]


def test_browsers_may_read_what_clients_need(service):
    exposed = service.post("GetUser", {}).headers["access-control-expose-headers"]
    assert {"x-amzn-RequestId", "x-amzn-ErrorType", "x-amzn-ErrorMessage", "Date"} <= set(
        exposed.split(", ")
    )


def test_request_ids_are_the_callers_where_they_are_decent(service):
    answer = service.post("GetUser", {}, **{"X-Request-Id": "mine-1"})
    assert answer.headers["x-request-id"] == answer.headers["x-amzn-requestid"] == "mine-1"
    answer = service.post("GetUser", {}, **{"X-Request-Id": "not mine"})
    assert answer.headers["x-request-id"] != "not mine"


def test_answers_are_not_cached(service):
    assert service.post("GetUser", {}).headers["cache-control"] == "no-store"


def test_the_log_names_actions_and_outcomes_and_no_secrets(service, caplog):
    caplog.set_level(logging.INFO)
    email = service.new_user()
    service.post(
        "InitiateAuth",
        {
            "ClientId": service.client_id,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": email, "PASSWORD": WRONG},
        },
        **{"X-Request-Id": "seen-1"},
    )
    service.post("Nonsense", {})
    lines = [record for record in caplog.records if record.name == "photohq.identity"]
    assert [(line.action, line.outcome) for line in lines] == [
        ("InitiateAuth", "NotAuthorizedException"),
        ("unknown", "UnknownOperationException"),
    ]
    assert lines[0].request_id == "seen-1"
    everything = "".join(str(record.__dict__) for record in caplog.records)
    assert email not in everything
    assert WRONG not in everything


def test_a_database_that_does_not_answer_is_a_service_to_try_again(service, monkeypatch):
    def fail(*_):
        raise Unavailable(retry_after=3)

    monkeypatch.setattr(service.pool.access, "user", fail)
    answer = service.post("GetUser", {"AccessToken": "abc"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert answer.json()["__type"] == "ServiceUnavailableException"


def test_what_nobody_foresaw_tells_nothing(service, monkeypatch):
    def fail(*_):
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(service.pool.access, "user", fail)
    answer = service.post("GetUser", {"AccessToken": "abc"})
    assert (answer.status_code, answer.json()["__type"]) == (500, "InternalErrorException")
    assert "secret" not in answer.text + str(answer.headers)


def test_only_allowed_origins_may_read(tmp_path):
    service = Service(tmp_path, cors_origins=("https://app.example.org",))
    try:
        for origin, allowed in [
            ("https://app.example.org", "https://app.example.org"),
            ("https://elsewhere.example.org", None),
        ]:
            answer = service.post("GetUser", {}, Origin=origin)
            assert answer.headers.get("access-control-allow-origin") == allowed
    finally:
        service.close()
