"""The `photohq` command as its users meet it: what it prints, how it ends, what it keeps."""

import http.client
import os
import re
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.exceptions import ClientError
from tests.contract import expect
from tests.contract.deployment import PASSWORD, UPLOAD, User, eventually, of_server
from tests.contract.pictures import LEAST, jpeg
from tests.contract.serving import PHOTOHQ, Server, environment, run

from photohq.cli.main import COMMANDS


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="module")
def deployment(server):
    with of_server(server) as opened:
        yield opened


@pytest.fixture
def photohq(server):
    """Runs a command on the running server's data."""
    return lambda *words, **settings: run(
        server.folder, *words, "--data", str(server.data), **settings
    )


def _fails_plainly(done):
    """Holds that a command ended with exit code 2 and one sentence."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


# Help


def test_the_command_says_what_it_can_do(tmp_path):
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^ +{command} +\S", done.stdout, re.MULTILINE), command


@pytest.mark.parametrize(
    "words",
    [
        *([command] for command in COMMANDS),
        ["users", "add"],
        ["users", "ls"],
        ["users", "disable"],
    ],
    ids=" ".join,
)
def test_every_command_explains_itself(tmp_path, words):
    done = run(tmp_path, *words, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: photohq")
    assert done.stderr == ""


def test_the_command_says_its_version(tmp_path):
    assert re.search(r"\d+\.\d+\.\d+", run(tmp_path, "--version").stdout)


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--nonsense"], ["users", "nonsense"]])
def test_an_unknown_word_is_a_mistake(tmp_path, words):
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr


# Starting


def test_the_server_says_where_it_listens(server):
    assert httpx.get(f"{server.url}/healthz").status_code == 200


def test_the_server_says_where_the_data_is(server):
    assert str(server.data) in server.output


def test_the_server_says_how_to_sign_up(server):
    assert "sign up" in server.output.lower()
    assert "photohq users add" in server.output


def test_the_server_is_ready_soon(tmp_path):
    with Server(tmp_path) as started:
        assert started.seconds_to_ready < 6  # two seconds where nothing else runs


def test_a_server_needs_no_settings(tmp_path):
    with Server(tmp_path) as started:
        config = httpx.get(f"{started.url}/config").json()
        assert config["identity_endpoint"].startswith(started.url)


PUBLIC_URL = "https://photos.example.org"


def test_a_public_url_is_the_one_clients_are_told(tmp_path):
    with Server(tmp_path, _free_port(), PHOTOHQ_PUBLIC_URL=PUBLIC_URL) as started:
        config = httpx.get(f"{started.url}/config").json()
        assert config["identity_endpoint"].startswith(PUBLIC_URL)


def test_a_server_with_a_public_url_says_where_it_listens_too(tmp_path):
    port = _free_port()
    with Server(tmp_path, port, PHOTOHQ_PUBLIC_URL=PUBLIC_URL) as started:
        assert PUBLIC_URL in started.output
        assert f"127.0.0.1:{port}" in started.output


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


# Starting in vain


def test_a_second_server_on_the_same_data_is_refused(server):
    done = run(server.folder, "serve", "--data", str(server.data), "--port", "0")
    assert str(server.data) in _fails_plainly(done)
    assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_a_port_in_use_is_named(server, tmp_path):
    port = server.url.rpartition(":")[2]
    done = run(tmp_path, "serve", "--data", str(tmp_path / "data"), "--port", port)
    assert port in _fails_plainly(done)


def test_a_data_folder_that_is_a_file_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    for data in (file, file / "data"):
        done = run(tmp_path, "serve", "--data", str(data), "--port", "0")
        assert str(data) in _fails_plainly(done)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_is_not_writable_is_named(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    done = run(tmp_path, "serve", "--data", str(data), "--port", "0")
    assert str(data) in _fails_plainly(done)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no such folder")
def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    done = run(tmp_path, "serve", "--data", "/proc/photohq/data", "--port", "0")
    assert "/proc/photohq/data" in _fails_plainly(done)


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "80.5"])
def test_a_bad_port_setting_is_named(tmp_path, port):
    done = run(tmp_path, "serve", "--data", str(tmp_path / "data"), PHOTOHQ_PORT=port)
    assert "PHOTOHQ_PORT" in _fails_plainly(done)


@pytest.mark.parametrize("port", ["abc", "65536"])
def test_a_bad_port_option_is_one_sentence(tmp_path, port):
    done = run(tmp_path, "serve", "--data", str(tmp_path / "data"), "--port", port)
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_of_another_master_key_is_refused(tmp_path):
    with Server(tmp_path):
        pass
    other = tmp_path / "other.key"
    done = run(
        tmp_path,
        "serve",
        "--data",
        str(tmp_path / "data"),
        "--port",
        "0",
        PHOTOHQ_MASTER_KEY_FILE=str(other),
    )
    _fails_plainly(done)


# Stopping


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_stopped_server_exits_0(tmp_path, name):
    with Server(tmp_path) as started:
        started.process.send_signal(getattr(signal, name))
        assert started.process.wait(timeout=15) == 0
        assert "Traceback" not in started.complaints


def test_an_upload_in_flight_is_finished(tmp_path):
    content = jpeg(LEAST, seed=1)
    with Server(tmp_path) as started, of_server(started) as deployment:
        user = _added(deployment, started)
        ticket = user.upload_ticket(file_size=len(content))
        parts = urlsplit(ticket["upload_url"])
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        connection.putrequest("PUT", f"{parts.path}?{parts.query}")
        for header, value in ticket["upload_headers"].items():
            connection.putheader(header, value)
        connection.putheader("Content-Length", str(len(content)))
        connection.endheaders()
        half = len(content) // 2
        connection.send(content[:half])
        started.terminate()
        assert eventually(lambda: _is_closed(started.url))
        connection.send(content[half:])
        assert connection.getresponse().status == 200
        connection.close()
        assert started.process.wait(timeout=15) == 0
    with Server(tmp_path) as again, of_server(again) as deployment:
        user = User(deployment, user.email, deployment.sign_in(user.email))
        assert user.download(ticket["photo_id"]) == content


def _is_closed(url):
    """Whether a server takes no new connections."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=1).close()
    except OSError:
        return True
    return False


