"""`photohq demo` as somebody who tries the product sees it: on a pipe, from outside."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.contract.serving import PHOTOHQ, Server, environment

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    temporary = folder / "tmp"
    temporary.mkdir()
    return subprocess.Popen(
        [PHOTOHQ, "demo", *words],
        env=environment(folder, TMPDIR=str(temporary)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def processes_of(folder: Path) -> list[str]:
    """The processes whose command line names the folder: the demo's server does."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True
    )
    return [line for line in listed.stdout.splitlines() if str(folder) in line]


def nothing_is_left(folder: Path) -> bool:
    return list((folder / "tmp").iterdir()) == [] and processes_of(folder) == []


def test_the_demo_goes_through_the_whole_journey_and_leaves_nothing(tmp_path):
    with start(tmp_path, "--count", "2") as demo:
        output, complaints = demo.communicate(timeout=110)
    assert (demo.returncode, complaints) == (0, ""), output + complaints
    assert CONTROL.search(output) is None
    assert not re.search(r" $", output, flags=re.MULTILINE)
    steps = re.findall(r"^ ?\d+  (.+)$", output, flags=re.MULTILINE)
    assert [step.split(",")[0] for step in steps] == [
        "Start a server",
        "Sign a user up",
        "Make 2 sample photos",
        "Upload them through presigned URLs",
        "List the photos",
        "Download one and compare",
        "Upload an edited version",
        "Replace the edited version",
        "Have one rendered by a recipe",
        "Look at the history and go back",
        "Show its metadata",
        "Filter the list",
        "Delete one",
        "Stop the server",
    ]
    assert "All checks passed" in output
    assert re.search(r"originals uploaded +2 +[\d.]+ MB +[\d.]+ m?s +\d+ MB/s", output)
    assert "Password" not in output
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_the_demo_takes_its_server_along_when_it_is_stopped(tmp_path, number, code):
    with start(tmp_path, "--count", "40") as demo:
        assert demo.stdout
        for line in demo.stdout:
            if "Make 40 sample photos" in line:
                break
        assert processes_of(tmp_path) != []
        demo.send_signal(number)
        _, complaints = demo.communicate(timeout=60)
    assert demo.returncode == code
    assert "Traceback" not in complaints
    assert nothing_is_left(tmp_path)


def test_the_demo_leaves_its_server_running_when_asked_to(tmp_path):
    with start(tmp_path, "--count", "1", "--keep") as demo:
        output, complaints = demo.communicate(timeout=110)
    started = [int(line.split()[0]) for line in processes_of(tmp_path)]
    assert (demo.returncode, complaints) == (0, ""), output + complaints
    try:
        said = dict(re.findall(r"^    (stop it|remove it|\S+) +(.+)$", output, flags=re.MULTILINE))
        assert [said["stop it"]] == [f"kill {pid}" for pid in started]
        assert httpx.get(f"{said['URL']}/readyz").is_success
        assert Path(said["data"]).is_dir()
        assert said["password"] not in Path(said["log"]).read_text()
        assert said["remove it"] == f"rm -r {Path(said['data']).parent}"
    finally:
        for pid in started:
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while processes_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(tmp_path) == []


ways_in = pytest.mark.parametrize(
    "whole",
    [pytest.param(False, id="signed in"), pytest.param(True, id="whole", marks=pytest.mark.slow)],
)


def output_of(demo, *, whole):
    """What the demo says until its user is signed in, behind which all ways are one, or in all."""
    if whole:
        output, complaints = demo.communicate(timeout=110)
        assert (demo.returncode, complaints) == (0, ""), output + complaints
        return output
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Make 1 sample photo" in line:
            break
    demo.send_signal(signal.SIGINT)
    rest, complaints = demo.communicate(timeout=60)
    assert demo.returncode == 130, "".join(said) + rest + complaints
    return "".join(said)


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path) as server:
        yield server


def test_the_demo_is_a_smoke_test_of_any_deployment(tmp_path, server):
    code = f"{PHOTOHQ} outbox --data {server.data} --latest-code {{email}}"
    with start(tmp_path, "--count", "2", "--url", server.url, "--code-command", code) as demo:
        output, complaints = demo.communicate(timeout=110)
    assert (demo.returncode, complaints) == (0, ""), output + complaints
    assert "Clean up" in output
    assert "Stop the server" not in output
    assert server.process.poll() is None
    assert list((tmp_path / "tmp").iterdir()) == []


@ways_in
def test_a_command_may_confirm_the_user_itself(tmp_path, server, whole):
    """As an administrator of Cognito does, who can't read users' mail."""
    config = httpx.get(f"{server.url}/config").json()
    command = tmp_path / "confirm"
    command.write_text(f"""#!{sys.executable}
import subprocess, sys, boto3, botocore
email = sys.argv[1]
outbox = ["{PHOTOHQ}", "outbox", "--data", "{server.data}", "--latest-code", email]
code = subprocess.run(outbox, check=True, capture_output=True, text=True).stdout.strip()
boto3.client(
    "cognito-idp",
    region_name="local",
    endpoint_url="{config["identity_endpoint"]}",
    config=botocore.config.Config(signature_version=botocore.UNSIGNED),
).confirm_sign_up(ClientId="{config["client_id"]}", Username=email, ConfirmationCode=code)
""")
    command.chmod(0o755)
    words = ("--url", server.url, "--code-command", f"{command} {{email}}")
    with start(tmp_path, "--count", "1", *words) as demo:
        output = output_of(demo, whole=whole)
    assert "confirmed by the command" in output
    assert "signed in with the password" in output


@ways_in
def test_a_user_who_is_there_already_signs_in(tmp_path, server, whole):
    password = tmp_path / "password"
    password.write_text("Correct-Horse-7\n")
    words = ["users", "add", "a@example.com", "--password-file", str(password)]
    subprocess.run(
        [PHOTOHQ, *words, "--data", str(server.data)], env=environment(tmp_path), check=True
    )
    user = ("--email", "a@example.com", "--password-file", str(password))
    with start(tmp_path, "--count", "1", "--url", server.url, *user) as demo:
        output = output_of(demo, whole=whole)
    assert "Sign in" in output
    assert "Sign a user up" not in output


def test_a_check_that_fails_is_one_sentence_and_exit_code_1(tmp_path, server):
    password = tmp_path / "password"
    password.write_text("Not-The-Password-7\n")
    user = ("--email", "a@example.com", "--password-file", str(password))
    with start(tmp_path, "--url", server.url, *user) as demo:
        _, complaints = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert complaints == "Error: Sign in: Incorrect username or password.\n"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--email", "a@example.com"], "--url"),
        (["--url", "photos.example.com"], "--url"),
        (["--url", "http://127.0.0.1:1", "--keep"], "--keep"),
        (["--url", "http://127.0.0.1:1", "--password-file", __file__], "--email"),
        (["--url", "http://127.0.0.1:1"], "--code-command"),
        (["--count", "0"], "--count"),
    ],
    ids=[
        "user without url",
        "no url",
        "keep with url",
        "password without user",
        "no code",
        "no photos",
    ],
)
def test_what_does_not_fit_together_is_said_at_once(tmp_path, words, named):
    with start(tmp_path, *words) as demo:
        output, complaints = demo.communicate(timeout=60)
    assert (demo.returncode, output) == (2, "")
    assert named in complaints
    assert nothing_is_left(tmp_path)
