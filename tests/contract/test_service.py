"""The public routes: what a client needs to start, and whether the deployment is well."""

import re
from urllib.parse import urljoin, urlsplit

import pytest

from . import expect

PUBLIC = {"/config", "/healthz", "/readyz", "/openapi.json", "/docs"}
ROUTES = {
    "/photos/upload": {"post"},
    "/photos": {"get"},
    "/photos/{photo_id}": {"get", "delete"},
    "/photos/{photo_id}/edit": {"put"},
    "/photos/{photo_id}/metadata": {"get"},
    **{path: {"get"} for path in PUBLIC},
}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture(scope="module")
def openapi(deployment):
    return expect.ok(deployment.anonymous.get("/openapi.json"))


def _operations(openapi):
    for path, item in openapi["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method], item


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_the_service_routes_ask_for_no_token(deployment, path):
    assert deployment.anonymous.get(path).status_code == 200


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_the_service_routes_ignore_a_bad_token(deployment, path):
    answer = deployment.anonymous.get(path, headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "name", ["api_version", "deployment", "region", "user_pool_id", "client_id"]
)
def test_the_configuration_names_the_deployment(deployment, name):
    assert isinstance(deployment.config[name], str)
    assert deployment.config[name]


@pytest.mark.parametrize("name", ["identity_endpoint", "issuer", "jwks_uri"])
def test_the_configurations_urls_are_absolute(deployment, name):
    expect.absolute(deployment.config[name])


def test_the_configuration_shows_limits_and_features(deployment):
    assert isinstance(deployment.config["limits"], dict)
    assert deployment.config["limits"]
    assert isinstance(deployment.config["features"], list)
    assert all(isinstance(feature, str) for feature in deployment.config["features"])
    everywhere = {"photos", "metadata", "versions", "batches", "idempotency_keys"}
    of_pictures = {"pictures", "recipes", "presets"} if deployment.processes_pictures else set()
    assert set(deployment.config["features"]) >= everywhere | of_pictures


def test_the_issuer_follows_from_endpoint_and_pool(deployment):
    if not deployment.has_own_pool:
        pytest.skip("the pool is Cognito's here")
    config = deployment.config
    assert config["issuer"] == f"{config['identity_endpoint'].rstrip('/')}/{config['user_pool_id']}"


def test_the_keys_lie_below_the_issuer(deployment):
    config = deployment.config
    assert config["jwks_uri"] == f"{config['issuer']}/.well-known/jwks.json"


def test_a_pool_id_starts_with_its_region(deployment):
    assert deployment.config["user_pool_id"].startswith(f"{deployment.config['region']}_")


def test_the_published_keys_are_public_rsa_keys(deployment):
    keys = expect.ok(deployment.bytes.get(deployment.config["jwks_uri"]))["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) >= 2
    for key in keys:
        assert key["kty"] == "RSA"
        assert key["alg"] == "RS256"
        assert key["use"] == "sig"
        assert key["n"]
        assert key["e"]
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)


def test_metrics_are_not_for_the_public(deployment):
    expect.problem(deployment.anonymous.get("/metrics"), 404)


# The description of the API


def test_the_description_is_openapi_3_1(openapi):
    assert re.fullmatch(r"3\.1\.\d+", openapi["openapi"])
    assert openapi["info"]["title"]
    assert openapi["info"]["version"]


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_every_route_is_described(openapi, path):
    assert ROUTES[path] <= set(openapi["paths"][path])


def test_every_described_route_exists(deployment, openapi):
    missing = []
    for path, method, _, _ in _operations(openapi):
        if set(re.findall(r"\{(\w+)\}", path)) - {"photo_id"}:
            continue  # what else there is cannot be told from here
        concrete = path.replace("{photo_id}", "00000000-0000-4000-8000-000000000000")
        answer = deployment.anonymous.request(method.upper(), concrete)
        if answer.status_code in {404, 405}:
            missing.append((method, path, answer.status_code))
    assert missing == []


def test_every_operation_says_what_it_answers(openapi):
    for path, method, operation, _ in _operations(openapi):
        assert operation["responses"], (method, path)
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5](\d\d|XX)|default", status), (method, path)
            assert response.get("description") or "$ref" in response, (method, path, status)


def test_operation_ids_are_unique(openapi):
    ids = [operation["operationId"] for _, _, operation, _ in _operations(openapi)]
    assert len(set(ids)) == len(ids)


def test_every_path_parameter_is_declared(openapi):
    for path, method, operation, item in _operations(openapi):
        parameters = operation.get("parameters", []) + item.get("parameters", [])
        resolved = [_resolve(openapi, parameter) for parameter in parameters]
        declared = {each["name"] for each in resolved if each["in"] == "path" and each["required"]}
        assert declared == set(re.findall(r"\{(\w+)\}", path)), (method, path)


def test_every_parameter_has_a_schema(openapi):
    for path, method, operation, item in _operations(openapi):
        for parameter in operation.get("parameters", []) + item.get("parameters", []):
            resolved = _resolve(openapi, parameter)
            assert resolved["in"] in {"path", "query", "header", "cookie"}, (method, path)
            assert "schema" in resolved or "content" in resolved, (method, path)


def test_every_reference_leads_somewhere(openapi):
    for node in _nodes(openapi):
        if isinstance(node.get("$ref"), str):
            assert _resolve(openapi, node) is not None


def test_schemas_use_only_types_of_json_schema(openapi):
    known = {"null", "boolean", "object", "array", "number", "string", "integer"}
    for schema in openapi["components"]["schemas"].values():
        for node in _nodes(schema):
            kinds = node.get("type")
            if isinstance(kinds, str | list):
                assert {kinds} <= known if isinstance(kinds, str) else set(kinds) <= known


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_only_the_public_routes_are_open(openapi, path):
    everywhere = openapi.get("security", [])
    for method in ROUTES[path]:
        operation = openapi["paths"][path][method]
        assert bool(operation.get("security", everywhere)) == (path not in PUBLIC)


def _nodes(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part)


def _resolve(openapi, node):
    while "$ref" in node:
        assert node["$ref"].startswith("#/"), node["$ref"]
        found = openapi
        for part in node["$ref"][2:].split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


# Its page


def test_the_page_is_html(deployment):
    answer = deployment.anonymous.get("/docs")
    assert answer.headers["content-type"].partition(";")[0] == "text/html"
    assert "<html" in answer.text.lower()


def test_the_page_needs_no_third_party(deployment):
    text = deployment.anonymous.get("/docs").text
    hosts = {
        urlsplit(url).netloc for url in re.findall(r"(?:https?:)?//[\w.:-]+\.\w+[^\s\"'<>)]*", text)
    }
    names_of_namespaces = {"www.w3.org"}
    assert hosts <= {urlsplit(deployment.base_url).netloc} | names_of_namespaces


def test_all_that_the_page_loads_is_there(deployment):
    page = deployment.anonymous.get("/docs")
    loaded = re.findall(r"<(?:script|img|link)[^>]*?\s(?:src|href)=[\"']?([^\"'\s>]+)", page.text)
    for reference in loaded:
        if not reference.startswith("data:"):
            url = urljoin(f"{deployment.base_url}/docs", reference)
            assert deployment.anonymous.get(url).status_code == 200, url
