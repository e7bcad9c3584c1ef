"""A forgotten password: a code by mail, and a new password for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from . import srp_client
from .user_pool import (
    INCORRECT,
    LIMIT,
    LOCKED,
    NO_CODE,
    REVOKED,
    WRONG_CODE,
    another_code,
    error,
    forgot,
    lock_out,
    refused,
    reset,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("own_pool")

NEW = "Another-Horse-8"


@pytest.fixture
def newcomer(deployment):
    """The address of somebody who has signed up and not confirmed it."""
    email = deployment.new_email()
    deployment.sign_up(email)
    return email


@pytest.fixture
def user(deployment):
    return deployment.new_user()


def _code(deployment, email):
    """Asks for a code, and answers the one that comes."""
    before = deployment.newest_code(email)
    assert forgot(deployment, email).status_code == 200
    return deployment.code(email, other_than=before)


def _works(deployment, email, code, password=NEW):
    answer = reset(deployment, email, code, password)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {}


# A new password


def test_a_code_says_where_it_went(deployment, user):
    answer = forgot(deployment, user.email)
    assert answer.status_code == 200
    assert answer.json() == {
        "CodeDeliveryDetails": {
            "AttributeName": "email",
            "DeliveryMedium": "EMAIL",
            "Destination": "u***@e***",
        }
    }


def test_a_code_sets_a_new_password(deployment, user):
    _works(deployment, user.email, _code(deployment, user.email))
    assert error(sign_in(deployment, user.email)) == INCORRECT
    assert error(srp_client.sign_in(deployment, user.email)) == INCORRECT
    assert sign_in(deployment, user.email, NEW).status_code == 200
    assert srp_client.sign_in(deployment, user.email, NEW).status_code == 200


def test_the_case_of_an_address_does_not_matter(deployment, user):
    before = deployment.newest_code(user.email)
    assert forgot(deployment, user.email.upper()).status_code == 200
    code = deployment.code(user.email, other_than=before)
    _works(deployment, user.email.title(), code)


def test_asking_for_a_code_changes_nothing(deployment, user):
    assert forgot(deployment, user.email).status_code == 200
    assert user.api.get("/photos").status_code == 200
    assert sign_in(deployment, user.email).status_code == 200


def test_a_new_password_ends_every_session(deployment, user):
    sessions = [user, user.sign_in_again()]
    refreshed = deployment.refresh(user.tokens["RefreshToken"])["AccessToken"]
    _works(deployment, user.email, _code(deployment, user.email))
    for session in sessions:
        assert session.api.get("/photos").status_code == 401
        token = session.tokens["AccessToken"]
        assert refused(deployment, "GetUser", AccessToken=token) == REVOKED
        assert refused(
            deployment,
            "GetTokensFromRefreshToken",
            ClientId=deployment.client_id,
            RefreshToken=session.tokens["RefreshToken"],
        ) == ("NotAuthorizedException", "Refresh Token has been revoked")
    assert deployment.client(refreshed).get("/photos").status_code == 401


def test_a_new_password_ends_handshakes(deployment, user):
    begun = srp_client.begin(deployment, user.email)
    _works(deployment, user.email, _code(deployment, user.email))
    assert error(begun.finish()) == INCORRECT


def test_a_code_confirms_the_address_too(deployment, newcomer):
    _works(deployment, newcomer, _code(deployment, newcomer))
    assert sign_in(deployment, newcomer, NEW).status_code == 200


def test_a_new_password_opens_a_locked_account(deployment, newcomer):
    lock_out(lambda number: error(sign_in(deployment, newcomer, f"Wrong-Horse-{number}")))
    assert error(sign_in(deployment, newcomer)) == LOCKED
    _works(deployment, newcomer, _code(deployment, newcomer))
    assert sign_in(deployment, newcomer, NEW).status_code == 200


# What is refused


def test_a_code_counts_once(deployment, newcomer):
    code = _code(deployment, newcomer)
    _works(deployment, newcomer, code)
    assert error(reset(deployment, newcomer, code, "Third-Horse-9")) == NO_CODE


def test_a_code_counts_once_in_a_race(deployment, newcomer):
    code = _code(deployment, newcomer)
    passwords = [f"Another-Horse-{n}" for n in range(6)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda new: reset(deployment, newcomer, code, new), passwords))
    assert sum(answer.status_code == 200 for answer in answers) == 1
    assert {error(answer) for answer in answers if answer.status_code != 200} == {NO_CODE}
    taken = next(new for new, it in zip(passwords, answers, strict=True) if it.status_code == 200)
    assert sign_in(deployment, newcomer, taken).status_code == 200


def test_only_the_newest_code_counts(deployment, newcomer):
    first = _code(deployment, newcomer)
    second = _code(deployment, newcomer)
    assert error(reset(deployment, newcomer, first, NEW)) == WRONG_CODE
    _works(deployment, newcomer, second)


def test_a_wrong_code_sets_no_password(deployment, newcomer):
    code = _code(deployment, newcomer)
    assert error(reset(deployment, newcomer, another_code(code), NEW)) == WRONG_CODE
    assert error(sign_in(deployment, newcomer, NEW)) == INCORRECT
    _works(deployment, newcomer, code)


@pytest.mark.parametrize(
    "changed",
    [
        lambda code: f"{code}0",
        lambda code: code[:-1],
        lambda code: f"+{code}",
        lambda code: code.translate({48 + n: 0x660 + n for n in range(10)}),
    ],
    ids=["longer", "shorter", "signed", "other digits"],
)
def test_a_code_is_compared_as_text(deployment, newcomer, changed):
    code = _code(deployment, newcomer)
    assert error(reset(deployment, newcomer, changed(code), NEW)) == WRONG_CODE


def test_another_users_code_sets_no_password(deployment, newcomer):
    other = deployment.new_email()
    deployment.sign_up(other)
    mine, others = _code(deployment, newcomer), _code(deployment, other)
    assert error(reset(deployment, newcomer, others, NEW)) == WRONG_CODE
    assert error(reset(deployment, other, mine, NEW)) == WRONG_CODE


def test_a_code_that_confirms_an_address_sets_no_password(deployment, newcomer):
    code = deployment.code(newcomer)
    assert error(reset(deployment, newcomer, code, NEW)) == NO_CODE
    assert forgot(deployment, newcomer).status_code == 200
    assert error(reset(deployment, newcomer, code, NEW)) == WRONG_CODE
    deployment.confirm(newcomer, code)


@pytest.mark.parametrize("password", ["Aa1!aaa", "aaaaaa1!", "AAAAAA1!", "AAaaaaa!", "AAaaaa11"])
def test_a_weak_password_is_refused_and_leaves_the_code(deployment, newcomer, password):
    code = _code(deployment, newcomer)
    name, message = error(reset(deployment, newcomer, code, password))
    assert name == "InvalidPasswordException"
    assert message.startswith("Password did not conform with policy: Password ")
    _works(deployment, newcomer, code)


def test_no_code_without_asking(deployment, newcomer):
    assert error(reset(deployment, newcomer, "123456", NEW)) == NO_CODE


def test_codes_cannot_be_guessed_without_end(deployment, newcomer):
    code = _code(deployment, newcomer)
    answers = []
    while LIMIT not in answers:
        assert len(answers) < 30
        guess = another_code(code, 1 + len(answers))
        answers.append(error(reset(deployment, newcomer, guess, NEW)))
    assert set(answers[:-1]) == {WRONG_CODE}
    assert error(reset(deployment, newcomer, code, NEW)) == LIMIT
    # A new code gives no new guesses.
    assert forgot(deployment, newcomer).status_code == 200
    assert error(reset(deployment, newcomer, another_code(code), NEW)) == LIMIT
    # And the password that there is still works.
    assert error(sign_in(deployment, newcomer))[0] == "UserNotConfirmedException"


def test_asking_for_codes_has_an_end(deployment, newcomer):
    answers = []
    while not answers or answers[-1].status_code == 200:
        assert len(answers) < 30
        answers.append(forgot(deployment, newcomer))
    assert error(answers[-1]) == LIMIT
    _works(deployment, newcomer, deployment.newest_code(newcomer))


def test_an_unknown_user_gets_no_mail(deployment, newcomer):
    unknown = deployment.new_email()
    assert forgot(deployment, unknown).status_code == 200
    _code(deployment, newcomer)  # mail that was sent later has come
    assert deployment.newest_code(unknown) == ""
