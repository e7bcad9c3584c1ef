import pyotp
import pytest

from photohq.identity.notices import NOTICES_AN_HOUR
from photohq.identity.refusals import (
    CodeMismatch,
    EnableSoftwareTokenMFA,
    ExpiredCode,
    InvalidParameter,
    NotAuthorized,
)
from photohq.identity.sessions import SignedIn
from photohq.identity.sign_in import Challenged

from .srp_client import Client

ANN, BOB = "ann@example.com", "bob@example.com"
WRONG = "Wrong-Horse-7"
NO_SESSION = r"^Invalid session for the user\.$"
LOCKED = r"^Password attempts exceeded$"


class Phone:
    """An authenticator app with a user, whose codes are each a step after the last."""

    def __init__(self, on_disk, email=ANN):
        self.on_disk = on_disk
        on_disk.add(email)
        self.email = email
        self.token = on_disk.sign_in(email).access_token
        account = on_disk.pool.account
        self.app = pyotp.TOTP(account.associate_app(self.token))
        account.prove_app(self.token, self.code())
        account.prefer_app(self.token, enabled=True)
        on_disk.clock.advance(60)

    def code(self):
        return self.app.at(self.on_disk.clock())

    def wrong(self):
        return f"{(int(self.code()) + 1) % 1_000_000:06}"

    def challenge(self):
        challenged = self.on_disk.sign_in(self.email)
        assert isinstance(challenged, Challenged)
        return challenged.session

    def answer(self, session, code=None, name=None):
        return self.on_disk.pool.sign_in.with_code(session, name or self.email, code or self.code())


@pytest.fixture
def phone(on_disk):
    return Phone(on_disk)


def letters(on_disk, to=ANN):
    return [mail.subject for mail in on_disk.outbox.sent() if mail.to == to]


def test_a_right_password_opens_nothing_without_the_code(on_disk, phone):
    challenged = on_disk.sign_in()
    assert challenged.name == "SOFTWARE_TOKEN_MFA"
    assert on_disk.execute("SELECT count(*) FROM sessions") == [(1,)]
    signed_in = phone.answer(challenged.session)
    assert on_disk.pool.access.user(signed_in.access_token).email == ANN


def test_a_handshake_is_followed_by_the_code_too(on_disk, phone):
    sign_in, client = on_disk.pool.sign_in, Client()
    name = on_disk.pool.describe().user_pool_id.partition("_")[2]
    begun = client.begin(sign_in, ANN)
    challenged = client.finish(sign_in, begun, name, on_disk.password, on_disk.clock())
    assert challenged.name == "SOFTWARE_TOKEN_MFA"
    assert phone.answer(challenged.session, name=challenged.parameters["USER_ID_FOR_SRP"])


def test_a_session_is_good_for_one_sign_in(on_disk, phone):
    session = phone.challenge()
    phone.answer(session)
    on_disk.clock.advance(30)
    with pytest.raises(NotAuthorized, match="session can only be used once"):
        phone.answer(session)


def test_a_session_may_be_tried_again_after_a_wrong_code(phone):
    session = phone.challenge()
    with pytest.raises(CodeMismatch, match=r"^Invalid code received for user$"):
        phone.answer(session, phone.wrong())
    assert phone.answer(session)


def test_a_session_lives_three_minutes(on_disk, phone):
    session = phone.challenge()
    on_disk.clock.advance(180)
    with pytest.raises(NotAuthorized, match="session is expired"):
        phone.answer(session)


def test_a_code_that_was_seen_is_no_use(on_disk, phone):
    code = phone.code()
    phone.answer(phone.challenge(), code)
    with pytest.raises(ExpiredCode, match="already been used once"):
        phone.answer(phone.challenge(), code)


def test_sessions_are_their_users_alone(on_disk, phone):
    bob = Phone(on_disk, BOB)
    session = phone.challenge()
    with pytest.raises(NotAuthorized, match=NO_SESSION):
        phone.answer(session, name=BOB)
    with pytest.raises(CodeMismatch):
        phone.answer(session, bob.code())


