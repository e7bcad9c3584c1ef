"""What the estimate takes from the code and from the template, without counting it there."""

import json

import pytest
from tests.aws.template import written

from photohq.catalog.dynamodb import USER_INDEX, VERSION_INDEX
from photohq.cost import operations, usage
from photohq.cost.prices import FREE_DASHBOARD_METRICS
from photohq.entrypoints.aws_logs import tell, tell_metrics
from photohq.imaging.plan import Plan
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
    pictures = TEMPLATE["Resources"]["ProcessPhotoFunction"]["Properties"]
    assert pictures["MemorySize"] / 1024 == usage.PICTURE_GB
    for name in ("RenderFunction", "PreviewFunction"):
        drawing = TEMPLATE["Resources"][name]["Properties"]
        assert drawing["MemorySize"] / 1024 == usage.DRAWING_GB


def test_as_many_queues_are_asked_as_are_paid_for():
    asked = [
        mapping["EventSourceArn"]["Fn::GetAtt"][0]
        for mapping in of_type("AWS::Lambda::EventSourceMapping")
    ]
    queues = {
        name for name, one in TEMPLATE["Resources"].items() if one["Type"].endswith("::Queue")
    }
    assert len(queues & set(asked)) == usage.QUEUES


def test_a_version_has_as_many_renditions_as_are_paid_for():
    assert len(Plan().sizes) * len(Plan().formats) == operations.RENDITIONS


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
    pictures = ("Pictures", "FailedPictures")
    tell_metrics("pictures", "photohq-prod", dict.fromkeys(pictures, (1, "Count")))
    renderings = ("Renderings", "FailedRenderings")
    tell_metrics("renderings", "photohq-prod", dict.fromkeys(renderings, (1, "Count")))
    request, arrival, picture, rendering = capsys.readouterr().out.splitlines()
    assert len(request) == pytest.approx(usage.REQUEST_LINE_BYTES, rel=0.2)
    assert len(arrival) == pytest.approx(usage.ARRIVAL_LINE_BYTES, rel=0.2)
    # what Lambda makes of Python's logging: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
    said = {
        "timestamp": "2026-07-14T18:30:15Z",
        "level": "INFO",
        "message": "a picture is ready",
        "logger": "photohq.pictures",
        "requestId": UUID,
        "photo_id": UUID,
        "seconds": 0.812,
    }
    lines = len(picture) + len(json.dumps(said))
    assert lines == pytest.approx(usage.PICTURE_LINES_BYTES, rel=0.2)
    lines = len(rendering) + len(json.dumps(said | {"message": "an edit is rendered"}))
    assert lines == pytest.approx(usage.RENDER_LINES_BYTES, rel=0.2)
    for line, count in (
        (arrival, usage.UPLOAD_METRICS),
        (picture, usage.PICTURE_METRICS),
        (rendering, usage.RENDER_METRICS),
    ):
        assert len(json.loads(line)["_aws"]["CloudWatchMetrics"][0]["Metrics"]) == count
