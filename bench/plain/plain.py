"""What most would write: boto3's client and resource, made once, and a handler for each route.

It makes the calls that the functions of Photo HQ make where all goes well, as patiently, and
answers and logs as much. It checks nothing.
"""

import datetime
import json
import os
import time
import uuid

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config

ORIGINALS, EDITED = os.environ["ORIGINALS_BUCKET"], os.environ["EDITED_BUCKET"]
SHOWN = ("photo_id", "filename", "version_type", "content_type", "file_size", "created_at",
         "updated_at", "has_edited_version", "status")  # fmt: skip
PATIENCE = {"retries": {"mode": "standard"}, "connect_timeout": 2, "read_timeout": 5}
s3 = boto3.client("s3", config=Config(signature_version="s3v4", **PATIENCE))
table = boto3.resource("dynamodb", config=Config(**PATIENCE)).Table(os.environ["PHOTOS_TABLE"])


def upload_photo(event, context):
    body = json.loads(event["body"])
    photo_id, now = str(uuid.uuid4()), _now()
    key = f"{_user(event)}/originals/{photo_id}/{body['filename']}"
    url = _put_url(ORIGINALS, key, body)
    table.put_item(
        Item={
            "photo_id": photo_id,
            "user_id": _user(event),
            "filename": body["filename"],
            "original_s3_key": key,
            "original_bucket": ORIGINALS,
            "version_type": "original",
            "content_type": body["content_type"],
            "file_size": body["file_size"],
            "created_at": now,
            "updated_at": now,
            "has_edited_version": False,
            "status": "pending_upload",
        },
        ConditionExpression="attribute_not_exists(photo_id)",
    )
    return _answer(event, {"photo_id": photo_id, "upload_url": url, "expires_in": 900})


def get_photo(event, context):
    photo = _photo(event)
    url = s3.generate_presigned_url(
        "get_object",
        Params={"Bucket": photo["original_bucket"], "Key": photo["original_s3_key"]},
        ExpiresIn=900,
    )
    return _answer(event, {"download_url": url, "metadata": {"filename": photo["filename"]}})


def list_photos(event, context):
    found = table.query(
        IndexName="UserIdIndex",
        KeyConditionExpression=Key("user_id").eq(_user(event)),
        FilterExpression=Attr("hidden_after").not_exists()
        | Attr("hidden_after").gt(int(time.time())),
        ScanIndexForward=False,
        Limit=51,
    )
    photos = [{name: photo[name] for name in SHOWN} for photo in found["Items"]]
    return _answer(event, {"photos": photos, "count": len(photos)})


def update_photo(event, context):
    body = json.loads(event["body"])
    photo = _photo(event)
    key = f"{_user(event)}/edited/{photo['photo_id']}/{body['filename']}"
    url = _put_url(EDITED, key, body)
    pending = {"photo_id": f"edit#{photo['photo_id']}#{uuid.uuid4()}", "ttl": 1_900_000_000}
    changed = photo | {"has_edited_version": True, "edited_s3_key": key, "updated_at": _now()}
    table.meta.client.transact_write_items(
        TransactItems=[
            {
                "Put": {
                    "TableName": table.name,
                    "Item": changed,
                    "ConditionExpression": "attribute_exists(photo_id)",
                }
            },
            {"Put": {"TableName": table.name, "Item": pending}},
        ]
    )
    return _answer(event, {"photo_id": photo["photo_id"], "upload_url": url, "expires_in": 900})


def delete_photo(event, context):
    photo = _photo(event)
    there = {"ConditionExpression": "attribute_exists(photo_id)"}
    table.put_item(Item=photo | {"status": "deleting"}, **there)
    s3.delete_object(Bucket=photo["original_bucket"], Key=photo["original_s3_key"])
    table.delete_item(Key={"photo_id": photo["photo_id"]}, **there)
    return _answer(event, {"photo_id": photo["photo_id"]})


def get_metadata(event, context):
    photo = _photo(event)
    return _answer(event, {name: photo[name] for name in SHOWN} | {"user_id": photo["user_id"]})


def _photo(event):
    key = {"photo_id": event["pathParameters"]["photo_id"]}
    photo = table.get_item(Key=key, ConsistentRead=True)["Item"]
    assert photo["user_id"] == _user(event)
    return photo


def _put_url(bucket, key, body):
    return s3.generate_presigned_url(
        "put_object",
        Params={
            "Bucket": bucket,
            "Key": key,
            "ContentType": body["content_type"],
            "ContentLength": body["file_size"],
        },
        ExpiresIn=900,
    )


def _user(event):
    return event["requestContext"]["authorizer"]["claims"]["sub"]


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def _answer(event, body):
    line = {
        "level": "INFO",
        "message": "request",
        "method": event["httpMethod"],
        "path": event["path"],
        "route": event["resource"],
        "status": 200,
        "request_id": event["requestContext"]["requestId"],
        "user_id": _user(event),
    }
    print(json.dumps(line), flush=True)
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, X-Request-Id",
        "X-Request-Id": event["requestContext"]["requestId"],
    }
    return {"statusCode": 200, "headers": headers, "body": json.dumps(body, default=str)}
