"""`photohq login`: begin a session."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from photohq.cli import passwords, profiles
from photohq.cli.account import json_option, plainly, profile_option
from photohq.cli.failure import Failure
from photohq.cli.output import write_json

if TYPE_CHECKING:
    from photohq.client import PhotoHQ, errors
    from photohq.client.user_pool import SetUp

LOCAL = {"localhost", "127.0.0.1", "::1"}
TRIES = 3


@click.command()
@click.option("--url", metavar="URL", help="Where the server is.")
@click.option("--email", metavar="EMAIL", help="Who you are there.")
@click.option(
    "--password-file", metavar="FILE", help="Read the password from a file; - is standard input."
)
@click.option(
    "--store",
    type=click.Choice(["auto", "keyring", "file"]),
    default="auto",
    help="Where the session is kept. [default: the keyring where there is one, else a file that"
    " only you can read]",
)
@profile_option
@json_option
def command(
    *,
    url: str | None,
    email: str | None,
    password_file: str | None,
    store: str,
    profile: str,
    as_json: bool,
) -> None:
    """Sign in on a server.

    The session is kept for the commands to come; the password is not. What isn't given is asked
    for, or was given the last time. Where your account has a second factor, its code is asked for,
    too.

    \b
    Examples:
      photohq login --url http://127.0.0.1:8000 --email ann@example.com
      photohq login --profile work --url https://photos.example.org
      photohq login --password-file FILE
    """
    from photohq.client import PhotoHQ

    before = profiles.read().get(profiles.checked(profile))
    url = _address(url or (before.url if before else str(click.prompt("URL", err=True))))
    email = email or (before.email if before else str(click.prompt("E-mail", err=True)))
    chosen = profiles.Profile(url=url, email=email, store=profiles.where_to_keep(store))
    with plainly(hint=""), PhotoHQ(url) as client:
        client.users  # noqa: B018  whoever can't sign in there is not asked for a password
        password = passwords.from_file(password_file) if password_file else passwords.asked()
        _sign_in(client, email, password)
        assert client.tokens is not None
        if before and before != chosen:
            profiles.forget_session(profile, before)
        profiles.write(profile, chosen)
        profiles.keep_session(profile, chosen, client.tokens)
    if as_json:
        write_json({"profile": profile, "url": url, "email": email, "store": chosen.store})
    else:
        place = "the keyring" if chosen.store == "keyring" else "a file that only you can read"
        click.echo(f"Signed in at {url} as {email}; the session is kept in {place}")


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Failure(f"{url} does not begin with http:// or https:// and a name")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Failure("The URL holds more than a place: leave out user, password, query, fragment")
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        click.echo(f"Warning: the way to {parts.hostname} is not encrypted", err=True)
    return url.rstrip("/")


def _sign_in(client: "PhotoHQ", email: str, password: str) -> None:
    from photohq.client import errors

    try:
        client.sign_in(email, password)
    except errors.ChallengeRequired as asked:
        if asked.name == "MFA_SETUP":
            client.set_up_second_factor(asked, _code_of_new_app)
        elif asked.name == "SOFTWARE_TOKEN_MFA":
            _answer(client, asked)
        else:
            raise


def _code_of_new_app(begun: "SetUp") -> str:
    click.echo(
        "This server wants a second factor. Put this key into an authenticator app:\n"
        f"  {begun.secret}\n  {begun.address}",
        err=True,
    )
    return passwords.code()


def _answer(client: "PhotoHQ", asked: "errors.ChallengeRequired") -> None:
    from photohq.client.errors import IdentityRefused

    for left in reversed(range(TRIES)):
        try:
            client.answer_challenge(asked, passwords.code())
        except IdentityRefused as error:
            if error.name != "CodeMismatchException" or not left:
                raise
            click.echo(f"{error}", err=True)
        else:
            return
