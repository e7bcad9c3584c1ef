"""What the documents take from the code: `make docs` writes it, a test holds it up to date.

A document marks such a part with `<!-- rooms -->` before and `<!-- end -->` after it.
"""

import re
from collections.abc import Callable, Iterator

import click
from tests.house.repository import documents, rooms, sentence

from photohq.cli.main import main
from photohq.settings import server as settings

WIDTH = 78
"""What click takes on a terminal of 80 columns."""
PART = re.compile(r"(<!-- (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def render(text: str) -> str:
    """Put the parts of a document that come from the code up to date."""
    return PART.sub(lambda part: f"{part[1]}{PARTS[part['name']]()}\n{part[3]}", text)


def rooms_table() -> str:
    rows = [
        f"| `{room.name}{'/' if room.is_dir() else ''}` | {sentence(room)} |" for room in rooms()
    ]
    return "\n".join(["| Room | |", "| --- | --- |", *rows])


def settings_table() -> str:
    rows = [
        f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |"
        for variable, default, meaning in settings.described()
    ]
    return "\n".join(["| Variable | Default | Meaning |", "| --- | --- | --- |", *rows])


def commands() -> str:
    return "\n\n".join(
        f"{'#' * (1 + len(names))} {' '.join(('photohq', *names))}\n\n```\n{help_text}\n```"
        for names, help_text in commands_and_help()
        if names
    )


def commands_and_help() -> Iterator[tuple[tuple[str, ...], str]]:
    """Answer every command, as the words after `photohq`, with its help; the first has none."""
    return _commands(main, _context(main, "photohq"))


def _commands(
    command: click.Command, context: click.Context
) -> Iterator[tuple[tuple[str, ...], str]]:
    names = tuple(context.command_path.split()[1:])
    yield names, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _commands(child, _context(child, name, context))


def _context(
    command: click.Command, name: str, parent: click.Context | None = None
) -> click.Context:
    return click.Context(
        command,
        parent=parent,
        info_name=name,
        terminal_width=WIDTH,
        **command.context_settings,
    )


PARTS: dict[str, Callable[[], str]] = {
    "rooms": rooms_table,
    "settings": settings_table,
    "commands": commands,
}

if __name__ == "__main__":
    for path in documents():
        path.write_text(render(path.read_text()))
