"""What the template watches: metrics that are reported, and alarms that ring when they should."""

import ast
import json
import re
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from tests.aws.stack import Stack, deployed
from tests.aws.template import ROOT, resources, translated, written
from tests.aws.watching import metric_math, watched
from tests.aws.watching.emitted import EMITTED
from tests.aws.watching.watched import Metric
from tests.emulators.ministack import ministack

from photohq.entrypoints import aws_logs

PERIODS = range(4)
ALARMS = watched.alarms()
MATH = {name: alarm for name, alarm in ALARMS.items() if "Metrics" in alarm}
GROUPS = {
    "ReadsErrorsAlarm": ("errors1", "invocations1"),
    "WritesErrorsAlarm": ("errors5", "invocations5"),
    "BackgroundErrorsAlarm": ("errors2", "invocations2"),
    "PicturesErrorsAlarm": ("errors4", "invocations4"),
    "EditsErrorsAlarm": ("errors3", "invocations3"),
}
RATIOS = {**GROUPS, "ApiErrorsAlarm": ("errors", "requests")}
WATCHED: dict[str, list[Metric]] = {}
for each in (*watched.of_alarms(), *watched.of_dashboard()):
    WATCHED.setdefault(each.where, []).append(each)


def rings(name: str, at: int = PERIODS[-1], **values: float) -> bool:
    """Whether an alarm rings after one period with these values; nothing else was ever reported."""
    data = {metric: {at: value} for metric, value in values.items()}
    series = metric_math.evaluated(MATH[name]["Metrics"], data, PERIODS)
    return metric_math.rings(MATH[name], series, PERIODS)


# What is looked at --------------------------------------------------------------------------------


@pytest.mark.parametrize("where", WATCHED)
def test_every_metric_is_one_that_is_reported(where: str) -> None:
    emitted = {**EMITTED, **_own()}
    for metric in WATCHED[where]:
        assert {name for name, _ in metric.dimensions} in emitted[metric.namespace][metric.name]


@pytest.mark.parametrize("where", WATCHED)
def test_every_metric_is_of_this_stack(where: str) -> None:
    for metric in WATCHED[where]:
        for name, value in metric.dimensions:
            assert value in _dimension_values()[name]


def test_every_function_is_watched_for_errors_and_for_its_duration() -> None:
    everyone = _dimension_values()["FunctionName"]
    for name in ("Errors", "Invocations", "Duration"):
        by_alarms = [
            dict(one.dimensions)["FunctionName"] for one in watched.of_alarms() if one.name == name
        ]
        assert sorted(by_alarms) == sorted(everyone)
        assert everyone == {
            dict(one.dimensions)["FunctionName"]
            for one in watched.of_dashboard()
            if one.name == name
        }


def test_the_dashboard_shows_all_that_the_functions_report_of_photos() -> None:
    shown = {one.name for one in watched.of_dashboard() if one.namespace == aws_logs.NAMESPACE}
    assert shown == set(_own()[aws_logs.NAMESPACE])


