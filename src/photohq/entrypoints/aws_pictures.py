"""Pictures on AWS: the function that processes them, and the one that begins with a library anew.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from photohq.entrypoints.quick_start import started  # before the others
from photohq.entrypoints.aws_logs import tell, tell_metrics
from photohq.events.port import MAX_TRIES, Job
from photohq.operations.reprocess import reprocess as begin
from photohq.operations.work import give_up, work
from photohq.photos.photo import Status
from photohq.settings import functions
from photohq.wiring.aws import aws, pictures

log = logging.getLogger("photohq.pictures")
Record: TypeAlias = Mapping[str, Any]
UNITS = {"Pictures": "Count", "FailedPictures": "Count"}
_METRICS = {Status.READY: "Pictures", Status.FAILED: "FailedPictures"}
"""An edit that is rendered has arrived: it counts once it was processed as well."""
PARTS = 2_000
"""Parts of a library in one execution of the state machine, which may have 25,000 events in all:
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

_settings = functions.read()
_app = aws(_settings).app
_pictures = pictures(_settings)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What part of the photos to begin with: of a user or of all, the failed ones alone or all,
    behind the part before. `parts` counts them."""

    user_id: str | None = None
    only_failed: bool = False
    after: str | None = None
    parts: int = 0


def process_photo(event: Mapping[str, Sequence[Record]], _: object) -> dict[str, Any]:
    """Process the pictures that a queue has jobs for; answer which of them are to come again."""
    counts: Counter[str] = Counter()
    failed = []
    for record in event["Records"]:
        try:
            counts.update(_done(record))
        except Exception:
            name = record["messageId"]
            log.exception("a picture could not be processed", extra={"event_id": name})
            failed.append({"itemIdentifier": name})
    metrics = {name: (counts[name], unit) for name, unit in UNITS.items()}
    tell_metrics("pictures", _settings.stack_name, metrics)
    return {"batchItemFailures": failed}


def reprocess(event: Mapping[str, Any], _: object) -> dict[str, Any]:
    """Begin with a part of a library. Answers how many photos of it are processed again, and as
    `next` what to be called with for the next part, None behind the last."""
    part = msgspec.convert(event, Part)
    begun = begin(_app, user_id=part.user_id, only_failed=part.only_failed, after=part.after)
    tell("reprocess", photos=begun.photos, user_id=part.user_id)
    parts = (part.parts + 1) % PARTS
    going_on = begun.next and msgspec.structs.replace(part, after=begun.next, parts=parts)
    return {"photos": begun.photos, "next": msgspec.to_builtins(going_on)}


def _done(record: Record) -> list[str]:
    """Do a job and answer what it counts as. What has failed is given up at its last try, and so is
    what has ended the function at that, or SQS brings it once more than it may be tried."""
    job = msgspec.json.decode(record["body"], type=Job)
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    if tries <= MAX_TRIES:
        try:
            status = work(_app, _pictures, job)
        except Exception:
            if tries < MAX_TRIES:
                raise
            log.exception("a picture is given up", extra={"photo_id": job.photo_id})
        else:
            return [_METRICS[status]] if status in _METRICS else []
    give_up(_app, job)
    return ["FailedPictures"]


started()
