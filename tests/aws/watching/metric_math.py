"""CloudWatch's metric math, as much of it as the template's alarms use.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
What the page leaves open is read strictly: a point that one of several series lacks is lacking in
their sum, so that expressions have to fill it.
"""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Series: TypeAlias = Mapping[int, float]
"""Values by the number of their period."""
Value: TypeAlias = Any
"""A number, a text, a series or a list of series."""

_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: lambda a, b: float(a > b),
    ast.GtE: lambda a, b: float(a >= b),
}


class NoSuchMath(Exception):
    """An expression that is not CloudWatch's, or not known here."""


def evaluated(
    queries: Sequence[Mapping[str, Any]], data: Mapping[str, Series], periods: Sequence[int]
) -> Series:
    """Answer the series that an alarm watches: the one of its queries that returns data."""
    metrics = {one["Id"]: data.get(one["Id"], {}) for one in queries if "MetricStat" in one}
    math = _Math(metrics, periods)
    for one in queries:
        if "Expression" in one:
            math.known[one["Id"]] = math.value(ast.parse(one["Expression"], mode="eval").body)
    (watched,) = [one["Id"] for one in queries if one.get("ReturnData", True)]
    result: Series = math.known[watched]
    return result


def rings(alarm: Mapping[str, Any], series: Series, periods: Sequence[int]) -> bool:
    """Whether an alarm rings at the end of the periods; missing data is not breaching."""
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    last = periods[-alarm["EvaluationPeriods"] :]
    breaching = [at for at in last if at in series and series[at] > alarm["Threshold"]]
    return len(breaching) >= alarm["DatapointsToAlarm"]


class _Math:
    def __init__(self, metrics: Mapping[str, Series], periods: Sequence[int]) -> None:
        self.metrics = metrics
        self.periods = periods
        self.known: dict[str, Value] = dict(metrics)
        self.functions: dict[str, Callable[..., Value]] = {
            "METRICS": self._metrics,
            "FILL": self._filled,
            "SUM": lambda what: _reduced(sum, what),
            "MAX": lambda what: _reduced(max, what),
            "IF": _chosen,
        }

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name) if name in self.known:
                return self.known[name]
            case ast.BinOp(left, kind, right) | ast.Compare(left, [kind], [right]):
                return _each(_OPERATORS[type(kind)], self.value(left), self.value(right))
            case ast.Call(ast.Name(name), arguments) if name in self.functions:
                return self.functions[name](*map(self.value, arguments))
        raise NoSuchMath(ast.unparse(node))

    def _metrics(self, part: str = "") -> list[Series]:
        return [series for name, series in self.metrics.items() if part in name]

    def _filled(self, what: Value, filling: float) -> Value:
        if isinstance(what, list):
            return [self._filled(one, filling) for one in what]
        return {period: what.get(period, filling) for period in self.periods}


def _at(value: Value, period: int) -> float | None:
    return value.get(period) if isinstance(value, Mapping) else value


def _each(of: Callable[[float, float], float], left: Value, right: Value) -> Value:
    """Two series meet where both have a point; what is divided by zero has none."""
    sides = [set(side) for side in (left, right) if isinstance(side, Mapping)]
    result = {}
    for period in set.union(*sides):
        a, b = _at(left, period), _at(right, period)
        if a is not None and b is not None and not (of is operator.truediv and b == 0):
            result[period] = of(a, b)
    return result


def _reduced(of: Callable[[Iterable[float]], float], what: Value) -> Series:
    if not isinstance(what, list):
        raise NoSuchMath("one series is reduced to a number, which no alarm can watch")
    periods = set.intersection(*(set(one) for one in what))
    return {period: of([one[period] for one in what]) for period in periods}


def _chosen(condition: Series, then: Value, otherwise: Value) -> Series:
    chosen = {at: _at(then if holds else otherwise, at) for at, holds in condition.items()}
    return {at: value for at, value in chosen.items() if value is not None}
