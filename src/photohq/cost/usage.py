"""What a month's work takes of each service: one amount for each price."""

import math

import msgspec

from photohq.cost.operations import (
    CHANGE,
    DELETE,
    DOWNLOAD,
    EDIT,
    EDIT_ARRIVES,
    EDIT_IS_PROCESSED,
    EDIT_IS_RENDERED,
    EDITED_RECORD_BYTES,
    INDEXES,
    METADATA,
    ORIGINAL_ARRIVES,
    ORIGINAL_IS_PROCESSED,
    PAGE,
    PREVIEW,
    RECORD_BYTES,
    RENDER,
    RENDERED_ARRIVES,
    RENDERED_IS_PROCESSED,
    RENDITIONS,
    STORED_ITEM_BYTES,
    SUM_ROW_BYTES,
    UPLOAD,
    Operation,
    list_units,
)
from photohq.cost.workload import Workload

GB = 2**30
HOURS = 730
"""Of a month, as AWS counts them."""

FUNCTION_GB = 0.5
BILLED_SECONDS = 0.2
"""Of an invocation, on average, an assumption: most end within 0.05 s, a start takes about a second
and is charged too."""
PICTURE_GB = 1.5
PICTURE_SECONDS = 1.0
"""Of a picture, on average, an assumption: 0.3 s to decode 24 megapixels and to render them on most
of a core, the rest for the bytes from S3 and to it, and for starts."""
DRAWING_GB = 1769 / 1024
RENDER_SECONDS = 3.0
"""Of an edit, on average, an assumption: some 2 s to render 24 megapixels on a core, the rest for
the bytes, and for starts."""
PREVIEW_SECONDS = 0.6
"""An assumption, too: 0.1 to 0.4 s to draw."""
PREVIEW_MIB = 0.15
"""Of 1,024 pixels."""
RENDITIONS_MIB = 0.75
"""Of a version, an assumption: a photo's largest one, of 2,048 pixels, has some 590 KB."""
THUMBNAIL_MIB = 0.02

QUEUES = 3
POLLS = QUEUES * 5 * 3 * 60 * HOURS
"""Requests to queues where nothing waits: Lambda asks with five pollers, each for 20 seconds.
Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
QUEUE_REQUESTS = 3
"""Of a message: send, receive, delete, where no two come together."""

TRACED_A_SECOND = 1
TRACED_BEYOND = 0.05
"""X-Ray's sampling by default: one request each second and 5 % of the others."""

GATEWAY_LOG_BYTES = 2_500
"""Of a request: the access log's line (500) and about ten of the execution log, without bodies."""
FUNCTION_LOG_BYTES = 700
"""Of an invocation: Lambda's own lines, `platform.start` and `platform.report`."""
REQUEST_LINE_BYTES = 300
"""What a function of the API adds."""
ARRIVAL_LINE_BYTES = 480
"""What ConfirmUpload adds: a line with metrics."""
PICTURE_LINES_BYTES = 560
"""What ProcessPhoto adds: a line with metrics, and one of the picture."""
RENDER_LINES_BYTES = 560
"""What Render adds: the same."""
COMPRESSED = 0.15
"""What is left of a log line that is kept."""

