"""`photohq upload` against `sha256sum` and curl that send the same files to the same server.

The peer reads every file once for its checksum, as the contract asks, and then has curl make four
PUTs at a time; its tickets come from one batch that is not timed. Both send other files of the same
size, so that none is there already; `--count` and `--size` (MB) make it smaller.
"""

import argparse
import base64
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
from tests.contract.pictures import jpeg

from bench.server import PASSWORD, Server, header, ratio, running

AT_ONCE = 4
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def files(folder: Path, count: int, size: int) -> list[Path]:
    """Write small pictures in large files, no two the same; they are in memory then."""
    folder.mkdir()
    made = []
    for number in range(count):
        path = folder / f"DSC_{number:04}.JPG"
        path.write_bytes(jpeg(size, seed=hash(path)))
        made.append(path)
    return made


def wait_until_quiet(client: httpx.Client) -> None:
    """Let the pictures be processed that are there, so that nobody pays for another's."""
    while True:
        photos = client.get("/photos?limit=100").raise_for_status().json()["photos"]
        if {photo["status"] for photo in photos} <= {"ready", "failed"}:
            return
        time.sleep(0.2)


def peer(client: httpx.Client, made: list[Path], folder: Path) -> float:
    """Answer the seconds that sha256sum and curl take."""
    began = time.perf_counter()
    listing = "\0".join(map(str, made)).encode()
    command = ["xargs", "-0", "-n", "10", "-P", "2", "sha256sum"]
    printed = subprocess.run(command, input=listing, capture_output=True, check=True).stdout
    hashing = time.perf_counter() - began
    sums = {line.split(None, 1)[1]: line.split()[0] for line in printed.decode().splitlines()}
    items = [
        {
            "filename": path.name,
            "content_type": "image/jpeg",
            "file_size": path.stat().st_size,
            "checksum_sha256": base64.b64encode(bytes.fromhex(sums[str(path)])).decode(),
        }
        for path in made
    ]
    config = folder / "curl"
    lines = []
    for start in range(0, len(items), 200):
        body = {"items": items[start : start + 200]}
        tickets = client.post("/batches", json=body).raise_for_status().json()["items"]
        for ticket in tickets:
            given = ticket["upload_headers"] | {"Expect": ""}  # no waiting for a 100 Continue
            lines.append(
                "\n".join(
                    [
                        f'url = "{ticket["upload_url"]}"',
                        f'upload-file = "{made[start + ticket["index"]]}"',
                        *(f'header = "{key}: {value}"' for key, value in given.items()),
                        "fail",
                        "silent",
                        'output = "/dev/null"',
                    ]
                )
            )
    config.write_text("\nnext\n".join(lines))
    began = time.perf_counter()
    command = ["curl", "--parallel", "--parallel-max", str(AT_ONCE), "--config", str(config)]
    subprocess.run(command, check=True, capture_output=True)
    return hashing + time.perf_counter() - began


def ours(server: Server, made: list[Path], home: Path) -> tuple[float, float]:
    """Answer the seconds that `photohq upload` takes, and its peak memory in MB."""
    environment = server.environment | {"HOME": str(home)}
    words = ["upload", str(made[0].parent), "--concurrency", str(AT_ONCE)]
    began = time.perf_counter()
    process = subprocess.Popen(server._command(*words), env=environment, **SILENT)
    peak = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                return
            peak = max([peak, *(int(line.split()[1]) / 1024 for line in status.splitlines()
                                if line.startswith("VmHWM"))])  # fmt: skip

    watching = threading.Thread(target=watch)
    watching.start()
    assert process.wait() == 0
    elapsed = time.perf_counter() - began
    done.set()
    watching.join()
    return elapsed, peak


def main() -> None:
    if not sys.platform.startswith("linux"):
        sys.exit("This benchmark reads /proc, which only Linux has")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="files a round")
    parser.add_argument("--size", type=float, default=10, help="of a file, in MB")
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    size = int(given.size * 1e6)
    header(f"photohq upload of {given.count} x {given.size:g} MB against sha256sum and curl")
    where = os.environ.get("PHOTOHQ_BENCH_DIR")
    with running() as server, tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        client = server.sign_in()
        login = ["login", "--url", server.url, "--email", "bench@example.com", "--store", "file"]
        subprocess.run(
            server._command(*login),
            env=server.environment | {"HOME": name},
            input=f"{PASSWORD}\n",
            text=True,
            check=True,
            capture_output=True,
        )
        ratios = []
        for number in range(given.rounds):
            made = files(folder / f"theirs{number}", given.count, size)
            theirs = peer(client, made, folder)
            shutil.rmtree(made[0].parent)
            made = files(folder / f"ours{number}", given.count, size)
            wait_until_quiet(client)
            mine, peak = ours(server, made, folder)
            shutil.rmtree(made[0].parent)
            wait_until_quiet(client)
            total = given.count * size / 1e6
            ratio("throughput", total / mine, total / theirs, "MB/s", ">= 0.8")
            print(f"  peak memory of the client: {peak:.0f} MB   < 150 MB")
            ratios.append(theirs / mine)
        print(f"  median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
