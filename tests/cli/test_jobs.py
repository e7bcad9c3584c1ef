"""`photohq jobs` and `photohq reprocess`, on the data of a server that may be running."""

import json

import pytest
from click.testing import CliRunner
from tests.imaging.pictures import jpeg

from photohq.cli.main import main
from photohq.embedded.data_folder import DataFolder
from photohq.events.port import Counts
from photohq.identity.port import Caller
from photohq.operations.confirm_upload import confirm_upload
from photohq.operations.process_photo import process_photo
from photohq.operations.upload_photo import upload_photo
from photohq.operations.work import give_up
from photohq.photos.photo import Status
from photohq.photos.requests import UploadRequest
from photohq.settings import server as settings
from photohq.wiring import one_machine as wiring

ME = Caller(user_id="me")


@pytest.fixture
def environment(tmp_path):
    return {"PHOTOHQ_MASTER_KEY_FILE": str(tmp_path / "master.key")}


@pytest.fixture
def machine(tmp_path, environment):
    """The server's own wiring, opened before the commands are called; nobody works at its jobs."""
    read = settings.read(environment, data=str(tmp_path / "data"))
    with wiring.library(read, DataFolder(tmp_path / "data")) as machine:
        yield machine
        machine.pictures.close()


@pytest.fixture
def photohq(tmp_path, environment, machine):
    def run(*words, data=tmp_path / "data"):
        called = CliRunner(env=environment).invoke(main, [*words, "--data", str(data)])
        assert called.exception is None or isinstance(called.exception, SystemExit)
        return called

    return run


def upload(machine, caller=ME):
    """Have a photo arrive; answers its id. Its job waits."""
    body = jpeg(320, 200)
    limits = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": len(body)}
    ticket = upload_photo(machine.app, caller, UploadRequest(**limits))
    staged = machine.store.stage(
        machine.store.originals_bucket,
        ticket.s3_key,
        length=len(body),
        content_type="image/jpeg",
        upload_id=None,
    )
    staged.file.write([body])

    def commit():
        with machine.database.transaction():
            machine.store.add(staged)
            assert confirm_upload(machine.app, staged.arrival)
        return True

    staged.file.keep(commit)
    return ticket.photo_id


def process(machine):
    """Do what waits."""
    while taken := machine.jobs.take(machine.app.clock()):
        process_photo(machine.app, machine.pictures, taken.job)
        machine.jobs.done(taken)


def fail(machine):
    """Have what waits fail, as something that was tried too often."""
    while taken := machine.jobs.take(machine.app.clock()):
        give_up(machine.app, taken.job)
        machine.jobs.failed(taken, "OSError: the disk is broken", None)


def waiting(machine):
    return sorted(kept.job.photo_id for kept in machine.jobs.every() if kept.state == "waiting")


def status(machine, photo_id):
    return machine.app.catalog.find(photo_id).status


def refused(called, sentence):
    assert (called.exit_code, called.stdout) == (2, "")
    assert called.stderr == f"Error: {sentence}\n"


def test_jobs_are_listed_for_people_and_for_programs(photohq, machine):
    assert photohq("jobs", "ls").stdout == ""
    photo_id = upload(machine)
    fail(machine)
    line = photohq("jobs", "ls").stdout
    assert line.startswith(f"{photo_id}  failed   tried 1x")
    assert line.endswith("OSError: the disk is broken\n")
    (listed,) = json.loads(photohq("jobs", "ls", "--json").stdout)
    assert (listed["photo_id"], listed["user_id"]) == (photo_id, "me")
    assert (listed["state"], listed["tries"]) == ("failed", 1)


def test_what_has_failed_is_tried_again(photohq, machine):
    failed = [upload(machine), upload(machine)]
    fail(machine)
    fine = upload(machine)
    process(machine)
    assert photohq("jobs", "retry", failed[0]).stdout == "Trying again: 1\n"
    assert waiting(machine) == [failed[0]]
    assert photohq("jobs", "retry").stdout == "Trying again: 1\n"
    assert waiting(machine) == sorted(failed)
    process(machine)
    assert {status(machine, photo_id) for photo_id in [*failed, fine]} == {Status.READY}
    assert machine.jobs.counts() == Counts()


def test_a_photo_without_a_failed_job_is_not_tried_again(photohq, machine):
    fine = upload(machine)
    process(machine)
    refused(photohq("jobs", "retry", fine), f"No job of this photo has failed: {fine}")
    assert waiting(machine) == []


def test_a_library_is_processed_again(photohq, machine):
    mine = [upload(machine) for _ in range(3)]
    user = machine.pool.sign_up.add_confirmed("ann@example.com", "Correct-Horse-7")
    hers = upload(machine, Caller(user_id=user.sub))
    process(machine)
    assert photohq("reprocess").stdout == "Processing again: 4 photos\n"
    assert waiting(machine) == sorted([*mine, hers])
    process(machine)
    for who in ("Ann@example.com", user.sub):
        assert photohq("reprocess", "--user", who).stdout == "Processing again: 1 photo\n"
        assert waiting(machine) == [hers]
        process(machine)
    assert photohq("reprocess", "--photo", mine[0]).stdout == "Processing again: 1 photo\n"
    assert waiting(machine) == [mine[0]]


def test_only_what_has_failed_is_processed_again(photohq, machine):
    failed = upload(machine)
    fail(machine)
    upload(machine)
    process(machine)
    assert photohq("reprocess", "--failed").stdout == "Processing again: 1 photo\n"
    assert waiting(machine) == [failed]


def test_who_or_what_is_not_there_is_said(photohq, tmp_path):
    refused(photohq("reprocess", "--photo", "none"), "There is no photo none")
    refused(photohq("reprocess", "--user", "bob@x.org"), "There is no user bob@x.org")
    empty = tmp_path / "empty"
    refused(photohq("jobs", "ls", data=empty), f"There is no Photo HQ data in {empty}")
    both = photohq("reprocess", "--photo", "a", "--user", "b")
    assert both.exit_code == 2
    assert "can't be given together" in both.stderr
