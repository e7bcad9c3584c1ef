"""The metrics that the template's alarms and its dashboard look at."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.aws.template import resources, translated

STACK = "photo-hq-prod"
ACCOUNT = "123456789012"
NAMES = ("FunctionName", "TableName", "BucketName", "QueueName")


@dataclass(frozen=True)
class Metric:
    """One metric; `where` names the alarm or the widget that looks at it."""

    where: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


def names() -> dict[str, str]:
    """Answer what functions, tables, buckets and queues are called, by their logical ids."""
    return {
        logical: resolved(one["Properties"][name])
        for logical, one in translated()["Resources"].items()
        for name in NAMES
        if one["Type"].count("::") == 2 and isinstance(one["Properties"].get(name), Mapping)
        if "Fn::Sub" in one["Properties"][name]
    }


def resolved(node: Any, known: Mapping[str, str] | None = None) -> str:
    """Answer the name that a text or an intrinsic function stands for."""
    pseudo = {"AWS::StackName": STACK, "AWS::AccountId": ACCOUNT, "AWS::Region": "eu-central-1"}
    values = {**pseudo, **(known or {})}
    match node:
        case str(text):
            return text
        case {"Ref": name}:
            return values[name]
        case {"Fn::GetAtt": [name, "QueueName"]}:
            return values[name]
        case {"Fn::Sub": text}:
            return re.sub(
                r"\$\{([^}]+)\}", lambda found: values[found[1].removesuffix(".QueueName")], text
            )
    raise LookupError(node)


def alarms() -> dict[str, dict[str, Any]]:
    """Answer the properties of the alarms, by their logical ids."""
    found = resources("AWS::CloudWatch::Alarm")
    return {logical: one["Properties"] for logical, one in found.items()}


def dashboard() -> list[dict[str, Any]]:
    """Answer the widgets of the dashboard."""
    (made,) = resources("AWS::CloudWatch::Dashboard").values()
    body = json.loads(resolved(made["Properties"]["DashboardBody"], names()))
    return list(body["widgets"])


def of_alarms() -> Iterator[Metric]:
    known = names()
    for logical, alarm in alarms().items():
        queries = [
            one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one
        ]
        for one in queries or [alarm]:
            pairs = [(pair["Name"], resolved(pair["Value"], known)) for pair in one["Dimensions"]]
            yield Metric(logical, one["Namespace"], one["MetricName"], tuple(pairs))


def of_dashboard() -> Iterator[Metric]:
    for widget in dashboard():
        above: list[str] = []
        for row in widget["properties"].get("metrics", []):
            above = _written_out([part for part in row if isinstance(part, str)], above)
            pairs = zip(above[2::2], above[3::2], strict=True)
            yield Metric(widget["properties"]["title"], above[0], above[1], tuple(pairs))


def _written_out(row: list[str], above: list[str]) -> list[str]:
    """Put what stands in the row above in the place of `.` and `...`.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    if row[0] == "...":
        row = [*above[: len(above) - len(row) + 1], *row[1:]]
    return [above[at] if part == "." else part for at, part in enumerate(row)]