def test_right_passwords_do_not_make_wrong_codes_forgotten(on_disk, phone):
    for _ in range(5):
        session = phone.challenge()
        with pytest.raises(CodeMismatch):
            phone.answer(session, phone.wrong())
    for refused in (lambda: phone.answer(session), on_disk.sign_in):
        with pytest.raises(NotAuthorized, match=LOCKED):
            refused()
    on_disk.clock.advance(1)
    assert phone.answer(session)
    for _ in range(4):
        with pytest.raises(CodeMismatch):
            phone.answer(phone.challenge(), phone.wrong())
    on_disk.clock.advance(30)
    assert phone.answer(phone.challenge())


def test_a_password_that_was_changed_meanwhile_ends_the_sign_in(on_disk, phone):
    session = phone.challenge()
    on_disk.pool.account.change_password(phone.token, on_disk.password, "Better-Horse-8")
    with pytest.raises(NotAuthorized, match=NO_SESSION):
        phone.answer(session)


def test_a_user_who_was_disabled_meanwhile_stays_out(on_disk, phone):
    session = phone.challenge()
    on_disk.pool.set_enabled(ANN, enabled=False)
    with pytest.raises(NotAuthorized, match=NO_SESSION):
        phone.answer(session)


def test_it_can_be_turned_off_and_the_owner_is_told(on_disk, phone):
    told = len(letters(on_disk))
    assert told >= 1
    on_disk.pool.account.prefer_app(phone.token, enabled=False)
    assert isinstance(on_disk.sign_in(), SignedIn)
    assert len(letters(on_disk)) == told + 1
    on_disk.pool.account.prefer_app(phone.token, enabled=False)
    assert len(letters(on_disk)) == told + 1


def test_another_app_takes_its_place_and_the_owner_is_told(on_disk, phone):
    told = len(letters(on_disk))
    new = pyotp.TOTP(on_disk.pool.account.associate_app(phone.token))
    on_disk.pool.account.prove_app(phone.token, new.at(on_disk.clock()))
    assert len(letters(on_disk)) == told + 1
    on_disk.clock.advance(30)
    session = phone.challenge()
    with pytest.raises(CodeMismatch):
        phone.answer(session)
    assert phone.answer(session, new.at(on_disk.clock()))


def test_it_can_not_be_turned_on_without_an_app(on_disk):
    on_disk.add()
    token = on_disk.sign_in().access_token
    account = on_disk.pool.account
    with pytest.raises(InvalidParameter, match=r"^User has not set up software token mfa$"):
        account.prefer_app(token, enabled=True)
    account.associate_app(token)
    with pytest.raises(InvalidParameter):
        account.prefer_app(token, enabled=True)
    account.prefer_app(token, enabled=False)


