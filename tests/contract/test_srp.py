"""Signing in without sending the password: by two clients that know only the protocol."""

import base64
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP

from . import srp_client
from .deployment import PASSWORD, eventually
from .srp_client import N, ask, begin, send, timestamp
from .user_pool import (
    BUSY,
    INCORRECT,
    LOCKED,
    call,
    error,
    guesses_allowed,
    lock_out,
    sign_in,
    whole,
)

pytestmark = [
    pytest.mark.usefixtures("own_pool"),
    pytest.mark.filterwarnings(r"ignore:datetime.datetime.utcnow\(\):DeprecationWarning"),
]


@pytest.fixture
def newcomer(deployment):
    """The address of somebody whose right password is answered with UserNotConfirmed."""
    email = deployment.new_email()
    deployment.sign_up(email)
    return email


NEWCOMER_IS_IN = ("UserNotConfirmedException", "User is not confirmed.")


def _another_block(block, offset=-5):
    content = bytearray(base64.b64decode(block))
    content[offset] ^= 1
    return base64.b64encode(content).decode()


# Signing in


def test_the_right_password_gives_tokens(deployment, alice):
    answer = srp_client.sign_in(deployment, alice.email)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["ChallengeParameters"] == {}
    assert "ChallengeName" not in body
    result = body["AuthenticationResult"]
    assert {"AccessToken", "IdToken", "RefreshToken"} < set(result)
    assert result["ExpiresIn"] == 3600
    assert result["TokenType"] == "Bearer"
    assert deployment.client(result["AccessToken"]).get("/photos").status_code == 200
    assert deployment.refresh(result["RefreshToken"])["AccessToken"]


def _by_pycognito(deployment, email, password=PASSWORD):
    client = AWSSRP(
        username=email,
        password=password,
        pool_id=deployment.config["user_pool_id"],
        client_id=deployment.client_id,
        client=deployment.pool,
    )
    return client.authenticate_user()


def test_pycognito_signs_in(deployment, alice):
    tokens = _by_pycognito(deployment, alice.email)["AuthenticationResult"]
    assert call(deployment, "GetUser", AccessToken=tokens["AccessToken"])["Username"] == alice.sub


def test_pycognito_is_told_of_a_wrong_password(deployment, newcomer):
    with pytest.raises(ClientError) as refused:
        _by_pycognito(deployment, newcomer, "Wrong-Horse-7")
    found = refused.value.response["Error"]
    assert (found["Code"], found["Message"]) == INCORRECT


def test_the_case_of_an_address_does_not_matter(deployment, alice):
    assert srp_client.sign_in(deployment, alice.email.upper()).status_code == 200


def test_the_second_step_takes_the_address_too(deployment, alice):
    assert begin(deployment, alice.email).finish(USERNAME=alice.email).status_code == 200


def test_many_handshakes_fit(deployment, alice):
    """Numbers with a high or a low first digit are padded by both sides alike."""
    for _ in range(12):
        assert srp_client.sign_in(deployment, alice.email).status_code == 200


@pytest.mark.parametrize(
    "password", ["Grüße-Straße-7", "Aa1!" * 64, "Pass:Wort-7:", "Aa1!\U0001f305-7-\u212a-"]
)
def test_passwords_of_all_kinds_sign_in(deployment, password):
    email = deployment.new_email()
    deployment.sign_up(email, password)
    assert error(srp_client.sign_in(deployment, email, password)) == NEWCOMER_IS_IN
    assert error(srp_client.sign_in(deployment, email, password[:-1])) == INCORRECT


def test_several_handshakes_at_once_do_not_mix(deployment, alice, bob):
    handshakes = [(user, begin(deployment, user.email)) for user in (alice, bob, alice, bob)]
    for user, handshake in reversed(handshakes):
        tokens = handshake.finish().json()["AuthenticationResult"]
        assert (
            call(deployment, "GetUser", AccessToken=tokens["AccessToken"])["Username"] == user.sub
        )


def test_the_clocks_may_differ_a_little(deployment, alice):
    for ahead in (-240, 240):
        assert begin(deployment, alice.email).finish(at=timestamp(ahead)).status_code == 200


