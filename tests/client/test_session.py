import threading

import pytest

from photohq.client import errors
from photohq.client.session import MARGIN

from .stand_in import CONFIG, METADATA, TOKENS, body, ok, problem

LOOK = "GET /prod/photos/p1/metadata"


def authentication(token, **more):
    return ok({"AuthenticationResult": {"AccessToken": token, "ExpiresIn": 3600, **more}})


def refused(name, message="No"):
    return problem(400, __type=name, message=message)


def sent_tokens(deployment):
    return [request.headers["authorization"] for request in deployment.asked(LOOK)]


def test_signing_in_gives_the_calls_their_token(deployment):
    deployment.on("InitiateAuth", authentication("mine", RefreshToken="again"))
    deployment.on(LOOK, ok(METADATA))
    with deployment.client(tokens=None) as client:
        client.sign_in("a@example.com", "secret")
        client.metadata("p1")
        assert client.tokens.refresh_token == "again"
        assert client.tokens.expires_at == 3600
    assert sent_tokens(deployment) == ["Bearer mine"]
    assert body(deployment.asked("InitiateAuth")[0]) == {
        "ClientId": "client",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "a@example.com", "PASSWORD": "secret"},
    }


def test_a_call_without_a_user_says_so(deployment):
    with deployment.client(tokens=None) as client, pytest.raises(errors.NotSignedIn):
        client.metadata("p1")
    assert deployment.requests == []


def test_a_token_is_renewed_before_it_ends(deployment, client):
    deployment.on("InitiateAuth", authentication("second"))
    deployment.on(LOOK, ok(METADATA))
    deployment.now = TOKENS.expires_at - MARGIN - 1
    client.metadata("p1")
    deployment.now += 1
    client.metadata("p1")
    assert sent_tokens(deployment) == ["Bearer first", "Bearer second"]
    renewal = body(deployment.asked("InitiateAuth")[0])
    assert renewal["AuthFlow"] == "REFRESH_TOKEN_AUTH"
    assert renewal["AuthParameters"] == {"REFRESH_TOKEN": "refresh"}
    assert client.tokens.refresh_token == "refresh"


def test_a_token_that_is_refused_is_renewed_once(deployment, client):
    deployment.on("InitiateAuth", authentication("second"))
    deployment.on(LOOK, problem(401), ok(METADATA))
    client.metadata("p1")
    assert sent_tokens(deployment) == ["Bearer first", "Bearer second"]


def test_a_renewed_token_that_is_refused_too_is_final(deployment, client):
    deployment.on("InitiateAuth", authentication("second"))
    deployment.on(LOOK, problem(401))
    with pytest.raises(errors.Unauthenticated):
        client.metadata("p1")
    assert len(deployment.asked(LOOK)) == 2


def test_a_session_that_is_over_says_so(deployment, client):
    deployment.now = TOKENS.expires_at
    deployment.on("InitiateAuth", refused("NotAuthorizedException", "Refresh Token has expired"))
    with pytest.raises(errors.IdentityRefused, match="Refresh Token has expired") as caught:
        client.metadata("p1")
    assert caught.value.name == "NotAuthorizedException"


