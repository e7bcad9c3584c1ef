"""Sign-in through boto3's client of Amazon Cognito, unsigned, as any application does it."""

import json
import re
import time
from uuid import uuid4

import jwt
import pytest
from botocore.exceptions import ClientError

from . import expect
from .deployment import PASSWORD, eventually

pytestmark = pytest.mark.usefixtures("own_pool")

TARGET = "AWSCognitoIdentityProviderService."


@pytest.fixture(scope="module")
def pool(deployment):
    return deployment.pool


@pytest.fixture
def newcomer(deployment):
    """The address of somebody who has signed up and not confirmed it."""
    email = deployment.new_email()
    deployment.sign_up(email)
    return email


@pytest.fixture(scope="module")
def settled(deployment):
    """An address that is confirmed."""
    return deployment.new_user().email


def _fails(call, code, message=None):
    """Holds that the pool refuses a call; `message` is the whole of it."""
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    assert error["Code"] == code, error
    if message is not None:
        assert error["Message"] == message
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return error["Message"]


# Signing up


def test_a_sign_up_has_to_be_confirmed(deployment):
    answer = deployment.sign_up(deployment.new_email())
    assert answer["UserConfirmed"] is False
    expect.uuid(answer["UserSub"])


def test_a_sign_up_says_where_the_code_went(deployment):
    answer = deployment.sign_up(f"jane-{uuid4().hex}@example.com")
    assert answer["CodeDeliveryDetails"] == {
        "AttributeName": "email",
        "DeliveryMedium": "EMAIL",
        "Destination": "j***@e***",
    }


def test_an_address_signs_up_once(deployment, newcomer):
    _fails(lambda: deployment.sign_up(newcomer), "UsernameExistsException", "User already exists")


def test_a_confirmed_address_does_not_sign_up_again(deployment, settled):
    _fails(lambda: deployment.sign_up(settled), "UsernameExistsException", "User already exists")


@pytest.mark.parametrize(
    ("password", "lack"),
    [
        ("Aa1!aaa", "Password not long enough"),
        ("aaaaaa1!", "Password must have uppercase characters"),
        ("AAAAAA1!", "Password must have lowercase characters"),
        ("AAaaaaa!", "Password must have numeric characters"),
        ("AAaaaa11", "Password must have symbol characters"),
    ],
)
def test_a_weak_password_is_refused(deployment, password, lack):
    _fails(
        lambda: deployment.sign_up(deployment.new_email(), password),
        "InvalidPasswordException",
        f"Password did not conform with policy: {lack}",
    )


def test_a_refused_sign_up_makes_no_user(deployment):
    email = deployment.new_email()
    _fails(lambda: deployment.sign_up(email, "weak"), "InvalidPasswordException")
    assert deployment.sign_up(email)["UserConfirmed"] is False


@pytest.mark.parametrize("username", ["jane", "jane@", "@example.com"])
def test_a_username_is_an_email_address(deployment, username):
    _fails(
        lambda: deployment.sign_up(username),
        "InvalidParameterException",
        "Username should be an email.",
    )


def test_an_unknown_client_is_refused(deployment, pool):
    _fails(
        lambda: pool.sign_up(
            ClientId="unknownclient0123456789abc",
            Username=deployment.new_email(),
            Password=PASSWORD,
        ),
        "ResourceNotFoundException",
    )


def test_an_unknown_client_cannot_sign_in(pool, alice):
    _fails(
        lambda: pool.initiate_auth(
            ClientId="unknownclient0123456789abc",
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": alice.email, "PASSWORD": PASSWORD},
        ),
        "ResourceNotFoundException",
    )


# Confirming


