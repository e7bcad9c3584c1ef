"""What `photohq demo` runs: the journey on an own server, or on a deployment that is there."""

import contextlib
import re
import secrets
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from photohq.cli import sample_edits, signals
from photohq.cli.demo_server import PHOTOHQ, DemoServer, ServerFailed
from photohq.cli.display import Display
from photohq.cli.journey import CheckFailed, Journey, Step, check
from photohq.cli.words import count_of, megabytes, rate, seconds
from photohq.client.errors import ClientError

FAILURES = (CheckFailed, ServerFailed)
CODE_SECONDS = 60
SEED = 65
"""Of sample photos whose first ones are of small cameras, and soon painted."""
CODE = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Run:
    """How many photos, and how many uploads at a time."""

    count: int
    concurrency: int


def on_own_server(run: Run, *, keep: bool) -> None:
    display = Display()
    display.title(_title(run))
    email, password = _new_email(), _new_password()
    server = DemoServer()
    kept = False
    try:
        display.heading("Start a server")
        began = time.perf_counter()
        server.start()
        started = Step("server started", seconds=time.perf_counter() - began)
        display.say(f"{server.url} is ready after {seconds(started.seconds)}")
        display.say(f"everything it keeps is in {server.data}")
        with _room(server.folder) as room, Journey(server.url, display, room) as journey:
            journey.steps.append(started)
            journey.sign_up(email, password, lambda address: _code(server.latest_code, address))
            _go(journey, run, room)
            if not keep:
                with journey.step("Stop the server", "server stopped"):
                    code = server.stop()
                    check(code == 0, f"The server ended with exit code {code}")
                    display.say("ended by SIGTERM with exit code 0; its folder is removed")
            _summarize(journey)
        if keep:
            _introduce(server, display, email, password)
            kept = True
    finally:
        if not kept:
            with signals.ignored():
                server.stop()
                server.remove()


def on_deployment(
    run: Run, url: str, email: str | None, password: str | None, code_command: str | None
) -> None:
    display = Display()
    display.title(_title(run))
    with _room(None) as room, Journey(url, display, room) as journey:
        with journey.step("Ask the deployment what it is", "deployment asked"):
            config = journey.client.config
            display.say(f"{url}: {config.deployment}, version {config.api_version}")
            check(
                config.identity_endpoint is not None and config.client_id is not None,
                f"Users of {url} sign in at {config.issuer}, where the demo can't",
            )
        try:
            if email and password is not None:
                journey.sign_in(email, password)
            else:
                code = _code_source(code_command)
                journey.sign_up(email or _new_email(), _new_password(), code)
            _go(journey, run, room)
        finally:
            _clean_up(journey)
        check(not journey.photos, "Not all photos of the journey could be deleted")
        _summarize(journey)


def _title(run: Run) -> str:
    return f"Photo HQ: the whole journey on {count_of(run.count, 'sample photo')}"


def _clean_up(journey: Journey) -> None:
    """Delete what is left of the journey; what goes wrong here hides no failure before."""
    if not journey.photos:
        return
    with journey.step("Clean up", "photos cleaned up") as step:
        step.count = len(journey.photos)
        try:
            journey.clean_up()
            journey.display.say("the photos that were left are deleted; the user stays")
        except ClientError as error:
            journey.display.say(
                f"{count_of(len(journey.photos), 'photo')} could not be deleted: {error}"
            )


def _introduce(server: DemoServer, display: Display, email: str, password: str) -> None:
    """Say what somebody needs to go on with a server that is left running."""
    display.console.print()
    display.title("The server goes on running")
    display.pairs(
        [
            ("URL", server.url),
            ("contract", f"{server.url}/docs"),
            ("e-mail", email),
            ("password", password),
            ("data", str(server.data)),
            ("log", str(server.log)),
            ("stop it", f"kill {server.pid}"),
            ("remove it", f"rm -r {shlex.quote(str(server.folder))}"),
        ]
    )


def _go(journey: Journey, run: Run, room: Path) -> None:
    display = journey.display
    name = "sample photos made"
    with journey.step(f"Make {count_of(run.count, 'sample photo')}", name) as step:
        with display.counting(run.count) as made:
            files = _make_samples(room, run.count, made)
        step.count, step.size = len(files), sum(path.stat().st_size for path in files)
        display.say(f"{count_of(step.count, 'JPEG')}, {megabytes(step.size)}")
    journey.upload(files, run.concurrency)
    journey.show_list()
    journey.download()
    journey.edit(sample_edits.brighter, "brighter", 1)
    journey.edit(sample_edits.black_and_white, "black-and-white", 2)
    if "pictures" in journey.client.config.features:
        journey.render()
        journey.show_history()
    journey.show_metadata()
    journey.show_filtered_lists()
    journey.delete()


def _make_samples(folder: Path, count: int, made: Callable[[str], object]) -> list[Path]:
    """Make sample photos in another process, which can be stopped at once."""
    command = [PHOTOHQ, "samples", str(folder), "--count", str(count), "--seed", str(SEED)]
    files: list[Path] = []
    process: subprocess.Popen[str] | None = None
    try:
        with signals.held_back():
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            path = folder / line.partition(" ")[0]
            if path.is_file():
                files.append(path)
                made(path.name)
        complaint = process.stderr.read().strip().rpartition("\n")[2]
    finally:
        if process is not None:
            with process:
                process.kill()
    check(len(files) == count, f"The sample photos could not be made: {complaint}")
    return files


def _summarize(journey: Journey) -> None:
    display = journey.display
    display.console.print()
    display.title("All checks passed")
    rows = [
        (
            step.name,
            str(step.count),
            megabytes(step.size) if step.size else "",
            seconds(step.seconds),
            rate(step.size, step.seconds) if step.transfer else "",
        )
        for step in journey.steps
    ]
    total = seconds(sum(step.seconds for step in journey.steps))
    rows.append(("in all", "", "", total, ""))
    headers = ("What was done", "Count", "Size", "Time", "Rate")
    display.table(headers, rows, right=headers[1:])


@contextlib.contextmanager
def _room(folder: Path | None) -> Iterator[Path]:
    """Make a folder for samples and downloads, which is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="photohq-demo-photos-", dir=folder) as room:
        yield Path(room)


def _code_source(code_command: str | None) -> Callable[[str], str | None]:
    if code_command is None:
        return lambda email: str(click.prompt(f"    The code that was sent to {email}"))
    words = shlex.split(code_command)

    def latest(email: str) -> str | None:
        command = [word.replace("{email}", email) for word in words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        except OSError as error:
            raise CheckFailed(f"--code-command can't be run: {error}") from error
        said = done.stdout.strip()
        return said if said or done.returncode else None

    return lambda email: _code(latest, email)


def _code(latest: Callable[[str], str | None], email: str) -> str | None:
    """Read the newest code as soon as it is there; None where none is needed."""
    deadline = time.monotonic() + CODE_SECONDS
    while (said := latest(email)) is not None:
        if CODE.fullmatch(said):
            return said
        check(time.monotonic() < deadline, f"No code came for {email} in {CODE_SECONDS} seconds")
        time.sleep(0.5)
    return None


def _new_email() -> str:
    return f"demo+{secrets.token_hex(4)}@example.com"


def _new_password() -> str:
    """Answer a password with the four kinds of characters that the user pool asks for."""
    return f"Aa1-{secrets.token_urlsafe(12)}"
