"""A second factor: codes from an authenticator app, asked for after the right password."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import SoftwareTokenMFAChallengeException
from pyotp import TOTP

from . import srp_client
from .deployment import PASSWORD
from .user_pool import (
    BUSY,
    INCORRECT,
    LOCKED,
    call,
    error,
    forgot,
    guesses_allowed,
    lock_out,
    post,
    refused,
    reset,
    respond,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("own_pool")

TOTP_CHALLENGE = "SOFTWARE_TOKEN_MFA"
BAD_CODE = ("CodeMismatchException", "Invalid code received for user")
USED_CODE = ("ExpiredCodeException", "Your software token has already been used once.")
UNPROVED = "EnableSoftwareTokenMFAException"
STEP = 30


class App:
    """An authenticator app. Each code counts once, and one step early or late."""

    def __init__(self, seed):
        self._totp = TOTP(seed)
        self._last = 0

    def code(self):
        """A code that was not given before: of the step before, then of this one, then the next."""
        step = max(self._last + 1, self._now() - 1)
        assert step <= self._now() + 1, "three codes are all that count at a time"
        self._last = step
        return self._totp.at(step * STEP)

    def wrong_code(self):
        """A code of no step around now."""
        now = self._now()
        around = {self._totp.at((now + n) * STEP) for n in range(-3, 4)}
        return next(f"{n:06d}" for n in range(10) if f"{n:06d}" not in around)

    def old_code(self, steps=3):
        return self._totp.at((self._now() - steps) * STEP)

    def _now(self):
        """The step; waits for the next one where this one is about to end."""
        left = STEP - time.time() % STEP
        if left < 1:
            time.sleep(left + 0.01)
        return int(time.time()) // STEP


def _associate(user):
    token = user.tokens["AccessToken"]
    return App(call(user.deployment, "AssociateSoftwareToken", AccessToken=token)["SecretCode"])


def _verify(user, code):
    return post(
        user.deployment,
        "VerifySoftwareToken",
        {"AccessToken": user.tokens["AccessToken"], "UserCode": code},
    )


def _prefer(user, enabled):
    call(
        user.deployment,
        "SetUserMFAPreference",
        AccessToken=user.tokens["AccessToken"],
        SoftwareTokenMfaSettings={"Enabled": enabled, "PreferredMfa": enabled},
    )


def _set_up(user):
    app = _associate(user)
    assert _verify(user, app.code()).json() == {"Status": "SUCCESS"}
    return app


def _protected(deployment):
    """A new user with an app, who is asked for a code at each sign-in."""
    user = deployment.new_user()
    app = _set_up(user)
    _prefer(user, True)
    return user, app


@pytest.fixture
def protected(deployment):
    return _protected(deployment)


@pytest.fixture(scope="module")
def guarded(deployment):
    """A user with an app, who never signs in to the end. Nobody guesses the codes."""
    return _protected(deployment)


def _session(user):
    """The session of a sign-in that waits for a code."""
    body = sign_in(user.deployment, user.email, user.password).json()
    assert body["ChallengeName"] == TOTP_CHALLENGE, body
    return body["Session"]


def _answer(user, session, code, username=None):
    return respond(
        user.deployment,
        TOTP_CHALLENGE,
        Session=session,
        USERNAME=username or user.email,
        SOFTWARE_TOKEN_MFA_CODE=code,
    )


def _is_void(answer):
    """Holds that a session is refused."""
    name, message = error(answer)
    assert name == "NotAuthorizedException"
    assert message.startswith("Invalid session for the user"), message


# Setting it up


def test_a_seed_is_base32_and_new_each_time(deployment, alice):
    token = alice.tokens["AccessToken"]
    seeds = {
        call(deployment, "AssociateSoftwareToken", AccessToken=token)["SecretCode"]
        for _ in range(2)
    }
    assert len(seeds) == 2
    for seed in seeds:
        assert len(TOTP(seed).byte_secret()) >= 16


def test_an_app_that_is_not_proved_changes_nothing(deployment):
    user = deployment.new_user()
    _associate(user)
    assert refused(
        deployment,
        "SetUserMFAPreference",
        AccessToken=user.tokens["AccessToken"],
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
    ) == ("InvalidParameterException", "User has not set up software token mfa")
    assert "AuthenticationResult" in sign_in(deployment, user.email).json()


def test_an_app_that_is_proved_asks_for_nothing_until_it_is_preferred(deployment):
    user = deployment.new_user()
    _set_up(user)
    assert "AuthenticationResult" in sign_in(deployment, user.email).json()
    assert "UserMFASettingList" not in call(
        deployment, "GetUser", AccessToken=user.tokens["AccessToken"]
    )


def test_a_wrong_first_code_proves_nothing(deployment):
    user = deployment.new_user()
    app = _associate(user)
    assert error(_verify(user, app.wrong_code()))[0] == UNPROVED
    assert error(_verify(user, app.old_code()))[0] == UNPROVED
    assert _verify(user, app.code()).status_code == 200


def test_a_first_code_needs_an_app(deployment, bob):
    assert error(_verify(bob, "123456"))[0] == UNPROVED


def test_a_first_code_proves_the_newest_seed(deployment):
    user = deployment.new_user()
    before, app = _associate(user), _associate(user)
    assert error(_verify(user, before.code()))[0] == UNPROVED
    assert _verify(user, app.code()).status_code == 200


def test_another_users_code_proves_nothing(deployment):
    users = [deployment.new_user() for _ in range(2)]
    apps = [_associate(user) for user in users]
    assert error(_verify(users[0], apps[1].code()))[0] == UNPROVED


def test_a_user_sees_which_factor_is_on(deployment, protected):
    user, _ = protected
    token = user.tokens["AccessToken"]
    answer = call(deployment, "GetUser", AccessToken=token)
    assert answer["UserMFASettingList"] == [TOTP_CHALLENGE]
    assert answer["PreferredMfaSetting"] == TOTP_CHALLENGE
    _prefer(user, False)
    answer = call(deployment, "GetUser", AccessToken=token)
    assert not answer.get("UserMFASettingList")
    assert "PreferredMfaSetting" not in answer


def test_a_second_factor_may_be_enabled_and_not_preferred(deployment, protected):
    user, _ = protected
    call(
        deployment,
        "SetUserMFAPreference",
        AccessToken=user.tokens["AccessToken"],
        SoftwareTokenMfaSettings={"Enabled": True},
    )
    answer = call(deployment, "GetUser", AccessToken=user.tokens["AccessToken"])
    assert answer["UserMFASettingList"] == [TOTP_CHALLENGE]
    assert "PreferredMfaSetting" not in answer
    assert _session(user)


def test_a_factor_that_is_off_is_not_asked_for(deployment, protected):
    user, _ = protected
    _prefer(user, False)
    assert "AuthenticationResult" in sign_in(deployment, user.email).json()
    assert "AuthenticationResult" in srp_client.sign_in(deployment, user.email).json()
    _prefer(user, True)
    assert "AuthenticationResult" not in sign_in(deployment, user.email).json()


def test_settings_that_are_not_given_change_nothing(deployment, guarded):
    user, _ = guarded
    token = user.tokens["AccessToken"]
    assert call(deployment, "SetUserMFAPreference", AccessToken=token) == {}
    assert _session(user)


def test_setting_it_up_keeps_the_session(protected):
    user, _ = protected
    assert user.api.get("/photos").status_code == 200


def test_a_replaced_app_counts_until_the_new_one_is_proved(deployment, protected):
    user, app = protected
    new_app = _associate(user)
    assert _answer(user, _session(user), app.code()).status_code == 200
    assert _verify(user, new_app.code()).status_code == 200
    session = _session(user)
    assert error(_answer(user, session, app.code())) == BAD_CODE
    assert _answer(user, session, new_app.code()).status_code == 200


# Signing in


@pytest.mark.parametrize("way", [sign_in, srp_client.sign_in], ids=["password", "srp"])
def test_a_right_password_alone_gives_no_tokens(deployment, guarded, way):
    user, _ = guarded
    answer = way(deployment, user.email)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"ChallengeName", "ChallengeParameters", "Session"}
    assert body["ChallengeName"] == TOTP_CHALLENGE
    assert body["ChallengeParameters"]["USER_ID_FOR_SRP"] == user.sub
    assert 20 <= len(body["Session"]) <= 4096


@pytest.mark.parametrize("way", [sign_in, srp_client.sign_in], ids=["password", "srp"])
def test_a_wrong_password_does_not_tell_of_a_second_factor(deployment, protected, way):
    user, _ = protected
    assert error(way(deployment, user.email, "Wrong-Horse-7")) == INCORRECT


@pytest.mark.parametrize("way", [sign_in, srp_client.sign_in], ids=["password", "srp"])
@pytest.mark.parametrize("named", ["email", "sub"])
def test_password_and_code_give_tokens(deployment, protected, way, named):
    user, app = protected
    session = way(deployment, user.email).json()["Session"]
    answer = _answer(user, session, app.code(), getattr(user, named))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["ChallengeParameters"] == {}
    result = body["AuthenticationResult"]
    assert {"AccessToken", "IdToken", "RefreshToken"} < set(result)
    assert deployment.client(result["AccessToken"]).get("/photos").status_code == 200
    # A refresh asks for no code.
    assert deployment.refresh(result["RefreshToken"])["AccessToken"]


def test_codes_of_the_steps_around_count(deployment, protected):
    user, app = protected  # the step before was used to set it up
    for _ in range(2):
        assert _answer(user, _session(user), app.code()).status_code == 200


@pytest.mark.filterwarnings(r"ignore:datetime.datetime.utcnow\(\):DeprecationWarning")
def test_pycognito_is_asked_for_a_code(deployment, guarded):
    user, _ = guarded
    client = AWSSRP(
        username=user.email,
        password=PASSWORD,
        pool_id=deployment.config["user_pool_id"],
        client_id=deployment.client_id,
        client=deployment.pool,
    )
    with pytest.raises(SoftwareTokenMFAChallengeException) as asked:
        client.authenticate_user()
    assert asked.value.get_tokens()["Session"]


def test_an_attempt_may_be_made_again_with_the_right_code(protected):
    user, app = protected
    session = _session(user)
    assert error(_answer(user, session, app.wrong_code())) == BAD_CODE
    assert _answer(user, session, app.code()).status_code == 200


def test_a_code_is_used_once(deployment):
    user = deployment.new_user()
    app = _associate(user)
    first = app.code()
    assert _verify(user, first).status_code == 200
    _prefer(user, True)
    session = _session(user)
    assert error(_answer(user, session, first)) == USED_CODE
    second = app.code()
    assert _answer(user, session, second).status_code == 200
    assert error(_answer(user, _session(user), second)) == USED_CODE


def test_a_code_is_used_once_in_a_race(protected):
    user, app = protected
    sessions = [_session(user) for _ in range(4)]
    code = app.code()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda session: _answer(user, session, code), sessions))
    assert sum(answer.status_code == 200 for answer in answers) == 1
    refusals = {error(answer) for answer in answers if answer.status_code != 200}
    assert refusals <= {USED_CODE, LOCKED, BUSY}


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "\u0661" * 6, " ", "1" * 100_000])
def test_what_is_no_code_is_a_wrong_one(protected, code):
    user, _ = protected
    assert error(_answer(user, _session(user), code))[0] in {
        "CodeMismatchException",
        "InvalidParameterException",
    }


def test_old_codes_and_codes_of_others_are_wrong(protected, guarded):
    user, app = protected
    session = _session(user)
    assert error(_answer(user, session, app.old_code())) == BAD_CODE
    assert error(_answer(user, session, guarded[1].code())) == BAD_CODE


# The lock


@pytest.mark.parametrize("way", [sign_in, srp_client.sign_in], ids=["password", "srp"])
def test_wrong_codes_lock_the_account(deployment, protected, way):
    user, app = protected
    session, wrong = _session(user), app.wrong_code()
    lock_out(lambda _: error(_answer(user, session, wrong)), BAD_CODE)
    right = app.code()
    assert error(_answer(user, session, right)) == LOCKED
    if way is sign_in:
        assert error(sign_in(deployment, user.email)) == LOCKED
    else:
        public = srp_client.a_public_value()
        assert error(srp_client.ask(deployment, user.email, public)) == LOCKED


def test_wrong_codes_and_wrong_passwords_count_together(deployment, protected):
    user, app = protected
    session, wrong = _session(user), app.wrong_code()

    def guess(number):
        if number % 2:
            return error(_answer(user, session, wrong)) == BAD_CODE
        return error(sign_in(deployment, user.email, f"Wrong-Horse-{number}")) == INCORRECT

    lock_out(guess, True)
    assert error(sign_in(deployment, user.email)) == LOCKED


def test_the_right_password_does_not_forgive_wrong_codes(deployment, protected):
    user, app = protected
    wrong = app.wrong_code()
    lock_out(lambda _: error(_answer(user, _session(user), wrong)), BAD_CODE)
    assert error(sign_in(deployment, user.email)) == LOCKED


def test_wrong_codes_side_by_side_do_not_outrun_the_lock(protected):
    user, app = protected
    session, wrong = _session(user), app.wrong_code()
    started = time.monotonic()
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: error(_answer(user, session, wrong)), range(20)))
    assert set(answers) <= {BAD_CODE, LOCKED, BUSY}
    assert 1 <= answers.count(BAD_CODE) <= guesses_allowed(time.monotonic() - started)


# Sessions


def test_a_session_counts_once(protected):
    user, app = protected
    session = _session(user)
    assert _answer(user, session, app.code()).status_code == 200
    _is_void(_answer(user, session, app.code()))


def test_a_session_counts_once_however_it_is_written(protected):
    user, app = protected
    session = _session(user)
    assert _answer(user, session, app.code()).status_code == 200
    bare = session.rstrip("=")
    assert bare != session, "this session has no unused bits"
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spelling = bare[:-1] + alphabet[alphabet.index(bare[-1]) ^ 1] + session[len(bare) :]
    _is_void(_answer(user, spelling, app.code()))


def test_two_users_sessions_do_not_mix(protected, guarded):
    (user, app), (other, _) = protected, guarded
    mine, others = _session(user), _session(other)
    _is_void(_answer(user, others, app.code()))
    _is_void(_answer(user, mine, app.code(), other.email))


@pytest.mark.parametrize(
    "session",
    [
        "A" * 40,
        "A" * 4096,
        "nonsense-nonsense-nonsense",
        "\U0001f305" * 20,
        "gAAAAABpJCYA" + "A" * 100,
        "eyJhbGciOiJub25lIn0.e30.AAAAAAAA",
    ],
    ids=lambda text: ascii(text)[1:20],
)
@pytest.mark.parametrize("challenge", [TOTP_CHALLENGE, "MFA_SETUP"])
def test_a_made_up_session_is_refused(deployment, guarded, challenge, session):
    user, _ = guarded
    _is_void(
        respond(
            deployment,
            challenge,
            Session=session,
            USERNAME=user.email,
            SOFTWARE_TOKEN_MFA_CODE="123456",
        )
    )


@pytest.mark.parametrize("place", [0, 10, 60, -40, -10])
def test_a_tampered_session_is_refused(guarded, place):
    user, _ = guarded
    letters = list(_session(user))
    letters[place] = "A" if letters[place] != "A" else "B"
    _is_void(_answer(user, "".join(letters), "123456"))


def test_a_handshake_is_no_session(deployment, guarded):
    user, _ = guarded
    block = srp_client.begin(deployment, user.email).told["SECRET_BLOCK"]
    _is_void(_answer(user, block, "123456"))


def test_a_session_is_no_handshake(deployment, guarded):
    user, _ = guarded
    handshake = srp_client.begin(deployment, user.email)
    answer = handshake.finish(PASSWORD_CLAIM_SECRET_BLOCK=_session(user))
    assert error(answer) == INCORRECT


def test_the_right_password_alone_sets_up_no_other_app(deployment, guarded):
    user, _ = guarded
    session = _session(user)
    for body in ({"Session": session}, {"Session": session, "UserCode": "123456"}):
        action = "VerifySoftwareToken" if "UserCode" in body else "AssociateSoftwareToken"
        _is_void(post(deployment, action, body))
    _is_void(respond(deployment, "MFA_SETUP", Session=session, USERNAME=user.email))


def test_a_session_is_no_token(deployment, guarded):
    user, _ = guarded
    session = _session(user)
    assert refused(deployment, "GetUser", AccessToken=session)[0] in {
        "NotAuthorizedException",
        "InvalidParameterException",
    }
    assert deployment.client(session).get("/photos").status_code == 401


def test_a_changed_password_ends_waiting_sign_ins(deployment, protected):
    user, app = protected
    session = _session(user)
    call(
        deployment,
        "ChangePassword",
        AccessToken=user.tokens["AccessToken"],
        PreviousPassword=PASSWORD,
        ProposedPassword="Another-Horse-8",
    )
    _is_void(_answer(user, session, app.code()))


def test_a_deleted_user_ends_waiting_sign_ins(deployment, protected):
    user, app = protected
    session = _session(user)
    call(deployment, "DeleteUser", AccessToken=user.tokens["AccessToken"])
    name, _ = error(_answer(user, session, app.code()))
    assert name in {"NotAuthorizedException", "ResourceNotFoundException"}


def test_a_reset_password_does_not_get_around_the_second_factor(deployment, protected):
    user, app = protected
    assert forgot(deployment, user.email).status_code == 200
    first = deployment.code(user.email)
    if reset(deployment, user.email, first, "Another-Horse-8").status_code != 200:
        # What came first was still the code that confirmed the address.
        second = deployment.code(user.email, other_than=first)
        assert reset(deployment, user.email, second, "Another-Horse-8").status_code == 200
    body = sign_in(deployment, user.email, "Another-Horse-8").json()
    assert body["ChallengeName"] == TOTP_CHALLENGE
    assert _answer(user, body["Session"], app.code()).status_code == 200