# Keeping


def _both_ready(metadata):
    return metadata["status"] == metadata["edited"]["status"] == "ready"


def test_users_and_photos_outlive_a_restart(tmp_path):
    with Server(tmp_path) as started, of_server(started) as deployment:
        user = _added(deployment, started)
        stored = user.upload(seed=2)
        user.edit(stored.id, jpeg(300), filename="edited.jpg")
        assert eventually(lambda: _both_ready(user.metadata(stored.id)))
        before = user.metadata(stored.id)
    with Server(tmp_path) as again, of_server(again) as deployment:
        user = User(deployment, user.email, deployment.sign_in(user.email))
        after = user.metadata(stored.id)
        assert len(after.pop("renditions")) == len(before.pop("renditions"))  # at another address
        assert after == before
        assert user.listed_ids() == [stored.id]
        assert user.download(stored.id) == stored.content
        assert user.download(stored.id, "edited") == jpeg(300)


def test_sessions_outlive_a_restart(tmp_path):
    port = _free_port()
    with Server(tmp_path, port) as started, of_server(started) as deployment:
        user = _added(deployment, started)
        photo_id = user.pending_photo()
    with Server(tmp_path, port) as again, of_server(again) as deployment:
        user = User(deployment, user.email, user.tokens)
        assert user.listed_ids() == [photo_id]
        assert deployment.refresh(user.tokens["RefreshToken"])["AccessToken"]


def test_no_picture_lies_readable_in_the_data_folder(tmp_path):
    content = jpeg(LEAST, seed=3)
    with Server(tmp_path) as started, of_server(started) as deployment:
        user = _added(deployment, started)
        user.upload(seed=3)
        files = [path for path in started.data.rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in files) > LEAST
        assert not [path for path in files if content[1_000_000:1_000_064] in path.read_bytes()]


