"""The `photohq` command as a subprocess: a server for the session, and calls beside it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx

PHOTOHQ = str(Path(sys.executable).with_name("photohq"))
_WATCHED = ("COV_", "COVERAGE_")  # so that coverage can follow the subprocess


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment without anybody's settings, its home and master key in `folder`."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(_WATCHED)}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PHOTOHQ_MASTER_KEY_FILE": str(folder / "master.key"),
        **kept,
        **settings,
    }


def run(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs `photohq` to its end."""
    return subprocess.run(
        [PHOTOHQ, *words],
        env=environment(folder, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Server:
    """`photohq serve`, on a free port unless told which, everything it keeps inside `folder`."""

    def __init__(self, folder: Path, port: int = 0, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._output = folder / "stdout.txt"
        self._complaints = folder / "stderr.txt"
        with self._output.open("wb") as output, self._complaints.open("wb") as complaints:
            self.process = subprocess.Popen(
                [PHOTOHQ, "serve", "--data", str(self.data), "--port", str(port)],
                env=environment(folder, **settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=complaints,
            )
        started = time.monotonic()
        try:
            self.url = f"http://127.0.0.1:{port}" if port else self._wait_for_url()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        self.seconds_to_ready = time.monotonic() - started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def complaints(self) -> str:
        return self._complaints.read_text()

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Ends the server as an operator does and answers its exit code."""
        if self.process.poll() is None:
            self.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _wait_for_url(self) -> str:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            found = re.search(r"http://127\.0\.0\.1:\d+", self.output)
            if found:
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"photohq serve did not say where it listens: {self.complaints}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        answer: httpx.Response | None = None
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                answer = httpx.get(f"{self.url}/readyz")
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 200:
                return
            time.sleep(0.02)
        seen = answer.text if answer is not None else "no answer"
        raise AssertionError(f"photohq serve did not get ready: {seen} {self.complaints}")
