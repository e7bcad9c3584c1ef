"""A deployment without its edge: a catalog, an object store and a clock of the test's own."""

import tempfile
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from tests.adapters.dynamodb_table import catalog_at, new_table

from photohq.catalog.dynamodb_items import photo_of
from photohq.catalog.sqlite import SqliteCatalog
from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.objects.files import FileStore
from photohq.operations.app import App
from photohq.operations.confirm_upload import awaited, confirm_object, confirm_upload, is_served
from photohq.operations.tidy import clean_up, settle, tidy
from photohq.photos.errors import PhotoNotFound
from photohq.photos.rules import Limits

START = 1_800_000_000.0


class NotKept(Exception):
    """The upload matched no ticket."""


class SqliteRecords:
    """SQLite's catalog; a janitor asks it what is due."""

    def __init__(self, database: Database) -> None:
        self.catalog = SqliteCatalog(database)

    def tidy(self, app) -> None:
        tidy(app, self.catalog)

    def close(self) -> None:
        return


class DynamoDbRecords:
    """DynamoDB's catalog on an emulator; what is due is removed by the table's TTL, which is played
    here, and the stream tells of it."""

    def __init__(self, url) -> None:
        self._table = new_table(url)
        self._name = self._table.__enter__()
        self.catalog = catalog_at(url, self._name)

    def tidy(self, app) -> None:
        for item in self._expired(app.clock()):
            key = {"photo_id": item["photo_id"]}
            self.catalog.client.delete_item(TableName=self._name, Key=key)
            name = item["photo_id"]["S"]
            if name.startswith("edit#"):
                try:
                    settle(app, name.split("#")[1])
                except PhotoNotFound:
                    continue
            elif photo := photo_of(item):
                clean_up(app, photo)

    def _expired(self, now):
        pages = self.catalog.client.get_paginator("scan").paginate(
            TableName=self._name,
            ConsistentRead=True,
            FilterExpression="#ttl < :now",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={":now": {"N": str(int(now))}},
        )
        return [item for page in pages for item in page["Items"]]

    def close(self) -> None:
        self.catalog.client.close()
        self._table.__exit__(None, None, None)


class Files:
    """One machine's object store: an upload and its arrival are one transaction."""

    def __init__(self, folder: Path, database: Database, clock) -> None:
        self._folder = folder
        self.database = database
        self.store = FileStore(folder, database, MasterKey(bytes(32)), "http://test", clock)

    def put(self, app, bucket, key, upload_id, body) -> bool:
        """Upload as the object endpoint does once a signature holds; False where it is refused."""
        expected = awaited(app, bucket, key, upload_id)
        upload = self.store.stage(
            bucket, key, length=len(body), content_type="image/jpeg", upload_id=upload_id
        )
        try:
            upload.file.write([body])
            upload.file.keep(lambda: self._commit(app, upload))
        except NotKept:
            assert not expected
            return False
        finally:
            upload.file.discard()
        assert expected
        return True

    def _commit(self, app, upload) -> bool:
        with self.database.transaction():
            self.store.add(upload)
            if not confirm_upload(app, upload.arrival):
                raise NotKept
        return True

    def get(self, app, url) -> bytes | None:
        """Download what a URL names; None where there is nothing."""
        parts = urlsplit(url)
        _, _, bucket, key = unquote(parts.path).split("/", 3)
        version_id = parse_qs(parts.query).get("versionId", [None])[0]
        version = self.store.find(bucket, key, version_id) if is_served(app, key) else None
        if version is None or version.is_delete_marker:
            return None
        file = self.store.open(version)
        try:
            return file.read(0, version.size)
        finally:
            file.close()

    def files(self) -> int:
        """Count the files of objects on the disk, staged ones too."""
        return sum(path.is_file() for path in self._folder.rglob("*"))

    def close(self) -> None:
        return


class Bucket:
    """S3's object store on an emulator; clients move the bytes, and an event tells of each upload.

    The store signs by the real time, since the server checks it; whether a ticket is still good for
    the record is for the deployment's own clock.
    """

    def __init__(self, store) -> None:
        self.store = store
        self._http = httpx.Client(timeout=30)

    def put(self, app, bucket, key, upload_id, body) -> bool:
        """Upload by a fresh URL and tell of it, twice, as queues do; False where it is not kept."""
        headers = {"Content-Type": "image/jpeg"}
        headers |= {"x-amz-meta-upload-id": upload_id} if upload_id else {"If-None-Match": "*"}
        url = self.store.presign_put(bucket, key, headers=headers, length=len(body), expires_in=900)
        answer = self._http.put(url, content=body, headers=headers)
        if answer.status_code == 412:
            return False
        version_id = answer.raise_for_status().headers["x-amz-version-id"]
        for _ in range(2):
            confirm_object(app, bucket, key, version_id)
        latest = self.store.head(bucket, key)
        return latest is not None and latest.version_id == version_id

    def get(self, app, url) -> bytes | None:
        """Download what a URL names; None where there is nothing."""
        answer = self._http.get(url)
        if answer.status_code == 404:
            return None
        return answer.raise_for_status().content

    def close(self) -> None:
        self._http.close()


class Deployment:
    """One machine's, unless other records or objects are given (each made when it is called)."""

    def __init__(self, records=None, objects=None, jobs=None, pictures=None):
        self._folder = tempfile.TemporaryDirectory(prefix="photohq-test-")
        folder = Path(self._folder.name)
        self.now = START
        self._database = Database(folder / "photohq.db")
        self.records = records() if records else SqliteRecords(self._database)
        self.objects = (
            objects() if objects else Files(folder / "objects", self._database, self.clock)
        )
        self.store = self.objects.store
        embedded = {} if records or objects else {"together": self._database.transaction}
        self.app = App(
            catalog=self.records.catalog,
            objects=self.store,
            identity=None,
            limits=Limits(),
            deployment="test",
            jobs=jobs,
            pictures=pictures,
            clock=self.clock,
            **embedded,
        )

    def clock(self) -> float:
        return self.now

    def put(self, bucket, key, upload_id, body) -> bool:
        """Upload with a ticket's headers; False where the bytes are not kept."""
        return self.objects.put(self.app, bucket, key, upload_id, body)

    def get(self, url) -> bytes | None:
        """Download what a URL names; None where there is nothing."""
        return self.objects.get(self.app, url)

    def tidy(self) -> None:
        """Do what time alone brings about."""
        self.records.tidy(self.app)

    def close(self) -> None:
        self.objects.close()
        self.records.close()
        self._database.close()
        self._folder.cleanup()