def _another_code(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_confirms_once(deployment, newcomer):
    code = deployment.code(newcomer)
    deployment.confirm(newcomer, code)
    assert deployment.sign_in(newcomer)["AccessToken"]
    _fails(
        lambda: deployment.confirm(newcomer, code),
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    )


def test_a_wrong_code_does_not_confirm(deployment, newcomer):
    code = deployment.code(newcomer)
    _fails(
        lambda: deployment.confirm(newcomer, _another_code(code)),
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
    )
    deployment.confirm(newcomer, code)


def test_codes_cannot_be_guessed_without_end(deployment, newcomer):
    code = deployment.code(newcomer)
    seen = set()
    for _ in range(30):
        with pytest.raises(ClientError) as refused:
            deployment.confirm(newcomer, _another_code(code))
        seen.add(refused.value.response["Error"]["Code"])
        if "LimitExceededException" in seen:
            break
    assert seen == {"CodeMismatchException", "LimitExceededException"}


def test_only_the_newest_code_counts(deployment, pool, newcomer):
    first = deployment.code(newcomer)
    answer = pool.resend_confirmation_code(ClientId=deployment.client_id, Username=newcomer)
    assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    second = deployment.code(newcomer, other_than=first)
    with pytest.raises(ClientError) as refused:
        deployment.confirm(newcomer, first)
    assert refused.value.response["Error"]["Code"] in {
        "CodeMismatchException",
        "ExpiredCodeException",
    }
    deployment.confirm(newcomer, second)


def test_a_confirmed_user_gets_no_new_code(deployment, pool, settled):
    _fails(
        lambda: pool.resend_confirmation_code(ClientId=deployment.client_id, Username=settled),
        "InvalidParameterException",
        "User is already confirmed.",
    )


def test_sending_codes_again_has_an_end(deployment, pool, newcomer):
    def resend():
        try:
            pool.resend_confirmation_code(ClientId=deployment.client_id, Username=newcomer)
        except ClientError as error:
            return error.response["Error"]
        return None

    refused = next(filter(None, (resend() for _ in range(30))), None)
    assert refused
    assert refused["Code"] == "LimitExceededException"
    assert refused["Message"] == "Attempt limit exceeded, please try after some time."


def test_an_unknown_user_seems_to_get_a_code(deployment, pool):
    answer = pool.resend_confirmation_code(
        ClientId=deployment.client_id, Username=f"jane-{uuid4().hex}@example.com"
    )
    assert answer["CodeDeliveryDetails"] == {
        "AttributeName": "email",
        "DeliveryMedium": "EMAIL",
        "Destination": "j***@e***",
    }


def test_confirming_an_unknown_user_does_not_tell(deployment):
    with pytest.raises(ClientError) as refused:
        deployment.confirm(deployment.new_email(), "123456")
    assert refused.value.response["Error"]["Code"] in {
        "CodeMismatchException",
        "ExpiredCodeException",
    }


# Signing in


def test_a_sign_in_gives_three_tokens(deployment, pool, alice):
    answer = pool.initiate_auth(
        ClientId=deployment.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": alice.email, "PASSWORD": PASSWORD},
    )
    assert answer["ChallengeParameters"] == {}
    assert "ChallengeName" not in answer
    result = answer["AuthenticationResult"]
    assert result["ExpiresIn"] == 3600
    assert result["TokenType"] == "Bearer"
    assert len({result["AccessToken"], result["IdToken"], result["RefreshToken"]}) == 3


def test_an_unconfirmed_user_is_told_so(deployment, newcomer):
    _fails(
        lambda: deployment.sign_in(newcomer),
        "UserNotConfirmedException",
        "User is not confirmed.",
    )


def test_an_unconfirmed_user_with_a_wrong_password_is_not_told(deployment, newcomer):
    _fails(
        lambda: deployment.sign_in(newcomer, "Wrong-Horse-7"),
        "NotAuthorizedException",
        "Incorrect username or password.",
    )


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_a_wrong_password_and_an_unknown_user_look_the_same(deployment, settled, known):
    email = settled if known else deployment.new_email()
    _fails(
        lambda: deployment.sign_in(email, "Wrong-Horse-7"),
        "NotAuthorizedException",
        "Incorrect username or password.",
    )


def test_an_unknown_user_takes_as_long_as_a_wrong_password(deployment, newcomer):
    def seconds(email):
        started = time.perf_counter()
        _fails(lambda: deployment.sign_in(email, "Wrong-Horse-7"), "NotAuthorizedException")
        return time.perf_counter() - started

    wrong = min(seconds(newcomer) for _ in range(3))
    unknown = min(seconds(deployment.new_email()) for _ in range(3))
    # Without a hash it would be a hundredth; a busy machine alone makes a third.
    assert wrong / 8 < unknown < wrong * 8


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_guessing_passwords_locks_an_account(deployment, newcomer, known):
    email = newcomer if known else deployment.new_email()
    messages = []
    while "Password attempts exceeded" not in messages:
        assert len(messages) < 9
        guess = f"Wrong-Horse-{len(messages)}"
        failed = _fails(lambda: deployment.sign_in(email, guess), "NotAuthorizedException")  # noqa: B023
        messages.append(failed)
    assert len(messages) > 5
    assert set(messages[:-1]) == {"Incorrect username or password."}


def test_a_locked_account_opens_again(deployment):
    user = deployment.new_user()
    for _ in range(5):
        _fails(lambda: deployment.sign_in(user.email, "Wrong-Horse-7"), "NotAuthorizedException")

    def signed_in():
        try:
            return deployment.sign_in(user.email)
        except ClientError:
            return None

    assert eventually(signed_in)


def test_long_passwords_count_to_their_last_character(deployment):
    email = deployment.new_email()
    password = "Aa1!" * 63 + "Aa1"
    deployment.sign_up(email, password + "x")
    _fails(lambda: deployment.sign_in(email, password + "y"), "NotAuthorizedException")
    _fails(lambda: deployment.sign_in(email, password + "x"), "UserNotConfirmedException")


def test_a_password_has_at_most_256_characters(deployment):
    _fails(
        lambda: deployment.sign_up(deployment.new_email(), "Aa1!" * 64 + "x"),
        "InvalidParameterException",
    )


@pytest.mark.parametrize("flow", ["BOGUS_AUTH", "CUSTOM_AUTH", "ADMIN_USER_PASSWORD_AUTH"])
def test_another_way_of_signing_in_is_refused(deployment, pool, alice, flow):
    with pytest.raises(ClientError) as refused:
        pool.initiate_auth(
            ClientId=deployment.client_id,
            AuthFlow=flow,
            AuthParameters={"USERNAME": alice.email, "PASSWORD": PASSWORD},
        )
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("left_out", ["USERNAME", "PASSWORD"])
def test_a_sign_in_needs_both_parameters(deployment, pool, alice, left_out):
    parameters = {"USERNAME": alice.email, "PASSWORD": PASSWORD}
    del parameters[left_out]
    _fails(
        lambda: pool.initiate_auth(
            ClientId=deployment.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
        ),
        "InvalidParameterException",
    )


# Tokens


@pytest.fixture(scope="module")
def verified(deployment):
    """Verifies a token by the published keys; answers its header and claims."""
    keys = deployment.bytes.get(deployment.config["jwks_uri"]).json()["keys"]
    known = {key["kid"]: jwt.PyJWK(key) for key in keys}

    def verify(token, **options):
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token,
            known[header["kid"]],
            algorithms=["RS256"],
            issuer=deployment.config["issuer"],
            **options,
        )
        return header, claims

    return verify


