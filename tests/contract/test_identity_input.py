"""Whatever is sent to the user pool is answered, and what makes no sense is refused."""

import re
import time

import httpx
import pytest

from .deployment import eventually
from .pool_actions import OF_CLIENTS, REQUESTS, members, parameters
from .user_pool import JSON, QUICK, TARGET, call, error, post, sign_in

pytestmark = pytest.mark.usefixtures("own_pool")

BY_ACTION = pytest.mark.parametrize("request_", REQUESTS, ids=str)
OTHER_KINDS = [7, -0.5, True, False, ["a"], [], {"a": "b"}, {}]
ODD_TEXTS = {
    "space": " ",
    "control": "\x00\x07\x1b",
    "line": "a\r\nX-Evil: 1",
    "tab": "a\tb",
    "umlaut": "\u00fc",
    "kanji": "\u8a9e",
    "emoji": "\U0001f305",
    "arabic digits": "\u0661\u0662\u0663\u0664\u0665\u0666",
    "bidi": "a\u202eb",
    "quote": "'; DROP TABLE users; --",
    "tag": "<script>alert(1)</script>",
    "format": "%s%n{0}",
}
ODD = pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
LONG = 900_000
ANSWERED_TO_ANYBODY = {"ResendConfirmationCode", "ForgotPassword"}


def _named(found):
    return [pytest.param(each, id=f"{each[0]}-{each[1]}".replace(" ", "-")) for each in found]


EACH_MEMBER = pytest.mark.parametrize("member", _named(members()))
EACH_TOKEN = pytest.mark.parametrize(
    "member", _named(each for each in members() if not each[2].longest)
)
EACH_BOUNDED_MEMBER = pytest.mark.parametrize(
    "member", _named(each for each in members() if each[2].longest)
)
EACH_PARAMETER = pytest.mark.parametrize("parameter", _named(parameters()))


def _breaks_shape(answer, name):
    """Holds that a request is refused for one member's shape, in the words of AWS."""
    kind, message = error(answer)
    assert kind == "InvalidParameterException"
    assert re.match(r"\d+ validation errors? detected: Value at '", message), message
    named = re.findall(r"Value at '([^']*)' failed to satisfy constraint: Member must ", message)
    assert set(named) == {name[0].lower() + name[1:]}, message


def _sent(deployment, visitor, request, **changes):
    body = {**request.make(visitor), **changes}
    body = {name: value for name, value in body.items() if value is not ...}
    return post(deployment, request.action, body)


def _sent_within(deployment, visitor, request, **changes):
    """Sends the request with changed parameters of a sign-in's step."""
    inner = {**request.make(visitor)[request.within], **changes}
    inner = {name: value for name, value in inner.items() if value is not ...}
    return _sent(deployment, visitor, request, **{request.within: inner})


# Each action, each member


@pytest.mark.parametrize("absent", [..., None], ids=["missing", "null"])
@pytest.mark.parametrize(
    "member",
    # A handshake has no session.
    _named(
        each for each in members() if (each[0].name, each[1]) != ("PASSWORD_VERIFIER", "Session")
    ),
)
def test_a_member_is_needed(deployment, visitor, member, absent):
    request_, name, kind = member
    optional = not kind.required or "Software" in request_.action
    if optional and name in {"AccessToken", "Session"}:  # one of the two has to be there
        assert error(_sent(deployment, visitor, request_, **{name: absent}))[0] == (
            "InvalidParameterException"
        )
    else:
        _breaks_shape(_sent(deployment, visitor, request_, **{name: absent}), name)


@EACH_MEMBER
def test_a_member_is_not_empty(deployment, visitor, member):
    request_, name, _ = member
    _breaks_shape(_sent(deployment, visitor, request_, **{name: ""}), name)


@pytest.mark.parametrize("value", OTHER_KINDS, ids=repr)
@EACH_MEMBER
def test_a_member_is_text(deployment, visitor, member, value):
    request_, name, _ = member
    answer = _sent(deployment, visitor, request_, **{name: value})
    if error(answer)[0] != "SerializationException":
        _breaks_shape(answer, name)


