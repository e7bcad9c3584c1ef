"""What the estimate takes from the code and from the template, without counting it there."""

import json

import pytest
from tests.aws.template import written

from photohq.catalog.dynamodb import USER_INDEX, VERSION_INDEX
from photohq.cost import operations, usage
from photohq.cost.prices import FREE_DASHBOARD_METRICS
from photohq.entrypoints.aws_logs import tell, tell_metrics
from photohq.photos.requests import DEFAULT_PAGE

TEMPLATE = written()
UUID = "14c8e4d8-60a1-70d5-2f0e-8d7f6f1d3c5a"


def of_type(name):
    return [one["Properties"] for one in TEMPLATE["Resources"].values() if one["Type"] == name]


def test_a_page_is_as_long_as_a_lists_usual_page():
    assert operations.PAGE == DEFAULT_PAGE


def test_the_table_has_two_indexes_that_show_whole_records():
    (table,) = of_type("AWS::DynamoDB::Table")
    indexes = table["GlobalSecondaryIndexes"]
    assert {index["IndexName"] for index in indexes} == {USER_INDEX, VERSION_INDEX}
    assert all(index["Projection"] == {"ProjectionType": "ALL"} for index in indexes)
    assert len(indexes) == operations.INDEXES


def test_a_function_has_the_memory_that_is_paid_for():
    assert TEMPLATE["Globals"]["Function"]["MemorySize"] / 1024 == usage.FUNCTION_GB


def test_users_are_of_the_tier_that_is_paid_for():
    (pool,) = of_type("AWS::Cognito::UserPool")
    assert pool["UserPoolTier"] == "LITE"


def test_the_alarms_look_at_as_many_metrics_as_are_paid_for():
    looked_at = sum(
        sum("MetricStat" in metric for metric in alarm.get("Metrics", [{"MetricStat": {}}]))
        for alarm in of_type("AWS::CloudWatch::Alarm")
    )
    assert looked_at == usage.ALARM_METRICS


def test_the_dashboard_shows_too_many_metrics_to_be_free():
    bodies = [one["DashboardBody"]["Fn::Sub"] for one in of_type("AWS::CloudWatch::Dashboard")]
    widgets = [widget["properties"] for body in bodies for widget in json.loads(body)["widgets"]]
    shown = sum(len(widget.get("metrics", [])) for widget in widgets)
    assert len(bodies) == usage.DASHBOARDS
    assert shown == usage.DASHBOARD_METRICS > FREE_DASHBOARD_METRICS


def test_as_many_buckets_write_request_metrics_as_are_paid_for():
    measured = [
        bucket for bucket in of_type("AWS::S3::Bucket") if bucket.get("MetricsConfigurations")
    ]
    assert len(measured) == usage.BUCKETS


def test_log_lines_are_as_long_as_the_estimate_has_them(capsys):
    tell(
        "request",
        method="GET",
        path=f"/photos/{UUID}/metadata",
        route="get_metadata",
        status=200,
        ms=12.3,
        request_id=UUID,
        user_id=UUID,
    )
    names = ("Uploads", "UploadedBytes", "Edits", "FailedUploads")
    tell_metrics("uploads", "photohq-prod", dict.fromkeys(names, (10_485_760, "Bytes")))
    request, arrival = capsys.readouterr().out.splitlines()
    assert len(request) == pytest.approx(usage.REQUEST_LINE_BYTES, rel=0.2)
    assert len(arrival) == pytest.approx(usage.ARRIVAL_LINE_BYTES, rel=0.2)
    metrics = json.loads(arrival)["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert len(metrics) == usage.UPLOAD_METRICS
