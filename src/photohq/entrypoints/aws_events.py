"""What AWS tells of: uploads that arrived in S3, and records that DynamoDB has removed.

Both functions answer which of their messages are to come again, so that one that can't be dealt
with holds up no other.
Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from photohq.entrypoints.quick_start import started  # before the others
from photohq.catalog.dynamodb_stream import removed
from photohq.entrypoints.aws_logs import tell, tell_metrics
from photohq.operations.confirm_upload import confirm_object
from photohq.operations.tidy import clean_up, settle
from photohq.photos.errors import PhotoNotFound
from photohq.photos.photo import Photo
from photohq.settings import functions
from photohq.wiring.aws import aws

log = logging.getLogger("photohq.events")
Record: TypeAlias = Mapping[str, Any]
UNITS = {"Uploads": "Count", "UploadedBytes": "Bytes", "Edits": "Count", "FailedUploads": "Count"}

_settings = functions.read()
_app = aws(_settings, erases=True).app


def confirm_upload(event: Mapping[str, Sequence[Record]], _: object) -> dict[str, Any]:
    """Take in what S3 has told EventBridge of, and that a queue: its `Object Created` events."""
    counts: Counter[str] = Counter()
    answer = _each(event["Records"], lambda record: _arrived(record, counts))
    metrics = {name: (counts[name], unit) for name, unit in UNITS.items()}
    tell_metrics("uploads", _settings.stack_name, metrics)
    return answer


def cleanup(event: Mapping[str, Sequence[Record]], _: object) -> dict[str, Any]:
    """Finish what the table's TTL or a purge has begun: the REMOVE events of the table's stream."""
    answer = _each(event["Records"], _removed)
    tell("removals", records=len(event["Records"]))
    return answer


def _arrived(record: Record, counts: Counter[str]) -> None:
    detail = json.loads(record["body"])["detail"]
    bucket, found = detail["bucket"]["name"], detail["object"]
    outcome = confirm_object(_app, bucket, found["key"], found.get("version-id"))
    if outcome is None:
        return
    if not outcome.kept:
        counts["FailedUploads"] += 1
        return
    counts["Uploads" if bucket == _settings.originals_bucket else "Edits"] += 1
    counts["UploadedBytes"] += outcome.arrival.file_size


def _removed(record: Record) -> None:
    gone = removed(record["dynamodb"]["OldImage"])
    if isinstance(gone, Photo):
        clean_up(_app, gone)
    elif gone:
        with suppress(PhotoNotFound):
            settle(_app, gone)


def _each(records: Sequence[Record], deal: Callable[[Record], None]) -> dict[str, Any]:
    """Deal with each record; those that fail are logged and named as the ones to come again."""
    failed = []
    for record in records:
        try:
            deal(record)
        except Exception:
            name = _name(record)
            log.exception("an event could not be dealt with", extra={"event_id": name})
            failed.append({"itemIdentifier": name})
    return {"batchItemFailures": failed}


def _name(record: Record) -> str:
    """Answer what a record is told apart by: an SQS message's id, a stream's sequence number."""
    return str(record.get("messageId") or record["dynamodb"]["SequenceNumber"])


started()
