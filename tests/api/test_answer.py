"""What the border answers, whatever happens behind it."""

import json
import logging

import pytest

from photohq.api.answer import answer, find
from photohq.api.messages import Request
from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.photos.errors import Unavailable
from photohq.photos.rules import Limits


class Failing:
    """A port whose every promise breaks with one error."""

    originals_bucket = edited_bucket = "bucket"

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        def broken(*args, **kwargs):
            raise self._error

        return broken


class Everybody:
    def caller(self, access_token):
        return Caller(user_id="user")

    def check(self):
        pass


def respond(error, path="/photos/p/metadata", **request):
    broken = Failing(error)
    app = App(
        catalog=broken, objects=broken, identity=Everybody(), limits=Limits(), deployment="test"
    )
    asked = Request(
        method="GET",
        path=path,
        query="",
        headers={"authorization": "Bearer token"},
        body=b"",
        request_id="the-id",
        **request,
    )
    return answer(app, asked, find(asked))


def test_what_is_unexpected_is_a_500_that_tells_nothing_but_its_id(caplog):
    with caplog.at_level(logging.ERROR):
        response = respond(RuntimeError("the password is swordfish"))
    problem = json.loads(response.body)
    assert response.status == problem["status"] == 500
    assert problem["request_id"] == "the-id"
    assert problem["code"] == "internal_error"
    assert b"swordfish" not in response.body
    assert b"Traceback" not in response.body
    (logged,) = caplog.records
    assert logged.request_id == "the-id"
    assert "swordfish" in caplog.text


def test_a_part_that_does_not_answer_is_a_503_with_retry_after():
    response = respond(Unavailable("The disk is full", retry_after=60))
    assert response.status == 503
    assert response.headers["Retry-After"] == "60"
    assert json.loads(response.body)["detail"] == "The disk is full"


def test_readiness_names_the_part_that_fails():
    response = respond(Unavailable("The disk is full"), path="/readyz")
    assert response.status == 503
    assert json.loads(response.body)["detail"] == "records: The disk is full"


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/openapi.json", "/docs/docs.js"])
def test_what_needs_no_part_is_answered_without_one(path):
    assert respond(RuntimeError("broken"), path=path).status == 200
