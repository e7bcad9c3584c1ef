"""AWS: DynamoDB, S3, SQS and Cognito, for one function."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from photohq.catalog.dynamodb import DynamoDbCatalog
from photohq.events.sqs import SqsJobs
from photohq.identity.cognito import CognitoPool, Sessions
from photohq.objects.presign import Credentials
from photohq.objects.s3 import S3Store
from photohq.operations.app import App
from photohq.photos.rules import Limits
from photohq.settings.functions import FunctionSettings, credentials

if TYPE_CHECKING:  # no other function imports anything of this room
    from photohq.imaging.port import Pictures


@dataclass(frozen=True, slots=True)
class Aws:
    """What a function works with: `pool` is the app's, still without a request's claims."""

    app: App
    pool: CognitoPool


def aws(settings: FunctionSettings, *, erases: bool = False) -> Aws:
    """Wire a function. `erases`: it may erase for good what is purged; others leave that to it."""
    endpoint = settings.aws_endpoint_url or None
    pool = CognitoPool(
        region=settings.aws_region,
        user_pool_id=settings.user_pool_id,
        client_id=settings.user_pool_client_id,
        endpoint_url=endpoint or f"https://cognito-idp.{settings.aws_region}.amazonaws.com",
        sessions=_sessions(settings, endpoint) if settings.check_sessions else None,
    )
    app = App(
        catalog=DynamoDbCatalog(settings.photos_table, settings.aws_region, endpoint_url=endpoint),
        objects=S3Store(
            settings.originals_bucket,
            settings.edited_bucket,
            region=settings.aws_region,
            endpoint_url=endpoint,
            credentials=lambda: Credentials(*credentials()),
        ),
        identity=pool,
        limits=Limits(
            min_file_size=settings.min_file_size,
            max_file_size=settings.max_file_size,
            max_edit_size=settings.max_edit_size,
            url_seconds=settings.url_seconds,
            noncurrent_days=settings.noncurrent_days,
        ),
        deployment="aws",
        jobs=_jobs(settings, endpoint) if settings.pictures_queue_url else None,
        erases=erases,
    )
    return Aws(app, pool)


def pictures(settings: FunctionSettings) -> "Pictures":
    """Wire what decodes pictures: a process, started at the first one, beside a function's own.

    Raises ValueError with a sentence where the settings make no sense.
    """
    from photohq.imaging.plan import Format, Plan, Position, Watermark
    from photohq.imaging.processes import PictureProcesses

    watermark = None
    if settings.watermark_text:
        watermark = Watermark(
            text=settings.watermark_text,
            position=msgspec.convert(settings.watermark_position, Position),
            opacity=settings.watermark_opacity / 100,
        )
    plan = Plan(
        formats=msgspec.convert(settings.rendition_formats.split(","), tuple[Format, ...]),
        watermark=watermark,
        max_pixels=settings.picture_pixels,
        memory_bytes=settings.picture_memory,
        seconds=settings.picture_seconds,
    )
    return PictureProcesses(plan, 1)


def _jobs(settings: FunctionSettings, endpoint: str | None) -> SqsJobs:
    return SqsJobs(
        settings.pictures_queue_url,
        settings.aws_region,
        renders_url=settings.renders_queue_url,
        endpoint_url=endpoint,
    )


def _sessions(settings: FunctionSettings, endpoint: str | None) -> Sessions:
    from photohq.identity.cognito_sessions import CognitoSessions

    return CognitoSessions(settings.aws_region, endpoint)
