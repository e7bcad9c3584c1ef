"""What people see on a terminal: questions, bars, short ids."""

import json
import os
import pty
import re
import subprocess
import time

import pytest
from tests.contract.serving import PHOTOHQ, environment

from .conftest import PASSWORD


class Terminal:
    """The command on a terminal, and somebody who types."""

    def __init__(self, home, *words):
        self._screen, here = pty.openpty()
        self.shown = ""
        self._process = subprocess.Popen(
            [PHOTOHQ, *map(str, words)],
            env=environment(home.folder, TERM="xterm", COLUMNS="100", LINES="30"),
            stdin=here,
            stdout=here,
            stderr=here,
            start_new_session=True,
        )
        os.close(here)

    def wait_for(self, text):
        deadline = time.monotonic() + 30
        while text not in self.shown:
            assert time.monotonic() < deadline, self.shown
            self._read()

    def type(self, line):
        os.write(self._screen, f"{line}\n".encode())

    def end(self):
        """Waits for the end; answers the exit code."""
        while self._read():
            pass
        os.close(self._screen)
        return self._process.wait(timeout=30)

    def _read(self):
        try:
            found = os.read(self._screen, 65_536).decode(errors="replace")
        except OSError:  # the other side is closed
            return False
        self.shown += found
        return bool(found)


def test_a_password_is_asked_for_and_not_shown(stranger):
    words = ["--url", stranger.url, "--email", stranger.email, "--store", "file"]
    terminal = Terminal(stranger, "login", *words)
    terminal.wait_for("Password:")
    terminal.type(PASSWORD)
    assert terminal.end() == 0
    assert "Signed in" in terminal.shown
    assert PASSWORD not in terminal.shown


@pytest.mark.parametrize("count", [3, 40])
def test_uploads_are_shown_as_bars(photohq, count):
    for number in range(count):
        photohq.photo(f"in/{number:02}.jpg", seed=number)
    photohq.photo("in/small.jpg", 300)
    terminal = Terminal(photohq, "upload", photohq.folder / "in")
    assert terminal.end() == 1
    assert "Traceback" not in terminal.shown
    assert f"{count} uploaded, 1 refused" in terminal.shown
    assert "File size must be between" in terminal.shown
    assert "all" in terminal.shown
    assert not re.search(r"^uploaded  ", terminal.shown, re.MULTILINE)


def test_downloads_are_shown_as_bars(photohq):
    photohq("upload", photohq.photo("a.jpg"))
    for said in ("1 done", "1 there"):
        terminal = Terminal(photohq, "download", "--all", photohq.folder / "out")
        assert terminal.end() == 0
        assert said in terminal.shown
    failing = Terminal(photohq, "download", "--edited", "a.jpg", photohq.folder / "out")
    assert failing.end() == 1
    assert "No edited version available" in failing.shown


def test_ids_are_short_and_deleting_is_asked_about(photohq):
    done = photohq("upload", photohq.photo("a.jpg"), "--json")
    photo_id = json.loads(done.stdout)[0]["photo_id"]
    listed = Terminal(photohq, "ls")
    assert listed.end() == 0
    assert photo_id[:8] in listed.shown
    assert photo_id not in listed.shown
    for answer, code in (("n", 1), ("y", 0)):
        terminal = Terminal(photohq, "rm", "a.jpg")
        terminal.wait_for("[y/N]")
        terminal.type(answer)
        assert terminal.end() == code
    empty = Terminal(photohq, "ls")
    assert empty.end() == 0
    assert "photohq upload" in empty.shown
