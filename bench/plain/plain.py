"""What most would write: boto3's client and resource, made once, and a handler for each route.

It asks and answers what Photo HQ's functions do where all goes well, and checks nothing.
"""

import datetime
import json
import os
import uuid

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config

ORIGINALS, EDITED = os.environ["ORIGINALS_BUCKET"], os.environ["EDITED_BUCKET"]
s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
table = boto3.resource("dynamodb").Table(os.environ["PHOTOS_TABLE"])


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
    return _answer({"photo_id": photo_id, "upload_url": url, "expires_in": 900})


def get_photo(event, context):
    photo = _photo(event)
    url = s3.generate_presigned_url(
        "get_object",
        Params={"Bucket": photo["original_bucket"], "Key": photo["original_s3_key"]},
        ExpiresIn=900,
    )
    return _answer({"download_url": url, "metadata": {"filename": photo["filename"]}})


def list_photos(event, context):
    found = table.query(
        IndexName="UserIdIndex",
        KeyConditionExpression=Key("user_id").eq(_user(event)),
        ScanIndexForward=False,
        Limit=50,
    )
    photos = [
        {name: photo[name] for name in ("photo_id", "filename", "created_at", "status")}
        for photo in found["Items"]
    ]
    return _answer({"photos": photos, "count": len(photos)})


def update_photo(event, context):
    body = json.loads(event["body"])
    photo = _photo(event)
    key = f"{_user(event)}/edited/{photo['photo_id']}/{body['filename']}"
    url = _put_url(EDITED, key, body)
    table.update_item(
        Key={"photo_id": photo["photo_id"]},
        UpdateExpression="SET has_edited_version = :yes, edited_s3_key = :key, updated_at = :now",
        ConditionExpression="attribute_exists(photo_id)",
        ExpressionAttributeValues={":yes": True, ":key": key, ":now": _now()},
    )
    return _answer({"photo_id": photo["photo_id"], "upload_url": url, "expires_in": 900})


def delete_photo(event, context):
    photo = _photo(event)
    s3.delete_object(Bucket=photo["original_bucket"], Key=photo["original_s3_key"])
    table.delete_item(Key={"photo_id": photo["photo_id"]})
    return _answer({"photo_id": photo["photo_id"]})


def get_metadata(event, context):
    photo = _photo(event)
    return _answer({name: photo[name] for name in ("photo_id", "filename", "status")})


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


def _answer(body):
    print(json.dumps({"level": "INFO", "message": "request", "status": 200}))
    return {"statusCode": 200, "headers": {}, "body": json.dumps(body, default=str)}
