import base64
import errno
import hashlib
import os
import time
from pathlib import Path

import pytest
from tests.adapters.objects.machine import Machine
from tests.adapters.objects.suite import (
    ObjectStoreSuite,
    PresignedRulesSuite,
    Store,
    StrangersSuite,
)

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.objects.encryption import Corrupt
from photohq.objects.files import FileStore
from photohq.photos.errors import Unavailable

MIB = 1024 * 1024
DAY = 86_400.0
BUCKET, KEY = "photohq-edited", "user/edited/photo/a.jpg"


class TestFileStore(ObjectStoreSuite, PresignedRulesSuite, StrangersSuite):
    @pytest.fixture
    def store(self, tmp_path, closing):
        machine = Machine(tmp_path)
        yield Store(machine.store, machine.http, machine.announce, lambda: machine.now)
        closing(machine)


class Disk:
    """A store without HTTP, whose clock the test turns."""

    def __init__(self, folder):
        self.now = 1_800_000_000.0
        self.folder = folder
        self.database = Database(folder / "photohq.db")
        self.store = self.opened()

    def opened(self, key=bytes(32)):
        return FileStore(
            self.folder / "objects",
            self.database,
            MasterKey(key),
            "http://127.0.0.1:8000",
            lambda: self.now,
        )

    def stage(self, body, key=KEY, pieces=None, **how):
        upload = self.store.stage(BUCKET, key, length=len(body), content_type="image/jpeg", **how)
        for piece in pieces or [body]:
            upload.file.write([piece])
        return upload

    def put(self, body, key=KEY, pieces=None):
        upload = self.stage(body, key, pieces)

        def commit():
            self.store.add(upload)
            return True

        assert upload.file.keep(commit)
        return upload

    def read(self, version_id=None, key=KEY, start=0, stop=None):
        version = self.store.find(BUCKET, key, version_id)
        stop = version.size if stop is None else stop
        file = self.store.open(version)
        parts = []
        try:
            while start < stop:
                parts.append(file.read(start, stop))
                start += len(parts[-1])
        finally:
            file.close()
        return b"".join(parts)

    def files(self):
        return sorted(path for path in (self.folder / "objects").rglob("*") if path.is_file())


@pytest.fixture
def disk(tmp_path):
    disk = Disk(tmp_path)
    yield disk
    disk.database.close()


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB + 5])
def test_files_of_every_size_come_back(disk, size):
    body = os.urandom(size)
    disk.put(body)
    assert disk.read() == body


@pytest.mark.parametrize("step", [1, 1000, 300_000, MIB, MIB + 1])
def test_pieces_may_have_any_size(disk, step):
    body = os.urandom(5000 if step == 1 else 2 * MIB + 17)
    upload = disk.put(body, pieces=[body[at : at + step] for at in range(0, len(body), step)])
    assert disk.read() == body
    assert upload.file.sha256 == hashlib.sha256(body).digest()


@pytest.mark.parametrize(
    ("start", "stop"),
    [(0, 1), (MIB - 1, MIB), (MIB, MIB + 1), (MIB - 1, MIB + 1), (7, 3 * MIB + 4), (3 * MIB, None)],
)
def test_any_range_comes_back(disk, start, stop):
    body = os.urandom(3 * MIB + 5)
    disk.put(body)
    assert disk.read(start=start, stop=stop) == body[start:stop]


def test_what_lies_on_disk_does_not_show_what_is_in_it(disk):
    body = b"a very particular sequence of bytes" * 1000
    disk.put(body)
    (file,) = disk.files()
    assert b"particular" not in file.read_bytes()
    assert b"particular" not in b"".join(
        path.read_bytes() for path in disk.folder.iterdir() if path.is_file()
    )


def test_names_on_disk_are_not_those_of_clients(disk):
    upload = disk.put(b"bytes", key="user/edited/photo/very-private.jpg")
    (file,) = disk.files()
    assert file.name == upload.version_id
    assert not any("private" in str(path) for path in (disk.folder / "objects").rglob("*"))


def test_the_facts_are_those_of_the_bytes(disk):
    body = os.urandom(1000)
    disk.put(body)
    digest = hashlib.sha256(body)
    arrival = disk.store.head(BUCKET, KEY)
    assert arrival.checksum_sha256 == base64.b64encode(digest.digest()).decode()
    assert arrival.etag == digest.hexdigest()[:32]


