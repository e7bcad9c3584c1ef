"""The shapes of Cognito's requests: which members a body has, and what they must satisfy.

The constraints are those of the service model (botocore, cognito-idp 2016-04-18), the sentences
those of AWS's own validation. A value is never repeated in one: it may be a password.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from photohq.identity.refusals import InvalidParameter

MOST_TOLD = 10
"""How many mistakes a refusal names: it is said in a header, too."""
Check = Callable[[str, Any], Iterator[str]]
"""Answers what is wrong with a member that is there, given where it stands and its value."""


@dataclass(frozen=True, slots=True)
class Member:
    check: Check
    required: bool = True


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression as AWS shows it, and how to match it."""

    shown: str
    matches: Callable[[str], object]


def text(least: int = 0, most: int | None = None, pattern: Pattern | None = None) -> Check:
    def check(where: str, value: Any) -> Iterator[str]:
        if not isinstance(value, str):
            yield _broken(where, "Member must be a string")
            return
        if len(value) < least:
            yield _broken(where, f"Member must have length greater than or equal to {least}")
        if most is not None and len(value) > most:
            yield _broken(where, f"Member must have length less than or equal to {most}")
        if pattern and not pattern.matches(value):
            yield _broken(where, f"Member must satisfy regular expression pattern: {pattern.shown}")

    return check


def one_of(*values: str) -> Check:
    def check(where: str, value: Any) -> Iterator[str]:
        if value not in values:
            shown = ", ".join(values)
            yield _broken(where, f"Member must satisfy enum value set: [{shown}]")

    return check


def texts(where: str, value: Any) -> Iterator[str]:
    """Check a map of strings; a null in it counts as missing, as clients send them."""
    if not isinstance(value, dict) or not all(
        item is None or isinstance(item, str) for item in value.values()
    ):
        yield _broken(where, "Member must be a map of strings")


def attributes(where: str, value: Any) -> Iterator[str]:
    """Check a list of user attributes."""
    if not isinstance(value, list):
        yield _broken(where, "Member must be a list")
        return
    for number, item in enumerate(value, start=1):
        place = f"{where}.{number}.member"
        if not isinstance(item, dict):
            yield _broken(place, "Member must be a structure")
            continue
        for name, member in _ATTRIBUTE.items():
            yield from _wrong(f"{place}.{_lower(name)}", member, item.get(name))


def preference(where: str, value: Any) -> Iterator[str]:
    """Check the settings of one kind of second factor."""
    if not isinstance(value, dict):
        yield _broken(where, "Member must be a structure")
        return
    for name in ("Enabled", "PreferredMfa"):
        if not isinstance(value.get(name, False), bool | None):
            yield _broken(f"{where}.{_lower(name)}", "Member must be a boolean")


def validated(members: Mapping[str, Member], body: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the members of a body, None where an optional one is missing; others are left out.

    Raises InvalidParameter, which names what is wrong, up to MOST_TOLD.
    """
    _refuse(
        sentence
        for name, member in members.items()
        for sentence in _wrong(_lower(name), member, body.get(name))
    )
    return {name: body.get(name) for name in members}


def check(where: str, member: Member, value: Any) -> None:
    """Check one value; raises InvalidParameter."""
    _refuse(_wrong(where, member, value))


def _refuse(wrong: Iterator[str]) -> None:
    """Raise InvalidParameter with the first sentences, if there is one."""
    told = list(islice(wrong, MOST_TOLD))
    if told:
        errors = "error" if len(told) == 1 else "errors"
        raise InvalidParameter(f"{len(told)} validation {errors} detected: {'; '.join(told)}")


def _wrong(where: str, member: Member, value: Any) -> Iterator[str]:
    if value is not None:
        yield from member.check(where, value)
    elif member.required:
        yield _broken(where, "Member must not be null")


def _broken(where: str, constraint: str) -> str:
    return f"Value at '{where}' failed to satisfy constraint: {constraint}"


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _is_visible(value: str) -> bool:
    return bool(value) and all(unicodedata.category(character)[0] in "LMSNP" for character in value)


_NO_SPACE = Pattern(r"[\S]+", re.compile(r"\S+").fullmatch)
_WORD = Pattern(r"[\w+]+", re.compile(r"[\w+]+", re.ASCII).fullmatch)
_TOKEN = Pattern(r"[A-Za-z0-9-_=.]+", re.compile(r"[A-Za-z0-9\-_=.]+").fullmatch)
_DIGITS = Pattern(r"[0-9]+", re.compile(r"[0-9]+").fullmatch)
_VISIBLE = Pattern(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", _is_visible)
_ATTRIBUTE = {
    "Name": Member(text(1, 32, _VISIBLE)),
    "Value": Member(text(most=2048), required=False),
}

CLIENT_ID = Member(text(1, 128, _WORD))
USERNAME = Member(text(1, 128, _VISIBLE))
PASSWORD = Member(text(most=256, pattern=_NO_SPACE))
CONFIRMATION_CODE = Member(text(1, 2048, _NO_SPACE))
TOKEN = Member(text(pattern=_TOKEN))
USER_ATTRIBUTES = Member(attributes)
OPTIONAL_ATTRIBUTES = Member(attributes, required=False)
AUTH_FLOW = Member(
    one_of(
        "USER_SRP_AUTH",
        "REFRESH_TOKEN_AUTH",
        "REFRESH_TOKEN",
        "CUSTOM_AUTH",
        "ADMIN_NO_SRP_AUTH",
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "USER_AUTH",
    )
)
TEXTS = Member(texts, required=False)
CHALLENGE_NAME = Member(
    one_of(
        "SMS_MFA",
        "EMAIL_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "PASSWORD_VERIFIER",
        "CUSTOM_CHALLENGE",
        "SELECT_CHALLENGE",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
        "ADMIN_NO_SRP_AUTH",
        "NEW_PASSWORD_REQUIRED",
        "SMS_OTP",
        "PASSWORD",
        "WEB_AUTHN",
        "PASSWORD_SRP",
    )
)
SESSION = Member(text(20, 4096), required=False)
OPTIONAL_TOKEN = Member(text(pattern=_TOKEN), required=False)
USER_CODE = Member(text(6, 6, _DIGITS))
PREFERENCE = Member(preference, required=False)
ATTRIBUTE_NAME = Member(text(1, 32, _VISIBLE))
