"""Starts other programs for tests, waits until they answer, and stops them."""

import os
import random
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

BIN = Path(__file__).parents[2] / ".venv" / "emulators" / "bin"
HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 5


class NotStarted(Exception):
    """An emulator that a test needs is not there."""


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens at, below those that systems give to outgoing connections."""
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as tried:
            try:
                tried.bind((HOST, port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder for what a program writes, and remove it with all that is in it."""
    with tempfile.TemporaryDirectory(prefix="photohq-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def running(
    name: str,
    arguments: Sequence[str],
    here: Path,
    ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of the emulators' environment in the folder `here` while the block lasts.

    The block begins when `ready` says so; the program sees no variables but those given. Raises
    NotStarted, with how to set it up or with what the program has said.
    """
    if not (BIN / name).exists():
        raise NotStarted(f"{name} is not in .venv/emulators; `make setup` puts it there")
    variables = {"PATH": os.environ["PATH"], "HOME": str(here), "TMPDIR": str(here)}
    log = here / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BIN / name, *arguments],
            cwd=here,
            env={**variables, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, ready, log)
        yield process
    finally:
        _stop(process)


def answers(url: str) -> bool:
    """Whether a GET of the URL is answered with 200."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:]
            raise NotStarted(f"{log.stem} does not run (status {process.poll()}):\n{said}")
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
