import threading

import pytest

from photohq.identity import srp
from photohq.identity.refusals import InvalidParameter, NotAuthorized, UserNotConfirmed
from photohq.identity.sessions import SignedIn

from .srp_client import Client, written

ANN = "ann@example.com"
WRONG = "Wrong-Horse-7"
INCORRECT = r"^Incorrect username or password\.$"
LOCKED = r"^Password attempts exceeded$"


class Handshakes:
    def __init__(self, on_disk):
        self.on_disk = on_disk
        self.sign_in = on_disk.pool.sign_in
        self.pool_name = on_disk.pool.describe().user_pool_id.partition("_")[2]
        self.client = Client()

    def begin(self, email=ANN):
        return self.client.begin(self.sign_in, email)

    def finish(self, challenge, password=None, **changes):
        return self.client.finish(
            self.sign_in,
            challenge,
            self.pool_name,
            password or self.on_disk.password,
            self.on_disk.clock(),
            **changes,
        )

    def __call__(self, email=ANN, password=None, **changes):
        return self.finish(self.begin(email), password, **changes)


@pytest.fixture
def by_srp(on_disk):
    return Handshakes(on_disk)


def test_who_knows_the_password_gets_in(on_disk, by_srp):
    user = on_disk.add()
    challenge = by_srp.begin("Ann@Example.com")
    assert challenge.name == "PASSWORD_VERIFIER"
    assert challenge.parameters["USER_ID_FOR_SRP"] == user.sub
    signed_in = by_srp.finish(challenge)
    assert on_disk.pool.caller(signed_in.access_token).user_id == user.sub
    assert isinstance(by_srp(), SignedIn)


def test_the_name_may_be_the_address_again(on_disk, by_srp):
    on_disk.add()
    assert by_srp(username=ANN)


def test_a_password_set_later_counts(on_disk, by_srp):
    on_disk.add()
    token = on_disk.sign_in().access_token
    begun = by_srp.begin()
    on_disk.pool.account.change_password(token, on_disk.password, "Better-Horse-8")
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp.finish(begun)
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp()
    assert by_srp(password="Better-Horse-8")


def test_users_from_before_there_were_verifiers_have_one_after_a_sign_in(on_disk, by_srp):
    on_disk.add()
    on_disk.execute("UPDATE users SET srp_salt = x'', srp_verifier = x''")
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp()
    on_disk.sign_in()
    assert by_srp()


def test_a_reset_during_such_a_sign_in_is_not_undone(on_disk, monkeypatch):
    on_disk.add()
    on_disk.execute("UPDATE users SET srp_salt = x'', srp_verifier = x''")
    recovery = on_disk.pool.recovery
    recovery.forgot(ANN)
    verify = on_disk.passwords.verify

    def overtaken(password, hashed):
        right = verify(password, hashed)
        recovery.confirm(ANN, on_disk.outbox.latest_code(ANN), "Better-Horse-8")
        return right

    with monkeypatch.context() as patch:
        patch.setattr(on_disk.passwords, "verify", overtaken)
        with pytest.raises(NotAuthorized, match=INCORRECT):
            on_disk.sign_in()
    assert on_disk.sign_in(password="Better-Horse-8")


def test_an_unknown_user_gets_a_stable_challenge_that_nobody_meets(on_disk, by_srp):
    on_disk.add()
    known = by_srp.begin().parameters
    first, second = by_srp.begin("nobody@example.com"), by_srp.begin("Nobody@Example.com")
    for name in ("SALT", "USERNAME", "USER_ID_FOR_SRP"):
        assert first.parameters[name] == second.parameters[name]
    assert first.parameters["SALT"] != by_srp.begin("other@example.com").parameters["SALT"]
    assert first.parameters["SRP_B"] != second.parameters["SRP_B"]
    assert first.parameters.keys() == known.keys()
    assert abs(len(first.parameters["SECRET_BLOCK"]) - len(known["SECRET_BLOCK"])) < 64
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp.finish(first)


def outcomes(by_srp, email, times):
    seen = []
    for _ in range(times):
        try:
            by_srp(email, WRONG)
        except NotAuthorized as refusal:
            seen.append(refusal.message)
        by_srp.on_disk.clock.advance(0.25)
    return seen


def test_a_wrong_password_and_an_unknown_user_get_the_same_answers(on_disk, by_srp):
    on_disk.add()
    known, unknown = (outcomes(by_srp, email, 9) for email in (ANN, "nobody@example.com"))
    assert known == unknown
    assert known.count("Password attempts exceeded") == 3


