"""A page of 50 photos and their thumbnails: p50 at 1,000,000 photos of one user against 1,000,
without the network.

Three places: the first page, one in the middle, and one of the photos with an edited version.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.server import header, ratio
from photohq.catalog.port import PageKey
from photohq.catalog.sqlite import _ADD, SqliteCatalog, _row
from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.port import Caller
from photohq.objects.files import FileStore
from photohq.operations import cursors
from photohq.operations.app import App
from photohq.operations.list_photos import list_photos
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import JPEG, SIZES, Picture, Rendition
from photohq.photos.requests import ListQuery
from photohq.photos.rules import Limits
from photohq.photos.times import iso

NOW = 1_800_000_000.0
CALLER = Caller(user_id="00000000-0000-0000-0000-000000000001")
ROUNDS = 400
replace = msgspec.structs.replace


def rows(count: int) -> Iterator[tuple[object, ...]]:
    picture = Picture(
        width=6000, height=4000, orientation=1, placeholder="p" * 28, perceptual_hash="0" * 16,
        renditions=tuple(
            Rendition(size=size, width=size, height=size * 2 // 3, content_type=JPEG,
                      file_size=50_000, version_id="v" * 32)
            for size in SIZES
        ),
    )  # fmt: skip
    version = Version(
        upload_id="u" * 36, bucket="photohq-originals", s3_key="k" * 100, filename="DSC_0001.JPG",
        content_type="image/jpeg", file_size=8_000_000, created_at=iso(NOW), expires_at=NOW,
        status=Status.READY, version_id="v" * 32, etag="e" * 32, checksum_sha256="c" * 44,
        picture=picture,
    )  # fmt: skip
    for index in range(count):
        at = iso(NOW - index)
        photo = Photo(
            photo_id=f"{index:036d}", user_id=CALLER.user_id, created_at=at, updated_at=at,
            original=version, edited=version if index % 3 == 0 else None,
            tags=("harbour", "evening"), description="A line about the picture", taken_at=at,
        )  # fmt: skip
        yield _row(photo)


def filled(folder: Path, count: int) -> App:
    database = Database(folder / f"{count}.db")
    catalog = SqliteCatalog(database)
    with database.transaction() as writer:
        writer.executemany(_ADD, rows(count))
    master_key = MasterKey(bytes(32))
    store = FileStore(folder / f"{count}", database, master_key, "http://127.0.0.1:8000")
    return App(catalog=catalog, objects=store, identity=None, limits=Limits(), deployment="bench",
               clock=lambda: NOW)  # type: ignore[arg-type]  # fmt: skip


def p50(app: App, query: ListQuery) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        page = list_photos(app, CALLER, query)
        msgspec.json.encode(page)
        times.append(time.perf_counter() - started)
        assert page.count == 50
    return statistics.median(times) * 1000


def main() -> None:
    large = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    header(f"GET /photos, a page of 50: {large:,} photos against 1,000")
    with tempfile.TemporaryDirectory(prefix="photohq-bench-") as folder:
        few, many = filled(Path(folder), 1_000), filled(Path(folder), large)
        for name, kind, depth in [
            ("first page", None, 0),
            ("in the middle", None, 0.5),
            ("with an edited version", "edited", 0.5),
        ]:
            times = []
            for app, count in [(many, large), (few, 1_000)]:
                key = PageKey(created_at=iso(NOW - int(count * depth)), photo_id="~")
                cursor = cursors.encode(key, CALLER.user_id, kind or "") if depth else None
                query = msgspec.convert(
                    {"version_type": kind, "last_evaluated_key": cursor}, ListQuery
                )
                times.append(p50(app, query))
            ratio(f"p50, {name}", times[0], times[1], "ms", "<= 1.3")


if __name__ == "__main__":
    main()
