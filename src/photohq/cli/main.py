"""The `photohq` command: each subcommand is a file of this folder, imported when it is called."""

from importlib import import_module

import click

COMMANDS = ("serve", "demo", "samples", "users", "outbox", "jobs", "reprocess", "cost")


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"photohq.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="photohq", message="photohq %(version)s")
def main() -> None:
    """Photo HQ: originals, edited versions and metadata behind one HTTP contract.

    \b
    Start with:
      photohq serve            the server, with nothing to configure
      photohq demo             the whole journey on sample photos
    """
