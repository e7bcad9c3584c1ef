import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.identity import shapes
from photohq.identity.actions import ACTIONS, costs_a_proof
from photohq.identity.refusals import InvalidParameter
from photohq.identity.shapes import validated

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)
AUTH_FLOWS = [
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
]
GOOD = {
    "ClientId": "abc123",
    "Username": "ann@example.com",
    "Password": "Correct-Horse-7",
    "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}],
    "ConfirmationCode": "123456",
    "AuthFlow": "USER_PASSWORD_AUTH",
    "AuthParameters": {"USERNAME": "ann@example.com"},
    "AccessToken": "a.b-c_d=",
    "Token": "a.b-c_d=",
    "RefreshToken": "abc-_",
    "ChallengeName": "PASSWORD_VERIFIER",
    "ChallengeResponses": {"USERNAME": "ann@example.com"},
    "Session": "s" * 20,
    "UserCode": "012345",
    "FriendlyDeviceName": "phone",
    "SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": False},
    "SMSMfaSettings": {},
    "EmailMfaSettings": {"Enabled": False},
    "WebAuthnMfaSettings": {},
    "PreviousPassword": "Correct-Horse-7",
    "ProposedPassword": "Better-Horse-8",
    "AttributeName": "email",
    "Code": "123456",
}


def refused(action, body):
    with pytest.raises(InvalidParameter) as refusal:
        validated(ACTIONS[action].members, body)
    return refusal.value.message


@pytest.mark.parametrize("action", ACTIONS)
def test_a_good_body_passes_and_other_members_are_left_out(action):
    members = validated(ACTIONS[action].members, GOOD | {"ClientMetadata": {"a": "b"}})
    assert members == {name: GOOD[name] for name in ACTIONS[action].members}


@pytest.mark.parametrize(
    ("action", "changes", "where", "constraint"),
    [
        ("GetUser", {"AccessToken": None}, "accessToken", "Member must not be null"),
        ("GetUser", {"AccessToken": 7}, "accessToken", "Member must be a string"),
        (
            "GetUser",
            {"AccessToken": "a b"},
            "accessToken",
            "Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+",
        ),
        (
            "GetUser",
            {"AccessToken": "abc\n"},
            "accessToken",
            "Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+",
        ),
        (
            "SignUp",
            {"Username": "ann example"},
            "username",
            r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        ),
        (
            "SignUp",
            {"Username": "a" * 129},
            "username",
            "Member must have length less than or equal to 128",
        ),
        (
            "SignUp",
            {"Password": "aA1!" * 65},
            "password",
            "Member must have length less than or equal to 256",
        ),
        (
            "SignUp",
            {"Password": "Correct Horse 7!"},
            "password",
            r"Member must satisfy regular expression pattern: [\S]+",
        ),
        ("SignUp", {"UserAttributes": {}}, "userAttributes", "Member must be a list"),
        (
            "SignUp",
            {"UserAttributes": ["email"]},
            "userAttributes.1.member",
            "Member must be a structure",
        ),
        (
            "SignUp",
            {"UserAttributes": [{"Name": "email"}, {"Value": "x"}]},
            "userAttributes.2.member.name",
            "Member must not be null",
        ),
        (
            "InitiateAuth",
            {"AuthFlow": "MAGIC"},
            "authFlow",
            f"Member must satisfy enum value set: [{', '.join(AUTH_FLOWS)}]",
        ),
        (
            "InitiateAuth",
            {"AuthParameters": {"USERNAME": 7}},
            "authParameters",
            "Member must be a map of strings",
        ),
    ],
)
def test_what_is_wrong_is_said_as_aws_says_it(action, changes, where, constraint):
    assert refused(action, GOOD | changes) == (
        f"1 validation error detected: Value at '{where}' failed to satisfy constraint:"
        f" {constraint}"
    )


def test_a_null_in_a_map_counts_as_missing():
    body = GOOD | {"AuthParameters": {"USERNAME": "ann@example.com", "DEVICE_KEY": None}}
    assert validated(ACTIONS["InitiateAuth"].members, body)["AuthParameters"]["DEVICE_KEY"] is None


def test_all_that_is_wrong_is_said_at_once():
    message = refused("ConfirmSignUp", {"Username": ""})
    assert message.startswith("4 validation errors detected: ")
    assert message.count("; Value at '") == 3


def test_passwords_are_never_repeated():
    assert "hunter2" not in refused("SignUp", GOOD | {"Password": "hunter2 hunter2"})


@given(st.sampled_from(sorted(ACTIONS)), st.dictionaries(st.sampled_from(sorted(GOOD)), JSON))
def test_any_body_passes_or_is_refused_in_plain_ascii(action, body):
    try:
        validated(ACTIONS[action].members, body)
    except InvalidParameter as refusal:
        message = refusal.message
        assert message.isascii()
        assert message.isprintable()
    assert isinstance(costs_a_proof(action, body), bool)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1, max_size=128))
def test_user_names_are_of_visible_characters(name):
    assert list(shapes.USERNAME.check("username", name)) == []


@given(st.text(max_size=60), st.sampled_from(" \n\t\0\u202e\u200b\u2028"), st.text(max_size=60))
def test_invisible_characters_in_user_names_are_refused(before, invisible, after):
    assert len(list(shapes.USERNAME.check("username", before + invisible + after))) == 1


def test_only_a_refresh_costs_no_proof_and_no_other_action_can_claim_to_be_one():
    assert costs_a_proof("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH"})
    assert not costs_a_proof("InitiateAuth", {"AuthFlow": "REFRESH_TOKEN_AUTH"})
    assert costs_a_proof("SignUp", {"AuthFlow": "REFRESH_TOKEN_AUTH"})
    assert not costs_a_proof("GetUser", {})