def test_another_master_key_reads_nothing(disk):
    disk.put(b"bytes")
    disk.store = disk.opened(b"k" * 32)
    with pytest.raises(Corrupt):
        disk.read()


def test_files_that_changed_places_do_not_open(disk):
    one, two = disk.put(b"one"), disk.put(b"two")
    first, second = (path for path in disk.files() if path.name in {one.version_id, two.version_id})
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    with pytest.raises(Corrupt):
        disk.read()


def test_rows_whose_keys_changed_places_do_not_open(disk):
    """A wrapped key opens for its own version only."""
    disk.put(b"one", key="user/edited/one/a.jpg")
    disk.put(b"two", key="user/edited/two/a.jpg")
    with disk.database.transaction() as writer:
        (key,) = writer.execute(
            "SELECT wrapped_key FROM object_versions WHERE key LIKE '%one%'"
        ).fetchone()
        writer.execute("UPDATE object_versions SET wrapped_key = ? WHERE key LIKE '%two%'", (key,))
    with pytest.raises(Corrupt):
        disk.read(key="user/edited/two/a.jpg")


def test_nothing_is_on_the_disk_before_the_first_byte(disk):
    disk.store.stage(BUCKET, KEY, length=5, content_type="image/jpeg")
    assert disk.files() == []


def test_a_discarded_upload_leaves_nothing(disk):
    upload = disk.stage(b"bytes")
    assert len(disk.files()) == 1
    upload.file.discard()
    upload.file.discard()
    assert disk.files() == []


def test_an_upload_that_lacks_bytes_is_not_kept(disk):
    upload = disk.store.stage(BUCKET, KEY, length=5, content_type="image/jpeg")
    upload.file.write([b"byte"])
    with pytest.raises(ValueError, match="4 bytes of 5"):
        upload.file.keep(lambda: True)
    with pytest.raises(ValueError, match="More than 5"):
        upload.file.write([b"es"])
    upload.file.discard()
    assert disk.files() == []


def test_an_upload_that_nobody_wants_is_not_kept(disk):
    upload = disk.stage(b"bytes")
    assert not upload.file.keep(lambda: False)
    upload.file.discard()
    assert disk.files() == []


def test_a_failed_commit_leaves_nothing(disk):
    upload = disk.stage(b"bytes")

    def commit():
        with disk.database.transaction():
            disk.store.add(upload)
            raise LookupError

    with pytest.raises(LookupError):
        upload.file.keep(commit)
    upload.file.discard()
    assert disk.files() == []
    assert disk.store.head(BUCKET, KEY) is None


def test_what_was_kept_is_not_discarded(disk):
    upload = disk.put(b"bytes")
    upload.file.discard()
    assert disk.read() == b"bytes"


def test_an_upload_for_which_there_is_no_room_is_refused_at_once(disk):
    with pytest.raises(Unavailable) as refused:
        disk.store.stage(BUCKET, KEY, length=2**60, content_type="image/jpeg")
    assert refused.value.detail == "The disk is full"
    assert refused.value.retry_after == 60


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is full")
def test_a_disk_that_fills_up_while_writing_is_said_so(disk):
    upload = disk.store.stage(BUCKET, KEY, length=5, content_type="image/jpeg")
    upload.file._file = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115
    with pytest.raises(Unavailable) as refused:
        upload.file.write([b"bytes"])
    assert refused.value.__cause__.errno == errno.ENOSPC
    upload.file._file.close()


