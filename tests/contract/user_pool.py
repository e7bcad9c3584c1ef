"""The user pool as it looks on the wire: one request, one answer, nothing parsed away."""

import json
import math
import re
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx

from .deployment import PASSWORD, Deployment

TARGET = "AWSCognitoIdentityProviderService."
JSON = "application/x-amz-json-1.1"
INCORRECT = ("NotAuthorizedException", "Incorrect username or password.")
LOCKED = ("NotAuthorizedException", "Password attempts exceeded")
BUSY = ("TooManyRequestsException", "Rate exceeded")
WRONG_CODE = ("CodeMismatchException", "Invalid verification code provided, please try again.")
NO_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
LIMIT = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
BAD_TOKEN = ("NotAuthorizedException", "Invalid Access Token")
REVOKED = ("NotAuthorizedException", "Access Token has been revoked")
QUICK = 5.0
"""Seconds that no answer takes, even where two cores are busy with other tests."""


def post(deployment: Deployment, action: str, body: Any, **headers: str) -> httpx.Response:
    """Sends one request; bytes go as they are."""
    return deployment.bytes.post(
        deployment.config["identity_endpoint"],
        content=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Content-Type": JSON, "X-Amz-Target": f"{TARGET}{action}", **headers},
    )


def call(deployment: Deployment, action: str, **members: Any) -> dict[str, Any]:
    """The members of a successful answer."""
    answer = post(deployment, action, members)
    assert answer.status_code == 200, f"{action}: {answer.status_code} {answer.text[:500]}"
    return answer.json() if answer.content else {}


def refused(deployment: Deployment, action: str, **members: Any) -> tuple[str, str]:
    """The name and the message with which the pool refuses a request."""
    return error(post(deployment, action, members))


def error(answer: httpx.Response) -> tuple[str, str]:
    """The name and the message of an error, which is said alike in body and headers."""
    assert answer.status_code == 400, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"] == JSON
    body = answer.json()
    assert set(body) == {"__type", "message"}
    name, message = body["__type"], body["message"]
    assert re.fullmatch(r"[A-Za-z]+Exception", name), name
    assert answer.headers["x-amzn-errortype"] == f"{name}:"
    assert answer.headers["x-amzn-errormessage"] == message
    assert answer.headers["x-amzn-requestid"]
    assert re.fullmatch(r"[\x20-\x7e]*", message), ascii(message)
    assert answer.elapsed.total_seconds() < QUICK
    return name, message


def whole(answer: httpx.Response) -> tuple[int, dict[str, str], Any]:
    """All that an answer tells; ids, dates and how long to wait are left out."""
    varying = {"date", "x-amzn-requestid", "x-request-id", "retry-after"}
    headers = {name: value for name, value in answer.headers.items() if name not in varying}
    return answer.status_code, headers, answer.json() if answer.content else None


def sign_in(deployment: Deployment, email: str, password: str = PASSWORD) -> httpx.Response:
    body = {
        "ClientId": deployment.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": email, "PASSWORD": password},
    }
    return post(deployment, "InitiateAuth", body)


def lock_out(guess: Callable[[int], Any], wrong: Any = INCORRECT) -> None:
    """Guesses wrong until the account is locked for long enough to look at it on a busy machine.

    The fifth failure locks it for a second, each later one for twice as long as the one before.
    """
    for failures in count(1):
        begun = time.monotonic()
        assert guess(failures) == wrong
        locked = 2 ** (failures - 5) if failures >= 5 else 0
        if locked > 2 * (time.monotonic() - begun):
            return
        time.sleep(locked)


def guesses_allowed(seconds: float) -> int:
    """How many wrong guesses are looked at: the lock opens after 1, 2, 4, ... seconds for one."""
    return 5 + int(math.log2(seconds + 1))


def respond(deployment: Deployment, challenge: str, **members: Any) -> httpx.Response:
    """Answers a challenge of a sign-in; `Session` is a member, all else are its responses."""
    session = members.pop("Session", None)
    body = {
        "ClientId": deployment.client_id,
        "ChallengeName": challenge,
        "ChallengeResponses": members,
        **({"Session": session} if session is not None else {}),
    }
    return post(deployment, "RespondToAuthChallenge", body)


def forgot(deployment: Deployment, email: str) -> httpx.Response:
    return post(deployment, "ForgotPassword", {"ClientId": deployment.client_id, "Username": email})


def reset(deployment: Deployment, email: str, code: str, password: str) -> httpx.Response:
    body = {
        "ClientId": deployment.client_id,
        "Username": email,
        "ConfirmationCode": code,
        "Password": password,
    }
    return post(deployment, "ConfirmForgotPassword", body)


def another_code(code: str, step: int = 1) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + step) % 1_000_000:06d}"