def test_a_token_of_another_server_is_refused(deployment, server, tmp_path):
    user = _added(deployment, server)
    with Server(tmp_path) as other:
        answer = httpx.get(f"{other.url}/photos", headers=user.api.headers)
        expect.problem(answer, 401)


# Users and mail, while the server runs


def _add(server, email, password=PASSWORD):
    file = server.folder / "password.txt"
    file.write_text(f"{password}\n")
    words = ["users", "add", email, "--password-file", str(file), "--data", str(server.data)]
    return run(server.folder, *words)


def _added(deployment, server):
    email = deployment.new_email()
    done = _add(server, email)
    assert done.returncode == 0, done.stderr
    return User(deployment, email, deployment.sign_in(email))


def test_an_added_user_can_sign_in_at_once(deployment, server):
    assert _added(deployment, server).api.get("/photos").status_code == 200


def test_an_added_address_is_verified(deployment, server):
    user = _added(deployment, server)
    answer = deployment.pool.get_user(AccessToken=user.tokens["AccessToken"])
    assert {"Name": "email_verified", "Value": "true"} in answer["UserAttributes"]


@pytest.mark.parametrize("email", ["nonsense", "a@", "two words@example.com"])
def test_a_user_without_an_address_is_refused(server, email):
    done = _add(server, email)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_a_user_with_a_weak_password_is_refused(deployment, server):
    done = _add(server, deployment.new_email(), "weak")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "password" in done.stderr.lower()


def test_a_user_is_added_once(deployment, server):
    user = _added(deployment, server)
    done = _add(server, user.email)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "exists" in done.stderr


def test_a_password_can_be_typed(deployment, server):
    email = deployment.new_email()
    done = subprocess.run(
        [PHOTOHQ, "users", "add", email, "--data", str(server.data)],
        env=environment(server.folder),
        input=f"{PASSWORD}\n{PASSWORD}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert deployment.sign_in(email)["AccessToken"]


def test_users_are_listed(deployment, server, photohq):
    user = _added(deployment, server)
    waiting = deployment.new_email()
    deployment.sign_up(waiting)
    done = photohq("users", "ls")
    assert done.returncode == 0
    lines = {email: line for line in done.stdout.splitlines() for email in line.split()}
    assert user.email in lines
    assert waiting in lines
    assert "unconfirmed" in lines[waiting].lower()


def test_a_disabled_user_is_out(deployment, server, photohq):
    user = _added(deployment, server)
    done = photohq("users", "disable", user.email)
    assert done.returncode == 0, done.stderr
    for enter in (
        lambda: deployment.sign_in(user.email),
        lambda: deployment.refresh(user.tokens["RefreshToken"]),
    ):
        with pytest.raises(ClientError) as refused:
            enter()
        assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"
    expect.problem(user.api.post("/photos/upload", json=UPLOAD), 401)


def test_nobody_unknown_is_disabled(photohq):
    done = photohq("users", "disable", "nobody@example.com")
    assert done.returncode != 0
    assert "nobody@example.com" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_outbox_shows_the_newest_code(deployment, photohq):
    email = deployment.new_email()
    deployment.sign_up(email)
    done = photohq("outbox", "--latest-code", email)
    assert done.returncode == 0
    assert re.fullmatch(r"\d{6}\n", done.stdout)
    deployment.confirm(email, done.stdout.strip())


def test_the_outbox_says_when_there_is_no_code(photohq):
    done = photohq("outbox", "--latest-code", "nobody@example.com")
    assert done.returncode != 0
    assert done.stdout == ""
    assert "nobody@example.com" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [["users", "ls"], ["users", "disable", "a@example.com"], ["outbox", "--latest-code", "a@b.de"]],
    ids=["ls", "disable", "outbox"],
)
def test_a_data_folder_that_is_not_there_is_not_made(tmp_path, words):
    data = tmp_path / "nowhere"
    done = run(tmp_path, *words, "--data", str(data))
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert not data.exists()