UPLOAD_METRICS = 4
"""ConfirmUpload's own: uploads, their bytes, edits, failures."""
PICTURE_METRICS = 2
"""ProcessPhoto's own: pictures, failures."""
RENDER_METRICS = 2
"""Render's own: renderings, failures; where there is any."""
BUCKETS = 2
BUCKET_METRICS = 12
"""S3's request metrics of a bucket that are ever written; they are charged as one's own."""
ALARM_METRICS = 69
"""What the template's alarms look at: a rate of errors looks at two metrics of each function."""
DASHBOARDS = 1
DASHBOARD_METRICS = 171
"""What the dashboard shows, more than a free one may."""
ALARM_MAILS = 10


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts of a month, named as in `prices.PRICES`."""

    api_requests: float
    invocations: float
    gb_seconds: float
    write_units: float
    read_units: float
    records_gb: float
    recovery_gb: float
    objects_gb: float
    puts: float
    gets: float
    sent_gb: float
    events: float
    queue_requests: float
    active_users: float
    traces: float
    logged_gb: float
    kept_logs_gb: float
    metrics: float
    alarms: float
    dashboards: float
    alarm_mails: float


def usage(work: Workload) -> Usage:
    """Answer what a workload takes in the last of its months."""
    photos, edits = work.photos, work.photos * work.edits
    renders, previews = photos * work.renders, photos * work.previews
    gone, lists = photos * work.deleted, work.users * work.lists
    asked = [
        (UPLOAD, photos),
        (EDIT, edits),
        (RENDER, renders),
        (PREVIEW, previews),
        (DOWNLOAD, photos * work.downloads),
        (METADATA, photos * work.reads),
        (CHANGE, photos * work.changes),
        (DELETE, gone),
    ]
    rendered = [(EDIT_IS_RENDERED, renders)]
    told = [(ORIGINAL_ARRIVES, photos), (EDIT_ARRIVES, edits), (RENDERED_ARRIVES, renders)]
    processed = [
        (ORIGINAL_IS_PROCESSED, photos),
        (EDIT_IS_PROCESSED, edits),
        (RENDERED_IS_PROCESSED, renders),
    ]
    every = asked + rendered + told + processed
    requests, arrivals, pictures = _times(asked) + lists, _times(told), _times(processed)
    invocations = requests + renders + arrivals + pictures
    thumbnails = lists * _listed(work)
    record = RECORD_BYTES + work.with_edit * (EDITED_RECORD_BYTES - RECORD_BYTES)
    item, beside = record + STORED_ITEM_BYTES, SUM_ROW_BYTES + STORED_ITEM_BYTES
    size = work.size + (1 + work.with_edit) * RENDITIONS_MIB
    replaced = photos * max(0, work.edits + work.renders - 1) * (work.edited_size + RENDITIONS_MIB)
    logged = (
        requests * (GATEWAY_LOG_BYTES + FUNCTION_LOG_BYTES + REQUEST_LINE_BYTES)
        + arrivals * (FUNCTION_LOG_BYTES + ARRIVAL_LINE_BYTES)
        + pictures * (FUNCTION_LOG_BYTES + PICTURE_LINES_BYTES)
        + renders * (FUNCTION_LOG_BYTES + RENDER_LINES_BYTES)
    ) / GB
    return Usage(
        api_requests=requests,
        invocations=invocations,
        gb_seconds=(requests - previews + arrivals) * BILLED_SECONDS * FUNCTION_GB
        + pictures * PICTURE_SECONDS * PICTURE_GB
        + (renders * RENDER_SECONDS + previews * PREVIEW_SECONDS) * DRAWING_GB,
        write_units=sum(one.write_units * times for one, times in every),
        read_units=sum(one.read_units * times for one, times in every)
        + lists * list_units(_listed(work), record),
        records_gb=work.kept * (item * (1 + INDEXES) + beside) / GB,
        recovery_gb=work.kept * (item + beside) / GB,
        objects_gb=((work.kept + gone) * size + replaced + previews * PREVIEW_MIB) / 1024,
        puts=photos + edits + sum(one.puts * times for one, times in every),
        gets=photos * work.downloads
        + thumbnails
        + previews
        + sum(one.gets * times for one, times in every),
        sent_gb=(
            photos * work.downloads * _downloaded(work)
            + thumbnails * THUMBNAIL_MIB
            + previews * PREVIEW_MIB
        )
        / 1024,
        events=(arrivals + 2 * gone * (1 + work.with_edit)) * (1 + RENDITIONS) + previews,
        queue_requests=POLLS + QUEUE_REQUESTS * (arrivals + pictures + renders),
        active_users=work.users,
        traces=_traced(invocations),
        logged_gb=logged,
        kept_logs_gb=logged * COMPRESSED,
        metrics=_metrics(work) * _busy(work),
        alarms=ALARM_METRICS if work.alarms else 0,
        dashboards=DASHBOARDS if work.alarms else 0,
        alarm_mails=ALARM_MAILS if work.alarms else 0,
    )


def _times(operations: list[tuple[Operation, float]]) -> float:
    return sum(times for _, times in operations)


def _listed(work: Workload) -> float:
    """Answer how many photos a list shows."""
    return min(PAGE, work.kept / work.users) if work.users else 0


def _downloaded(work: Workload) -> float:
    """Answer the MiB of a download: of the edit, where there is one."""
    return work.original_size + work.with_edit * (work.edited_size - work.original_size)


def _metrics(work: Workload) -> int:
    """Answer how many metrics of our own have values."""
    of_renderings = RENDER_METRICS if work.renders else 0
    return UPLOAD_METRICS + PICTURE_METRICS + of_renderings + BUCKETS * BUCKET_METRICS


def _traced(requests: float) -> float:
    """Answer how many requests X-Ray records where they come evenly, the most there can be."""
    first = min(requests, TRACED_A_SECOND * 3600 * HOURS)
    return first + TRACED_BEYOND * (requests - first)


def _busy(work: Workload) -> float:
    """Answer the share of the hours with somebody there, where visits don't heed each other.

    A metric is charged by the hour, and only for the hours that have values.
    """
    return 1 - math.exp(-work.users * work.visits / HOURS)
