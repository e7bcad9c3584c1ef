import pytest

from photohq.identity.codes import Codes
from photohq.identity.refusals import CodeMismatch, ExpiredCode
from photohq.identity.users import Users


@pytest.fixture
def codes(database, master_key, clock):
    return Codes(database, master_key, clock)


@pytest.fixture
def sub(database):
    return Users(database).add("ann@example.com", "hash", confirmed=False, now=0).sub


def test_codes_are_six_digits(codes, sub):
    issued = [codes.issue(sub) for _ in range(50)]
    assert all(len(code) == 6 and code.isdecimal() and code.isascii() for code in issued)
    assert len(set(issued)) > 40


def test_a_code_can_be_used_once(codes, sub):
    code = codes.issue(sub)
    codes.redeem(sub, code)
    with pytest.raises(ExpiredCode, match="Invalid code provided, please request a code again"):
        codes.redeem(sub, code)


def test_a_wrong_code_leaves_the_right_one_good(codes, sub):
    code = codes.issue(sub)
    for wrong in (f"{(int(code) + 1) % 1_000_000:06}", "", "x" * 2048, code + " ", "١٢٣٤٥٦"):
        with pytest.raises(CodeMismatch, match="Invalid verification code provided"):
            codes.redeem(sub, wrong)
    codes.redeem(sub, code)


def test_only_the_newest_code_counts(codes, sub):
    first = codes.issue(sub)
    while (second := codes.issue(sub)) == first:
        pass
    with pytest.raises(CodeMismatch):
        codes.redeem(sub, first)
    codes.redeem(sub, second)


def test_a_code_lives_for_a_day(codes, sub, clock):
    code = codes.issue(sub)
    clock.advance(86_400)
    with pytest.raises(ExpiredCode):
        codes.redeem(sub, code)
    code = codes.issue(sub)
    clock.advance(86_399)
    codes.redeem(sub, code)


def test_a_code_is_its_users_alone(codes, sub, database):
    other = Users(database).add("bob@example.com", "hash", confirmed=False, now=0).sub
    code = codes.issue(sub)
    with pytest.raises(ExpiredCode):
        codes.redeem(other, code)


def test_the_database_alone_does_not_tell_the_code(codes, sub, database, master_key):
    code = codes.issue(sub)
    stored = database.reader().execute("SELECT code_hash FROM codes").fetchone()[0]
    assert code.encode() not in stored
    assert stored != Codes(database, type(master_key)(bytes(32)), None)._hash(sub, code)
