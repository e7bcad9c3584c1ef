"""The `photohq` command: each subcommand is a file of this folder, imported when it is called."""

from importlib import import_module

import click
from click.shell_completion import add_completion_class

from photohq.cli.failure import INTERRUPTED
from photohq.cli.shells import Bash

GROUPS = {
    "Your photos": (
        "login", "logout", "whoami", "upload", "ls", "info", "download", "edit", "render",
        "presets", "tag", "versions", "restore", "rm", "watch",
    ),
    "Your own server": (
        "serve", "demo", "samples", "users", "outbox", "jobs", "reprocess", "cost",
    ),
}  # fmt: skip
COMMANDS = tuple(name for names in GROUPS.values() for name in names)
add_completion_class(Bash)


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"photohq.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted.", err=True)
            ctx.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, COMMANDS))
        for heading, names in GROUPS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            room = formatter.width - width - 6
            rows = [
                (name.ljust(width), command.get_short_help_str(room))
                for name, command in commands
                if command
            ]
            with formatter.section(heading):
                formatter.write_dl(rows)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="photohq", message="photohq %(version)s")
def main() -> None:
    """Photo HQ: originals, edited versions and metadata behind one HTTP contract.

    \b
    Start with:
      photohq serve            the server, with nothing to configure
      photohq demo             the whole journey on sample photos
      photohq login            your account, on any server; then photohq upload
    """
