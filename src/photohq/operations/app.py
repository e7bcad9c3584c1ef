"""What operations work with: the ports, the limits, and the time and ids that come from outside."""

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from photohq.catalog.port import Catalog
from photohq.events.port import Jobs
from photohq.identity.port import UserPool
from photohq.imaging.port import Pictures
from photohq.objects.port import ObjectStore
from photohq.photos.rules import Limits
from photohq.photos.times import Clock


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """One deployment, wired.

    `together()` makes one durable step of what is written in its block, where records and objects
    can: on one machine. Elsewhere each write stands for itself, and so must be in a good order.
    Who doesn't `erase` puts delete markers on what is purged, and leaves the rest to who is told
    that the record is gone. Without `jobs` no pictures are processed, and `uploaded` is the last
    status; `pictures` draws what is answered at once, and is not everywhere.
    """

    catalog: Catalog
    objects: ObjectStore
    identity: UserPool
    limits: Limits
    deployment: str
    jobs: Jobs | None = None
    pictures: Pictures | None = None
    erases: bool = True
    clock: Clock = time.time
    new_id: Callable[[], str] = _new_id
    together: Callable[[], AbstractContextManager[object]] = nullcontext