def test_threads_renew_a_token_once(deployment, client):
    deployment.on("InitiateAuth", authentication("second"))
    deployment.on(LOOK, ok(METADATA))
    deployment.now = TOKENS.expires_at
    threads = [threading.Thread(target=client.metadata, args=("p1",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(deployment.asked("InitiateAuth")) == 1
    assert sent_tokens(deployment) == ["Bearer second"] * 8


def test_a_challenge_is_named(deployment):
    challenge = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s", "ChallengeParameters": {}}
    deployment.on("InitiateAuth", ok(challenge))
    with deployment.client(tokens=None) as client, pytest.raises(errors.ChallengeRequired) as asked:
        client.sign_in("a@example.com", "secret")
    assert (asked.value.name, asked.value.session) == ("SOFTWARE_TOKEN_MFA", "s")


def test_the_user_pool_is_asked_in_cognitos_protocol(deployment, client):
    deployment.on("SignUp", ok({"UserSub": "u1", "UserConfirmed": False}))
    deployment.on("ConfirmSignUp", ok({}))
    assert client.users.sign_up("a@example.com", "secret") == "u1"
    client.users.confirm("a@example.com", "123456")
    (asked,) = deployment.asked("SignUp")
    assert asked.headers["content-type"] == "application/x-amz-json-1.1"
    assert body(asked)["UserAttributes"] == [{"Name": "email", "Value": "a@example.com"}]
    assert body(deployment.asked("ConfirmSignUp")[0])["ConfirmationCode"] == "123456"


def test_a_page_in_between_is_not_taken_for_the_user_pool(deployment, client):
    deployment.on("SignUp", problem(200, UserSub=5))
    with pytest.raises(errors.UnexpectedAnswer):
        client.users.sign_up("a@example.com", "secret")


def test_a_deployment_without_a_user_pool_says_where_users_sign_in(deployment):
    elsewhere = {"region": None, "user_pool_id": None, "identity_endpoint": None}
    config = CONFIG | elsewhere | {"issuer": "https://accounts.example.org"}
    deployment.on("GET /prod/config", ok(config))
    with deployment.client(tokens=None) as client, pytest.raises(errors.NoUserPool) as raised:
        client.sign_in("a@example.com", "secret")
    assert "https://accounts.example.org" in str(raised.value)


def test_a_session_begins_at_the_first_call(deployment):
    deployment.on("InitiateAuth", authentication("mine", RefreshToken="again"))
    deployment.on(LOOK, ok(METADATA))
    with deployment.client(tokens=None, email="a@example.com", password="secret") as client:
        client.metadata("p1")
        client.metadata("p1")
    assert len(deployment.asked("InitiateAuth")) == 1
    assert sent_tokens(deployment) == ["Bearer mine"] * 2


def test_a_session_that_is_over_begins_anew_where_the_password_is_known(deployment):
    deployment.now = TOKENS.expires_at
    deployment.on("InitiateAuth", refused("NotAuthorizedException"), authentication("mine"))
    deployment.on(LOOK, ok(METADATA))
    with deployment.client(email="a@example.com", password="secret") as client:
        client.metadata("p1")
    flows = [body(request)["AuthFlow"] for request in deployment.asked("InitiateAuth")]
    assert flows == ["REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"]


def test_a_challenge_is_answered(deployment):
    challenge = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s"}
    deployment.on("InitiateAuth", ok(challenge))
    deployment.on("RespondToAuthChallenge", authentication("mine", RefreshToken="again"))
    with deployment.client(tokens=None) as client:
        with pytest.raises(errors.ChallengeRequired) as asked:
            client.sign_in("a@example.com", "secret")
        client.answer_challenge(asked.value, "123456")
        assert client.tokens.access_token == "mine"
    answer = body(deployment.asked("RespondToAuthChallenge")[0])
    assert answer["ChallengeResponses"] == {
        "USERNAME": "a@example.com",
        "SOFTWARE_TOKEN_MFA_CODE": "123456",
    }


def test_a_session_is_ended_on_both_sides(deployment, client):
    deployment.on("RevokeToken", ok({}))
    client.sign_out()
    assert client.tokens is None
    assert body(deployment.asked("RevokeToken")[0])["Token"] == TOKENS.refresh_token


def test_the_user_pool_tells_who_is_signed_in(deployment, client):
    attributes = [{"Name": "sub", "Value": "u1"}, {"Name": "email", "Value": "a@example.com"}]
    answer = {"Username": "u1", "UserAttributes": attributes}
    methods = {"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"]}
    deployment.on("GetUser", ok(answer), ok({**answer, **methods}))
    plain, secured = client.me(), client.me()
    assert (plain.user_id, plain.email, plain.second_factor) == ("u1", "a@example.com", False)
    assert secured.second_factor


def test_a_second_factor_is_set_up_where_one_is_demanded(deployment):
    deployment.on("InitiateAuth", ok({"ChallengeName": "MFA_SETUP", "Session": "s1"}))
    deployment.on("AssociateSoftwareToken", ok({"SecretCode": "JBSW", "Session": "s2"}))
    deployment.on("VerifySoftwareToken", ok({"Status": "SUCCESS", "Session": "s3"}))
    deployment.on("RespondToAuthChallenge", authentication("mine", RefreshToken="again"))
    shown = []

    def code(begun):
        shown.append(begun.address)
        return "123456"

    with deployment.client(tokens=None) as client:
        with pytest.raises(errors.ChallengeRequired) as asked:
            client.sign_in("a@example.com", "secret")
        client.set_up_second_factor(asked.value, code)
        assert client.tokens.access_token == "mine"
    assert shown == ["otpauth://totp/Photo%20HQ:a%40example.com?secret=JBSW&issuer=Photo%20HQ"]
    assert body(deployment.asked("AssociateSoftwareToken")[0]) == {"Session": "s1"}
    proof = body(deployment.asked("VerifySoftwareToken")[0])
    assert proof == {"Session": "s2", "UserCode": "123456"}
    answer = body(deployment.asked("RespondToAuthChallenge")[0])
    assert (answer["ChallengeName"], answer["Session"]) == ("MFA_SETUP", "s3")


def test_tokens_do_not_show_themselves(client):
    assert TOKENS.access_token not in repr(client.tokens)
    assert TOKENS.refresh_token not in f"{client.tokens}"
