"""Bodies that end early, and a server that stops while they are on their way."""

import http.client
import json
import socket
import threading
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest
from tests.contract.serving import Server, run

BODY = json.dumps(
    {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 6_000_000}
).encode()
COGNITO_JSON = "application/x-amz-json-1.1"
PASSWORD = "Correct-Horse-7"
PATHS = ("/photos/upload", "/identity")


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path) as started:
        yield started


@pytest.fixture
def token(server):
    return signed_in(server)


def signed_in(server):
    """Add a user and answer an access token."""
    password = server.folder / "password"
    password.write_text(PASSWORD)
    email = "ann@example.com"
    words = ("users", "add", email, "--password-file", str(password))
    assert run(server.folder, *words, "--data", str(server.data)).returncode == 0
    config = httpx.get(f"{server.url}/config").json()
    answer = httpx.post(
        config["identity_endpoint"],
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            "Content-Type": COGNITO_JSON,
        },
        json={
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": config["client_id"],
            "AuthParameters": {"USERNAME": email, "PASSWORD": PASSWORD},
        },
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["AuthenticationResult"]["AccessToken"]


def begun(server, path, token, length=999, sent=BODY):
    """Send the head of a request and the beginning of its body."""
    place = urlsplit(server.url)
    connection = socket.create_connection((place.hostname, place.port), timeout=30)
    media_type = COGNITO_JSON if path == "/identity" else "application/json"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {token}\r\n"
        "X-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
    )
    connection.sendall(head.encode() + sent)
    return connection


def everything(connection):
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def test_a_request_whose_body_was_cut_off_is_not_carried_out(server, token):
    connection = begun(server, "/photos/upload", token)
    connection.shutdown(socket.SHUT_WR)
    everything(connection)
    connection.close()
    listed = httpx.get(f"{server.url}/photos", headers={"Authorization": f"Bearer {token}"})
    assert listed.json()["count"] == 0


def test_who_is_not_signed_in_is_told_so_before_the_body_has_come(server):
    connection = begun(server, "/photos/upload", "nonsense")
    assert connection.recv(65536).startswith(b"HTTP/1.1 401")
    connection.close()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """What became of a server, and of requests that never end, after it was told to stop.

    One stop is for all tests: a server waits ten seconds for what is on its way.
    """
    answers = {}

    def wait(path, connection):
        answers[path] = everything(connection)
        connection.close()

    with Server(tmp_path_factory.mktemp("stopped")) as server:
        token = signed_in(server)
        uploading = begun_upload(server, token)
        waiting = [
            threading.Thread(target=wait, args=(path, begun(server, path, token))) for path in PATHS
        ]
        for thread in waiting:
            thread.start()
        began = time.monotonic()
        server.terminate()
        code = server.process.wait(timeout=18)
        seconds = time.monotonic() - began
        for thread in waiting:
            thread.join()
        uploading.close()
    return SimpleNamespace(
        code=code, seconds=seconds, answers=answers, complaints=server.complaints
    )


def begun_upload(server, token):
    """Send the head of an upload and its first bytes."""
    authorization = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    asked = httpx.post(f"{server.url}/photos/upload", headers=authorization, content=BODY)
    ticket = asked.raise_for_status().json()
    parts = urlsplit(ticket["upload_url"])
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.putrequest("PUT", f"{parts.path}?{parts.query}")
    for header, value in ticket["upload_headers"].items():
        connection.putheader(header, value)
    connection.putheader("Content-Length", "6000000")
    connection.endheaders()
    connection.send(b"\xff\xd8")
    return connection


def test_an_upload_that_never_ends_does_not_hold_a_stop_up(stopped):
    assert stopped.code == 0
    assert stopped.seconds < 16  # ten seconds where nothing else runs


@pytest.mark.parametrize("path", PATHS)
def test_what_is_still_on_its_way_when_the_server_stops_is_told_to_come_again(stopped, path):
    head = stopped.answers[path].partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 503")
    assert b"retry-after: 5" in head
    assert b"x-request-id: " in head
    assert b"text/plain" not in head


def test_a_stop_that_waits_leaves_no_traceback(stopped):
    assert "Traceback" not in stopped.complaints
