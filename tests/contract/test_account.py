"""What signed-in users change of their own: the password, the address, being there at all."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import jwt
import pytest

from . import expect, srp_client
from .deployment import PASSWORD, eventually
from .pictures import LEAST, jpeg
from .user_pool import (
    INCORRECT,
    LIMIT,
    LOCKED,
    NO_CODE,
    REVOKED,
    WRONG_CODE,
    another_code,
    call,
    error,
    forgot,
    lock_out,
    post,
    refused,
    reset,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("own_pool")

NEW = "Another-Horse-8"
ALIAS_EXISTS = "AliasExistsException"
REFRESH_REVOKED = ("NotAuthorizedException", "Refresh Token has been revoked")
GONE_WITHIN = 90
"""Seconds after which no download URL of somebody who has left works."""


@pytest.fixture
def user(deployment):
    return deployment.new_user()


def _token(user):
    return user.tokens["AccessToken"]


def _change(user, previous, proposed, token=None):
    body = {
        "AccessToken": token or _token(user),
        "PreviousPassword": previous,
        "ProposedPassword": proposed,
    }
    return post(user.deployment, "ChangePassword", body)


def _refresh(user):
    body = {"ClientId": user.deployment.client_id, "RefreshToken": user.tokens["RefreshToken"]}
    return post(user.deployment, "GetTokensFromRefreshToken", body)


def _attributes(user):
    answer = call(user.deployment, "GetUser", AccessToken=_token(user))
    return {each["Name"]: each["Value"] for each in answer["UserAttributes"]}


# Another password


def test_a_changed_password_replaces_the_old_one(deployment, user):
    answer = _change(user, PASSWORD, NEW)
    assert answer.status_code == 200
    assert answer.json() == {}
    for way in (sign_in, srp_client.sign_in):
        assert error(way(deployment, user.email)) == INCORRECT
        assert way(deployment, user.email, NEW).status_code == 200


def test_a_changed_password_keeps_its_own_session_and_ends_all_others(deployment, user):
    other = user.sign_in_again()
    refreshed = deployment.client(deployment.refresh(other.tokens["RefreshToken"])["AccessToken"])
    assert _change(user, PASSWORD, NEW).status_code == 200
    assert user.api.get("/photos").status_code == 200
    assert _refresh(user).status_code == 200
    assert other.api.get("/photos").status_code == 401
    assert refreshed.get("/photos").status_code == 401
    assert refused(deployment, "GetUser", AccessToken=_token(other)) == REVOKED
    assert error(_refresh(other)) == REFRESH_REVOKED


def test_a_refreshed_token_keeps_its_session_too(deployment, user):
    refreshed = deployment.refresh(user.tokens["RefreshToken"])["AccessToken"]
    assert _change(user, PASSWORD, NEW, refreshed).status_code == 200
    assert user.api.get("/photos").status_code == 200


def test_a_password_can_be_changed_again(user):
    assert _change(user, PASSWORD, NEW).status_code == 200
    assert _change(user, NEW, PASSWORD).status_code == 200


def test_a_password_is_changed_once_in_a_race(deployment, user):
    passwords = [f"Another-Horse-{n}" for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda new: _change(user, PASSWORD, new), passwords))
    assert sum(answer.status_code == 200 for answer in answers) == 1
    taken = next(new for new, it in zip(passwords, answers, strict=True) if it.status_code == 200)
    assert sign_in(deployment, user.email, taken).status_code == 200


def test_right_passwords_side_by_side_are_all_let_in(deployment, user):
    ways = [sign_in, srp_client.sign_in] * 6
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda way: way(deployment, user.email), ways))
    assert [answer.status_code for answer in answers] == [200] * 12


def test_a_wrong_previous_password_changes_nothing(deployment, user):
    other = user.sign_in_again()
    for wrong in ("Wrong-Horse-7", PASSWORD.lower(), f"{PASSWORD}x", "x"):
        assert error(_change(user, wrong, NEW)) == INCORRECT
    assert sign_in(deployment, user.email).status_code == 200
    assert other.api.get("/photos").status_code == 200


@pytest.mark.parametrize("password", ["Aa1!aaa", "aaaaaa1!", "AAAAAA1!", "AAaaaaa!", "AAaaaa11"])
def test_a_weak_password_is_refused(bob, password):
    name, message = error(_change(bob, PASSWORD, password))
    assert name == "InvalidPasswordException"
    assert message.startswith("Password did not conform with policy: Password ")


def test_guessing_the_previous_password_has_an_end(deployment, user):
    lock_out(lambda number: error(_change(user, f"Wrong-Horse-{number}", NEW)))
    assert error(_change(user, PASSWORD, NEW)) == LIMIT
    assert error(sign_in(deployment, user.email)) == LOCKED


def test_guesses_at_sign_in_count_for_changing_too(deployment, user):
    lock_out(lambda number: error(sign_in(deployment, user.email, f"Wrong-Horse-{number}")))
    assert error(_change(user, PASSWORD, NEW)) == LIMIT


# Signing out everywhere


def test_a_global_sign_out_ends_every_session_at_the_next_request(deployment, user):
    other = user.sign_in_again()
    call(deployment, "GlobalSignOut", AccessToken=_token(other))
    for session in (user, other):
        expect.problem(session.api.get("/photos"), 401)
        assert refused(deployment, "GetUser", AccessToken=_token(session)) == REVOKED
        assert error(_refresh(session)) == REFRESH_REVOKED
    assert sign_in(deployment, user.email).status_code == 200


# Another address


def _ask_email(user, address):
    body = {"AccessToken": _token(user), "UserAttributes": [{"Name": "email", "Value": address}]}
    return post(user.deployment, "UpdateUserAttributes", body)


def _verify_email(user, code):
    body = {"AccessToken": _token(user), "AttributeName": "email", "Code": code}
    return post(user.deployment, "VerifyUserAttribute", body)


def _send_again(user):
    body = {"AccessToken": _token(user), "AttributeName": "email"}
    return post(user.deployment, "GetUserAttributeVerificationCode", body)


def _asked(user):
    """A new address that waits for its code, and the code."""
    address = user.deployment.new_email()
    assert _ask_email(user, address).status_code == 200
    return address, user.deployment.code(address)


def test_a_new_address_is_mailed_a_code(deployment, user):
    address = f"jane-{uuid4().hex}@example.com"
    delivery = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "j***@e***"}
    assert _ask_email(user, address).json() == {"CodeDeliveryDetailsList": [delivery]}
    first = deployment.code(address)
    assert _send_again(user).json() == {"CodeDeliveryDetails": delivery}
    second = deployment.code(address, other_than=first)
    assert error(_verify_email(user, first)) == WRONG_CODE
    assert _verify_email(user, second).json() == {}


def test_an_address_counts_once_it_is_confirmed(deployment, user):
    address, code = _asked(user)
    assert _attributes(user)["email"] == user.email
    assert sign_in(deployment, user.email).status_code == 200
    assert error(sign_in(deployment, address)) == INCORRECT
    assert _verify_email(user, code).status_code == 200
    attributes = _attributes(user)
    assert attributes == {"sub": user.sub, "email": address, "email_verified": "true"}
    for way in (sign_in, srp_client.sign_in):
        assert error(way(deployment, user.email)) == INCORRECT
        assert way(deployment, address).status_code == 200
    assert user.api.get("/photos").status_code == 200


def test_photos_stay_under_another_address(deployment, user):
    photo = user.pending_photo()
    address, code = _asked(user)
    assert _verify_email(user, code).status_code == 200
    renamed = deployment.client(deployment.sign_in(address)["AccessToken"])
    assert expect.ok(renamed.get(f"/photos/{photo}/metadata"))["photo_id"] == photo


def test_id_tokens_show_the_new_address(deployment, user):
    address, code = _asked(user)
    assert _verify_email(user, code).status_code == 200
    token = _refresh(user).json()["AuthenticationResult"]["IdToken"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["email"], claims["email_verified"]) == (address, True)


def test_the_old_address_is_free_again(deployment, user):
    _, code = _asked(user)
    assert _verify_email(user, code).status_code == 200
    assert deployment.sign_up(user.email)["UserSub"] != user.sub


def test_wrong_codes_do_not_confirm_an_address(user):
    _, code = _asked(user)
    assert error(_verify_email(user, another_code(code))) == WRONG_CODE
    assert _attributes(user)["email"] == user.email
    assert _verify_email(user, code).status_code == 200
    assert error(_verify_email(user, code)) == NO_CODE


def test_codes_for_an_address_cannot_be_guessed_without_end(user):
    _, code = _asked(user)
    answers = []
    while LIMIT not in answers:
        assert len(answers) < 30
        answers.append(error(_verify_email(user, another_code(code, 1 + len(answers)))))
    assert set(answers[:-1]) == {WRONG_CODE}
    assert error(_verify_email(user, code)) == LIMIT
    assert _attributes(user)["email"] == user.email


def test_a_code_is_for_the_address_that_it_went_to(user):
    _, first = _asked(user)
    address, second = _asked(user)
    assert error(_verify_email(user, first)) == WRONG_CODE
    assert _verify_email(user, second).status_code == 200
    assert _attributes(user)["email"] == address


def test_a_code_is_for_the_user_who_asked(deployment, user):
    other = deployment.new_user()
    _, code = _asked(user)
    _asked(other)
    assert error(_verify_email(other, code)) == WRONG_CODE
    assert _attributes(other)["email"] == other.email


def test_a_code_for_an_address_is_no_code_for_anything_else(deployment, user):
    address, code = _asked(user)
    for email in (user.email, address):
        assert error(reset(deployment, email, code, NEW)) == NO_CODE
    assert forgot(deployment, user.email).status_code == 200
    resetting = deployment.newest_code(user.email)
    assert error(_verify_email(user, resetting)) == WRONG_CODE


def test_no_code_without_a_new_address(user):
    assert error(_verify_email(user, "123456")) == NO_CODE
    assert error(_send_again(user))[0] == "InvalidParameterException"


def test_another_users_address_is_not_to_be_had(deployment, user, bob):
    newcomer = deployment.new_email()
    deployment.sign_up(newcomer)
    for address in (bob.email, bob.email.upper(), newcomer):
        assert error(_ask_email(user, address))[0] == ALIAS_EXISTS
    assert _attributes(user)["email"] == user.email


def test_an_address_goes_to_whom_it_was_confirmed_for_first(deployment, user):
    address, code = _asked(user)
    deployment.sign_up(address)
    assert error(_verify_email(user, code))[0] == ALIAS_EXISTS
    assert _attributes(user)["email"] == user.email
    assert error(sign_in(deployment, address))[0] == "UserNotConfirmedException"


def test_two_users_cannot_take_one_address(deployment, user):
    other = deployment.new_user()
    address, first = _asked(user)
    assert _ask_email(other, address).status_code == 200
    second = deployment.code(address, other_than=first)
    assert _verify_email(user, first).status_code == 200
    assert error(_verify_email(other, second))[0] == ALIAS_EXISTS
    assert _attributes(other)["email"] == other.email


def test_ones_own_address_is_no_new_one(user):
    for address in (user.email, user.email.upper()):
        assert _ask_email(user, address).json() == {"CodeDeliveryDetailsList": []}
    assert _attributes(user)["email"] == user.email


def test_mail_to_new_addresses_has_an_end(deployment, user):
    answers = []
    while not answers or answers[-1].status_code == 200:
        assert len(answers) < 30
        answers.append(_ask_email(user, deployment.new_email()))
    assert error(answers[-1]) == LIMIT
    assert error(_send_again(user)) == LIMIT


# Leaving


def _leave(user):
    answer = post(user.deployment, "DeleteUser", {"AccessToken": _token(user)})
    assert answer.status_code == 200
    assert answer.content == b""


def test_boto3_deletes_a_user(deployment, user):
    deployment.pool.delete_user(AccessToken=_token(user))
    assert error(sign_in(deployment, user.email)) == INCORRECT


def test_tokens_of_somebody_who_left_are_dead_at_once(deployment, user):
    other = user.sign_in_again()
    for session in (user, other):
        assert session.api.get("/photos").status_code == 200
    _leave(user)
    for session in (user, other):
        expect.problem(session.api.get("/photos"), 401)
        expect.problem(session.ask_upload(), 401)
        name, _ = refused(deployment, "GetUser", AccessToken=_token(session))
        assert name == "NotAuthorizedException"
        assert error(_refresh(session))[0] == "NotAuthorizedException"
    again = refused(deployment, "DeleteUser", AccessToken=_token(user))
    assert again[0] == "NotAuthorizedException"


def test_somebody_who_left_cannot_sign_in(deployment, user):
    begun = srp_client.begin(deployment, user.email)
    _leave(user)
    assert error(begun.finish()) == INCORRECT
    assert error(sign_in(deployment, user.email)) == INCORRECT
    assert error(srp_client.sign_in(deployment, user.email)) == INCORRECT


def test_codes_of_somebody_who_left_are_void(deployment, user):
    before = deployment.newest_code(user.email)
    assert forgot(deployment, user.email).status_code == 200
    code = deployment.code(user.email, other_than=before)
    _leave(user)
    assert error(reset(deployment, user.email, code, NEW))[0] in {
        "CodeMismatchException",
        "ExpiredCodeException",
    }
    deployment.sign_up(user.email)
    assert error(reset(deployment, user.email, code, NEW))[0] in {
        "CodeMismatchException",
        "ExpiredCodeException",
    }


def test_an_address_can_sign_up_again_and_sees_nothing_of_before(deployment, user):
    photo = user.upload(seed=901)
    _leave(user)
    first = deployment.newest_code(user.email)
    assert deployment.sign_up(user.email, NEW)["UserSub"] != user.sub
    deployment.confirm(user.email, deployment.code(user.email, other_than=first))
    assert error(sign_in(deployment, user.email)) == INCORRECT
    tokens = sign_in(deployment, user.email, NEW).json()["AuthenticationResult"]
    api = deployment.client(tokens["AccessToken"])
    assert expect.ok(api.get("/photos"))["photos"] == []
    expect.problem(api.get(f"/photos/{photo.id}"), 404)
    expect.problem(api.get(f"/photos/{photo.id}/metadata"), 404)
    # The tokens of before do not come back to life with the address.
    assert user.api.get("/photos").status_code == 401


def test_the_photos_of_others_stay(deployment, user, bob):
    seed = 902
    photo = bob.upload(seed=seed)
    user.upload(seed=seed)
    _leave(user)
    assert bob.download(photo.id) == photo.content


def test_download_urls_of_somebody_who_left_stop_working(deployment, user):
    photo = user.upload(seed=903)
    url = user.download_url(photo.id)
    if not deployment.serves(url):
        pytest.skip("the bytes are S3's here: its URLs live for their fifteen minutes")
    assert deployment.bytes.get(url).status_code == 200
    _leave(user)
    assert eventually(lambda: deployment.bytes.get(url).status_code >= 400, seconds=GONE_WITHIN)
    expect.s3_error(deployment.bytes.get(url), 404)


def test_bytes_that_somebody_who_left_still_sends_are_nobodys(deployment, user):
    content = jpeg(LEAST, seed=904)
    ticket = user.upload_ticket(file_size=len(content))
    _leave(user)
    assert deployment.put(ticket, content).status_code < 500
    first = deployment.newest_code(user.email)
    deployment.sign_up(user.email)
    deployment.confirm(user.email, deployment.code(user.email, other_than=first))
    api = deployment.client(deployment.sign_in(user.email)["AccessToken"])
    assert expect.ok(api.get("/photos"))["photos"] == []
    expect.problem(api.get(f"/photos/{ticket['photo_id']}"), 404)