@EACH_BOUNDED_MEMBER
def test_a_member_has_a_length(deployment, visitor, member):
    request_, name, kind = member
    for length in (kind.longest + 1, LONG):
        _breaks_shape(_sent(deployment, visitor, request_, **{name: "a" * length}), name)


@EACH_TOKEN
def test_a_long_token_is_none(deployment, visitor, member):
    request_, name, _ = member
    answer = _sent(deployment, visitor, request_, **{name: "a" * LONG})
    if request_.action == "RevokeToken":  # what is no token needs no revoking
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() < QUICK
    else:
        assert error(answer)[0] == "NotAuthorizedException"


@pytest.mark.parametrize(
    ("member", "text"),
    [
        pytest.param(
            member,
            text,
            id=f"{member[0]}-{member[1]}-{label}".replace(" ", "-"),
        )
        for member in members()
        for label, text in ODD_TEXTS.items()
    ],
)
def test_odd_text_is_refused(deployment, visitor, member, text):
    request_, name, _ = member
    answer = _sent(deployment, visitor, request_, **{name: text})
    if name == "Username" and request_.action in ANSWERED_TO_ANYBODY and answer.status_code == 200:
        assert set(answer.json()) == {"CodeDeliveryDetails"}
        return
    refusal, message = error(answer)
    assert refusal in {
        "InvalidParameterException",
        "NotAuthorizedException",
        "CodeMismatchException",
        "ExpiredCodeException",
        "LimitExceededException",
        "InvalidPasswordException",
    }
    assert "<script>" not in message


@BY_ACTION
def test_an_empty_object_is_refused(deployment, request_):
    assert error(post(deployment, request_.action, {}))[0] == "InvalidParameterException"


@BY_ACTION
def test_all_that_is_wrong_is_named(deployment, visitor, request_):
    body = dict.fromkeys(request_.make(visitor), 7)
    _, message = error(post(deployment, request_.action, body))
    assert message.startswith(f"{len(body)} validation error"), message
    for name in body:
        assert f"'{name[0].lower()}{name[1:]}'" in message


@BY_ACTION
def test_a_refused_value_is_not_repeated(deployment, visitor, request_):
    """It may be a password in the wrong place."""
    for name in request_.texts:
        secret = "Geheim-77 " * 300
        _, message = error(_sent(deployment, visitor, request_, **{name: secret}))
        assert "Geheim" not in message


def test_members_that_nobody_knows_are_ignored(deployment, alice):
    answer = call(
        deployment,
        "GetUser",
        AccessToken=alice.tokens["AccessToken"],
        Future={"nested": [1, None]},
        ClientMetadata={"a": "b"},
    )
    assert answer["Username"] == alice.sub


# Each step of a sign-in, each parameter


@pytest.mark.parametrize("value", [..., None, "", 7, True, ["a"], {"a": "b"}], ids=repr)
@EACH_PARAMETER
def test_a_parameter_is_text_that_is_not_empty(deployment, visitor, parameter, value):
    request_, name = parameter
    answer = _sent_within(deployment, visitor, request_, **{name: value})
    assert error(answer)[0] in {"InvalidParameterException", "SerializationException"}


@ODD
@EACH_PARAMETER
def test_odd_text_is_no_parameter(deployment, visitor, parameter, text):
    request_, name = parameter
    # Everybody guesses for a name of their own: five guesses lock one.
    changes = {"USERNAME": deployment.new_email()} if "USERNAME" in request_.parameters else {}
    answer = _sent_within(deployment, visitor, request_, **{**changes, name: text})
    if answer.status_code == 200:  # any name gets a first step
        assert (request_.name, name) == ("USER_SRP_AUTH", "USERNAME")
        return
    kind, message = error(answer)
    assert kind in {"InvalidParameterException", "NotAuthorizedException"}
    assert "<script>" not in message


