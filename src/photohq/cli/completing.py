"""What a shell offers to complete that only the server knows."""

import contextlib

import click

from photohq.cli import profiles
from photohq.cli.account import plainly, signed_in


def preset_names(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Ask the server for presets; where it is away, or nobody is signed in, there are none."""
    from photohq.client import Retries

    profile = ctx.params.get("profile") or profiles.DEFAULT
    once = Retries(attempts=1)
    with contextlib.suppress(click.ClickException), plainly(), signed_in(profile, once) as account:
        names = [preset.name for preset in account.client.presets()]
        return [name for name in names if name.startswith(begun)]
    return []
