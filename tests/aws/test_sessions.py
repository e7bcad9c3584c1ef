"""A revoked access token lives on at the gateway until it expires, unless functions ask Cognito."""

import pytest
from tests.aws.stack import deployed
from tests.contract import expect
from tests.contract.deployment import on_aws


def ended(deployment):
    """Somebody whose sessions are over."""
    user = deployment.new_user()
    deployment.pool.global_sign_out(AccessToken=user.tokens["AccessToken"])
    return user


def test_it_lives_on_by_default(deployment):
    assert ended(deployment).api.get("/photos").status_code == 200


@pytest.fixture(scope="module")
def asking(aws_url):
    with (
        deployed(aws_url, "photo-hq-asking", CheckSessions="true") as stack,
        on_aws(stack) as known,
    ):
        yield known


def test_functions_that_ask_refuse_it(asking):
    user = ended(asking)
    expect.problem(user.api.get("/photos"), 401)
    expect.problem(user.ask_upload(), 401)


def test_functions_that_ask_let_others_in(asking):
    user = asking.new_user()
    assert user.api.get("/photos").status_code == 200
    assert user.upload_ticket()["photo_id"]
