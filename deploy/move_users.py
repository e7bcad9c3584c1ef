"""Make the users of a list anew in another Cognito user pool; print which id became which.

The list is what `aws cognito-idp list-users` answers. Cognito gives away no passwords and no second
factors: everybody gets a password that nobody knows, and sets one by "forgot password". Only
addresses that their owners have confirmed are moved, so that nobody inherits another's photos.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3

GONE = {"UNCONFIRMED", "ARCHIVED", "UNKNOWN"}


def move(client: Any, pool: str, listed: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Answer the new id for each old one. It may be repeated: who is there already is kept."""
    moved: dict[str, str] = {}
    for user in listed:
        known = {one["Name"]: one["Value"] for one in user["Attributes"]}
        if user["UserStatus"] not in GONE and known.get("email_verified") == "true":
            moved[known["sub"]] = _made(client, pool, known["email"], enabled=user["Enabled"])
    return moved


def _made(client: Any, pool: str, email: str, *, enabled: bool) -> str:
    user = {"UserPoolId": pool, "Username": email}
    verified = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    with suppress(client.exceptions.UsernameExistsException):
        client.admin_create_user(**user, UserAttributes=verified, MessageAction="SUPPRESS")
    found = client.admin_get_user(**user)
    known = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
    if found["UserStatus"] != "CONFIRMED" or known.get("email_verified") != "true":
        client.admin_update_user_attributes(**user, UserAttributes=verified[1:])
        client.admin_set_user_password(**user, Password=_password(), Permanent=True)
        if not enabled:
            client.admin_disable_user(**user)
    return str(known["sub"])


def _password() -> str:
    """Answer one with the four kinds of characters that the pool asks for."""
    return f"Aa1-{secrets.token_urlsafe(32)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("user_pool_id")
    given = parser.parse_args()
    listed = json.loads(given.list.read_text())["Users"]
    moved = move(boto3.client("cognito-idp"), given.user_pool_id, listed)
    json.dump(moved, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
