"""The steps of docs/deploy-aws.md after a loss, as far as the emulator goes."""

import json
import os
import subprocess
import sys
import time

import pytest
from tests.adapters.dynamodb_table import catalog_at
from tests.aws.stack import deployed
from tests.aws.template import REGION, ROOT
from tests.contract import expect
from tests.contract.deployment import on_aws
from tests.contract.pictures import jpeg

EDIT = jpeg(40_000, seed=3)


@pytest.fixture(scope="module")
def run(stack):
    """Runs a script of deploy/ as an operator does; answers what it prints."""

    def call(script, *words):
        done = subprocess.run(
            [sys.executable, ROOT / "deploy" / script, *map(str, words)],
            env=os.environ
            | {
                "AWS_ENDPOINT_URL": stack.aws_url,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture
def restored(stack):
    """Restores the table under another name. The emulator knows no time but now."""
    dynamodb = stack.client("dynamodb")
    source = stack.outputs["PhotosTableName"]
    name = f"{source}-restored"

    def restore():
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=source, TargetTableName=name, UseLatestRestorableTime=True
        )
        dynamodb.get_waiter("table_exists").wait(TableName=name)
        return name

    yield restore
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def undelete(stack):
    """Takes the delete markers of a user's photo away, in both buckets."""
    s3 = stack.client("s3")

    def take(user_id, photo_id):
        taken = 0
        for output, folder in (
            ("OriginalsBucketName", "originals"),
            ("EditedBucketName", "edited"),
        ):
            bucket, prefix = stack.outputs[output], f"{user_id}/{folder}/{photo_id}/"
            found = s3.list_object_versions(Bucket=bucket, Prefix=prefix)
            for marker in found.get("DeleteMarkers", []):
                s3.delete_object(Bucket=bucket, Key=marker["Key"], VersionId=marker["VersionId"])
                taken += 1
        return taken

    return take


def test_a_restored_table_is_read_as_the_one_that_was_lost(alice, stack, restored):
    photo = alice.upload(seed=21)
    alice.edit(photo.id, EDIT)
    alice.settled(photo.id)
    catalogs = [
        catalog_at(stack.aws_url, name) for name in (stack.outputs["PhotosTableName"], restored())
    ]
    (there, here) = [catalog.find(photo.id) for catalog in catalogs]
    assert here == there
    assert here.edited.version_id
    listed = [catalog.page(alice.sub, limit=5, now=time.time()).photos for catalog in catalogs]
    assert listed[0] == listed[1] != []
    for catalog in catalogs:
        catalog.client.close()


def test_a_deleted_photo_comes_back_record_and_bytes(alice, stack, restored, undelete, run):
    photo = alice.upload(seed=22, tags=["dear"])
    alice.edit(photo.id, EDIT)
    before = alice.settled(photo.id)
    source = restored()
    expect.ok(alice.api.delete(f"/photos/{photo.id}"))
    expect.problem(alice.api.get(f"/photos/{photo.id}"), 404)

    target = stack.outputs["PhotosTableName"]
    printed = run("copy_records.py", source, target, "--photo", photo.id)
    assert printed == "1 copied\n"
    assert undelete(alice.sub, photo.id) == 2

    assert alice.metadata(photo.id) == before
    assert alice.download(photo.id) == photo.content
    assert alice.download(photo.id, "edited") == EDIT
    assert photo.id in alice.listed_ids(limit=100)
    s3, bucket = stack.client("s3"), stack.outputs["OriginalsBucketName"]
    latest = s3.head_object(Bucket=bucket, Key=before["original"]["s3_key"])
    assert latest["VersionId"] == before["original"]["version_id"]


def test_what_is_there_stays_as_it_is_unless_it_is_to_be_replaced(alice, stack, restored, run):
    photo = alice.upload(seed=23)
    source, target = restored(), stack.outputs["PhotosTableName"]
    alice.patched(photo.id, {"description": "newer"})
    assert run("copy_records.py", source, target, "--photo", photo.id) == "1 there already\n"
    assert alice.metadata(photo.id)["description"] == "newer"
    run("copy_records.py", source, target, "--photo", photo.id, "--replace")
    assert "description" not in alice.metadata(photo.id)


def test_all_records_are_copied_where_none_is_named(alice, stack, restored, run):
    alice.pending_photo()
    source, target = restored(), stack.outputs["PhotosTableName"]
    dynamodb = stack.client("dynamodb")
    count = dynamodb.scan(TableName=source, Select="COUNT")["Count"]
    assert run("copy_records.py", source, target) == f"{count} there already\n"


def test_an_export_is_taken(stack):
    """The emulator writes down that it was, and no files."""
    dynamodb = stack.client("dynamodb")
    table = dynamodb.describe_table(TableName=stack.outputs["PhotosTableName"])["Table"]
    export = dynamodb.export_table_to_point_in_time(
        TableArn=table["TableArn"], S3Bucket="exports", S3Prefix="records"
    )["ExportDescription"]
    assert export["ExportFormat"] == "DYNAMODB_JSON"


@pytest.fixture(scope="module")
def second(stack):
    """The stack that takes over, under another name: bucket names are taken."""
    with (
        deployed(stack.aws_url, "photo-hq-recovery", Standby="true") as made,
        on_aws(made) as known,
    ):
        yield made, known


def test_users_and_photos_move_to_another_stack(
    *, alice, deployment, stack, second, restored, run, tmp_path
):
    other, there = second
    photo = alice.upload(seed=24, tags=["moved"])
    alice.edit(photo.id, EDIT)
    before = alice.metadata(photo.id)
    deployment.sign_up(unconfirmed := deployment.new_email())

    # what is taken every night: the users, and the records
    old = stack.client("cognito-idp")
    old.admin_update_user_attributes(  # which Cognito does as it confirms
        UserPoolId=stack.outputs["UserPoolId"],
        Username=alice.email,
        UserAttributes=[{"Name": "email_verified", "Value": "true"}],
    )
    users = old.list_users(UserPoolId=stack.outputs["UserPoolId"])["Users"]
    listing = tmp_path / "users.json"
    listing.write_text(json.dumps({"Users": users}, default=str))
    source = restored()

    # what the recovery does: users first, then the records for them
    subs = tmp_path / "subs.json"
    pool = other.outputs["UserPoolId"]
    subs.write_text(run("move_users.py", listing, pool))
    moved = json.loads(subs.read_text())
    assert moved == json.loads(run("move_users.py", listing, pool))  # a repeat changes nothing
    assert moved[alice.sub] != alice.sub
    cognito = other.client("cognito-idp")
    assert cognito.admin_get_user(UserPoolId=pool, Username=alice.email)["Enabled"]
    with pytest.raises(cognito.exceptions.UserNotFoundException):
        cognito.admin_get_user(UserPoolId=pool, Username=unconfirmed)
    pairs = [
        f"--bucket={stack.outputs[output]}={other.outputs[output]}"
        for output in ("OriginalsBucketName", "EditedBucketName")
    ]
    target = other.outputs["PhotosTableName"]
    run("copy_records.py", source, target, *pairs, "--users", subs)

    # what the user does: a new password, here set by an administrator
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=alice.email, Password="Correct-Horse-8", Permanent=True
    )
    tokens = there.sign_in(alice.email, "Correct-Horse-8")
    api = there.client(tokens["AccessToken"])
    after = expect.ok(api.get(f"/photos/{photo.id}/metadata"))
    assert after["user_id"] == moved[alice.sub]
    assert after["tags"] == ["moved"]
    assert after["original"]["bucket"] == other.outputs["OriginalsBucketName"]
    assert after["edited"]["bucket"] == other.outputs["EditedBucketName"]
    assert after["original"]["version_id"] == before["original"]["version_id"]  # replicas keep it
    assert photo.id in [one["photo_id"] for one in expect.ok(api.get("/photos"))["photos"]]
