"""One machine's deployment in a temporary folder, with a clock of the test's own and no HTTP."""

import tempfile
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from photohq.catalog.sqlite import SqliteCatalog
from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.objects.files import FileStore
from photohq.operations.app import App
from photohq.operations.confirm_upload import awaited, confirm_upload, is_served
from photohq.photos.rules import Limits

START = 1_800_000_000.0


class NotKept(Exception):
    """The upload matched no ticket."""


class Deployment:
    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="photohq-test-")
        folder = Path(self._folder.name)
        self.now = START
        self.database = Database(folder / "photohq.db")
        self.store = FileStore(
            folder / "objects", self.database, MasterKey(bytes(32)), "http://test", self.clock
        )
        self.app = App(
            catalog=SqliteCatalog(self.database),
            objects=self.store,
            identity=None,
            limits=Limits(),
            deployment="test",
            clock=self.clock,
            together=self.database.transaction,
        )

    def clock(self) -> float:
        return self.now

    def put(self, bucket, key, upload_id, body) -> bool:
        """Upload as the object endpoint does once a signature holds; False where it is refused."""
        expected = awaited(self.app, bucket, key, upload_id)
        upload = self.store.stage(
            bucket, key, length=len(body), content_type="image/jpeg", upload_id=upload_id
        )
        try:
            upload.file.write([body])
            upload.file.keep(lambda: self._commit(upload))
        except NotKept:
            assert not expected
            return False
        finally:
            upload.file.discard()
        assert expected
        return True

    def _commit(self, upload) -> bool:
        with self.database.transaction():
            self.store.add(upload)
            if not confirm_upload(self.app, upload.arrival()):
                raise NotKept
        return True

    def get(self, url) -> bytes | None:
        """Download what a URL names; None where there is nothing."""
        parts = urlsplit(url)
        _, _, bucket, key = unquote(parts.path).split("/", 3)
        version_id = parse_qs(parts.query).get("versionId", [None])[0]
        version = self.store.find(bucket, key, version_id) if is_served(self.app, key) else None
        if version is None or version.is_delete_marker:
            return None
        file = self.store.open(version)
        try:
            return file.read(0, version.size)
        finally:
            file.close()

    def files(self) -> int:
        """Count the files of objects on the disk, staged ones too."""
        return sum(path.is_file() for path in (Path(self._folder.name) / "objects").rglob("*"))

    def close(self) -> None:
        self.database.close()
        self._folder.cleanup()
