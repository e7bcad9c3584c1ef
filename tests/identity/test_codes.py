import pytest

from photohq.embedded.master_key import MasterKey
from photohq.identity.codes import Codes, Purpose
from photohq.identity.refusals import CodeMismatch, ExpiredCode

from .conftest import new_user

ANN = "ann@example.com"


@pytest.fixture
def codes(database, master_key, clock):
    return Codes(database, master_key, clock)


@pytest.fixture
def sub(database):
    return new_user(database).sub


def test_codes_are_six_digits(codes, sub):
    issued = [codes.issue(Purpose.SIGN_UP, ANN, sub) for _ in range(50)]
    assert all(len(code) == 6 and code.isdecimal() and code.isascii() for code in issued)
    assert len(set(issued)) > 40


def test_a_code_can_be_used_once(codes, sub):
    code = codes.issue(Purpose.SIGN_UP, ANN, sub)
    codes.redeem(Purpose.SIGN_UP, ANN, sub, code)
    with pytest.raises(ExpiredCode, match="Invalid code provided, please request a code again"):
        codes.redeem(Purpose.SIGN_UP, ANN, sub, code)


def test_a_wrong_code_leaves_the_right_one_good(codes, sub):
    code = codes.issue(Purpose.SIGN_UP, ANN, sub)
    for wrong in (f"{(int(code) + 1) % 1_000_000:06}", "", "x" * 2048, code + " ", "١٢٣٤٥٦"):
        with pytest.raises(CodeMismatch, match="Invalid verification code provided"):
            codes.redeem(Purpose.SIGN_UP, ANN, sub, wrong)
    codes.redeem(Purpose.SIGN_UP, ANN, sub, code)


def test_only_the_newest_code_counts(codes, sub):
    first = codes.issue(Purpose.SIGN_UP, ANN, sub)
    while (second := codes.issue(Purpose.SIGN_UP, ANN, sub)) == first:
        pass
    with pytest.raises(CodeMismatch):
        codes.redeem(Purpose.SIGN_UP, ANN, sub, first)
    codes.redeem(Purpose.SIGN_UP, ANN, sub, second)


@pytest.mark.parametrize(
    ("purpose", "seconds"),
    [(Purpose.SIGN_UP, 86_400), (Purpose.RESET, 3600), (Purpose.EMAIL, 86_400)],
)
def test_a_code_lives_as_long_as_its_purpose_says(codes, sub, clock, purpose, seconds):
    code = codes.issue(purpose, ANN, sub)
    clock.advance(seconds)
    with pytest.raises(ExpiredCode):
        codes.redeem(purpose, ANN, sub, code)
    code = codes.issue(purpose, ANN, sub)
    clock.advance(seconds - 1)
    codes.redeem(purpose, ANN, sub, code)


def test_a_code_is_good_for_its_purpose_name_and_owner_alone(codes, sub):
    code = codes.issue(Purpose.RESET, ANN, sub)
    with pytest.raises(ExpiredCode):
        codes.redeem(Purpose.SIGN_UP, ANN, sub, code)
    with pytest.raises(ExpiredCode):
        codes.redeem(Purpose.RESET, "bob@example.com", sub, code)
    with pytest.raises(CodeMismatch):
        codes.redeem(Purpose.RESET, ANN, "another", code)
    codes.redeem(Purpose.RESET, ANN, sub, code)


def test_looking_at_a_code_leaves_it_good(codes, sub):
    code = codes.issue(Purpose.RESET, ANN, sub)
    codes.check(Purpose.RESET, ANN, sub, code)
    codes.redeem(Purpose.RESET, ANN, sub, code)


def test_the_database_alone_does_not_tell_the_code(codes, sub, database, clock):
    code = codes.issue(Purpose.SIGN_UP, ANN, sub)
    ((stored, place),) = database.reader().execute("SELECT code_hash, place FROM codes").fetchall()
    assert code.encode() not in stored
    assert ANN.encode() not in place
    with database.transaction() as writer:
        writer.execute("UPDATE codes SET expires_at = ?", (clock() + 1,))
    with pytest.raises(ExpiredCode):
        Codes(database, MasterKey(bytes(32)), clock).redeem(Purpose.SIGN_UP, ANN, sub, code)


def test_old_codes_do_not_pile_up(codes, sub, database, clock):
    for number in range(3):
        codes.issue(Purpose.SIGN_UP, f"{number}@example.com", "")
    clock.advance(86_400)
    codes.issue(Purpose.SIGN_UP, ANN, sub)
    assert database.reader().execute("SELECT count(*) FROM codes").fetchone() == (1,)
