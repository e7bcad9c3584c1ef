"""The function that draws while API Gateway waits, called with events in its form."""

import importlib.util
import json
import sys
from types import SimpleNamespace

import pytest
from tests.entrypoints.test_aws_lambda import ENVIRONMENT, event, problem


@pytest.fixture(scope="module")
def functions():
    """The module of the function; `api` is that of the others, which it builds on."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**ENVIRONMENT, "PICTURE_SECONDS": "2"}.items():
            patch.setenv(name, value)
        modules = []
        for name in ("photohq.entrypoints.aws_lambda", "photohq.entrypoints.aws_drawings"):
            spec = importlib.util.find_spec(name)
            modules.append(importlib.util.module_from_spec(spec))
            patch.setitem(sys.modules, name, modules[-1])
            spec.loader.exec_module(modules[-1])
        api, drawings = modules
        catalog = SimpleNamespace(find=lambda photo_id: None)
        object.__setattr__(api._aws.app, "catalog", catalog)
        drawings.api = api
        yield drawings


def test_it_answers_as_the_other_functions_do(functions, capsys):
    asked = event("GET", "/photos/{photo_id}/compare", photo_id="p")
    problem(functions.preview(asked, None), 404, "photo_not_found")
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["message"], line["route"]) == ("request", "compare_versions")


@pytest.mark.parametrize(
    ("method", "resource"),
    [("GET", "/photos/{photo_id}"), ("POST", "/photos/{photo_id}/render"), ("GET", "/presets")],
)
def test_it_refuses_every_other_route(functions, method, resource):
    parameters = {"photo_id": "p"} if "{" in resource else {}
    asked = event(method, resource, {}, **parameters)
    problem(functions.preview(asked, None), 404, "route_not_found")


def test_it_alone_draws_and_within_its_own_time(functions, monkeypatch):
    seen = []

    def note(app, request, found):
        seen.append(app.pictures)
        return functions.api.Response(status=200, headers={}, body=b"")

    monkeypatch.setattr(functions.api, "answer", note)
    functions.preview(event("GET", "/photos/{photo_id}/compare", photo_id="p"), None)
    functions.api.recipes(event("GET", "/presets"), None)
    drawing, none = seen
    assert drawing is functions._pictures
    assert drawing._plan.seconds == 2
    assert none is None
