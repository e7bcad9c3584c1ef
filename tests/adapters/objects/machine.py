"""One machine's object store behind real HTTP, with photo records and a clock of the test's own."""

import http.client
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx
import msgspec
import uvicorn
from starlette.applications import Starlette

from photohq.catalog.sqlite import SqliteCatalog
from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.entrypoints.object_endpoint import object_routes
from photohq.entrypoints.workers import Workers
from photohq.identity.port import Caller
from photohq.objects.files import FileStore
from photohq.operations.app import App
from photohq.operations.delete_photo import delete_photo
from photohq.photos.keys import photo_of
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.requests import DeleteQuery
from photohq.photos.rules import Limits
from photohq.photos.times import iso

START = 1_800_000_000.0
USER = "user"
ORIGIN = "https://app.example"


class Machine:
    """Serves until `close`; `now` is what the store and the operations take for the time."""

    def __init__(self, folder: Path, *, idle_seconds: float = 60.0) -> None:
        self.folder = folder / "objects"
        self.now = START
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = Database(folder / "photohq.db")
        self.master_key = MasterKey(bytes(32))
        self.store = FileStore(
            self.folder, self.database, self.master_key, self.url, lambda: self.now
        )
        self.app = App(
            catalog=SqliteCatalog(self.database),
            objects=self.store,
            identity=None,
            limits=Limits(),
            deployment="test",
            clock=lambda: self.now,
        )
        self._workers = Workers()
        routes = object_routes(
            self.app,
            self.store,
            self.database,
            self._workers,
            (ORIGIN,),
            idle_seconds=idle_seconds,
        )
        config = uvicorn.Config(
            Starlette(routes=routes),
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],))
        self._thread.start()
        self.http = httpx.Client(timeout=30)

    def close(self) -> None:
        self.http.close()
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
        self._workers.close()
        self.database.close()

    def announce(self, bucket, key, headers, length) -> None:
        """Open the ticket of an upload, with its photo's record where there is none."""
        if bucket not in self.store.buckets:
            return
        upload_id = headers.get("x-amz-meta-upload-id")
        version = Version(
            upload_id=upload_id or "original",
            bucket=bucket,
            s3_key=key,
            filename=key.rsplit("/", 1)[-1],
            content_type=headers["Content-Type"],
            file_size=length,
            checksum_sha256=headers.get("x-amz-checksum-sha256"),
            created_at=iso(self.now),
            expires_at=self.now + 900,
        )
        photo = self.app.catalog.find(photo_of(key))
        if photo is None:
            arrived = msgspec.structs.replace(
                version,
                bucket=self.store.originals_bucket,
                s3_key=f"{USER}/originals/{photo_of(key)}/a.jpg",
                status=Status.UPLOADED,
                version_id="v",
            )
            photo = Photo(
                photo_id=photo_of(key),
                user_id=USER,
                created_at=iso(self.now),
                updated_at=iso(self.now),
                original=arrived if upload_id else version,
            )
            self.app.catalog.add(photo)
        if upload_id:
            edits = (*photo.pending_edits, version)
            changed = msgspec.structs.replace(photo, counter=photo.counter + 1, pending_edits=edits)
            self.app.catalog.replace(photo, changed)

    def photo(self, key) -> Photo | None:
        return self.app.catalog.find(photo_of(key))

    def delete_photo(self, key) -> None:
        delete_photo(self.app, Caller(USER), photo_of(key), DeleteQuery())

    def ticket(self, bucket, key, headers, length) -> str:
        self.announce(bucket, key, headers, length)
        return self.store.presign_put(bucket, key, headers=headers, length=length, expires_in=900)

    def put(self, bucket, key, body, headers, **sent) -> httpx.Response:
        url = self.ticket(bucket, key, headers, len(body))
        return self.http.put(url, content=body, headers={**headers, **sent})

    def download_url(self, bucket, key, version_id=None) -> str:
        return self.store.presign_get(
            bucket, key, filename="a.jpg", version_id=version_id, expires_in=900
        )

    def get(self, bucket, key, version_id=None, **headers) -> httpx.Response:
        return self.http.get(self.download_url(bucket, key, version_id), headers=headers)

    def files(self) -> list[Path]:
        """All files of objects on the disk, those that are being written too."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def wait_for_files(self, count: int) -> None:
        deadline = time.monotonic() + 10
        while len(self.files()) != count:
            assert time.monotonic() < deadline, self.files()
            time.sleep(0.01)

    def connect(self, method, url, headers) -> socket.socket:
        """Send the head of a request and answer the connection."""
        parts = urlsplit(url)
        lines = [f"{method} {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection


def answer_of(connection: socket.socket) -> tuple[int, dict[str, str], str]:
    """Read an answer: its status, headers and body."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    body = answer.read().decode()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def code_of(body: str) -> str:
    """S3's code in an error document, which has to be well-formed and complete."""
    error = ET.fromstring(body)
    assert [child.tag for child in error] == ["Code", "Message", "Resource", "RequestId"]
    assert error.findtext("Message")
    return error.findtext("Code")