def test_an_unconfirmed_user_is_told_so_after_the_right_password(deployment, newcomer):
    assert error(srp_client.sign_in(deployment, newcomer, "Wrong-Horse-7")) == INCORRECT
    assert error(srp_client.sign_in(deployment, newcomer)) == NEWCOMER_IS_IN


# What is refused


def test_a_wrong_password_is_refused(deployment, newcomer):
    assert error(srp_client.sign_in(deployment, newcomer, "Wrong-Horse-7")) == INCORRECT


@pytest.mark.parametrize(
    "public",
    [
        pytest.param("0", id="zero"),
        pytest.param("00000000", id="zeros"),
        pytest.param(f"{N:x}", id="N"),
        pytest.param(f"{2 * N:x}", id="2N"),
        pytest.param(f"00{N:X}", id="padded-N"),
        pytest.param(f"{3 * N:x}", id="3N"),
        pytest.param(f"{N << 64:x}", id="large-multiple"),
        pytest.param("-1", id="negative"),
        pytest.param("0x5", id="prefix"),
        pytest.param("not hex", id="words"),
        pytest.param(" 5", id="space"),
        pytest.param("5\n", id="newline"),
        pytest.param("1_0", id="underscore"),
        pytest.param("\u0665", id="other-digits"),
        pytest.param("f" * 100_000, id="huge"),
        pytest.param("f" * 1_000_000, id="nearly-a-mebibyte"),
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_a_public_value_that_breaks_the_protocol_is_refused(deployment, bob, public, known):
    email = bob.email if known else deployment.new_email()
    name, _ = error(ask(deployment, email, public))
    assert name == "InvalidParameterException"


@pytest.mark.parametrize("ahead", [-360, 360, -86400, 86400 * 366])
def test_a_timestamp_too_far_off_is_refused(deployment, newcomer, ahead):
    assert error(begin(deployment, newcomer).finish(at=timestamp(ahead))) == INCORRECT


@pytest.mark.parametrize(
    "at",
    [
        "now",
        "2026-11-24T10:01:11Z",
        "1764000000",
        "Tue Nov 24 10:01:11 2026",
        "Tue Nov 24 10:01:11 CET 2026",
        "Die Nov 24 10:01:11 UTC 2026",
        "Tue Feb 30 10:01:11 UTC 2026",
        "Tue Nov 24 25:61:61 UTC 2026",
        "Tue Nov 24 10:01:11 UTC 99999",
        "Thu Jan 1 00:00:00 UTC 0000",
        "Tue Nov \u0662\u0664 10:01:11 UTC 2026",
        "x" * 100_000,
    ],
    ids=lambda at: ascii(at)[1:40],
)
def test_a_malformed_timestamp_is_refused(deployment, newcomer, at):
    assert error(begin(deployment, newcomer).finish(at=at)) == INCORRECT


def test_the_timestamp_sent_is_the_one_signed(deployment, newcomer):
    handshake = begin(deployment, newcomer)
    assert error(handshake.finish(at=timestamp(-5), TIMESTAMP=timestamp())) == INCORRECT


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("A" * 43 + "=", id="another"),
        pytest.param("AAAA", id="short"),
        pytest.param("A" * 100_000, id="long"),
        pytest.param("%%%", id="not-base64"),
        pytest.param("\u00e9" * 43 + "=", id="not-ascii"),
    ],
)
def test_a_wrong_signature_is_refused(deployment, newcomer, signature):
    answer = begin(deployment, newcomer).finish(PASSWORD_CLAIM_SIGNATURE=signature)
    assert error(answer) == INCORRECT


@pytest.mark.parametrize("offset", [0, 1, 4, 12, 40, -40, -5, -1])
def test_a_tampered_secret_block_is_refused(deployment, newcomer, offset):
    handshake = begin(deployment, newcomer)
    block = _another_block(handshake.told["SECRET_BLOCK"], offset)
    assert error(handshake.finish(PASSWORD_CLAIM_SECRET_BLOCK=block)) == INCORRECT


@pytest.mark.parametrize(
    "block", ["AAAA", "A" * 1000, "A" * 500_000, "not base64!", "\U0001f305", "e30="]
)
def test_a_made_up_secret_block_is_refused(deployment, newcomer, block):
    block = block[:500_000]
    answer = begin(deployment, newcomer).finish(PASSWORD_CLAIM_SECRET_BLOCK=block)
    assert error(answer) == INCORRECT


