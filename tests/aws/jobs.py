"""The jobs of a deployed stack: its queues, and the functions that Lambda calls for them."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.aws.stack import Stack
from tests.contract.deployment import Photo


def calling(stack: Stack, function: str) -> Callable[[str, int], bool]:
    """Answer what calls a function with a message, at a try; that says if it is to come again."""
    lambda_, name = stack.client("lambda"), stack.physical(function)

    def call(body: str, tries: int) -> bool:
        attributes = {"ApproximateReceiveCount": str(tries)}
        record = {"messageId": "m", "body": body, "attributes": attributes}
        answer = lambda_.invoke(FunctionName=name, Payload=json.dumps({"Records": [record]}))
        assert "FunctionError" not in answer
        return bool(json.load(answer["Payload"]) != {"batchItemFailures": []})

    return call


@contextmanager
def hidden_for(stack: Stack, queue: str, seconds: int) -> Iterator[None]:
    """Keep failed messages away for so long, and drop what is left in the end."""
    sqs, url = stack.client("sqs"), stack.physical(queue)
    was = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=was["Attributes"])
        sqs.purge_queue(QueueUrl=url)


def waiting(stack: Stack, queue: str) -> int:
    """Count the messages of a queue, those that somebody is at among them."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.physical(queue), AttributeNames=names
    )
    return sum(map(int, found["Attributes"].values()))


def poisoned(stack: Stack, queue: str) -> str:
    """Put something into a queue that is no job; answers it."""
    poison = f"poison {secrets.token_hex(4)}"
    stack.client("sqs").send_message(QueueUrl=stack.physical(queue), MessageBody=poison)
    return poison


def dead(stack: Stack, queue: str) -> list[str]:
    """Take dead letters of a queue."""
    url = stack.physical(f"{queue}DeadLetters")
    found = stack.client("sqs").receive_message(QueueUrl=url)
    return [message["Body"] for message in found.get("Messages", [])]


def row_of(stack: Stack, photo_id: str) -> dict[str, Any]:
    """Answer the record of a photo, as DynamoDB has it."""
    item: dict[str, Any] = stack.client("dynamodb").get_item(
        TableName=stack.outputs["PhotosTableName"], Key={"photo_id": {"S": photo_id}}
    )["Item"]
    return item


def job_of(stack: Stack, photo_id: str) -> str:
    """Answer the job of a photo's original, as it would be put once more."""
    row = row_of(stack, photo_id)
    upload_id = row["original"]["M"]["upload_id"]["S"]
    return json.dumps(
        {"user_id": row["user_id"]["S"], "photo_id": photo_id, "upload_id": upload_id}
    )


def lose_bytes(stack: Stack, photo: Photo) -> None:
    """Erase an original behind everybody's back."""
    where = {"Bucket": stack.outputs["OriginalsBucketName"], "Key": photo.ticket["s3_key"]}
    s3 = stack.client("s3")
    version = s3.head_object(**where)["VersionId"]
    s3.delete_object(**where, VersionId=version)
