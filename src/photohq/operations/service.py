"""What a client or an operator asks of the service itself."""

from collections.abc import Callable

import msgspec

from photohq import __version__
from photohq.events.port import Counts
from photohq.operations.app import App
from photohq.operations.views import View
from photohq.photos.errors import Unavailable

FEATURES = ["photos", "metadata", "versions", "batches", "idempotency_keys"]
OF_PICTURES = ["pictures", "recipes", "presets"]
"""What there is where pictures are processed."""


class ServiceLimits(View, frozen=True, kw_only=True):
    """The limits of this deployment; sizes in bytes, times in seconds."""

    min_file_size: int
    max_file_size: int
    max_edit_size: int
    content_types: tuple[str, ...]
    url_seconds: int
    noncurrent_days: int


class Config(View, frozen=True, kw_only=True):
    """What a client needs to start; URLs are absolute.

    Where users sign in at an OpenID Connect provider that is not Amazon Cognito, `region`,
    `user_pool_id` and `identity_endpoint` are null: its clients start at `issuer`.
    """

    api_version: str
    deployment: str
    region: str | None
    user_pool_id: str | None
    client_id: str | None
    identity_endpoint: str | None
    issuer: str
    jwks_uri: str | None
    limits: ServiceLimits
    features: list[str]


class Health(View, frozen=True, kw_only=True):
    """`ok`, or, for `/readyz`, `ready`; `jobs` are the pictures that are being processed, where
    they are counted."""

    status: str
    jobs: Counts | None = None


def get_config(app: App) -> Config:
    """Answer what a client needs to start."""
    return Config(
        api_version=__version__,
        deployment=app.deployment,
        limits=ServiceLimits(**msgspec.structs.asdict(app.limits)),
        features=[*FEATURES, *(OF_PICTURES if app.jobs else [])],
        **msgspec.structs.asdict(app.identity.describe()),
    )


def get_health(app: App) -> Health:  # noqa: ARG001
    """Answer that the process is alive."""
    return Health(status="ok")


def get_readiness(app: App) -> Health:
    """Answer that requests can be served; raises Unavailable that names the part which fails."""
    parts: dict[str, Callable[[], None]] = {
        "records": app.catalog.check,
        "objects": app.objects.check,
        "users": app.identity.check,
    }
    for name, check in parts.items():
        try:
            check()
        except Unavailable as error:
            raise Unavailable(f"{name}: {error.detail}", retry_after=error.retry_after) from error
    return Health(status="ready", jobs=app.jobs.counts() if app.jobs else None)