class TestExpiry:
    def test_noncurrent_versions_go_when_their_time_is_over(self, disk):
        old = disk.put(b"old")
        disk.now += DAY
        disk.put(b"new")
        disk.store.expire_noncurrent(disk.now - 1)
        assert disk.read(old.version_id) == b"old"
        disk.store.expire_noncurrent(disk.now + 1)
        assert disk.store.find(BUCKET, KEY, old.version_id) is None
        assert disk.read() == b"new"
        assert len(disk.files()) == 1

    def test_age_counts_from_when_a_version_became_noncurrent(self, disk):
        old = disk.put(b"old")
        disk.now += 40 * DAY
        disk.put(b"new")
        disk.now += DAY
        disk.store.expire_noncurrent(disk.now - 30 * DAY)
        assert disk.read(old.version_id) == b"old"

    def test_a_delete_marker_goes_with_the_last_version_under_it(self, disk):
        disk.put(b"bytes")
        disk.put(b"bytes again")
        disk.store.delete(BUCKET, KEY)
        disk.now += 31 * DAY
        disk.store.expire_noncurrent(disk.now - 30 * DAY)
        assert disk.store.find(BUCKET, KEY) is None
        assert disk.files() == []
        rows = disk.database.reader().execute("SELECT count(*) FROM object_versions").fetchone()
        assert rows == (0,)

    def test_a_delete_marker_stays_while_something_is_under_it(self, disk):
        disk.put(b"bytes")
        disk.store.delete(BUCKET, KEY)
        disk.store.expire_noncurrent(disk.now - DAY)
        assert disk.store.find(BUCKET, KEY).is_delete_marker
        assert disk.store.head(BUCKET, KEY) is None

    def test_the_latest_version_never_goes(self, disk):
        disk.put(b"bytes")
        disk.now += 1000 * DAY
        disk.store.expire_noncurrent(disk.now)
        assert disk.read() == b"bytes"

    def test_many_go_in_one_call(self, disk):
        for index in range(20):
            disk.put(b"%d" % index)
        with disk.database.transaction() as writer:
            writer.executemany(
                "INSERT INTO object_versions SELECT ?, bucket, key, ?, 0, 0, '', '', NULL, NULL,"
                " 0, x'', 1 FROM object_versions WHERE noncurrent_since IS NULL",
                [(-index, f"{index:032x}") for index in range(1, 1200)],
            )
        disk.store.expire_noncurrent(disk.now + 1)
        rows = disk.database.reader().execute("SELECT count(*) FROM object_versions").fetchone()
        assert rows == (1,)
        assert disk.read() == b"19"
        assert len(disk.files()) == 1


class TestSweep:
    def test_temporary_files_go_when_they_are_old(self, disk):
        upload = disk.stage(b"bytes")
        disk.store.sweep_temporary(3600)
        assert len(disk.files()) == 1
        _age(disk.files()[0], 7200)
        disk.store.sweep_temporary(3600)
        assert disk.files() == []
        upload.file.discard()

    def test_files_without_a_row_go_and_others_stay(self, disk):
        disk.put(b"kept")
        lost = disk.stage(b"lost")
        lost.file.keep(lambda: True)
        for path in disk.files():
            _age(path, 7200)
        disk.store.sweep_temporary(3600)
        assert len(disk.files()) == 1
        assert disk.read() == b"kept"

    def test_a_young_file_without_a_row_may_still_get_one(self, disk):
        upload = disk.stage(b"bytes")

        def commit():
            disk.store.sweep_temporary(3600)
            disk.store.add(upload)
            return True

        upload.file.keep(commit)
        assert disk.read() == b"bytes"

    def test_a_version_erased_in_a_transaction_that_fails_keeps_its_bytes(self, disk):
        upload = disk.put(b"bytes")
        with pytest.raises(LookupError), disk.database.transaction():
            disk.store.delete_version(BUCKET, KEY, upload.version_id)
            raise LookupError
        assert disk.read() == b"bytes"

    def test_a_version_erased_in_a_transaction_is_swept(self, disk):
        upload = disk.put(b"bytes")
        with disk.database.transaction():
            disk.store.delete_version(BUCKET, KEY, upload.version_id)
        _age(disk.files()[0], 7200)
        disk.store.sweep_temporary(3600)
        assert disk.files() == []


def test_a_folder_that_cannot_be_used_is_unavailable(disk):
    if os.geteuid() == 0:
        (disk.folder / "objects" / "incoming").rmdir()
    else:
        (disk.folder / "objects" / "incoming").chmod(0)
    with pytest.raises(Unavailable):
        disk.store.check()


def test_the_lookups_of_a_request_walk_an_index(disk):
    queries = []
    disk.put(b"bytes")
    disk.database.reader().set_trace_callback(queries.append)
    disk.store.find(BUCKET, KEY)
    disk.store.find(BUCKET, KEY, "v")
    disk.store.find_upload(BUCKET, KEY, "u")
    disk.database.reader().set_trace_callback(None)
    assert len(queries) == 3
    for query in queries:
        plan = disk.database.reader().execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
        assert all("SEARCH" in row[3] for row in plan)


def _age(path, seconds):
    then = time.time() - seconds
    os.utime(path, (then, then))
