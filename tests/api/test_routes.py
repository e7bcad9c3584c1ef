import json
from pathlib import Path

import pytest

from photohq.api.matching import match
from photohq.api.openapi import document
from photohq.api.routes import ROUTES
from photohq.photos.errors import PhotoHQError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/photos", {"list_photos"}),
        ("/photos/upload", {"upload_photo"}),
        ("/photos/abc", {"get_photo", "delete_photo"}),
        ("/photos/abc/metadata", {"get_metadata", "patch_metadata"}),
        ("/photos/batch", {"batch_photos"}),
        ("/batches/abc/resume", {"resume_batch"}),
        ("/photos/abc/edit", {"update_photo"}),
    ],
)
def test_a_path_is_found_and_static_ones_win(path, names):
    found = match(path)
    assert found is not None
    assert {route.name for route in found.routes.values()} == names


@pytest.mark.parametrize(
    "path", ["", "/", "/photos/", "//photos", "/photos//metadata", "/photos/abc/", "/Photos", "/x"]
)
def test_any_other_path_is_in_no_route(path):
    assert match(path) is None


def test_the_parameters_of_a_path_are_known():
    found = match("/photos/abc/edit")
    assert found is not None
    assert found.parameters == {"photo_id": "abc"}


@pytest.fixture(scope="module")
def contract():
    return json.loads(document())


def test_the_committed_contract_is_the_rendered_one():
    assert (ROOT / "openapi.json").read_bytes() == document(), "run `make contract`"


def test_every_route_stands_in_the_contract(contract):
    rendered = {
        (method.upper(), path) for path, methods in contract["paths"].items() for method in methods
    }
    assert rendered == {(route.method, route.path) for route in ROUTES}


def test_every_refusal_of_a_route_is_told(contract):
    for route in ROUTES:
        told = json.dumps(contract["paths"][route.path][route.method.lower()]["responses"])
        for error in route.may:
            assert issubclass(error, PhotoHQError)
            assert f"`{error.code}`" in told


def test_every_reference_leads_somewhere(contract):
    schemas = contract["components"]["schemas"]

    def references(node):
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for child in node.values():
                yield from references(child)
        elif isinstance(node, list):
            for child in node:
                yield from references(child)

    found = set(references(contract))
    assert found
    assert {reference.rsplit("/", 1)[1] for reference in found} <= set(schemas)