@EACH_PARAMETER
def test_a_huge_parameter_is_refused_quickly(deployment, visitor, parameter):
    request_, name = parameter
    changes = {"USERNAME": deployment.new_email()} if "USERNAME" in request_.parameters else {}
    answer = _sent_within(deployment, visitor, request_, **{**changes, name: "a" * LONG})
    if request_.name == "USER_SRP_AUTH" and name == "USERNAME" and answer.status_code == 200:
        return  # any name gets a first step
    assert error(answer)[0] in {"InvalidParameterException", "NotAuthorizedException"}


def test_a_first_step_does_not_grow_with_the_name(deployment, visitor):
    request = next(one for one in REQUESTS if one.name == "USER_SRP_AUTH")
    answer = _sent_within(deployment, visitor, request, USERNAME="a" * LONG)
    assert len(answer.content) < 16_384


@pytest.mark.parametrize("value", [..., None, {}], ids=["missing", "null", "empty"])
@pytest.mark.parametrize("request_", [one for one in REQUESTS if one.within], ids=str)
def test_a_step_needs_parameters(deployment, visitor, request_, value):
    answer = _sent(deployment, visitor, request_, **{request_.within: value})
    assert error(answer)[0] == "InvalidParameterException"


@pytest.mark.parametrize("value", [7, True, "USERNAME", ["USERNAME"], [], ""], ids=repr)
@pytest.mark.parametrize("request_", [one for one in REQUESTS if one.within], ids=str)
def test_parameters_are_a_map(deployment, visitor, request_, value):
    answer = _sent(deployment, visitor, request_, **{request_.within: value})
    assert error(answer)[0] in {"InvalidParameterException", "SerializationException"}


@pytest.mark.parametrize(
    "name",
    [
        "SMS_MFA",
        "NEW_PASSWORD_REQUIRED",
        "CUSTOM_CHALLENGE",
        "DEVICE_SRP_AUTH",
        "NO_SUCH",
        "\u00fc",
    ],
)
def test_other_challenges_are_refused(deployment, visitor, name):
    answer = post(
        deployment,
        "RespondToAuthChallenge",
        {
            "ClientId": deployment.client_id,
            "ChallengeName": name,
            "Session": "A" * 40,
            "ChallengeResponses": {"USERNAME": visitor.email, "ANSWER": "1"},
        },
    )
    assert error(answer)[0] == "InvalidParameterException"


# Lists and structures


@pytest.mark.parametrize(
    "value",
    [
        7,
        "email",
        {"Name": "email", "Value": "a@example.com"},
        [7],
        [None],
        [[]],
        [{}],
        [{"Name": None}],
        [{"Name": ""}],
        [{"Name": 7, "Value": "a@example.com"}],
        [{"Name": "a" * 33, "Value": "x"}],
        [{"Name": "email", "Value": 7}],
        [{"Name": "email", "Value": "a" * 2049}],
        [{"Name": "email", "Value": ["a@example.com"]}],
        [{"Name": "email", "Value": ""}],
        [{"Name": "email"}],
        [{"Name": "email", "Value": "jane"}],
        [{"Name": "email", "Value": "j\u00e4ne@example.com"}],
        [{"Name": "email", "Value": "jane@example.com\r\nBcc: all@example.com"}],
        [{"Name": "email", "Value": "a@example.com,b@example.com"}],
        [{"Name": "email", "Value": "a@example.com"}, {"Name": "email", "Value": "b@example.com"}],
        [{"Name": "\u8a9e", "Value": "x"}],
        [{"Name": "sub", "Value": "00000000-0000-4000-8000-000000000000"}],
        [{"Name": "email_verified", "Value": "true"}],
        [{"Name": "Email", "Value": "a@example.com"}],
        [{"Name": "custom:admin", "Value": "1"}],
        [{"Name": "email", "Value": "a@example.com"}] * 10_000,
    ],
    ids=lambda value: ascii(value)[:60],
)
@pytest.mark.parametrize("request_", [one for one in REQUESTS if one.lists], ids=str)
def test_attributes_that_cannot_be_written_are_refused(deployment, visitor, request_, value):
    changes = {request_.lists[0]: value}
    if request_.action == "SignUp":
        changes["Username"] = deployment.new_email()
    kind, _ = error(_sent(deployment, visitor, request_, **changes))
    assert kind in {
        "InvalidParameterException",
        "NotAuthorizedException",
        "SerializationException",
    }


