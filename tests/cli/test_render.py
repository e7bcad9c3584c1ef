"""`photohq render` over many photos."""

import json
import signal
import subprocess
from collections import Counter

import pytest
from tests.contract.deployment import eventually
from tests.contract.serving import PHOTOHQ, environment

from .test_terminal import Terminal

WARM = '{"recipe": 1, "exposure": 0.5}'


@pytest.fixture
def warm(photohq):
    photohq("presets", "save", "warm", "-", given=WARM)


def library(home, count):
    """Photos that are ready; answers their ids."""
    for number in range(count):
        home.photo(f"in/{number:03}.jpg", seed=number)
    assert home("upload", home.folder / "in").exit_code == 0
    ready = eventually(lambda: {one["status"] for one in listed(home)} == {"ready"}, seconds=60)
    assert ready
    return [one["photo_id"] for one in listed(home)]


def listed(home):
    return json.loads(home("ls", "--json").stdout)


def words(home, *more):
    return [PHOTOHQ, "render", *more, "--preset", "warm"], environment(home.folder)


@pytest.mark.parametrize("count", [12, pytest.param(300, marks=pytest.mark.slow)])
def test_hundreds_are_rendered_by_a_preset_and_those_that_can_not_be_are_named(
    photohq, warm, count
):
    ids = library(photohq, count)
    broken = photohq.folder / "in" / "broken.jpg"
    broken.write_bytes(b"\xff\xd8" + bytes(2_000))
    photohq("upload", broken)
    command, env = words(photohq, "--all")
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    lines = [line.split()[:3] for line in done.stdout.splitlines()]
    assert Counter(line[0] for line in lines) == {"rendered": count, "refused": 1}
    assert {line[1] for line in lines if line[0] == "rendered"} == set(ids)
    assert [line[2] for line in lines if line[0] == "refused"] == ["broken.jpg:"]
    assert "Traceback" not in done.stderr


def test_the_server_goes_on_after_ctrl_c(photohq, warm):
    ids = library(photohq, 30)
    command, env = words(photohq, *ids)
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().startswith("rendered")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "of 30 are done; the server goes on" in said
    assert "Traceback" not in said

    def all_edited():
        return len(json.loads(photohq("ls", "--edited", "--json").stdout)) == 30

    assert eventually(all_edited, seconds=60)


def test_a_bar_counts_them_and_lines_say_what_is_amiss(photohq, warm):
    library(photohq, 3)
    terminal = Terminal(photohq, "render", "--all", "--preset", "warm")
    assert terminal.end() == 0
    assert "3 of 3" in terminal.shown
    assert "3 rendered" in terminal.shown
    failing = Terminal(photohq, "render", "--all")
    assert failing.end() == 1
    assert failing.shown.count("refused   ") == 3
    assert "3 refused" in failing.shown