class TestRequired:
    """A pool whose users must have a second factor."""

    @pytest.fixture
    def sign_in(self, on_disk):
        on_disk.add()
        return on_disk.open(mfa_required=True).sign_in

    def begin(self, on_disk, sign_in):
        challenged = sign_in.with_password(ANN, on_disk.password)
        assert challenged.name == "MFA_SETUP"
        assert challenged.parameters["MFAS_CAN_SETUP"] == '["SOFTWARE_TOKEN_MFA"]'
        return challenged.session

    def test_one_is_set_up_at_the_first_sign_in(self, on_disk, sign_in):
        seed, session = sign_in.associate(self.begin(on_disk, sign_in))
        app = pyotp.TOTP(seed)
        with pytest.raises(EnableSoftwareTokenMFA):
            sign_in.prove(session, app.at(on_disk.clock() + 300))
        session = sign_in.prove(session, app.at(on_disk.clock()))
        assert sign_in.with_set_up(session, ANN).access_token
        on_disk.clock.advance(30)
        challenged = sign_in.with_password(ANN, on_disk.password)
        assert challenged.name == "SOFTWARE_TOKEN_MFA"
        assert sign_in.with_code(challenged.session, ANN, app.at(on_disk.clock()))

    def test_no_step_can_be_left_out_or_done_twice(self, on_disk, sign_in):
        begun = self.begin(on_disk, sign_in)
        with pytest.raises(NotAuthorized, match=NO_SESSION):
            sign_in.with_set_up(begun, ANN)
        with pytest.raises(NotAuthorized, match=NO_SESSION):
            sign_in.prove(begun, "123456")
        seed, associated = sign_in.associate(begun)
        with pytest.raises(NotAuthorized, match="only be used once"):
            sign_in.associate(begun)
        with pytest.raises(NotAuthorized, match=NO_SESSION):
            sign_in.with_set_up(associated, ANN)
        proved = sign_in.prove(associated, pyotp.TOTP(seed).at(on_disk.clock()))
        with pytest.raises(NotAuthorized, match="only be used once"):
            sign_in.prove(associated, pyotp.TOTP(seed).at(on_disk.clock()))
        with pytest.raises(NotAuthorized, match=NO_SESSION):
            sign_in.with_set_up(proved, BOB)
        assert sign_in.with_set_up(proved, ANN)
        with pytest.raises(NotAuthorized, match="only be used once"):
            sign_in.with_set_up(proved, ANN)

    def test_an_older_session_does_not_replace_an_app(self, on_disk, sign_in):
        begun, other, mine = (self.begin(on_disk, sign_in) for _ in range(3))
        _, associated = sign_in.associate(other)
        seed, session = sign_in.associate(mine)
        app = pyotp.TOTP(seed)
        sign_in.prove(session, app.at(on_disk.clock()))
        for refused in (
            lambda: sign_in.associate(begun),
            lambda: sign_in.associate(associated),
            lambda: sign_in.prove(associated, app.at(on_disk.clock())),
        ):
            with pytest.raises(NotAuthorized, match=NO_SESSION):
                refused()
        on_disk.clock.advance(30)
        challenged = sign_in.with_password(ANN, on_disk.password)
        assert sign_in.with_code(challenged.session, ANN, app.at(on_disk.clock()))

    def test_a_session_can_not_be_made_to_last_by_beginning_again(self, on_disk, sign_in):
        _, associated = sign_in.associate(self.begin(on_disk, sign_in))
        with pytest.raises(NotAuthorized, match=NO_SESSION):
            sign_in.associate(associated)

    def test_the_owner_is_told_of_the_app(self, on_disk, sign_in):
        seed, session = sign_in.associate(self.begin(on_disk, sign_in))
        sign_in.prove(session, pyotp.TOTP(seed).at(on_disk.clock()))
        assert len(letters(on_disk)) == 1

    def test_it_can_not_be_turned_off(self, on_disk):
        phone = Phone(on_disk)
        required = on_disk.open(mfa_required=True)
        with pytest.raises(InvalidParameter, match="required"):
            required.account.prefer_app(phone.token, enabled=False)
        challenged = required.sign_in.with_password(ANN, on_disk.password)
        assert challenged.name == "SOFTWARE_TOKEN_MFA"


def test_the_session_of_a_code_sets_up_no_app(on_disk, phone):
    session = phone.challenge()
    sign_in = on_disk.pool.sign_in
    for refused in (
        lambda: sign_in.associate(session),
        lambda: sign_in.prove(session, phone.code()),
        lambda: sign_in.with_set_up(session, ANN),
    ):
        with pytest.raises(NotAuthorized, match=NO_SESSION):
            refused()


def test_a_lost_app_can_be_taken_away_by_the_administrator(on_disk, phone):
    told = len(letters(on_disk))
    assert on_disk.pool.reset_second_factor("Ann@Example.com")
    with pytest.raises(NotAuthorized, match="revoked"):
        on_disk.pool.access.check(phone.token)
    assert isinstance(on_disk.sign_in(), SignedIn)
    assert len(letters(on_disk)) == told + 1
    assert not on_disk.pool.reset_second_factor("nobody@example.com")


def test_an_app_that_is_replaced_while_it_is_off_is_told_too(on_disk, phone):
    account = on_disk.pool.account
    account.prefer_app(phone.token, enabled=False)
    told = len(letters(on_disk))
    new = pyotp.TOTP(account.associate_app(phone.token))
    account.prove_app(phone.token, new.at(on_disk.clock()))
    assert len(letters(on_disk)) == told + 1


def test_notices_do_not_fill_a_mailbox(on_disk, phone, caplog):
    for number in range(2 * NOTICES_AN_HOUR):
        on_disk.pool.account.prefer_app(phone.token, enabled=number % 2 == 1)
    assert len(letters(on_disk)) == NOTICES_AN_HOUR
    assert "a notice was not sent" in caplog.text
    on_disk.clock.advance(3600)
    on_disk.pool.reset_second_factor(ANN)
    assert len(letters(on_disk)) == NOTICES_AN_HOUR + 1