def test_the_access_token_says_who_and_what(deployment, alice, verified):
    header, claims = verified(alice.tokens["AccessToken"])
    assert header["alg"] == "RS256"
    assert claims["token_use"] == "access"
    assert claims["client_id"] == deployment.client_id
    assert claims["username"] == claims["sub"]
    assert "aws.cognito.signin.user.admin" in claims["scope"].split()
    assert claims["exp"] - claims["iat"] == 3600
    assert {"auth_time", "jti", "origin_jti", "event_id"} <= set(claims)
    assert "email" not in claims


def test_the_id_token_says_who(deployment, alice, verified):
    header, claims = verified(alice.tokens["IdToken"], audience=deployment.client_id)
    assert header["alg"] == "RS256"
    assert claims["token_use"] == "id"
    assert claims["sub"] == claims["cognito:username"] == alice.sub
    assert claims["email"] == alice.email
    assert claims["email_verified"] is True
    assert claims["exp"] - claims["iat"] == 3600
    assert {"auth_time", "jti", "origin_jti", "event_id"} <= set(claims)


def test_access_and_id_tokens_are_signed_with_different_keys(alice):
    kids = {
        jwt.get_unverified_header(alice.tokens[name])["kid"] for name in ("AccessToken", "IdToken")
    }
    assert len(kids) == 2


def test_a_refresh_gives_new_tokens_of_the_same_session(deployment, alice, verified):
    answer = deployment.refresh(alice.tokens["RefreshToken"])
    assert answer["ExpiresIn"] == 3600
    assert answer["TokenType"] == "Bearer"
    assert "RefreshToken" not in answer
    _, before = verified(alice.tokens["AccessToken"])
    _, after = verified(answer["AccessToken"])
    assert after["jti"] != before["jti"]
    assert {name: after[name] for name in ("sub", "auth_time", "origin_jti")} == {
        name: before[name] for name in ("sub", "auth_time", "origin_jti")
    }
    assert verified(answer["IdToken"], audience=deployment.client_id)[1]["email"] == alice.email


