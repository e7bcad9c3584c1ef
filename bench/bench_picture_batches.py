"""A batch of 200 photos of 24 megapixels, from the first PUT to the last one that is ready: the
time against the CPU time of all that takes part, spread over the cores; and GET /photos meanwhile.

`python -m bench.bench_picture_batches [PHOTOS [FILE]]`
"""

import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx

from bench.server import TICKS, Server, header, ratio, running
from photohq.imaging import samples
from photohq.photos.rules import MIB

CONNECTIONS = 4
PAUSE = 0.1
"""Seconds between two looks at the list."""


def cpu_seconds(server: Server) -> float:
    """Answer the processor time of the server and of its processes for pictures."""
    threads = Path(f"/proc/{server.pid}/task").glob("*/children")
    children = [pid for thread in threads for pid in thread.read_text().split()]
    stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in children]
    return server.cpu_seconds() + sum(int(each[11]) + int(each[12]) for each in stats) / TICKS


def upload(tickets: list[dict[str, Any]], data: bytes, done: Connection) -> None:
    """Upload them all, and tell the processor time that it has taken here.

    It stands for another machine: what is measured beside it goes first.
    """
    os.nice(5)
    with httpx.Client(timeout=120) as client, ThreadPoolExecutor(CONNECTIONS) as threads:

        def put(ticket: dict[str, Any]) -> None:
            headers = ticket["upload_headers"]
            client.put(ticket["upload_url"], content=data, headers=headers).raise_for_status()

        before = time.process_time()
        list(threads.map(put, tickets))
        done.send(time.process_time() - before)


def announced(api: httpx.Client, count: int, length: int) -> dict[str, Any]:
    items = [
        {"filename": f"DSC_{index:04}.jpg", "content_type": "image/jpeg", "file_size": length}
        for index in range(count)
    ]
    answer: dict[str, Any] = api.post("/batches", json={"items": items}).raise_for_status().json()
    return answer


def seen_through(api: httpx.Client, batch_id: str, count: int) -> list[float]:
    """Look at the list until all are ready; answers how long each look took, in ms."""
    looks = []
    while True:
        began = time.perf_counter()
        api.get("/photos", params={"limit": 50}).raise_for_status()
        looks.append((time.perf_counter() - began) * 1000)
        batch = api.get(f"/batches/{batch_id}").raise_for_status().json()
        assert not batch["failed"], batch
        if batch["ready"] == count:
            return looks
        time.sleep(PAUSE)


def photo(folder: str) -> Path:
    return Path(sys.argv[2]) if len(sys.argv) > 2 else samples.write(Path(folder), count=1)[0]


def main() -> None:
    if not sys.platform.startswith("linux"):
        sys.exit("This benchmark reads /proc, which only Linux has")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        data = photo(folder).read_bytes()
    header(f"A batch of {count} photos of {len(data) / MIB:.1f} MiB, until all are ready")
    with running() as server:
        api = server.sign_in()
        batch = announced(api, count, len(data))
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        uploader = multiprocessing.get_context("spawn").Process(
            target=upload, args=(batch["items"], data, theirs)
        )
        before = cpu_seconds(server) + time.process_time()
        began = time.perf_counter()
        uploader.start()
        looks = sorted(seen_through(api, batch["batch_id"], count))
        elapsed = time.perf_counter() - began
        work = cpu_seconds(server) + time.process_time() - before + ours.recv()
        uploader.join()
        ratio("from the first PUT to the last ready", elapsed, work / cores, "s", "<= 1.3")
        print(f"  GET /photos meanwhile: p95 {looks[int(len(looks) * 0.95)]:.1f} ms   < 20 ms")
        print(f"  the server's peak memory: {server.peak_megabytes():.0f} MB")


if __name__ == "__main__":
    main()
