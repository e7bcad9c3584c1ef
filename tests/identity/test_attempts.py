import pytest

from photohq.identity.attempts import Attempts, Lockout, Quota
from photohq.identity.refusals import LimitExceeded, NotAuthorized, TooManyRequests

NAME = "ann@example.com"


@pytest.fixture
def attempts(database, master_key, clock):
    return Attempts(database, master_key, clock)


@pytest.fixture
def lockout(attempts, database, clock):
    return Lockout(attempts, database, clock)


def fail(lockout, times, clock):
    """Fails as soon as one may, `times` times; answers the seconds that each lock lasted."""
    waited = []
    for _ in range(times):
        lockout.attempt(NAME)
        seconds = 0
        while is_locked(lockout):
            clock.advance(1)
            seconds += 1
        waited.append(seconds)
    return waited


def is_locked(lockout, name=NAME):
    try:
        lockout.check(name)
    except NotAuthorized:
        return True
    return False


def test_locks_double_from_the_fifth_failure_on_up_to_15_minutes(lockout, clock):
    locks = fail(lockout, 18, clock)
    assert locks == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_a_success_begins_again(lockout, clock):
    fail(lockout, 7, clock)
    lockout.clear(NAME)
    assert fail(lockout, 5, clock) == [0, 0, 0, 0, 1]


def test_fifteen_minutes_of_rest_begin_again(lockout, clock):
    fail(lockout, 7, clock)
    clock.advance(899)
    assert fail(lockout, 1, clock) == [8]
    clock.advance(900)
    assert fail(lockout, 5, clock) == [0, 0, 0, 0, 1]


def test_the_hundredth_failure_of_a_day_is_the_last(lockout, clock):
    for _ in range(100):
        lockout.check(NAME)
        lockout.attempt(NAME)
        lockout.clear(NAME)
    with pytest.raises(TooManyRequests, match="Rate exceeded") as refused:
        lockout.check(NAME)
    assert refused.value.retry_after == 86_400
    clock.advance(86_399)
    with pytest.raises(TooManyRequests):
        lockout.check(NAME)
    clock.advance(1)
    lockout.check(NAME)


def test_each_name_is_counted_for_itself_in_any_case(lockout, clock):
    fail(lockout, 5, clock)
    lockout.attempt(NAME.upper())
    with pytest.raises(NotAuthorized, match=r"^Password attempts exceeded$"):
        lockout.check(NAME)
    assert not is_locked(lockout, "bob@example.com")


def test_a_restart_forgives_nothing(lockout, database, master_key, clock):
    fail(lockout, 5, clock)
    lockout.attempt(NAME)
    again = Lockout(Attempts(database, master_key, clock), database, clock)
    assert is_locked(again)


def test_a_quota_ends_with_its_hour(attempts, clock):
    quota = Quota(attempts, "mail", 3)
    for _ in range(3):
        quota.check(NAME)
        quota.spend(NAME)
        clock.advance(60)
    with pytest.raises(LimitExceeded, match="Attempt limit exceeded, please try after some time"):
        quota.check(NAME)
    Quota(attempts, "wrong code", 3).check(NAME)
    clock.advance(3600 - 180)
    quota.check(NAME)


def test_a_cleared_quota_is_whole(attempts):
    quota = Quota(attempts, "mail", 1)
    quota.spend(NAME)
    quota.clear(NAME)
    quota.check(NAME)


def test_names_are_not_written_down_and_do_not_pile_up(lockout, attempts, database, clock):
    quota = Quota(attempts, "mail", 3)
    for number in range(20):
        lockout.attempt(f"hunter{number}")
        quota.spend(f"hunter{number}")
    dump = "\n".join(database.reader().iterdump())
    assert "lockouts" in dump
    assert "hunter" not in dump
    clock.advance(86_400)
    lockout.attempt(NAME)
    for table in ("lockouts", "quotas"):
        assert database.reader().execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


def test_a_clock_that_was_ahead_for_a_moment_locks_nobody_out(lockout, attempts, clock):
    quota = Quota(attempts, "mail", 1)
    clock.advance(365 * 86_400)
    fail(lockout, 7, clock)
    for _ in range(100):
        attempts.spend(NAME, "failed sign-in", 86_400)
    quota.spend(NAME)
    clock.advance(-365 * 86_400)
    lockout.check(NAME)
    quota.check(NAME)
    quota.spend(NAME)
    with pytest.raises(LimitExceeded):
        quota.check(NAME)


def test_what_was_right_is_taken_back_with_its_lock(lockout, clock):
    fail(lockout, 4, clock)
    lockout.take_back(NAME, lockout.attempt(NAME))
    assert not is_locked(lockout)
    assert fail(lockout, 2, clock) == [1, 2]


def test_a_lock_of_another_attempt_stays(lockout, clock):
    fail(lockout, 3, clock)
    right = lockout.attempt(NAME)
    lockout.attempt(NAME)
    lockout.take_back(NAME, right)
    assert is_locked(lockout)


def test_an_owner_who_has_shown_to_be_one_is_forgiven_the_day(lockout, clock):
    for _ in range(100):
        lockout.attempt(NAME)
        lockout.clear(NAME)
    lockout.forgive(NAME)
    lockout.check(NAME)
