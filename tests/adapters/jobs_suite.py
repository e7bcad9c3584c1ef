"""What every place for jobs has to keep: `events/port.py`, promise by promise."""

from photohq.events.port import Job


def job(number=0) -> Job:
    return Job(f"user-{number}", f"photo-{number}", f"upload-{number}")


class JobsSuite:
    """A test class inherits this and gives two fixtures: `jobs`, an empty place, and `received`, a
    function that takes everything that waits there and answers the jobs."""

    def test_a_job_is_received_as_it_was_put(self, jobs, received):
        jobs.put([job()])
        assert received() == [job()]

    def test_many_are_put_at_once(self, jobs, received):
        many = [job(number) for number in range(23)]
        jobs.put(many)
        assert sorted(received(), key=repr) == sorted(many, key=repr)

    def test_none_are_put_at_all(self, jobs, received):
        jobs.put([])
        assert received() == []