def test_a_session_can_be_refreshed_again(deployment, alice):
    for _ in range(2):
        assert deployment.refresh(alice.tokens["RefreshToken"])["AccessToken"]


@pytest.mark.parametrize("made_up", ["nonsense", "a.b.c", "a.b.c.d.e", "\U0001f305", "A" * 2000])
def test_a_made_up_refresh_token_is_refused(deployment, made_up):
    _fails(lambda: deployment.refresh(made_up), "NotAuthorizedException", "Invalid Refresh Token")


def test_an_access_token_does_not_refresh(deployment, alice):
    _fails(
        lambda: deployment.refresh(alice.tokens["AccessToken"]),
        "NotAuthorizedException",
        "Invalid Refresh Token",
    )


def test_a_user_can_be_looked_up(pool, alice):
    answer = pool.get_user(AccessToken=alice.tokens["AccessToken"])
    assert answer["Username"] == alice.sub
    attributes = {each["Name"]: each["Value"] for each in answer["UserAttributes"]}
    assert attributes["sub"] == alice.sub
    assert attributes["email"] == alice.email
    assert attributes["email_verified"] == "true"


@pytest.mark.parametrize("made_up", ["nonsense", "a.b.c", "e30.e30.e30"])
def test_a_made_up_token_looks_nobody_up(pool, made_up):
    _fails(
        lambda: pool.get_user(AccessToken=made_up), "NotAuthorizedException", "Invalid Access Token"
    )


@pytest.mark.parametrize("name", ["IdToken", "RefreshToken"])
def test_another_token_looks_nobody_up(pool, alice, name):
    _fails(
        lambda: pool.get_user(AccessToken=alice.tokens[name]),
        "NotAuthorizedException",
        "Invalid Access Token",
    )


# Signing out


def test_a_revoked_session_is_over(deployment, pool, alice):
    session = alice.sign_in_again().tokens
    pool.revoke_token(Token=session["RefreshToken"], ClientId=deployment.client_id)
    _fails(
        lambda: deployment.refresh(session["RefreshToken"]),
        "NotAuthorizedException",
        "Refresh Token has been revoked",
    )
    _fails(
        lambda: pool.get_user(AccessToken=session["AccessToken"]),
        "NotAuthorizedException",
        "Access Token has been revoked",
    )


def test_tokens_refreshed_before_are_revoked_too(deployment, pool, alice):
    session = alice.sign_in_again().tokens
    refreshed = deployment.refresh(session["RefreshToken"])
    pool.revoke_token(Token=session["RefreshToken"], ClientId=deployment.client_id)
    _fails(
        lambda: pool.get_user(AccessToken=refreshed["AccessToken"]),
        "NotAuthorizedException",
        "Access Token has been revoked",
    )


def test_revoking_one_session_leaves_the_others(deployment, pool, alice):
    session = alice.sign_in_again().tokens
    pool.revoke_token(Token=session["RefreshToken"], ClientId=deployment.client_id)
    assert deployment.refresh(alice.tokens["RefreshToken"])["AccessToken"]
    assert pool.get_user(AccessToken=alice.tokens["AccessToken"])["Username"] == alice.sub


def test_revoking_twice_is_no_error(deployment, pool, alice):
    session = alice.sign_in_again().tokens
    for _ in range(2):
        pool.revoke_token(Token=session["RefreshToken"], ClientId=deployment.client_id)


@pytest.mark.parametrize("name", ["AccessToken", "IdToken"])
def test_only_refresh_tokens_can_be_revoked(deployment, pool, alice, name):
    _fails(
        lambda: pool.revoke_token(Token=alice.tokens[name], ClientId=deployment.client_id),
        "UnsupportedTokenTypeException",
    )
    assert pool.get_user(AccessToken=alice.tokens["AccessToken"])["Username"] == alice.sub


def test_a_global_sign_out_ends_every_session(deployment, pool):
    user = deployment.new_user()
    sessions = [user.tokens, user.sign_in_again().tokens]
    pool.global_sign_out(AccessToken=sessions[0]["AccessToken"])
    for session in sessions:
        _fails(
            lambda: pool.get_user(AccessToken=session["AccessToken"]),  # noqa: B023
            "NotAuthorizedException",
            "Access Token has been revoked",
        )
        _fails(
            lambda: deployment.refresh(session["RefreshToken"]),  # noqa: B023
            "NotAuthorizedException",
            "Refresh Token has been revoked",
        )
    assert pool.get_user(AccessToken=deployment.sign_in(user.email)["AccessToken"])


