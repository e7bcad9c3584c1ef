"""`photohq whoami`: whose session it is."""

import click

from photohq.cli.account import Account, asks
from photohq.cli.output import pairs, write_json


@click.command()
@asks
def command(account: Account, *, as_json: bool) -> None:
    """Say who is signed in, and where.

    Asks the server: exit code 0 means that the session is good.

    \b
    Examples:
      photohq whoami
      photohq whoami --json
    """
    user = account.client.me()
    if as_json:
        write_json(
            {
                "profile": account.name,
                "url": account.client.url,
                "email": user.email,
                "user_id": user.user_id,
                "second_factor": user.second_factor,
                "store": account.profile.store,
            }
        )
        return
    pairs(
        [
            ("user", user.email),
            ("id", user.user_id),
            ("second factor", "yes" if user.second_factor else "no"),
            ("server", account.client.url),
            ("profile", account.name),
            ("session in", account.profile.store),
        ]
    )
