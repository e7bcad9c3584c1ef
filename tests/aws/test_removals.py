"""What DynamoDB removes by itself, or a purge: the stream's filter, and the deployed Cleanup."""

import json
from functools import partial

import pytest
from tests.aws.template import resources
from tests.contract import expect
from tests.contract.deployment import eventually
from tests.contract.pictures import jpeg

EDIT = jpeg(40_000, seed=3)
BY_TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def removal(image, *, by=BY_TTL, number="111"):
    """A stream record of a removal; the TTL's own carry a `userIdentity`.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    """
    record = {
        "eventID": "c4ca4238a0b923820dcc509a6f75849b",
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1795521600,
            "Keys": {"photo_id": image["photo_id"]},
            "OldImage": image,
            "SequenceNumber": number,
            "SizeBytes": 500,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:000000000000:table/photos/stream/now",
    }
    return record | ({"userIdentity": by} if by else {})


def matches(pattern, event):
    """Whether a record passes a filter of an event source mapping: the rules that ours use.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    """
    for name, wanted in pattern.items():
        found = event.get(name) if isinstance(event, dict) else None
        if isinstance(wanted, dict):
            if not matches(wanted, found):
                return False
        elif not any(
            (found is not None) is rule["exists"] if isinstance(rule, dict) else found == rule
            for rule in wanted
        ):
            return False
    return True


def passes(event):
    mapping = resources("AWS::Lambda::EventSourceMapping")["RemovalsToClean"]["Properties"]
    patterns = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]
    return any(matches(pattern, event) for pattern in patterns)


@pytest.fixture(scope="module")
def table(stack):
    client = stack.client("dynamodb")
    name = stack.outputs["PhotosTableName"]

    class Table:
        get = staticmethod(
            lambda key: client.get_item(TableName=name, Key={"photo_id": {"S": key}}).get("Item")
        )
        remove = staticmethod(
            lambda key: client.delete_item(TableName=name, Key={"photo_id": {"S": key}})
        )
        scan = staticmethod(partial(client.scan, TableName=name))

    return Table


@pytest.fixture(scope="module")
def clean_up(stack):
    """Calls the deployed function with records of the stream; answers those that failed."""
    lambda_ = stack.client("lambda")
    name = stack.physical("CleanupFunction")

    def call(*records):
        assert all(passes(record) for record in records)
        answer = lambda_.invoke(FunctionName=name, Payload=json.dumps({"Records": records}))
        assert "FunctionError" not in answer
        failures = json.load(answer["Payload"])["batchItemFailures"]
        return [failure["itemIdentifier"] for failure in failures]

    return call


def versions(stack, prefix):
    """Everything that lies under a prefix, in both buckets: versions and delete markers."""
    s3 = stack.client("s3")
    found = {"Versions": [], "DeleteMarkers": []}
    for name in ("OriginalsBucketName", "EditedBucketName"):
        answer = s3.list_object_versions(Bucket=stack.outputs[name], Prefix=prefix)
        for kind in found:
            found[kind] += answer.get(kind, [])
    return found


def test_a_photo_that_never_came_is_done_with(alice, table, clean_up):
    photo_id = alice.pending_photo()
    image = table.get(photo_id)
    table.remove(photo_id)
    assert clean_up(removal(image)) == []
    expect.problem(alice.api.get(f"/photos/{photo_id}"), 404)


def test_a_photo_whose_bytes_were_not_told_of_is_put_back(alice, stack, table, clean_up):
    photo = alice.upload(seed=11)
    image = table.get(photo.id)
    original = image["original"]["M"]
    for learnt in ("version_id", "checksum_sha256", "picture"):
        original.pop(learnt, None)  # of a photo that nobody knows to have arrived
    original |= {"status": {"S": "pending_upload"}, "expires_at": {"N": "1000"}}
    table.remove(photo.id)
    assert clean_up(removal(image)) == []
    assert alice.metadata(photo.id)["status"] in expect.ARRIVED
    assert alice.download(photo.id) == photo.content


def test_an_edit_that_never_came_is_undone(alice, stack, table, clean_up):
    photo = alice.upload(seed=12)
    alice.edit_ticket(photo.id)
    (row,) = [
        item
        for item in table.scan()["Items"]
        if item["photo_id"]["S"].startswith(f"edit#{photo.id}")
    ]
    table.remove(row["photo_id"]["S"])
    assert clean_up(removal(row)) == []
    assert alice.metadata(photo.id)["original"]["status"] in expect.ARRIVED


def test_a_deletion_that_was_cut_off_is_finished(alice, stack, table, clean_up):
    photo = alice.upload(seed=13)
    alice.edit(photo.id, EDIT)
    renditions = alice.settled(photo.id)["renditions"]
    image = table.get(photo.id) | {"deleting": {"BOOL": True}}
    table.remove(photo.id)
    assert clean_up(removal(image)) == []
    found = versions(stack, f"{alice.sub}/")
    marked = {marker["Key"] for marker in found["DeleteMarkers"] if photo.id in marker["Key"]}
    assert len(marked) == 2 + 2 * len(renditions) > 2


def test_a_purge_erases_every_version_by_the_stream(alice, stack):
    photo = alice.upload(seed=14)
    alice.edit(photo.id, EDIT, filename="one.jpg")
    alice.edit(photo.id, EDIT, filename="two.jpg")
    alice.settled(photo.id)
    expect.ok(alice.api.delete(f"/photos/{photo.id}", params={"purge": "true"}))

    def left():
        found = versions(stack, f"{alice.sub}/")
        return [one for kind in found.values() for one in kind if photo.id in one["Key"]]

    assert eventually(lambda: not left(), seconds=30)


def test_what_cannot_be_cleaned_comes_again(clean_up, alice, table):
    image = table.get(alice.pending_photo())
    broken = removal(image | {"original": {"M": {}}}, number="222")
    assert clean_up(broken) == ["222"]


PHOTO = {"photo_id": {"S": "p"}, "user_id": {"S": "u"}}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (removal(PHOTO), True),
        (removal({"photo_id": {"S": "edit#p#1"}, "edit_of": {"S": "p"}}), True),
        (removal(PHOTO | {"purging": {"BOOL": True}}, by=None), True),
        (removal(PHOTO, by=None), False),
        (removal(PHOTO | {"purging": {"BOOL": False}}, by=None), False),
        (removal(PHOTO, by={"type": "Service", "principalId": "other.amazonaws.com"}), False),
        (removal({"photo_id": {"S": "idem#x"}}), False),
        (removal({"photo_id": {"S": "batch#x"}, "announced_by": {"S": "u"}}), False),
        (removal({"photo_id": {"S": "edit#p#1"}, "edit_of": {"S": "p"}}, by=None), False),
        (removal(PHOTO) | {"eventName": "MODIFY"}, False),
        (removal(PHOTO) | {"eventName": "INSERT"}, False),
    ],
)
def test_the_filter_lets_through_what_there_is_to_do_about(event, wanted):
    assert passes(event) is wanted