def test_a_global_sign_out_needs_a_token(pool):
    _fails(
        lambda: pool.global_sign_out(AccessToken="nonsense"),
        "NotAuthorizedException",
        "Invalid Access Token",
    )


# On the wire


def _post(deployment, action, content, **headers):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return deployment.bytes.post(
        deployment.config["identity_endpoint"],
        content=content,
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"{TARGET}{action}",
            **headers,
        },
    )


def _is_error(answer, kind=None):
    assert answer.status_code == 400, f"{answer.status_code} {answer.text[:500]}"
    body = answer.json()
    if kind:
        assert body["__type"] == kind
    assert re.fullmatch(r"\w+(Exception|Error)", body["__type"])
    return body.get("message") or body.get("Message") or ""


def test_an_error_is_said_in_body_and_headers(deployment):
    answer = _post(deployment, "GetUser", {"AccessToken": "nonsense"})
    assert _is_error(answer, "NotAuthorizedException") == "Invalid Access Token"
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.headers["x-amzn-errortype"] == "NotAuthorizedException:"
    assert answer.headers["x-amzn-errormessage"] == "Invalid Access Token"
    assert answer.headers["x-amzn-requestid"]


def test_a_page_may_read_the_pools_headers(deployment):
    answer = _post(
        deployment, "GetUser", {"AccessToken": "nonsense"}, Origin="https://editor.example"
    )
    exposed = expect.listed(answer, "access-control-expose-headers")
    assert exposed >= {"x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage", "date"}


def test_an_empty_success_is_an_empty_object(deployment, alice):
    session = alice.sign_in_again().tokens
    body = {"Token": session["RefreshToken"], "ClientId": deployment.client_id}
    answer = _post(deployment, "RevokeToken", body)
    assert answer.status_code == 200
    assert answer.json() == {}


@pytest.mark.parametrize("action", ["NoSuchAction", "", "__init__", "AdminDeleteUser"])
def test_an_unknown_action_is_refused(deployment, action):
    _is_error(_post(deployment, action, {}))


def test_an_action_of_another_service_is_refused(deployment):
    answer = _post(deployment, "", {}, **{"X-Amz-Target": "DynamoDB_20120810.GetUser"})
    _is_error(answer)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"Username": ...}, id="no-username"),
        pytest.param({"Username": ""}, id="empty-username"),
        pytest.param({"Username": "a" * 129}, id="long-username"),
        pytest.param({"Username": "jane doe@example.com"}, id="username-with-a-space"),
        pytest.param({"Password": ...}, id="no-password"),
        pytest.param({"ClientId": ...}, id="no-client"),
        pytest.param({"ClientId": ""}, id="empty-client"),
        pytest.param({"ClientId": "no client!"}, id="client-of-another-form"),
    ],
)
def test_a_bad_shape_is_a_validation_error(deployment, changes):
    body = {
        "ClientId": deployment.client_id,
        "Username": deployment.new_email(),
        "Password": PASSWORD,
        **changes,
    }
    body = {name: value for name, value in body.items() if value is not ...}
    message = _is_error(_post(deployment, "SignUp", body), "InvalidParameterException")
    assert re.match(r"\d+ validation errors? detected: Value at '", message), message


@pytest.mark.parametrize("value", [None, 7, True, [], {}, "\ud83d"])
@pytest.mark.parametrize("name", ["ClientId", "Username", "Password"])
def test_values_of_another_kind_are_refused(deployment, name, value):
    body = {
        "ClientId": deployment.client_id,
        "Username": deployment.new_email(),
        "Password": PASSWORD,
        name: value,
    }
    _is_error(_post(deployment, "SignUp", body))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"Action=SignUp", id="form"),
        pytest.param("{}".encode("utf-16"), id="utf-16"),
        pytest.param(b"\xff", id="no-utf8"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"ClientId": NaN}', id="nan"),
    ],
)
@pytest.mark.parametrize("action", ["SignUp", "InitiateAuth", "GetUser"])
def test_bodies_that_are_no_json_object_are_refused(deployment, action, content):
    _is_error(_post(deployment, action, content))


def test_a_body_that_is_too_large_is_refused(deployment):
    answer = _post(deployment, "SignUp", b" " * 2 * 1024 * 1024)
    assert answer.status_code in {400, 413}


def test_only_posts_are_taken(deployment):
    answer = deployment.bytes.get(deployment.config["identity_endpoint"])
    assert 400 <= answer.status_code < 500
    assert "<html" not in answer.text.lower()
