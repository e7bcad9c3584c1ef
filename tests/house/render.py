"""What the documents take from the code: `make docs` writes it, a test holds it up to date.

A document marks such a part with `<!-- rooms -->` before and `<!-- end -->` after it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click
from click.testing import CliRunner
from tests.aws.template import written
from tests.house.cost_chart import LEAST, MOST, cost_chart
from tests.house.repository import ROOT, documents, rooms, sentence

from photohq.cli.cost import money
from photohq.cli.main import main
from photohq.cost import growth
from photohq.cost.prices import PRICES, Price
from photohq.settings import functions, server

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


def settings_table(described: Iterable[tuple[str, str, str]]) -> str:
    rows = [
        f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |"
        for variable, default, meaning in described
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


def cost() -> str:
    words = ["cost", "--photos", "200", "--users", "5"]
    printed = CliRunner().invoke(main, words, catch_exceptions=False).output
    return f"```\n$ photohq {' '.join(words)}\n{printed}```"


def growth_table() -> str:
    rows = []
    for photos in (LEAST, 1_000, 10_000, 100_000, MOST):
        first, later = growth.bill(photos, 1).dollars, growth.bill(photos).dollars
        users = growth.grown(photos).users
        rows.append(
            f"| {photos:,} | {users:,.0f} | {money(first)} | {money(later)}"
            f" | {later / photos * 100:.2f} ¢ |"
        )
    head = "| Photos a month | Users | The first month | The twelfth | For a photo uploaded |"
    return "\n".join([head, "| ---: | ---: | ---: | ---: | ---: |", *rows])


def prices_table() -> str:
    rows = [
        f"| {price.service}: {price.item} | {_steps(price)} | {price.per:,.0f} |"
        f" {f'{price.free:,.0f}' if price.free else ''} | <{price.page}> |"
        for price in PRICES.values()
    ]
    head = "| | Dollars | for | Free each month | Page |"
    return "\n".join([head, "| --- | --- | ---: | ---: | --- |", *rows])


def _steps(price: Price) -> str:
    *steps, last = (step for step in price.steps if step.dollars)
    ends = [f"{_digits(step.dollars)} up to {step.up_to:,.0f}" for step in steps]
    return ", ".join([*ends, _digits(last.dollars)])


def _digits(dollars: float) -> str:
    return f"{dollars:.2f}" if round(dollars, 2) == dollars else f"{dollars:.10g}"


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


def parameters_table() -> str:
    """The parameters of template.yaml."""
    rows = [
        f"| `{name}` | {_code(one['Default'])} | {_values(one)} | {one['Description']} |"
        for name, one in written()["Parameters"].items()
    ]
    return "\n".join(
        ["| Parameter | Default | Values | Meaning |", "| --- | --- | --- | --- |", *rows]
    )


def _code(value: object) -> str:
    return f"`{value}`" if value != "" else ""


def _values(parameter: dict[str, Any]) -> str:
    if allowed := parameter.get("AllowedValues"):
        return " ".join(map(_code, allowed))
    least, most = parameter.get("MinValue"), parameter.get("MaxValue")
    if least is None:
        return ""
    return f"{least} to {most}" if most is not None else f"{least} or more"


PARTS: dict[str, Callable[[], str]] = {
    "rooms": rooms_table,
    "settings": lambda: settings_table(server.described()),
    "functions": lambda: settings_table(functions.described()),
    "commands": commands,
    "cost": cost,
    "growth": growth_table,
    "prices": prices_table,
    "parameters": parameters_table,
}
CHARTS: dict[str, Callable[[], str]] = {"docs/cost.svg": cost_chart}

if __name__ == "__main__":
    for path in documents():
        path.write_text(render(path.read_text()))
    for name, draw in CHARTS.items():
        (ROOT / name).write_text(draw())
