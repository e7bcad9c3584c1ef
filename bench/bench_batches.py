"""Batches over HTTP: 200 tickets, and 200 deletes, against floors in this process.

The floor of the tickets is one SQLite transaction of 200 rows and 200 signatures. The floor of the
deletes is 400 SQLite transactions: a photo is taken out of sight first, then removed. Beside them,
what the catalog adds to the point read of a record from SQLite.
"""

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bench.server import header, ratio, running
from photohq.catalog.sqlite import SqliteCatalog
from photohq.embedded.database import Database
from photohq.objects.presign import Credentials, presign
from photohq.photos.photo import Photo, Version
from photohq.photos.times import iso

COUNT, ROUNDS, READS = 200, 15, 20_000
ITEM = {"filename": "DSC_0001.JPG", "content_type": "image/jpeg", "file_size": 8_000_000}
RECORD = b"r" * 900


def milliseconds(act: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def tickets(client: httpx.Client) -> list[str]:
    answer = client.post("/batches", json={"items": [ITEM] * COUNT}).raise_for_status().json()
    return [item["photo_id"] for item in answer["items"]]


def deletes(client: httpx.Client) -> float:
    """Answer the milliseconds that deleting 200 photos takes."""
    operations = [{"op": "delete", "photo_id": photo_id} for photo_id in tickets(client)]
    started = time.perf_counter()
    answer = client.post("/photos/batch", json={"operations": operations}).raise_for_status()
    took = (time.perf_counter() - started) * 1000
    assert {result["status_code"] for result in answer.json()["results"]} == {200}
    return took


def floors(folder: Path) -> tuple[float, float]:
    writer = sqlite3.connect(folder / "floor.db", isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("PRAGMA synchronous = FULL")
    writer.execute("CREATE TABLE photos (photo_id TEXT PRIMARY KEY, record BLOB) WITHOUT ROWID")
    credentials = Credentials("key", "secret")

    def insert(count: int) -> None:
        writer.execute("BEGIN IMMEDIATE")
        rows = [(os.urandom(18).hex(), RECORD) for _ in range(count)]
        writer.executemany("INSERT INTO photos VALUES (?, ?)", rows)
        writer.execute("COMMIT")

    def sign() -> None:
        presign("PUT", "http://127.0.0.1:8000/objects/originals/u/p/a.jpg",
                credentials=credentials, region="us-east-1", now=time.time(), expires_in=900,
                headers={"content-type": "image/jpeg", "content-length": "1"})  # fmt: skip

    def batch() -> None:
        insert(COUNT)
        for _ in range(COUNT):
            sign()

    def commits() -> None:
        for _ in range(2 * COUNT):
            insert(1)

    found = milliseconds(batch, ROUNDS), milliseconds(commits, 3)
    writer.close()
    return found


def point_reads(folder: Path) -> tuple[float, float]:
    """Answer the microseconds of a read through the catalog, and of the bare query."""
    database = Database(folder / "reads.db")
    catalog = SqliteCatalog(database)
    version = Version(
        upload_id="u" * 36, bucket="photohq-originals", s3_key="k" * 100, filename="DSC_0001.JPG",
        content_type="image/jpeg", file_size=8_000_000, created_at=iso(0), expires_at=0,
    )  # fmt: skip
    catalog.add(
        Photo(photo_id="p", user_id="u", created_at=iso(0), updated_at=iso(0), original=version)
    )
    reader = database.reader()
    query = "SELECT record FROM photos WHERE photo_id = ?"

    def through() -> None:
        for _ in range(READS):
            catalog.find("p")

    def bare() -> None:
        for _ in range(READS):
            reader.execute(query, ("p",)).fetchone()

    found = milliseconds(through, 5) / READS * 1000, milliseconds(bare, 5) / READS * 1000
    database.close()
    return found


def main() -> None:
    header(f"{COUNT} photos in one request, against floors")
    folder_of = {"prefix": "photohq-bench-", "dir": os.environ.get("PHOTOHQ_BENCH_DIR")}
    with tempfile.TemporaryDirectory(**folder_of) as folder, running() as server:
        client = server.sign_in()
        tickets(client)
        batch_floor, delete_floor = floors(Path(folder))
        asked = milliseconds(lambda: tickets(client), ROUNDS)
        ratio("p50, POST /batches", asked, batch_floor, "ms", "< 150 ms")
        took = statistics.median(deletes(client) for _ in range(5))
        ratio("p50, 200 deletes by POST /photos/batch", took, delete_floor, "ms", "< 2000 ms")
        through, bare = point_reads(Path(folder))
        ratio("a record by its id", through, bare, "us", f"+{through - bare:.1f} us, <= 25")
        client.close()


if __name__ == "__main__":
    main()
