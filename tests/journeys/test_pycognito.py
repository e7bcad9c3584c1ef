"""pycognito, a client by other hands: its own SRP, and it verifies every token that it is given."""

import contextlib
import time

import pyotp
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException, TokenVerificationException
from tests.contract.deployment import PASSWORD

OTHER_PASSWORD = "Battery-Staple-8"

# pycognito asks for the time as newer Pythons don't like it.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.fixture
def client(deployment):
    """Makes a client for a user, as on a device of its own."""
    with contextlib.ExitStack() as opened:

        def make(email):
            made = Cognito(
                deployment.config["user_pool_id"],
                deployment.client_id,
                user_pool_region=deployment.config["region"],
                username=email,
                botocore_config=Config(signature_version=UNSIGNED),
                boto3_client_kwargs={"endpoint_url": deployment.config["identity_endpoint"]},
            )
            opened.callback(made.client.close)
            return made

        yield make


@pytest.fixture
def email(deployment):
    """The address of somebody who has signed up and confirmed it."""
    email = deployment.new_email()
    deployment.sign_up(email)
    deployment.confirm(email, deployment.code(email))
    return email


@pytest.fixture
def user(client, email):
    """Somebody signed in."""
    return _signed_in(client(email))


def _signed_in(client, password=PASSWORD):
    client.authenticate(password)
    return client


def _refuses(client, name="NotAuthorizedException"):
    return pytest.raises(getattr(client.client.exceptions, name))


def test_a_user_signs_up_confirms_and_signs_in_by_srp(deployment, client):
    email = deployment.new_email()
    newcomer = client(email)
    newcomer.set_base_attributes(email=email)
    answer = newcomer.register(email, PASSWORD)
    assert answer["UserConfirmed"] is False
    with _refuses(newcomer, "UserNotConfirmedException"):
        newcomer.authenticate(PASSWORD)
    first = deployment.code(email)
    newcomer.resend_confirmation_code(email)
    newcomer.confirm_sign_up(deployment.code(email, other_than=first))
    newcomer.authenticate(PASSWORD)
    assert newcomer.get_user().sub == answer["UserSub"]


def test_a_wrong_password_and_an_unknown_user_are_refused_alike(deployment, client, email):
    messages = set()
    for username in (email, deployment.new_email()):
        somebody = client(username)
        with _refuses(somebody) as refused:
            somebody.authenticate(OTHER_PASSWORD)
        messages.add(refused.value.response["Error"]["Message"])
    assert messages == {"Incorrect username or password."}


def test_tokens_are_verified_by_the_published_keys(deployment, user, email):
    assert user.token_type == "Bearer"
    assert user.id_claims["email"] == email
    assert user.id_claims["aud"] == deployment.client_id
    assert user.access_claims["client_id"] == deployment.client_id
    assert user.access_claims["sub"] == user.id_claims["sub"]
    assert deployment.client(user.access_token).get("/photos").status_code == 200


def test_a_token_that_was_changed_does_not_verify(user):
    head, body, signature = user.access_token.split(".")
    other = "A" if signature[0] != "A" else "B"
    with pytest.raises(TokenVerificationException):
        user.verify_token(f"{head}.{body}.{other}{signature[1:]}", "access_token", "access")


def test_an_access_token_is_no_id_token(user):
    with pytest.raises(TokenVerificationException):
        user.verify_token(user.id_token, "access_token", "access")


def test_tokens_are_renewed(deployment, user):
    before, claims = user.access_token, user.access_claims
    user.renew_access_token()
    assert user.access_token != before
    assert user.access_claims["origin_jti"] == claims["origin_jti"]
    assert deployment.client(user.access_token).get("/photos").status_code == 200
    assert user.check_token() is False


def test_a_second_factor_is_asked_for(client, user, email):
    app = pyotp.TOTP(user.associate_software_token())
    now = time.time()
    assert user.verify_software_token(app.at(now), "phone")
    user.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")

    again = client(email)
    with pytest.raises(SoftwareTokenMFAChallengeException):
        again.authenticate(PASSWORD)
    with _refuses(again, "ExpiredCodeException"):
        again.respond_to_software_token_mfa_challenge(app.at(now))
    # A step early is accepted, and the code of this step was used.
    again.respond_to_software_token_mfa_challenge(app.at(now + app.interval))
    assert again.access_claims["sub"] == user.access_claims["sub"]

    again.set_user_mfa_preference(False, False)
    _signed_in(client(email))


def test_a_new_address_counts_once_its_code_is_back(deployment, client, user, email):
    address = deployment.new_email()
    user.update_profile({"email": address})
    assert user.get_user().email == email
    first = deployment.code(address)
    user.send_verification()
    user.validate_verification(deployment.code(address, other_than=first))
    assert user.get_user().email == address
    _signed_in(client(address))
    former = client(email)
    with _refuses(former):
        former.authenticate(PASSWORD)


def test_a_new_password_ends_the_other_sessions(client, user, email):
    other = _signed_in(client(email))
    user.change_password(PASSWORD, OTHER_PASSWORD)
    assert user.get_user().email == email
    with _refuses(other):
        other.get_user()
    _signed_in(client(email), OTHER_PASSWORD)
    with _refuses(other):
        other.authenticate(PASSWORD)


def test_a_forgotten_password_is_set_anew(deployment, client, email):
    forgetful = client(email)
    first = deployment.code(email)
    forgetful.initiate_forgot_password()
    code = deployment.code(email, other_than=first)
    forgetful.confirm_forgot_password(code, OTHER_PASSWORD)
    _signed_in(forgetful, OTHER_PASSWORD)


def test_signing_out_ends_every_session(client, user, email):
    other = _signed_in(client(email))
    user.logout()
    with _refuses(other):
        other.get_user()
    with _refuses(other):
        other.renew_access_token()


def test_a_user_who_leaves_is_gone(deployment, client, user, email):
    former = deployment.client(user.access_token)
    user.delete_user()
    assert former.get("/photos").status_code == 401
    with _refuses(user):
        user.authenticate(PASSWORD)
