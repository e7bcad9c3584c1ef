"""Nobody learns from the pool who has an account, but by trying to sign up."""

import pytest

from . import srp_client
from .deployment import PASSWORD
from .user_pool import another_code, forgot, post, reset, sign_in, whole

pytestmark = pytest.mark.usefixtures("own_pool")

NEW = "Another-Horse-8"


@pytest.fixture
def newcomer(deployment):
    """The address of somebody who has signed up and not confirmed it."""
    email = deployment.new_email()
    deployment.sign_up(email)
    return email


def _resend(deployment, email):
    body = {"ClientId": deployment.client_id, "Username": email}
    return post(deployment, "ResendConfirmationCode", body)


def _confirm(deployment, email, code):
    body = {"ClientId": deployment.client_id, "Username": email, "ConfirmationCode": code}
    return post(deployment, "ConfirmSignUp", body)


def _no_code(deployment, email):
    """Six digits that are not in the newest mail, whoever has one."""
    code = deployment.newest_code(email)
    return another_code(code) if code else "123456"


def _reset_with_codes(deployment, email):
    yield forgot(deployment, email)
    yield forgot(deployment, email)
    wrong = _no_code(deployment, email)
    for _ in range(14):
        yield reset(deployment, email, wrong, NEW)
    for _ in range(6):
        yield forgot(deployment, email)
    yield reset(deployment, email, wrong, NEW)


def _reset_without_codes(deployment, email):
    for _ in range(14):
        yield reset(deployment, email, "123456", NEW)
    yield forgot(deployment, email)
    yield reset(deployment, email, "123456", NEW)


def _reset_to_a_weak_password(deployment, email):
    yield reset(deployment, email, "123456", "weak")
    yield forgot(deployment, email)
    yield reset(deployment, email, "123456", "weak")


def _guess_passwords(deployment, email):
    for number in range(6):
        yield sign_in(deployment, email, f"Wrong-Horse-{number}")


def _sign_in_oddly(deployment, email):
    yield sign_in(deployment, email, "")
    yield sign_in(deployment, email, "x" * 300)
    yield sign_in(deployment, f" {email}")
    yield sign_in(deployment, f"{email}\0")
    yield sign_in(deployment, email.upper(), "Wrong-Horse-7")


def _guess_by_srp(deployment, email):
    for number in range(5):
        yield srp_client.begin(deployment, email).finish(f"Wrong-Horse-{number}")
    yield srp_client.ask(deployment, email, srp_client.a_public_value())


def _srp_oddly(deployment, email):
    yield srp_client.ask(deployment, email, "0")
    yield srp_client.ask(deployment, email, "no number")
    begun = srp_client.begin(deployment, email)
    yield begun.finish("Wrong-Horse-7", at="now")
    yield begun.finish("Wrong-Horse-7", USERNAME="nobody@example.com")
    yield begun.finish("Wrong-Horse-7", PASSWORD_CLAIM_SIGNATURE="AAAA")
    yield begun.finish("Wrong-Horse-7")


SEQUENCES = [
    _reset_with_codes,
    _reset_without_codes,
    _reset_to_a_weak_password,
    _guess_passwords,
    _sign_in_oddly,
    _guess_by_srp,
    _srp_oddly,
]


def _compare(deployment, steps, known, unknown):
    """Holds that two names see the same, answer by answer."""
    pairs = zip(steps(deployment, known), steps(deployment, unknown), strict=True)
    for number, (one, other) in enumerate(pairs):
        assert whole(one) == whole(other), f"step {number}"


@pytest.mark.parametrize("steps", SEQUENCES, ids=lambda steps: steps.__name__.strip("_"))
@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "unconfirmed"])
def test_known_and_unknown_users_see_the_same(deployment, confirmed, steps):
    known = deployment.new_email()
    deployment.sign_up(known)
    if confirmed:
        deployment.confirm(known, deployment.code(known))
    _compare(deployment, steps, known, deployment.new_email())


def test_sending_a_code_again_tells_nothing(deployment, newcomer):
    def steps(deployment, email):
        for _ in range(8):
            yield _resend(deployment, email)

    _compare(deployment, steps, newcomer, deployment.new_email())


def test_confirming_with_wrong_codes_tells_nothing_once_one_was_sent(deployment, newcomer):
    def steps(deployment, email):
        yield _resend(deployment, email)
        wrong = _no_code(deployment, email)
        for _ in range(14):
            yield _confirm(deployment, email, wrong)
        yield _resend(deployment, email)
        yield _confirm(deployment, email, wrong)

    _compare(deployment, steps, newcomer, deployment.new_email())


def test_the_right_password_of_a_locked_account_tells_nothing(deployment, newcomer):
    def steps(deployment, email):
        for number in range(5):
            yield sign_in(deployment, email, f"Wrong-Horse-{number}")
        yield sign_in(deployment, email, PASSWORD)

    _compare(deployment, steps, newcomer, deployment.new_email())


def test_a_deleted_user_is_unknown(deployment):
    """Whoever has left sees what nobody sees."""
    user = deployment.new_user()
    post(deployment, "DeleteUser", {"AccessToken": user.tokens["AccessToken"]})
    for steps in (_reset_with_codes, _guess_passwords):
        _compare(deployment, steps, user.email, deployment.new_email())
