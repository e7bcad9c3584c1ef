import msgspec
import pytest
from tests.adapters.jobs_suite import JobsSuite, job

from photohq.embedded.database import Database
from photohq.events.port import Counts, JobKind, JobState
from photohq.events.sqlite import SqliteJobs

replace = msgspec.structs.replace
NOW = 1_800_000_000.0


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "photohq.db")
    yield made
    made.close()


@pytest.fixture
def jobs(database):
    return SqliteJobs(database, lambda: NOW)


class TestSqliteJobs(JobsSuite):
    @pytest.fixture
    def received(self, jobs):
        return lambda: [kept.job for kept in iter(lambda: jobs.take(NOW), None)]


def test_a_job_is_taken_once_and_forgotten_when_it_is_done(jobs):
    jobs.put([job()])
    taken = jobs.take(NOW)
    assert (taken.state, taken.tries) == (JobState.RUNNING, 1)
    assert jobs.take(NOW) is None
    assert jobs.counts() == Counts(running=1)
    jobs.done(taken)
    assert jobs.counts() == Counts()


def test_the_one_that_was_due_first_is_taken_first(database):
    now = NOW
    jobs = SqliteJobs(database, lambda: now)
    for number in (3, 1, 2):
        now += 1
        jobs.put([job(number)])
    assert [jobs.take(now).job for _ in range(3)] == [job(3), job(1), job(2)]


def test_what_failed_is_taken_again_when_its_time_has_come(jobs):
    jobs.put([job()])
    jobs.failed(jobs.take(NOW), "no luck", NOW + 5)
    assert jobs.take(NOW + 4.9) is None
    assert jobs.counts() == Counts(waiting=1)
    again = jobs.take(NOW + 5)
    assert (again.tries, again.reason) == (2, "no luck")


def test_what_is_put_off_has_not_been_tried(jobs):
    jobs.put([job()])
    jobs.put_off(jobs.take(NOW), NOW + 5)
    assert jobs.take(NOW) is None
    assert jobs.take(NOW + 5).tries == 1


def test_what_has_failed_for_good_is_kept_for_a_while(jobs):
    jobs.put([job()])
    jobs.failed(jobs.take(NOW), "no luck", None)
    assert jobs.take(NOW + 1e6) is None
    (kept,) = jobs.every()
    assert (kept.state, kept.reason, kept.due_at) == (JobState.FAILED, "no luck", NOW)
    jobs.forget(NOW)
    assert jobs.counts() == Counts(failed=1)
    jobs.forget(NOW + 1)
    assert jobs.counts() == Counts()


def test_what_has_failed_begins_anew_when_it_is_put_again(jobs):
    jobs.put([job()])
    jobs.failed(jobs.take(NOW), "no luck", None)
    jobs.put([job()])
    taken = jobs.take(NOW)
    assert (taken.tries, taken.reason) == (1, None)


@pytest.mark.parametrize(
    "ends",
    [
        lambda jobs, taken: jobs.done(taken),
        lambda jobs, taken: jobs.put_off(taken, NOW + 99),
        lambda jobs, taken: jobs.failed(taken, "no luck", None),
    ],
    ids=["done", "put off", "failed"],
)
def test_whoever_has_taken_a_job_has_no_say_in_one_that_is_put_anew(jobs, ends):
    jobs.put([job()])
    first = jobs.take(NOW)
    jobs.put([job()])
    ends(jobs, first)
    assert jobs.take(NOW).tries == 1


def test_an_edit_that_was_rendered_is_processed_next(jobs):
    jobs.put([replace(job(), kind=JobKind.RENDER)])
    rendering = jobs.take(NOW)
    jobs.put([job()])  # it has arrived
    jobs.done(rendering)
    assert jobs.take(NOW).job == job()


def test_a_rendering_is_taken_first(jobs):
    jobs.put([job(1)])
    jobs.put([replace(job(2), kind=JobKind.RENDER)])
    assert [jobs.take(NOW).job.photo_id for _ in range(2)] == ["photo-2", "photo-1"]


def test_jobs_go_with_their_transaction(database, jobs):
    with pytest.raises(RuntimeError), database.transaction():
        jobs.put([job()])
        raise RuntimeError
    assert jobs.counts() == Counts()


def test_what_a_process_was_at_that_is_no_more_is_taken_again(jobs):
    jobs.put([job()])
    jobs.take(NOW)
    jobs.resume()
    assert jobs.take(NOW).tries == 2


def test_news_of_jobs_are_told(jobs):
    told = []
    jobs.arrived = lambda: told.append(jobs.counts())
    jobs.put([job()])
    assert told == [Counts(waiting=1)]
