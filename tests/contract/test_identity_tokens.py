"""Which tokens the user pool's actions take: access tokens of a live session, and no others."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from .pool_actions import OF_USERS
from .user_pool import BAD_TOKEN, REVOKED, call, error, post

pytestmark = pytest.mark.usefixtures("own_pool")


def _with_token(user, request, token):
    body = {**request.make(user), "AccessToken": token}
    return post(user.deployment, request.action, body)


@pytest.fixture(scope="module")
def over(deployment):
    """The tokens of a session that was revoked."""
    user = deployment.new_user()
    session = user.sign_in_again().tokens
    call(deployment, "RevokeToken", Token=session["RefreshToken"], ClientId=deployment.client_id)
    return session


@pytest.fixture(scope="module")
def own_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


OTHER_TOKENS = {
    "an ID token": lambda tokens, key: tokens["IdToken"],
    "a refresh token": lambda tokens, key: tokens["RefreshToken"],
    "a word": lambda tokens, key: "nonsense",
    "dots": lambda tokens, key: "..",
    "three words": lambda tokens, key: "a.b.c",
    "empty objects": lambda tokens, key: "e30.e30.e30",
    "no signature": lambda tokens, key: tokens["AccessToken"].rpartition(".")[0] + ".",
    "half": lambda tokens, key: tokens["AccessToken"][: len(tokens["AccessToken"]) // 2],
    "another's signature": lambda tokens, key: ".".join(
        [*tokens["AccessToken"].split(".")[:2], tokens["IdToken"].split(".")[2]]
    ),
    "another's claims": lambda tokens, key: ".".join(
        [
            tokens["AccessToken"].split(".")[0],
            tokens["IdToken"].split(".")[1],
            tokens["AccessToken"].split(".")[2],
        ]
    ),
    "no algorithm": lambda tokens, key: jwt.encode(_claims(tokens), None, algorithm="none"),
    "a shared secret": lambda tokens, key: jwt.encode(
        _claims(tokens), "k" * 32, algorithm="HS256", headers=_kid(tokens)
    ),
    "another key": lambda tokens, key: jwt.encode(
        _claims(tokens), key, algorithm="RS256", headers=_kid(tokens)
    ),
    "another key and id": lambda tokens, key: jwt.encode(
        _claims(tokens), key, algorithm="RS256", headers={"kid": "mine"}
    ),
}


def _claims(tokens):
    return jwt.decode(tokens["AccessToken"], options={"verify_signature": False})


def _kid(tokens):
    return {"kid": jwt.get_unverified_header(tokens["AccessToken"])["kid"]}


@pytest.mark.parametrize("token", OTHER_TOKENS.values(), ids=OTHER_TOKENS.keys())
@pytest.mark.parametrize("request_", OF_USERS, ids=str)
def test_another_token_opens_nothing(visitor, own_key, request_, token):
    text = token(visitor.tokens, own_key)
    assert error(_with_token(visitor, request_, text)) == BAD_TOKEN


@pytest.mark.parametrize("request_", OF_USERS, ids=str)
def test_a_revoked_token_opens_nothing(visitor, over, request_):
    answer = _with_token(visitor, request_, over["AccessToken"])
    assert error(answer) == REVOKED


@pytest.mark.parametrize("name", ["AccessToken", "IdToken"])
def test_only_refresh_tokens_refresh(deployment, visitor, name):
    answer = post(
        deployment,
        "GetTokensFromRefreshToken",
        {"ClientId": deployment.client_id, "RefreshToken": visitor.tokens[name]},
    )
    assert error(answer) == ("NotAuthorizedException", "Invalid Refresh Token")


def test_a_revoked_refresh_token_does_not_refresh(deployment, over):
    answer = post(
        deployment,
        "GetTokensFromRefreshToken",
        {"ClientId": deployment.client_id, "RefreshToken": over["RefreshToken"]},
    )
    assert error(answer) == ("NotAuthorizedException", "Refresh Token has been revoked")


def test_a_refresh_gives_new_tokens_without_another_refresh_token(deployment, alice):
    answer = call(
        deployment,
        "GetTokensFromRefreshToken",
        ClientId=deployment.client_id,
        RefreshToken=alice.tokens["RefreshToken"],
    )["AuthenticationResult"]
    assert set(answer) == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
    assert call(deployment, "GetUser", AccessToken=answer["AccessToken"])["Username"] == alice.sub
