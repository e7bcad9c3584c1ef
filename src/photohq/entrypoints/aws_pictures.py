"""Pictures on AWS: the functions that process and render them, and that begin with a library anew.

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
UNITS = {
    "Pictures": "Count",
    "FailedPictures": "Count",
    "Renderings": "Count",
    "FailedRenderings": "Count",
}
_PICTURES = {Status.READY: "Pictures", Status.FAILED: "FailedPictures"}
_RENDERINGS = {Status.UPLOADED: "Renderings", Status.FAILED: "FailedRenderings"}
"""An edit that is rendered has arrived: it is a picture once it was processed as well."""
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
    return _each(event["Records"], "pictures", _PICTURES)


def render_edit(event: Mapping[str, Sequence[Record]], _: object) -> dict[str, Any]:
    """Render the edits that a queue has jobs for; answer which of them are to come again."""
    return _each(event["Records"], "renderings", _RENDERINGS)


def reprocess(event: Mapping[str, Any], _: object) -> dict[str, Any]:
    """Begin with a part of a library. Answers how many photos of it are processed again, and as
    `next` what to be called with for the next part, None behind the last."""
    part = msgspec.convert(event, Part)
    begun = begin(_app, user_id=part.user_id, only_failed=part.only_failed, after=part.after)
    tell("reprocess", photos=begun.photos, user_id=part.user_id)
    parts = (part.parts + 1) % PARTS
    going_on = begun.next and msgspec.structs.replace(part, after=begun.next, parts=parts)
    return {"photos": begun.photos, "next": msgspec.to_builtins(going_on)}


def _each(records: Sequence[Record], about: str, names: Mapping[Status, str]) -> dict[str, Any]:
    """Do each job and count what became of them, by the name of each status."""
    counts: Counter[Status | None] = Counter()
    failed = []
    for record in records:
        try:
            counts[_done(record)] += 1
        except Exception:
            name = record["messageId"]
            log.exception("a picture could not be processed", extra={"event_id": name})
            failed.append({"itemIdentifier": name})
    metrics = {name: (counts[status], UNITS[name]) for status, name in names.items()}
    tell_metrics(about, _settings.stack_name, metrics)
    return {"batchItemFailures": failed}


def _done(record: Record) -> Status | None:
    """Do a job and answer what became of it. What has failed is given up at its last try, and so is
    what has ended the function at that, or SQS brings it once more than it may be tried."""
    job = msgspec.json.decode(record["body"], type=Job)
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    if tries <= MAX_TRIES:
        try:
            return work(_app, _pictures, job)
        except Exception:
            if tries < MAX_TRIES:
                raise
            log.exception("a picture is given up", extra={"photo_id": job.photo_id})
    give_up(_app, job)
    return Status.FAILED


started()
