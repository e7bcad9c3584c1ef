"""What the identity endpoint lets in at once, and from one address."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from photohq.identity.actions import proven_innocent

from .service import JSON, PASSWORD, WRONG


def test_a_flood_of_sign_ins_is_refused_not_queued(service, monkeypatch):
    verify = service.passwords.verify
    monkeypatch.setattr(
        service.passwords,
        "verify",
        lambda password, hashed: time.sleep(0.2) or verify(password, hashed),
    )
    body = {
        "ClientId": service.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": service.new_user(), "PASSWORD": PASSWORD},
    }
    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: service.post("InitiateAuth", body), range(40)))
    refusals = [answer for answer in answers if answer.status_code != 200]
    assert 0 < len(refusals) <= 22
    for answer in refusals:
        assert answer.status_code == 400
        assert answer.json() == {"__type": "TooManyRequestsException", "message": "Rate exceeded"}
        assert answer.headers["retry-after"] == "1"


class Stranger:
    """Calls from an address of its own, one after the other or all at once."""

    addresses = (f"203.0.113.{number}" for number in range(256))

    def __init__(self, service):
        self.service = service
        self.address = next(self.addresses)

    def __call__(self, action, *bodies, together=False):
        """Answer the names of the refusals, None where there was none."""
        return asyncio.run(self._call(action, bodies, together))

    async def _call(self, action, bodies, together):
        transport = httpx.ASGITransport(self.service.app, client=(self.address, 1234))
        target = f"AWSCognitoIdentityProviderService.{action}"
        headers = {"X-Amz-Target": target, "Content-Type": JSON}
        async with httpx.AsyncClient(transport=transport, base_url=self.service.origin) as http:
            calls = [
                http.post(
                    "/identity",
                    json={"ClientId": self.service.client_id, **body},
                    headers=headers,
                )
                for body in bodies
            ]
            answers = await asyncio.gather(*calls) if together else [await call for call in calls]
        return [answer.json().get("__type") for answer in answers]


def by_password(email, password=PASSWORD):
    parameters = {"USERNAME": email, "PASSWORD": password}
    return {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}


def names(count):
    return [f"{number}@example.com" for number in range(count)]


BUSY = "TooManyRequestsException"


def test_an_address_that_guesses_is_stopped(service):
    stranger = Stranger(service)
    outcomes = stranger("InitiateAuth", *(by_password(name, WRONG) for name in names(101)))
    assert outcomes == ["NotAuthorizedException"] * 100 + [BUSY]
    assert stranger("ForgotPassword", {"Username": "ann@example.com"}) == [BUSY]
    (other,) = Stranger(service)("InitiateAuth", by_password("ann@example.com"))
    assert other == "NotAuthorizedException"


def test_whoever_knows_the_password_is_not_counted(service):
    body = by_password(service.new_user())
    assert Stranger(service)("InitiateAuth", *[body] * 110) == [None] * 110


@pytest.mark.parametrize("action", ["ForgotPassword", "ResendConfirmationCode"])
def test_calls_that_make_mail_are_counted_also_side_by_side(service, action):
    bodies = [{"Username": name} for name in names(150)]
    outcomes = Stranger(service)(action, *bodies, together=True)
    assert (outcomes.count(None), outcomes.count(BUSY)) == (100, 50)


def test_asking_who_is_confirmed_is_counted_too(service):
    body = {"Username": service.new_user()}
    outcomes = Stranger(service)("ResendConfirmationCode", *[body] * 101)
    assert outcomes == ["InvalidParameterException"] * 100 + [BUSY]


def test_handshakes_that_nobody_finishes_are_counted(service):
    begun = {"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "a@b.org", "SRP_A": "5"}}
    assert Stranger(service)("InitiateAuth", *[begun] * 101) == [None] * 100 + [BUSY]


def test_a_finished_handshake_takes_both_its_steps_back():
    begun = {"AuthFlow": "USER_SRP_AUTH"}
    finished = {"ChallengeName": "PASSWORD_VERIFIER"}
    assert proven_innocent("InitiateAuth", begun) == 0
    assert proven_innocent("RespondToAuthChallenge", finished) == 2
    assert proven_innocent("RespondToAuthChallenge", {"ChallengeName": "SOFTWARE_TOKEN_MFA"}) == 1
    assert proven_innocent("SignUp", {}) == 0