@pytest.mark.parametrize("count", [100, 10_000])
@pytest.mark.parametrize("request_", [one for one in REQUESTS if one.lists], ids=str)
def test_many_mistakes_make_no_long_message(deployment, visitor, request_, count):
    """HTTP clients and proxies give up on long headers."""
    answer = _sent(deployment, visitor, request_, **{request_.lists[0]: [7] * count})
    _, message = error(answer)
    assert len(message) <= 4096


def test_an_account_keeps_its_address_after_all_that(deployment, visitor):
    answer = call(deployment, "GetUser", AccessToken=visitor.tokens["AccessToken"])
    attributes = {each["Name"]: each["Value"] for each in answer["UserAttributes"]}
    assert attributes["email"] == visitor.email
    assert "UserMFASettingList" not in answer


@pytest.mark.parametrize(
    "settings",
    [
        {"SoftwareTokenMfaSettings": 7},
        {"SoftwareTokenMfaSettings": "Enabled"},
        {"SoftwareTokenMfaSettings": [True]},
        {"SoftwareTokenMfaSettings": {"Enabled": "true"}},
        {"SoftwareTokenMfaSettings": {"Enabled": 1}},
        {"SoftwareTokenMfaSettings": {"Enabled": False, "PreferredMfa": True}},
        {"SoftwareTokenMfaSettings": {"Enabled": True}},
        {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}},
        {"SMSMfaSettings": {"Enabled": True}},
        {"EmailMfaSettings": {"Enabled": True}},
        {"SMSMfaSettings": 7},
    ],
    ids=repr,
)
def test_settings_that_cannot_be_had_are_refused(deployment, visitor, settings):
    answer = post(
        deployment,
        "SetUserMFAPreference",
        {"AccessToken": visitor.tokens["AccessToken"], **settings},
    )
    assert error(answer)[0] in {"InvalidParameterException", "SerializationException"}


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "      ", "\u0661" * 6, "12 456"])
def test_an_authenticator_code_is_six_digits(deployment, visitor, code):
    answer = post(
        deployment,
        "VerifySoftwareToken",
        {"AccessToken": visitor.tokens["AccessToken"], "UserCode": code},
    )
    _breaks_shape(answer, "UserCode")


@pytest.mark.parametrize("action", ["AssociateSoftwareToken", "VerifySoftwareToken"])
def test_a_token_and_a_session_exclude_each_other(deployment, visitor, action):
    body = {
        "AccessToken": visitor.tokens["AccessToken"],
        "Session": "A" * 40,
        "UserCode": "123456",
    }
    assert error(post(deployment, action, body))[0] == "InvalidParameterException"


@pytest.mark.parametrize("name", ["phone_number", "sub", "Email"])
@pytest.mark.parametrize("action", ["GetUserAttributeVerificationCode", "VerifyUserAttribute"])
def test_only_the_address_can_be_verified(deployment, visitor, action, name):
    body = {
        "AccessToken": visitor.tokens["AccessToken"],
        "AttributeName": name,
        "Code": "123456",
    }
    assert error(post(deployment, action, body))[0] == "InvalidParameterException"


# Sizes


