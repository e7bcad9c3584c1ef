"""A server that the demo starts for itself: a free port, a temporary folder, its own master key."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from photohq.cli import signals
from photohq.settings import server as settings

PHOTOHQ = str(Path(sys.executable).with_name("photohq"))
START_SECONDS = 30
STOP_SECONDS = 20
ADDRESS = re.compile(r"https?://\S+")


class ServerFailed(Exception):
    """One sentence that says why the server could not be used."""


class DemoServer:
    """`photohq serve` in a process of its own, which Ctrl-C on the terminal doesn't reach."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="photohq-demo-"))
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.url = ""
        self._said = self.folder / "server.txt"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it can serve. Raises ServerFailed."""
        command = self._command("serve", "--data", str(self.data), "--port", "0")
        with signals.held_back(), self._said.open("wb") as said, self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if self._process.poll() is not None:
                lines = self.log.read_text(errors="replace").split("\n")
                reason = next((line for line in reversed(lines) if line.strip()), "no reason given")
                raise ServerFailed(f"The server did not start: {reason.removeprefix('Error: ')}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"The server was not ready after {START_SECONDS} seconds")
            time.sleep(0.02)

    def latest_code(self, email: str) -> str:
        """Answer the newest code that was sent to an address."""
        command = self._command("outbox", "--latest-code", email, "--data", str(self.data))
        done = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def stop(self) -> int:
        """Stop the server as an operator does and answer its exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ready(self) -> bool:
        if not self.url:
            found = ADDRESS.search(self._said.read_text())
            self.url = found[0] if found else ""
        try:
            return bool(self.url) and httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def _command(self, *words: str) -> list[str]:
        """Make a `photohq` command that none of the caller's settings change."""
        unset = [word for name, _, _ in settings.described() for word in ("-u", name)]
        key = f"{settings.PREFIX}MASTER_KEY_FILE={self.folder / 'master.key'}"
        return ["/usr/bin/env", *unset, key, PHOTOHQ, *words]
