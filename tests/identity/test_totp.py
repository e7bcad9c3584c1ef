import pyotp
import pytest

from photohq.embedded.master_key import MasterKey, WrongMasterKey
from photohq.identity.refusals import CodeMismatch, EnableSoftwareTokenMFA, ExpiredCode
from photohq.identity.totp import SecondFactors

from .conftest import new_user

USED = r"^Your software token has already been used once\.$"


@pytest.fixture
def factors(database, master_key, clock):
    return SecondFactors(database, master_key, clock)


@pytest.fixture
def sub(database):
    return new_user(database).sub


@pytest.fixture
def app(factors, sub, clock):
    """An authenticator app that was set up two steps ago."""
    made = pyotp.TOTP(factors.associate(sub))
    factors.prove(sub, made.at(clock()))
    clock.advance(60)
    return made


def test_an_app_counts_once_it_has_shown_a_code(factors, sub, clock):
    assert not factors.is_set_up(sub)
    seed = factors.associate(sub)
    assert not factors.is_set_up(sub)
    wrong = pyotp.TOTP(seed).at(clock() + 300)
    with pytest.raises(EnableSoftwareTokenMFA):
        factors.prove(sub, wrong)
    factors.prove(sub, pyotp.TOTP(seed).at(clock()))
    assert factors.is_set_up(sub)
    assert not factors.is_enabled(sub)
    factors.enable(sub, True, preferred=False)
    assert factors.is_enabled(sub)
    assert not factors.is_preferred(sub)
    factors.enable(sub, True, preferred=True)
    assert factors.is_preferred(sub)
    factors.enable(sub, False, preferred=True)
    assert not factors.is_preferred(sub)


def test_seeds_have_160_bits(factors, sub):
    assert pyotp.TOTP(factors.associate(sub)).byte_secret().__len__() == 20


def test_the_old_app_counts_until_the_new_one_has_shown_a_code(factors, sub, app, clock):
    factors.enable(sub, True, preferred=False)
    new = pyotp.TOTP(factors.associate(sub))
    factors.check(sub, app.at(clock()))
    factors.prove(sub, new.at(clock()))
    clock.advance(30)
    with pytest.raises(CodeMismatch):
        factors.check(sub, app.at(clock()))
    factors.check(sub, new.at(clock()))
    assert factors.is_enabled(sub)


def test_nothing_can_be_proved_that_was_not_associated(factors, sub, app, clock):
    with pytest.raises(EnableSoftwareTokenMFA):
        factors.prove(sub, app.at(clock()))


@pytest.mark.parametrize("off", [-30, 0, 30])
def test_a_code_may_be_a_step_early_or_late(factors, sub, app, clock, off):
    factors.check(sub, app.at(clock() + off))


@pytest.mark.parametrize("off", [-90, -60, 60, 90])
def test_other_codes_are_wrong(factors, sub, app, clock, off):
    with pytest.raises(CodeMismatch, match=r"^Invalid code received for user$"):
        factors.check(sub, app.at(clock() + off))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "x" * 9999, "\ud800"])
def test_whatever_is_no_code_is_wrong(factors, sub, app, code):
    with pytest.raises(CodeMismatch):
        factors.check(sub, code)


def test_a_code_is_good_once_and_no_earlier_one_after_it(factors, sub, app, clock):
    code = app.at(clock())
    factors.check(sub, code)
    for again in (code, app.at(clock() - 30)):
        with pytest.raises(ExpiredCode, match=USED):
            factors.check(sub, again)
    factors.check(sub, app.at(clock() + 30))
    clock.advance(30)
    with pytest.raises(ExpiredCode, match=USED):
        factors.check(sub, app.at(clock()))
    clock.advance(30)
    factors.check(sub, app.at(clock()))


def test_the_code_that_set_it_up_is_used(factors, sub, clock):
    app = pyotp.TOTP(factors.associate(sub))
    factors.prove(sub, app.at(clock()))
    with pytest.raises(ExpiredCode, match=USED):
        factors.check(sub, app.at(clock()))


def test_users_without_an_app_have_no_code(factors, sub):
    with pytest.raises(CodeMismatch):
        factors.check(sub, "123456")


def test_seeds_are_wrapped_and_bound_to_their_user(factors, sub, app, database, clock):
    stored = "\n".join(database.reader().iterdump())
    assert app.secret not in stored
    assert app.secret.encode().hex() not in stored.lower()
    with pytest.raises(WrongMasterKey):
        SecondFactors(database, MasterKey(bytes(32)), clock).check(sub, app.at(clock()))
    other = new_user(database, "bob@example.com").sub
    with database.transaction() as writer:
        writer.execute("INSERT INTO totp (sub, seed) SELECT ?, seed FROM totp", (other,))
    with pytest.raises(WrongMasterKey):
        factors.check(other, app.at(clock()))


def test_a_clock_that_was_ahead_for_a_moment_shuts_nobody_out(factors, sub, app, clock):
    clock.advance(86_400)
    factors.check(sub, app.at(clock()))
    clock.advance(-86_400)
    factors.check(sub, app.at(clock()))
    with pytest.raises(ExpiredCode):
        factors.check(sub, app.at(clock()))