@pytest.mark.parametrize("letter", ["a", "\u00fc", "\U0001f305"], ids=["ascii", "umlaut", "emoji"])
def test_a_password_of_nearly_a_mebibyte_is_refused_quickly(deployment, letter):
    password = "Aa1!" + letter * (LONG // len(letter.encode()))
    started = time.monotonic()
    answer = sign_in(deployment, deployment.new_email(), password)
    assert error(answer)[0] in {"InvalidParameterException", "NotAuthorizedException"}
    assert time.monotonic() - started < QUICK


def test_a_long_password_is_not_cut(deployment):
    """The right one with more behind it is another."""
    email, password = deployment.new_email(), "Aa1!" * 64
    deployment.sign_up(email, password)
    assert error(sign_in(deployment, email, password))[0] == "UserNotConfirmedException"
    for more in ("x", "x" * LONG, "\0"):
        assert error(sign_in(deployment, email, password + more))[0] in {
            "InvalidParameterException",
            "NotAuthorizedException",
        }


@BY_ACTION
def test_a_body_over_a_mebibyte_is_refused(deployment, visitor, request_):
    answer = _sent(deployment, visitor, request_, Padding="a" * 1024 * 1024)
    assert error(answer)[0] == "InvalidParameterException"


def test_a_body_of_unknown_length_over_a_mebibyte_is_refused(deployment):
    headers = {"Content-Type": JSON, "X-Amz-Target": f"{TARGET}GetUser"}
    chunks = (b" " * 65536 for _ in range(17))
    try:
        answer = deployment.bytes.post(
            deployment.config["identity_endpoint"], content=chunks, headers=headers
        )
    except httpx.WriteError:  # refused before the end, and closed
        return
    assert error(answer)[0] == "InvalidParameterException"


# Targets and clients


@pytest.mark.parametrize(
    "target",
    [
        "",
        "GetUser",
        f"{TARGET}",
        f"{TARGET}getuser",
        f"{TARGET}GetUser.GetUser",
        f"{TARGET}AdminGetUser",
        f"{TARGET}ListUsers",
        f"{TARGET}CreateUserPool",
        f"{TARGET}../GetUser",
        f"{TARGET}_get_user",
        f"{TARGET}{'A' * 5000}",
        "AWSCognitoIdentityService.GetUser",
        "awscognitoidentityproviderservice.GetUser",
        "DynamoDB_20120810.GetItem",
        b"AWSCognitoIdentityProviderService.\xc3\xbc",
    ],
    ids=lambda target: ascii(target)[:60],
)
def test_a_target_that_is_no_action_is_refused(deployment, alice, target):
    answer = deployment.bytes.post(
        deployment.config["identity_endpoint"],
        content=b'{"AccessToken": "%s"}' % alice.tokens["AccessToken"].encode(),
        headers={"Content-Type": JSON, "X-Amz-Target": target},
    )
    assert error(answer)[0] in {"UnknownOperationException", "InvalidActionException"}


def test_a_request_without_a_target_is_refused(deployment):
    answer = deployment.bytes.post(
        deployment.config["identity_endpoint"], content=b"{}", headers={"Content-Type": JSON}
    )
    assert error(answer)[0] in {"UnknownOperationException", "InvalidActionException"}


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_page_could_send_unasked_is_refused(deployment, alice, media_type):
    """Browsers let any page send forms and plain text; they ask before JSON."""
    body = {"AccessToken": alice.tokens["AccessToken"]}
    answer = post(deployment, "GetUser", body, **{"Content-Type": media_type})
    error(answer)


@pytest.mark.parametrize("client_id", ["unknownclient0123456789abc", "a", "A" * 128, "__class__"])
@pytest.mark.parametrize("request_", OF_CLIENTS, ids=str)
def test_an_unknown_client_is_refused(deployment, visitor, request_, client_id):
    kind, _ = error(_sent(deployment, visitor, request_, ClientId=client_id))
    assert kind == "ResourceNotFoundException"


def test_the_account_works_after_all_that(deployment, visitor):
    # Odd texts in the place of the password have locked it for a moment.
    assert eventually(lambda: sign_in(deployment, visitor.email).status_code == 200)
    assert visitor.api.get("/photos").status_code == 200