def test_the_lock_is_the_same_for_both_ways_in(on_disk, by_srp):
    on_disk.add()
    begun = by_srp.begin()
    for attempt in range(5):
        with pytest.raises(NotAuthorized, match=INCORRECT):
            by_srp(password=WRONG) if attempt % 2 else on_disk.sign_in(password=WRONG)
    with pytest.raises(NotAuthorized, match=LOCKED):
        by_srp.begin()
    with pytest.raises(NotAuthorized, match=LOCKED):
        by_srp.finish(begun)
    with pytest.raises(NotAuthorized, match=LOCKED):
        on_disk.sign_in()
    on_disk.clock.advance(1)
    assert by_srp()


def test_of_many_guesses_side_by_side_five_reach_a_check(on_disk, by_srp, monkeypatch):
    on_disk.add()
    checked = []
    session_key = srp.session_key
    monkeypatch.setattr(srp, "session_key", lambda *a: checked.append(a) or session_key(*a))
    begun = [by_srp.begin() for _ in range(20)]
    together = threading.Barrier(20)

    def guess(challenge):
        together.wait(30)
        with pytest.raises(NotAuthorized):
            by_srp.finish(challenge, WRONG)

    threads = [threading.Thread(target=guess, args=(challenge,)) for challenge in begun]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == 5


def test_a_block_counts_once_also_where_the_password_was_wrong(on_disk, by_srp):
    on_disk.add()
    right, wrong = by_srp.begin(), by_srp.begin()
    by_srp.finish(right)
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp.finish(wrong, WRONG)
    for spent in (right, wrong):
        with pytest.raises(NotAuthorized, match=INCORRECT):
            by_srp.finish(spent)


def test_a_block_lives_three_minutes(on_disk, by_srp):
    on_disk.add()
    begun = by_srp.begin()
    on_disk.clock.advance(180)
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp.finish(begun)


@pytest.mark.parametrize("off", [-301, 301, -86_400])
def test_a_timestamp_is_at_most_five_minutes_off(on_disk, by_srp, off):
    on_disk.add()
    now = on_disk.clock()
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp(signed=written(now + off))
    assert by_srp(signed=written(now + (300 if off > 0 else -300)))


@pytest.mark.parametrize(
    "stamp", ["", "now", "Fri Jan 15 08:00:00 CET 2027", "Xxx Yyy 99 99:99:99 UTC 2027", "é" * 30]
)
def test_what_is_no_timestamp_is_refused(on_disk, by_srp, stamp):
    on_disk.add()
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp(signed=stamp or " ", timestamp=stamp)


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "bob@example.com"},
        {"signature": ""},
        {"signature": "é"},
        {"signature": "AAAA"},
        {"secret_block": "AAAA"},
        {"secret_block": "x" * 2000},
        {"timestamp": "Fri Jan 15 08:00:01 UTC 2027"},
    ],
    ids=str,
)
def test_what_was_altered_is_refused(on_disk, by_srp, changes):
    on_disk.add()
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp(**changes)


def test_a_block_is_its_users_alone(on_disk, by_srp):
    on_disk.add()
    on_disk.add("bob@example.com")
    anns, bobs = by_srp.begin(), by_srp.begin("bob@example.com")
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp.finish(anns, secret_block=bobs.parameters["SECRET_BLOCK"])


@pytest.mark.parametrize(
    "public", ["0", "", "x", "-1", f"{srp.PRIME:x}", f"{2 * srp.PRIME:x}", "f" * 771, "0" * 500]
)
def test_public_values_that_give_the_key_away_are_refused(on_disk, public):
    on_disk.add()
    with pytest.raises(InvalidParameter, match="SRP_A"):
        on_disk.pool.sign_in.begin_srp(ANN, public)


def test_only_the_right_password_tells_that_a_user_is_unconfirmed_or_disabled(on_disk, by_srp):
    on_disk.pool.sign_up.sign_up(ANN, on_disk.password)
    with pytest.raises(NotAuthorized, match=INCORRECT):
        by_srp(password=WRONG)
    with pytest.raises(UserNotConfirmed):
        by_srp()
    on_disk.pool.set_enabled(ANN, enabled=False)
    with pytest.raises(NotAuthorized, match=r"^User is disabled\.$"):
        by_srp()


def test_verifiers_are_wrapped(on_disk):
    user = on_disk.add()
    salt = int.from_bytes(user.srp_salt, "big")
    name = on_disk.pool.describe().user_pool_id.partition("_")[2]
    verifier = srp.verifier(name, user.sub, on_disk.password, salt)
    assert verifier.to_bytes(384, "big")[:32] not in user.srp_verifier
