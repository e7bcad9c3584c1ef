"""A month's bill: what each service takes, and what that costs."""

from itertools import groupby

import msgspec

from photohq.cost.prices import PRICES, Price
from photohq.cost.usage import usage
from photohq.cost.workload import Workload


class Line(msgspec.Struct, frozen=True):
    """An item of a service: how much of it, and the dollars."""

    price: Price
    amount: float

    @property
    def dollars(self) -> float:
        return self.price.of(self.amount)


class Service(msgspec.Struct, frozen=True):
    """A service and what it charges for."""

    name: str
    lines: tuple[Line, ...]

    @property
    def dollars(self) -> float:
        return sum(line.dollars for line in self.lines)


class Estimate(msgspec.Struct, frozen=True):
    """What all services take and cost in a month."""

    services: tuple[Service, ...]

    @property
    def dollars(self) -> float:
        return sum(service.dollars for service in self.services)

    @property
    def with_nothing_free(self) -> float:
        """The dollars where something else in the account has used up AWS's free amounts."""
        return sum(
            line.price.with_nothing_free(line.amount)
            for service in self.services
            for line in service.lines
        )


def estimate(work: Workload) -> Estimate:
    """Answer the bill of the last month of a workload."""
    amounts = usage(work)
    lines = [Line(price, getattr(amounts, name)) for name, price in PRICES.items()]
    by_service = groupby(lines, key=lambda line: line.price.service)
    return Estimate(tuple(Service(name, tuple(found)) for name, found in by_service))