def test_no_widget_lies_on_another() -> None:
    places = [
        (x, y)
        for widget in watched.dashboard()
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24


def _own() -> dict[str, dict[str, list[set[str]]]]:
    """What the functions report: CloudWatch takes it from the lines that they write."""
    units = [
        ast.literal_eval(node.value)
        for entry in ("aws_events", "aws_pictures")
        for node in ast.parse((ROOT / f"src/photohq/entrypoints/{entry}.py").read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "UNITS"
    ]
    names = [name for of_one in units for name in of_one]
    assert len(units) == 2
    assert len(names) == len(set(names))
    return {aws_logs.NAMESPACE: {name: [{aws_logs.DIMENSION}] for name in names}}


@cache
def _dimension_values() -> dict[str, set[str]]:
    template, names = translated(), watched.names()

    def called(kind: str) -> set[str]:
        return {names[logical] for logical in resources(kind, template)}

    (table,) = resources("AWS::DynamoDB::Table", template).values()
    buckets = resources("AWS::S3::Bucket", template)
    return {
        "FunctionName": called("AWS::Lambda::Function"),
        "TableName": called("AWS::DynamoDB::Table"),
        "BucketName": called("AWS::S3::Bucket"),
        "QueueName": called("AWS::SQS::Queue"),
        "ApiName": {watched.resolved(written()["Resources"]["Api"]["Properties"]["Name"])},
        "Stage": {
            one["Properties"]["StageName"]
            for one in resources("AWS::ApiGateway::Stage", template).values()
        },
        "GlobalSecondaryIndexName": {
            index["IndexName"] for index in table["Properties"]["GlobalSecondaryIndexes"]
        },
        "Operation": _operations(),
        "FilterId": {
            one["Id"]
            for bucket in buckets.values()
            for one in bucket["Properties"].get("MetricsConfigurations", [])
        },
        aws_logs.DIMENSION: {watched.STACK},
    }


def _operations() -> set[str]:
    """What the functions may ask of the table."""
    granted = set(re.findall(r"dynamodb:(\w+)", json.dumps(resources("AWS::IAM::Role"))))
    streams = {"DescribeStream", "GetRecords", "GetShardIterator"}
    return {
        "TransactWriteItems" if action == "ConditionCheckItem" else action
        for action in granted - streams
    }


def test_functions_write_metrics_as_cloudwatch_reads_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = _own()[aws_logs.NAMESPACE]
    aws_logs.tell_metrics("uploads", watched.STACK, dict.fromkeys(names, (1, "Count")))
    written_line = json.loads(capsys.readouterr().out)
    (directive,) = written_line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == aws_logs.NAMESPACE
    assert [set(one) for one in directive["Dimensions"]] == [{aws_logs.DIMENSION}]
    assert {one["Name"] for one in directive["Metrics"]} == set(names)
    assert written_line[aws_logs.DIMENSION] == watched.STACK


# Ratios and other math ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize(
    ("errors", "invocations", "expected"),
    [(4, 100, False), (5, 100, False), (6, 100, True), (2, 2, False), (3, 3, True), (0, 0, False)],
)
def test_more_than_5_percent_of_errors_ring(
    name: str, errors: int, invocations: int, expected: bool
) -> None:
    failed, invoked = RATIOS[name]
    assert rings(name, **{failed: errors, invoked: invocations}) is expected


@pytest.mark.parametrize(
    ("errors", "requests", "expected"),
    [(10, 1000, False), (11, 1000, True), (2, 2, False), (3, 299, True), (0, 0, False)],
)
def test_more_than_1_percent_of_5xx_ring(errors: int, requests: int, expected: bool) -> None:
    assert rings("ApiErrorsAlarm", errors=errors, requests=requests) is expected


@pytest.mark.parametrize("name", MATH)
def test_silence_rings_no_alarm(name: str) -> None:
    assert not rings(name)


@pytest.mark.parametrize("name", RATIOS)
def test_the_period_before_the_open_one_counts_and_older_ones_do_not(name: str) -> None:
    breach = dict(zip(RATIOS[name], (50, 100), strict=True))
    assert rings(name, at=PERIODS[-2], **breach)
    assert not rings(name, at=PERIODS[-3], **breach)


@pytest.mark.parametrize("name", GROUPS)
def test_errors_are_a_share_of_a_whole_groups_invocations(name: str) -> None:
    group = {one["Id"]: 100 for one in MATH[name]["Metrics"] if "invocations" in one["Id"]}
    limit = 5 * len(group)
    assert not rings(name, errors1=limit, **group)
    assert rings(name, errors1=limit + 1, **group)


@pytest.mark.parametrize(
    "name", ["ReadsDurationAlarm", "WritesDurationAlarm", "BackgroundDurationAlarm"]
)
def test_one_long_invocation_of_any_function_rings(name: str) -> None:
    functions = [one["Id"] for one in MATH[name]["Metrics"] if "MetricStat" in one]
    assert not rings(name, **dict.fromkeys(functions, 25_000))
    assert all(rings(name, **{function: 25_001}) for function in functions)


def test_one_throttle_of_the_table_or_an_index_rings() -> None:
    metrics = [one["Id"] for one in MATH["ThrottlesAlarm"]["Metrics"] if "MetricStat" in one]
    assert len(metrics) == 2 * (1 + len(_dimension_values()["GlobalSecondaryIndexName"]))
    assert all(rings("ThrottlesAlarm", **{metric: 1}) for metric in metrics)


@pytest.mark.parametrize("name", MATH)
def test_an_alarm_keeps_to_ten_metrics(name: str) -> None:
    assert len([one for one in MATH[name]["Metrics"] if "MetricStat" in one]) <= 10


# In the emulator ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def watching() -> Iterator[Stack]:
    """A stack in an emulator of its own: there metrics have no dimensions for alarms."""
    with ministack() as url, deployed(url, Alarms="on") as made:
        yield made


# The lowest threshold first: what was reported to one alarm is seen by others of the same metric.
PLAIN = sorted(set(ALARMS) - set(MATH), key=lambda name: (ALARMS[name]["Threshold"], name))


@pytest.mark.parametrize("logical", PLAIN)
def test_a_plain_alarm_rings_and_falls_silent(watching: Stack, logical: str) -> None:
    cloudwatch, name = watching.client("cloudwatch"), watching.physical(logical)
    inbox = _subscribed(watching)

    def now(value: float, ago: float = 0) -> str:
        metric = {
            "MetricName": alarm["MetricName"],
            "Dimensions": alarm["Dimensions"],
            "Timestamp": time.time() - ago,
            "Value": value,
        }
        cloudwatch.put_metric_data(Namespace=alarm["Namespace"], MetricData=[metric])
        return str(_alarm(cloudwatch, name)["StateValue"])

    alarm = _alarm(cloudwatch, name)
    assert now(alarm["Threshold"], ago=alarm["Period"] - 1) == "OK"
    assert now(alarm["Threshold"] + 1, ago=alarm["Period"] - 1) == "ALARM"
    assert name in _next(watching, inbox)
    time.sleep(1)
    assert now(alarm["Threshold"]) == "OK"


def test_the_dashboard_is_valid(watching: Stack) -> None:
    found = watching.client("cloudwatch").get_dashboard(DashboardName=watching.name)
    body = json.loads(found["DashboardBody"])
    assert len(body["widgets"]) == len(watched.dashboard())
    assert "${" not in found["DashboardBody"]


def _alarm(cloudwatch: Any, name: str) -> dict[str, Any]:
    (found,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found)


def _subscribed(stack: Stack) -> str:
    """Make a queue that gets what the topic of the alarms is told."""
    sqs = stack.client("sqs")
    url = str(sqs.create_queue(QueueName=f"inbox-{time.monotonic_ns()}")["QueueUrl"])
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    stack.client("sns").subscribe(
        TopicArn=stack.physical("AlarmTopic"), Protocol="sqs", Endpoint=attributes["QueueArn"]
    )
    return url


def _next(stack: Stack, inbox: str) -> str:
    """Answer what the topic was told of alarms."""
    told = stack.client("sqs").receive_message(
        QueueUrl=inbox, WaitTimeSeconds=5, MaxNumberOfMessages=10
    )
    return json.dumps([one["Body"] for one in told["Messages"]])
