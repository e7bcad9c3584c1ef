"""`photohq logout`: end the session."""

import contextlib

import click

from photohq.cli import profiles
from photohq.cli.account import json_option, known, plainly, profile_option
from photohq.cli.output import write_json


@click.command()
@profile_option
@json_option
def command(*, profile: str, as_json: bool) -> None:
    """End the session, here and on the server.

    The profile stays: the next photohq login asks for the password alone.

    \b
    Examples:
      photohq logout
      photohq logout --profile work
    """
    from photohq.client import PhotoHQ
    from photohq.client.errors import IdentityRefused

    found = known(profile)
    tokens = profiles.session_of(profile, found)
    profiles.forget_session(profile, found)
    if tokens is not None:
        over_already = contextlib.suppress(IdentityRefused)
        with plainly(), PhotoHQ(found.url, tokens=tokens) as client, over_already:
            client.sign_out()
    if as_json:
        write_json({"profile": profile, "url": found.url, "email": found.email})
    else:
        click.echo(f"Signed out of {found.url}")
