"""The way of an arrival: S3 tells EventBridge, that a queue, that ConfirmUpload; and what fails."""

import json
import uuid

import pytest
from tests.contract import expect
from tests.contract.deployment import eventually
from tests.contract.pictures import LEAST, jpeg

EDIT = jpeg(40_000, seed=3)


@pytest.fixture(scope="module")
def confirm(stack):
    """Calls the deployed function with messages of the queue; answers those that failed."""
    lambda_ = stack.client("lambda")
    name = stack.physical("ConfirmUploadFunction")

    def call(*bodies):
        records = [
            {"messageId": str(number), "eventSource": "aws:sqs", "body": body}
            for number, body in enumerate(bodies)
        ]
        answer = lambda_.invoke(FunctionName=name, Payload=json.dumps({"Records": records}))
        assert "FunctionError" not in answer
        failures = json.load(answer["Payload"])["batchItemFailures"]
        return [failure["itemIdentifier"] for failure in failures]

    return call


def told(bucket, key, version_id):
    """The event in AWS's form.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "000000000000",
        "time": "2026-11-24T12:00:00Z",
        "region": "eu-central-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {
                "key": key,
                "size": LEAST,
                "etag": "d41d8cd98f00b204e9800998ecf8427e",
                "version-id": version_id,
                "sequencer": "00617F08299329D189",
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "000000000000",
            "source-ip-address": "127.0.0.1",
            "reason": "PutObject",
        },
    }
    return json.dumps(event)


def test_originals_and_edits_arrive_by_the_chain(alice):
    photo = alice.upload(filename="Größe & 50%+.jpg", seed=7)
    alice.edit(photo.id, EDIT, filename="ohne Ränder ü.jpg")
    metadata = alice.metadata(photo.id)
    assert {metadata["status"], metadata["edited"]["status"]} <= expect.ARRIVED
    assert metadata["original"]["version_id"]
    assert metadata["edited"]["version_id"]


def test_an_arrival_may_be_told_twice_and_out_of_order(alice, deployment, stack, confirm):
    photo = alice.upload(seed=8)
    first, second = [alice.edit_ticket(photo.id, file_size=len(EDIT)) for _ in range(2)]
    versions = [
        deployment.put(ticket, EDIT).headers["x-amz-version-id"] for ticket in (first, second)
    ]
    edited = stack.outputs["EditedBucketName"]
    events = [told(edited, first["s3_key"], version) for version in versions]
    assert confirm(events[1], events[0], events[0], events[1]) == []
    assert alice.metadata(photo.id)["edited"]["version_id"] == versions[1]
    assert alice.metadata(photo.id)["edited"]["edit_count"] == 2


def test_bytes_that_are_not_what_was_announced_are_erased(alice, stack):
    ticket = alice.upload_ticket(file_size=LEAST)
    s3 = stack.client("s3")
    bucket = stack.outputs["OriginalsBucketName"]
    s3.put_object(Bucket=bucket, Key=ticket["s3_key"], Body=jpeg(LEAST + 1))
    photo_id = ticket["photo_id"]
    assert eventually(lambda: alice.metadata(photo_id)["status"] == "failed")
    assert alice.metadata(photo_id)["status_reason"] == "size_mismatch"
    assert eventually(
        lambda: "Versions" not in s3.list_object_versions(Bucket=bucket, Prefix=ticket["s3_key"])
    )


def test_bytes_of_a_deleted_photo_get_a_delete_marker(alice, deployment, stack):
    ticket = alice.upload_ticket(file_size=LEAST)
    expect.ok(alice.api.delete(f"/photos/{ticket['photo_id']}"))
    assert deployment.put(ticket, jpeg(LEAST)).status_code == 200
    s3, bucket = stack.client("s3"), stack.outputs["OriginalsBucketName"]

    def marked():
        found = s3.list_object_versions(Bucket=bucket, Prefix=ticket["s3_key"])
        return any(marker["IsLatest"] for marker in found.get("DeleteMarkers", []))

    assert eventually(marked)


def test_an_object_that_is_no_photos_is_not_told_of(stack):
    """Renditions lie in the edited bucket too: no rule matches their keys."""
    events = stack.client("events")
    pattern = events.describe_rule(Name=stack.physical("UploadsRule"))["EventPattern"]

    def matches(bucket, key):
        event = told(bucket, key, "1")
        return events.test_event_pattern(EventPattern=pattern, Event=event)["Result"]

    originals, edited = stack.outputs["OriginalsBucketName"], stack.outputs["EditedBucketName"]
    assert matches(originals, "u/originals/p/a b.jpg")
    assert matches(edited, "u/edited/p/a.jpg")
    assert not matches(edited, "u/renditions/p/v/1024.jpg")
    assert not matches("another-bucket", "u/originals/p/a.jpg")


@pytest.mark.parametrize(
    "poison", ["", "{", "[]", "null", "{}", '{"detail": {}}', '{"detail": {"bucket": 1}}']
)
def test_a_poison_message_holds_up_no_other(alice, deployment, stack, confirm, poison):
    ticket = alice.upload_ticket(file_size=LEAST)
    version = deployment.put(ticket, jpeg(LEAST)).headers["x-amz-version-id"]
    event = told(stack.outputs["OriginalsBucketName"], ticket["s3_key"], version)
    assert confirm(poison, event) == ["0"]
    assert alice.metadata(ticket["photo_id"])["status"] in expect.ARRIVED


def test_a_poison_message_ends_among_the_dead_letters(stack):
    sqs = stack.client("sqs")
    queue, dead = stack.physical("Uploads"), stack.physical("UploadsDeadLetters")
    wait = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "0"})
    try:
        sqs.send_message(QueueUrl=queue, MessageBody="poison")
        found = eventually(
            lambda: [
                message["Body"]
                for message in sqs.receive_message(QueueUrl=dead).get("Messages", [])
            ],
            seconds=60,
        )
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=wait["Attributes"])
    assert found == ["poison"]
