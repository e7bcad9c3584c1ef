"""What becomes of jobs on one machine: tries, pauses, ends. A double stands in for the decoder."""

import threading
import time

import pytest
from tests.operations.deployment import Deployment
from tests.operations.test_deleting import FILE, ME
from tests.operations.test_process_photo import Decoder

from photohq.entrypoints import processing as module
from photohq.entrypoints.processing import Processing
from photohq.events.port import Counts
from photohq.events.sqlite import SqliteJobs
from photohq.operations.upload_photo import upload_photo
from photohq.photos.errors import Unavailable
from photohq.photos.photo import Status
from photohq.photos.pictures import Reason, Unreadable
from photohq.photos.requests import UploadRequest


class Bench(Deployment):
    """A deployment whose jobs are beside its records, and a decoder that does what a test wants."""

    def __init__(self):
        super().__init__()
        self.jobs = SqliteJobs(self._database, self.clock)
        self.app = type(self.app)(
            **{name: getattr(self.app, name) for name in self.app.__dataclass_fields__}
            | {"jobs": self.jobs}
        )
        self.decoder = Decoder()
        self.decoder.close = lambda: None
        self.processing = Processing(self.app, self.jobs, self.decoder, 2)
        self.jobs.arrived = self.processing.wake

    def upload(self):
        ticket = upload_photo(self.app, ME, UploadRequest(**FILE))
        assert self.put(self.store.originals_bucket, ticket.s3_key, None, b"orig")
        return ticket.photo_id

    def original(self, photo_id):
        return self.app.catalog.find(photo_id).original

    def until(self, holds):
        deadline = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.005)


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.setattr(module, "ROUND", 0.02)
    made = Bench()
    made.processing.start()
    yield made
    made.processing.stop()
    made.close()


def test_an_upload_is_processed_at_once(bench):
    photo_id = bench.upload()
    bench.until(lambda: bench.jobs.counts() == Counts())
    assert bench.original(photo_id).status is Status.READY


def test_a_broken_picture_is_no_failed_job(bench):
    bench.decoder.error = Unreadable(Reason.TRUNCATED)
    photo_id = bench.upload()
    bench.until(lambda: bench.jobs.counts() == Counts())
    assert bench.original(photo_id).status_reason == "truncated"


def test_what_goes_wrong_is_tried_three_times_each_later_than_the_last(bench, caplog):
    bench.decoder.error = OSError("the disk is broken")
    tries = []
    bench.decoder.meanwhile = lambda: tries.append(bench.now)
    photo_id = bench.upload()
    for number, pause in enumerate((5, 60), start=1):
        bench.until(lambda number=number: len(tries) == number)
        bench.until(lambda: bench.jobs.counts() == Counts(waiting=1))
        assert bench.original(photo_id).status is Status.PROCESSING
        bench.now += pause - 0.5
        time.sleep(0.1)
        assert len(tries) == number
        bench.now += 0.5
    bench.until(lambda: bench.jobs.counts() == Counts(failed=1))
    assert len(tries) == 3
    assert bench.original(photo_id).status_reason == "processing_failed"
    (kept,) = bench.jobs.every()
    assert kept.reason == "OSError: the disk is broken"
    assert "was not processed" in caplog.text


def test_a_deployment_that_is_out_of_order_uses_up_no_try(bench, caplog):
    bench.decoder.error = Unavailable("The disk is full")
    tries = []
    bench.decoder.meanwhile = lambda: tries.append(bench.now)
    photo_id = bench.upload()
    for number in range(1, 6):
        bench.until(lambda number=number: len(tries) == number)
        bench.until(lambda: bench.jobs.counts() == Counts(waiting=1))
        bench.now += module.PAUSE if number < 5 else 0
    bench.decoder.error = None
    bench.now += module.PAUSE
    bench.until(lambda: bench.jobs.counts() == Counts())
    assert bench.original(photo_id).status is Status.READY
    assert "The disk is full" in caplog.text


def test_a_job_that_has_ended_the_server_three_times_is_given_up(bench):
    bench.processing.stop()
    photo_id = bench.upload()
    for _ in range(3):
        bench.jobs.take(bench.now)
        bench.jobs.resume()
    again = Processing(bench.app, bench.jobs, bench.decoder, 1)
    again.start()
    bench.until(lambda: bench.jobs.counts() == Counts(failed=1))
    again.stop()
    assert bench.original(photo_id).status_reason == "processing_failed"


def test_what_is_on_its_way_when_the_server_stops_goes_back_untried():
    bench = Bench()
    closed, reached = threading.Event(), threading.Event()

    def wait():
        reached.set()
        assert closed.wait(10)
        raise Unavailable

    bench.decoder.meanwhile = wait
    bench.decoder.close = closed.set
    bench.processing.start()
    photo_id = bench.upload()
    assert reached.wait(10)
    bench.processing.stop()
    (kept,) = bench.jobs.every()
    assert (kept.state, kept.tries) == ("waiting", 0)
    assert bench.original(photo_id).status is Status.PROCESSING
    bench.close()


def test_one_that_hangs_holds_no_other_up(bench):
    stuck = threading.Event()
    first = threading.Event()

    def hang():
        if not first.is_set():
            first.set()
            stuck.wait(10)

    bench.decoder.meanwhile = hang
    slow = bench.upload()
    assert first.wait(10)
    others = [bench.upload() for _ in range(5)]
    bench.until(lambda: bench.jobs.counts() == Counts(running=1))
    assert all(bench.original(one).status is Status.READY for one in others)
    assert bench.original(slow).status is Status.PROCESSING
    stuck.set()
