"""Cognito's pool: what the gateway verified is believed, and sessions are asked about if wanted."""

import pytest
from tests.aws.stack import client

from photohq.identity import cognito_sessions
from photohq.identity.cognito import CognitoPool
from photohq.identity.cognito_sessions import CognitoSessions
from photohq.photos.errors import Unauthenticated, Unavailable

POOL = CognitoPool(
    region="eu-central-1",
    user_pool_id="eu-central-1_Pool",
    client_id="client",
    endpoint_url="https://cognito-idp.eu-central-1.amazonaws.com",
)
CLAIMS = {"sub": "ada", "token_use": "access", "jti": "1"}
PASSWORD = "Correct-Horse-7"


def test_a_caller_is_who_the_gateway_says():
    assert POOL.verified(CLAIMS).caller("token").user_id == "ada"


@pytest.mark.parametrize("claims", [None, {}, {**CLAIMS, "token_use": "id"}, {"sub": "ada"}])
def test_without_an_access_tokens_claims_there_is_no_caller(claims):
    with pytest.raises(Unauthenticated):
        POOL.verified(claims).caller("token")


def test_the_pool_is_described_as_cognitos_clients_know_it():
    described = POOL.describe()
    assert described.identity_endpoint == "https://cognito-idp.eu-central-1.amazonaws.com/"
    assert described.issuer == "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Pool"
    assert described.jwks_uri == f"{described.issuer}/.well-known/jwks.json"


@pytest.fixture(scope="module")
def cognito(aws_url):
    return client(aws_url, "cognito-idp")


@pytest.fixture
def token(cognito):
    """An access token of a new user of a new pool."""
    pool = cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ada")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="ada", Password=PASSWORD, Permanent=True
    )
    answer = cognito.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    return answer["AuthenticationResult"]["AccessToken"]


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(aws_url, clock):
    return CognitoSessions("eu-central-1", aws_url, clock)


def test_a_session_that_goes_on_is_good(sessions, token):
    sessions.check("1", token)


def test_a_session_that_was_ended_is_refused_within_a_minute(sessions, clock, cognito, token):
    sessions.check("1", token)
    cognito.global_sign_out(AccessToken=token)
    sessions.check("1", token)
    clock.now += cognito_sessions.SECONDS + 1
    with pytest.raises(Unauthenticated):
        sessions.check("1", token)


def test_a_token_that_was_not_asked_about_is_refused_at_once(sessions, cognito, token):
    cognito.global_sign_out(AccessToken=token)
    with pytest.raises(Unauthenticated):
        sessions.check("2", token)


def test_a_refusal_is_not_remembered_as_good(sessions):
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            sessions.check("1", "made-up")


def test_what_nobody_can_tell_is_unavailable(clock):
    with pytest.raises(Unavailable):
        CognitoSessions("eu-central-1", "http://127.0.0.1:9", clock).check("1", "token")


def test_the_pool_asks_where_it_is_told_to(token, sessions, cognito):
    pool = CognitoPool(
        region=POOL.region,
        user_pool_id=POOL.user_pool_id,
        client_id=POOL.client_id,
        endpoint_url=POOL.endpoint_url,
        sessions=sessions,
    )
    assert pool.verified(CLAIMS).caller(token).user_id == "ada"
    cognito.global_sign_out(AccessToken=token)
    with pytest.raises(Unauthenticated):
        pool.verified({**CLAIMS, "jti": "2"}).caller(token)


def test_few_answers_are_kept(sessions, token, monkeypatch):
    monkeypatch.setattr(cognito_sessions, "REMEMBERED", 2)
    for number in range(5):
        sessions.check(str(number), token)
    assert len(sessions._good_until) <= 2
