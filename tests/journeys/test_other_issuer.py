"""`photohq serve` with the users of an OpenID Connect provider, and without a pool of its own."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.contract import expect
from tests.contract.deployment import eventually
from tests.contract.pictures import LEAST, jpeg
from tests.contract.serving import Server, run
from tests.identity.provider import AUDIENCE, CLIENT, CONFIGURATION, SUB, Provider

UPLOAD = {"filename": "vacation.jpg", "content_type": "image/jpeg", "file_size": LEAST}


class Served:
    """A provider, the server that takes its tokens, and somebody to call it."""

    def __init__(self, provider, server):
        self.provider = provider
        self.server = server

    def ask(self, method, path, token=None, **options):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.request(method, self.server.url + path, headers=headers, **options)


def settings(provider):
    return {
        "PHOTOHQ_ISSUER": provider.issuer,
        "PHOTOHQ_CLIENT_ID": CLIENT,
        "PHOTOHQ_AUDIENCE": AUDIENCE,
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with (
        Provider() as provider,
        Server(tmp_path_factory.mktemp("issuer"), **settings(provider)) as server,
    ):
        yield Served(provider, server)


@pytest.fixture
def served(server):
    server.provider.away = False
    return server


def test_a_users_photos_are_hers(served):
    ann, ben = served.provider.token(), served.provider.token(sub="auth0|ben")
    ticket = expect.ok(served.ask("POST", "/photos/upload", ann, json=UPLOAD))
    assert ticket["s3_key"].startswith(f"{SUB}/")
    sent = httpx.put(ticket["upload_url"], headers=ticket["upload_headers"], content=jpeg(LEAST))
    assert sent.status_code == 200
    path = f"/photos/{ticket['photo_id']}"
    download = expect.ok(served.ask("GET", path, ann))
    assert httpx.get(download["download_url"]).content == jpeg(LEAST)
    expect.problem(served.ask("GET", path, ben), 403)
    assert expect.ok(served.ask("GET", "/photos", ben))["count"] == 0
    expect.ok(served.ask("DELETE", path, ann))


@pytest.mark.parametrize(("method", "path"), [("GET", "/photos"), ("POST", "/photos/upload")])
def test_id_tokens_and_others_are_refused(served, method, path):
    tokens = (
        served.provider.id_token(),
        served.provider.token(exp=1),
        served.provider.token(aud="another"),
        served.provider.token(headers={"kid": "unknown"}),
        "nonsense",
        None,
    )
    for token in tokens:
        expect.problem(served.ask(method, path, token, json=UPLOAD), 401)


def test_clients_are_told_where_to_sign_in(served):
    config = expect.ok(served.ask("GET", "/config"))
    told = ("region", "user_pool_id", "identity_endpoint", "client_id", "issuer", "jwks_uri")
    provider = served.provider
    assert [config[name] for name in told] == [
        None,
        None,
        None,
        CLIENT,
        provider.issuer,
        provider.jwks_uri,
    ]


def test_there_is_no_user_pool(served):
    for method, path in (
        ("POST", "/identity"),
        ("GET", "/identity/"),
        ("GET", f"/identity/local_abcdefghi{CONFIGURATION}"),
    ):
        expect.problem(served.ask(method, path), 404)


def test_the_welcome_names_the_issuer(served):
    assert f"Users sign in at {served.provider.issuer}" in served.server.output
    assert "photohq users" not in served.server.output


def test_commands_for_users_say_that_the_pool_is_off(served):
    server = served.server
    words = ("users", "ls", "--data", str(server.data))
    done = run(server.folder, *words, **settings(served.provider))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: The own user pool is off: PHOTOHQ_ISSUER names another one\n"


def test_the_demo_says_that_it_can_not_sign_in(served, tmp_path):
    (tmp_path / "password").write_text("Correct-Horse-7")
    user = ("--email", "ann@example.com", "--password-file", str(tmp_path / "password"))
    done = run(tmp_path, "demo", "--url", served.server.url, *user)
    assert done.returncode == 1
    assert f"sign in at {served.provider.issuer}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_provider_that_is_away_is_not_noticed(served):
    served.provider.away = True
    expect.ok(served.ask("GET", "/photos", served.provider.token()))
    expect.ok(served.ask("POST", "/photos/upload", served.provider.token(), json=UPLOAD))
    expect.ok(served.ask("GET", "/readyz"))


def test_while_keys_are_fetched_everybody_else_is_served(tmp_path):
    with Provider() as provider, Server(tmp_path, **settings(provider)) as server:
        served = Served(provider, server)
        asked = len(provider.requests)
        provider.gate.clear()
        with ThreadPoolExecutor() as threads:
            stranger = provider.token(headers={"kid": "unknown"})
            waiting = threads.submit(served.ask, "POST", "/photos/upload", stranger, json=UPLOAD)
            assert eventually(lambda: len(provider.requests) > asked)
            expect.ok(served.ask("GET", "/healthz"))
            expect.ok(served.ask("POST", "/photos/upload", provider.token(), json=UPLOAD))
            assert not waiting.done()
            provider.gate.set()
            expect.problem(waiting.result(), 401)


def test_new_keys_are_taken_at_once(tmp_path):
    with Provider() as provider, Server(tmp_path, **settings(provider)) as server:
        served = Served(provider, server)
        expect.ok(served.ask("GET", "/photos", old := provider.token()))
        provider.rotate("ES256")
        expect.ok(served.ask("GET", "/photos", provider.token()))
        expect.problem(served.ask("GET", "/photos", old), 401)
        assert server.stop() == 0
        assert "Traceback" not in server.complaints


class Unready(Server):
    def _wait_until_ready(self):
        """Nothing: without its provider this one is not ready."""


def test_a_server_starts_without_its_provider_and_says_that_it_is_not_ready(tmp_path):
    with Provider() as provider:
        provider.away = True
        with Unready(tmp_path, **settings(provider)) as server:
            served = Served(provider, server)
            expect.ok(served.ask("GET", "/healthz"))
            assert expect.ok(served.ask("GET", "/config"))["jwks_uri"] is None
            answers = (
                served.ask("GET", "/readyz"),
                served.ask("GET", "/photos", provider.token()),
                served.ask("POST", "/photos/upload", provider.token(), json=UPLOAD),
            )
            for answer in answers:
                expect.problem(answer, 503)
                assert 1 <= int(answer.headers["retry-after"]) <= 5
            expect.problem(served.ask("GET", "/photos", "nonsense"), 401)
            assert "Traceback" not in server.complaints