def test_a_secret_block_counts_once(deployment, alice):
    handshake = begin(deployment, alice.email)
    responses = handshake.responses()
    assert send(deployment, responses).status_code == 200
    assert error(send(deployment, responses)) == INCORRECT
    assert error(handshake.finish(at=timestamp(1))) == INCORRECT


def test_a_secret_block_counts_once_after_a_wrong_password_too(deployment, newcomer):
    handshake = begin(deployment, newcomer)
    assert error(handshake.finish("Wrong-Horse-7")) == INCORRECT
    assert error(handshake.finish()) == INCORRECT


def _other_spellings(text):
    """Texts that base64 decoders commonly take for the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = text.rstrip("=")
    filling = len(text) - len(bare)
    yield bare + "=" * (filling + 1)
    yield text + "\n"
    yield bare.replace("+", "-").replace("/", "_") + "=" * filling
    if filling:
        yield bare
        last = alphabet.index(bare[-1])
        for unused in range(1, 4**filling):
            yield bare[:-1] + alphabet[last ^ unused] + "=" * filling


def test_a_secret_block_counts_once_however_it_is_written(deployment, alice):
    responses = begin(deployment, alice.email).responses()
    block = responses["PASSWORD_CLAIM_SECRET_BLOCK"]
    assert send(deployment, responses).status_code == 200
    for spelling in set(_other_spellings(block)) - {block}:
        replayed = {**responses, "PASSWORD_CLAIM_SECRET_BLOCK": spelling}
        assert error(send(deployment, replayed)) == INCORRECT


def test_a_secret_block_counts_once_in_a_race(deployment, alice):
    responses = begin(deployment, alice.email).responses()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: send(deployment, responses), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


def test_a_secret_block_is_for_its_own_user(deployment, alice, bob):
    handshake = begin(deployment, alice.email)
    for name in (bob.email, bob.sub, "nobody@example.com"):
        assert error(handshake.finish(USERNAME=name)) == INCORRECT


def test_a_handshake_needs_its_own_secret_block(deployment, newcomer):
    first, second = begin(deployment, newcomer), begin(deployment, newcomer)
    block = second.told["SECRET_BLOCK"]
    assert error(first.finish(PASSWORD_CLAIM_SECRET_BLOCK=block)) == INCORRECT


def test_a_handshake_ends_with_the_password_that_it_began_with(deployment):
    user = deployment.new_user()
    old, new = begin(deployment, user.email), begin(deployment, user.email)
    call(
        deployment,
        "ChangePassword",
        AccessToken=user.tokens["AccessToken"],
        PreviousPassword=PASSWORD,
        ProposedPassword="Another-Horse-8",
    )
    assert error(old.finish()) == INCORRECT
    assert error(new.finish("Another-Horse-8")) == INCORRECT
    assert error(srp_client.sign_in(deployment, user.email)) == INCORRECT
    assert srp_client.sign_in(deployment, user.email, "Another-Horse-8").status_code == 200


# What it tells of who there is


def _first_step(deployment, email):
    return ask(deployment, email, srp_client.a_public_value()).json()["ChallengeParameters"]


def test_an_unknown_user_has_a_stable_salt_and_id(deployment, alice):
    for email in (alice.email, deployment.new_email()):
        steps = [_first_step(deployment, name) for name in (email, email, email.upper())]
        assert len({step["SALT"] for step in steps}) == 1
        assert len({step["USER_ID_FOR_SRP"] for step in steps}) == 1
        assert len({step["SRP_B"] for step in steps}) == 3
        assert len({step["SECRET_BLOCK"] for step in steps}) == 3


def test_two_unknown_users_have_different_salts(deployment):
    one, other = (_first_step(deployment, deployment.new_email()) for _ in range(2))
    assert one["SALT"] != other["SALT"]
    assert one["USER_ID_FOR_SRP"] != other["USER_ID_FOR_SRP"]


@pytest.mark.parametrize("known", ["confirmed", "unconfirmed", "unknown"])
def test_the_first_step_looks_the_same_for_everybody(deployment, alice, newcomer, known):
    # All addresses of these tests are as long as one another.
    emails = {"confirmed": alice.email, "unconfirmed": newcomer, "unknown": deployment.new_email()}
    answer = ask(deployment, emails[known], srp_client.a_public_value())
    _, headers, body = whole(answer)
    step = body["ChallengeParameters"]
    assert set(step) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}
    assert re.fullmatch(r"[0-9a-f]{24,32}", step["SALT"])
    assert re.fullmatch(r"[0-9a-f]{750,768}", step["SRP_B"])
    user_id = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(user_id, step["USER_ID_FOR_SRP"])
    assert step["USERNAME"] == step["USER_ID_FOR_SRP"]
    assert base64.b64encode(base64.b64decode(step["SECRET_BLOCK"])).decode() == step["SECRET_BLOCK"]
    assert headers["content-type"] == "application/x-amz-json-1.1"
    reference = ask(deployment, alice.email, srp_client.a_public_value())
    _, usual, reference_body = whole(reference)
    assert set(headers) == set(usual)
    assert set(body) == set(reference_body)
    difference = len(step["SECRET_BLOCK"]) - len(
        reference_body["ChallengeParameters"]["SECRET_BLOCK"]
    )
    assert abs(difference) <= 64


def test_the_block_does_not_show_what_the_server_keeps(deployment, alice):
    handshake = begin(deployment, alice.email)
    content = base64.b64decode(handshake.told["SECRET_BLOCK"])
    for known in (alice.email, alice.sub, handshake.told["SALT"]):
        assert known.encode() not in content


# The lock, which is the account's and not a flow's


def _guess_by_password(deployment, email, number):
    return error(sign_in(deployment, email, f"Wrong-Horse-{number}"))


def _guess_by_srp(deployment, email, number):
    answer = ask(deployment, email, srp_client.a_public_value())
    if answer.status_code != 200:
        return error(answer)
    told = answer.json()["ChallengeParameters"]
    return error(srp_client.Handshake(deployment, 7 + number, told).finish())


FLOWS = {
    "srp": [_guess_by_srp],
    "password then srp": [_guess_by_password] * 4 + [_guess_by_srp],
    "srp then password": [_guess_by_srp] * 4 + [_guess_by_password],
    "in turn": [_guess_by_srp, _guess_by_password],
}


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("guesses", FLOWS.values(), ids=FLOWS.keys())
def test_five_wrong_guesses_lock_both_flows(deployment, newcomer, guesses, known):
    email = newcomer if known else deployment.new_email()
    begun = begin(deployment, email).responses()
    lock_out(lambda number: guesses[(number - 1) % len(guesses)](deployment, email, number))
    assert error(sign_in(deployment, email)) == LOCKED
    assert error(ask(deployment, email.upper(), srp_client.a_public_value())) == LOCKED
    assert error(send(deployment, begun)) == LOCKED


def test_a_lock_opens_again(deployment, newcomer):
    lock_out(lambda number: _guess_by_srp(deployment, newcomer, number))
    assert error(sign_in(deployment, newcomer)) == LOCKED

    def is_in():
        answer = ask(deployment, newcomer, srp_client.a_public_value())
        return answer.status_code == 200 and error(srp_client.sign_in(deployment, newcomer))

    assert eventually(is_in) == NEWCOMER_IS_IN


def test_handshakes_begun_before_do_not_outrun_the_lock(deployment, newcomer):
    begun = [begin(deployment, newcomer) for _ in range(8)]
    answers = [error(handshake.finish("Wrong-Horse-7")) for handshake in begun]
    assert answers[:5] == [INCORRECT] * 5
    assert answers[5] == LOCKED


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_guesses_side_by_side_do_not_outrun_the_lock(deployment, newcomer, known):
    email = newcomer if known else deployment.new_email()
    # The handshakes are begun before, so that what is sent at once is only guesses.
    prepared = [begin(deployment, email).responses("Wrong-Horse-7") for _ in range(25)]

    def guess(number):
        if number % 2:
            return error(send(deployment, prepared[number // 2]))
        return error(sign_in(deployment, email, f"Wrong-Horse-{number}"))

    started = time.monotonic()
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(guess, range(50)))
    assert set(answers) <= {INCORRECT, LOCKED, BUSY}
    assert 1 <= answers.count(INCORRECT) <= guesses_allowed(time.monotonic() - started)
