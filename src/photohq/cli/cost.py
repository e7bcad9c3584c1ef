"""`photohq cost`: a month's bill on AWS beside the architecture's estimate of it."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from photohq.cli.account import json_option
from photohq.cli.failure import Failure
from photohq.cli.output import write_json
from photohq.cost.workload import Workload

if TYPE_CHECKING:
    from rich.table import Table

    from photohq.cost.estimate import Estimate, Service

WIDTH = 80
"""Columns of the table, also on a pipe."""
MOST = 100_000_000
_USUAL = Workload()


class _Number(click.ParamType[float]):
    """A number from nothing to `most`, perhaps a whole one."""

    name = "number"

    def __init__(self, most: int, *, whole: bool) -> None:
        self._most = most
        self._read: type[float] = int if whole else float
        self._kind = "a whole number" if whole else "a number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            number = self._read(value)
        except ValueError:
            number = math.nan
        if not 0 <= number <= self._most:
            self.fail(
                f"{value or repr(value)} is not {self._kind} from 0 to {self._most:,}.", param, ctx
            )
        return number


def _option(
    name: str, most: int, meaning: str, *, whole: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    usual = getattr(_USUAL, name.replace("-", "_"))
    return click.option(
        f"--{name}",
        metavar="N",
        type=_Number(most, whole=whole),
        default=usual,
        help=f"{meaning}  [default: {usual:g}]",
    )


@click.command()
@_option("photos", MOST, "Photos uploaded in a month.", whole=True)
@_option("users", MOST, "Users of a month.", whole=True)
@_option("original-size", 1000, "An original in MiB, on average.")
@_option("edited-size", 1000, "An edited version in MiB.")
@_option("edits", 100, "Edits of a photo that are uploaded.")
@_option("renders", 100, "Edits of a photo that are rendered by a recipe.")
@_option("previews", 10_000, "Previews of a recipe on a photo.")
@_option("downloads", 1000, "Downloads of a photo.")
@_option("reads", 1000, "Readings of a photo's metadata.")
@_option("changes", 1000, "Changes of a photo's metadata.")
@_option("deleted", 1, "The share of the photos that is deleted, 0 to 1.")
@_option("visits", 730, "Visits of a user in a month, each within an hour.")
@_option("lists", 100_000, "Lists that a user goes through in a month.")
@_option("months", 1200, "The cost of this month, where none is like the first.")
@click.option(
    "--alarms/--no-alarms",
    default=_USUAL.alarms,
    help="The template's alarms and dashboard: staging and prod have them, dev has none.",
)
@json_option
def command(*, alarms: bool, as_json: bool, **numbers: float) -> None:
    """Say what a month on AWS costs.

    The architecture's own estimate, for 200 photos and 5 users, stands beside it. Ours comes from
    the calls that each operation makes, which the tests count, and from AWS's list prices for
    us-east-1 without tax. What is free for a new account's first months only is charged; what is
    free for ever is not, up to its limit.

    \b
    Examples:
      photohq cost
      photohq cost --photos 20000 --users 500 --months 12
      photohq cost --json | jq .dollars
    """
    from photohq.cost.estimate import estimate
    from photohq.cost.prices import AS_OF, REGION

    work = Workload(alarms=alarms, **numbers)
    if work.photos and not work.users:
        raise Failure("Photos need somebody who uploads them: --users is 0")
    bill = estimate(work)
    if as_json:
        write_json({"as_of": AS_OF, "region": REGION, **_figures(bill)})
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, width=WIDTH)
    with console.capture() as captured:
        console.print(_table(bill))
    click.echo(
        f"A month on AWS: {_count(work.photos, 'photo')}, {_count(work.users, 'user')}\n"
        f"Prices of {AS_OF}, {REGION}\n"
    )
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
    click.echo(
        "\nThe architecture's estimate is for 200 photos and 5 users.\n"
        f"With AWS's free amounts used up by something else: ${bill.with_nothing_free:,.2f}"
    )


def _figures(bill: "Estimate") -> dict[str, Any]:
    """Answer what the table shows, in dollars that are not rounded."""
    return {
        "dollars": bill.dollars,
        "dollars_with_nothing_free": bill.with_nothing_free,
        "services": [
            {
                "name": service.name,
                "dollars": service.dollars,
                "items": [
                    {"name": line.price.item, "amount": line.amount, "dollars": line.dollars}
                    for line in service.lines
                ],
            }
            for service in bill.services
        ],
    }


def _table(bill: "Estimate") -> "Table":
    from rich.table import Table

    from photohq.cost import architecture

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Service", no_wrap=True)
    table.add_column("Usage", justify="right", no_wrap=True)
    table.add_column("Cost", justify="right", no_wrap=True)
    table.add_column("The architecture", max_width=20)
    table.add_column("Cost", justify="right", no_wrap=True)
    for service in bill.services:
        table.add_row(*_cells(service))
    table.add_row("Total", "", f"${bill.dollars:,.2f}", "", architecture.TOTAL, style="bold")
    return table


def _cells(service: "Service") -> tuple[str, ...]:
    from photohq.cost.architecture import FREE_TIER, LINES

    there = LINES.get(service.name)
    said = FREE_TIER if there and there.dollars is None else ""
    return (
        "\n".join([service.name, *(f"  {line.price.item}" for line in service.lines)]),
        "\n".join(["", *(amount(line.amount) for line in service.lines)]),
        "\n".join([money(service.dollars), *(money(line.dollars) for line in service.lines)]),
        there.usage if there else "",
        money(there.dollars) if there and there.dollars is not None else said,
    )


def amount(number: float) -> str:
    """Write how much of something there is."""
    if 0 < number < 0.01:
        return "<0.01"
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:.2f}"


def money(dollars: float) -> str:
    """Write dollars; what is less than half a cent, but not free, as less than a cent."""
    if dollars == 0:
        return "free"
    return "<$0.01" if dollars < 0.005 else f"${dollars:,.2f}"


def _count(number: float, noun: str) -> str:
    return f"{number:,.0f} {noun}{'' if number == 1 else 's'}"
