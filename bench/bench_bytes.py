"""What the object endpoint costs: CPU seconds per GB of PUT and GET against bare loops
(`floors.py`), and the server's peak memory through many uploads."""

import http.client
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx

from bench.server import Server, header, ratio, running
from photohq.photos.rules import MIB

GB = 1024 * MIB
ROUNDS = 3
FILES = 24
"""Files of 10 MiB a round."""


def floor(kind: str, folder: str) -> float:
    """Run a bare loop over as many bytes as a round moves; answers CPU seconds per GB."""
    command = [sys.executable, "-m", "bench.floors", kind, folder, "10", str(FILES)]
    return float(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)


def tickets(client: httpx.Client, count: int, size: int) -> list[dict]:
    body = {"filename": "bench.jpg", "content_type": "image/jpeg", "file_size": size}
    return [
        client.post("/photos/upload", json=body).raise_for_status().json() for _ in range(count)
    ]


Job = tuple[str, str, dict[str, str], bytes | None]


def transfer(jobs: list[Job], at_once: int) -> None:
    """Run (method, url, headers, body) jobs over `at_once` connections, each kept alive."""
    local = threading.local()

    def one(job: Job) -> None:
        method, url, headers, body = job
        place = urlsplit(url)
        connection = getattr(local, "connection", None)
        if connection is None:
            connection = local.connection = http.client.HTTPConnection(place.netloc)
        connection.request(method, f"{place.path}?{place.query}", body=body, headers=headers)
        answer = connection.getresponse()
        while answer.read(MIB):
            pass
        assert answer.status == 200, answer.status

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, jobs))


def rates(server: Server, client: httpx.Client, folder: str) -> None:
    data = os.urandom(10 * MIB)
    for _ in range(ROUNDS):
        made = tickets(client, FILES, len(data))
        before = server.cpu_seconds()
        transfer([("PUT", one["upload_url"], one["upload_headers"], data) for one in made], 4)
        ours = (server.cpu_seconds() - before) / (FILES * len(data) / GB)
        ratio(
            "PUT 10 MiB, 4 at once, CPU per GB", ours, floor("put", folder), "CPU-s/GB", "<= 1.35"
        )
        urls = [client.get(f"/photos/{one['photo_id']}").json()["download_url"] for one in made]
        before = server.cpu_seconds()
        transfer([("GET", url, {}, None) for url in urls], 4)
        ours = (server.cpu_seconds() - before) / (FILES * len(data) / GB)
        bare = floor("get", folder)
        ratio("GET 10 MiB, 4 at once, CPU per GB", ours, bare, "CPU-s/GB", "<= 1.5")


def memory(server: Server, client: httpx.Client) -> None:
    data = os.urandom(20 * MIB)
    for _ in range(5):
        made = tickets(client, 40, len(data))
        transfer([("PUT", one["upload_url"], one["upload_headers"], data) for one in made], 16)
        for one in made:
            client.delete(f"/photos/{one['photo_id']}").raise_for_status()
    print(f"  200 uploads of 20 MiB, 16 at once: peak {server.peak_megabytes():.0f} MB   < 250 MB")


def main() -> None:
    if not sys.platform.startswith("linux"):
        sys.exit("This benchmark reads /proc, which only Linux has")
    header("The object endpoint against bare loops")
    where = os.environ.get("PHOTOHQ_BENCH_DIR")
    with running() as server, tempfile.TemporaryDirectory(dir=where) as folder:
        client = server.sign_in()
        rates(server, client, folder)
        memory(server, client)


if __name__ == "__main__":
    main()
