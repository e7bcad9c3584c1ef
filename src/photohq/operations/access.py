"""Who may do what with a photo, and on which condition."""

import re
from collections.abc import Collection

from photohq.identity.port import Caller
from photohq.photos.batch import Batch
from photohq.photos.errors import (
    BatchNotFound,
    NotYourBatch,
    NotYours,
    PhotoNotFound,
    StaleRevision,
)
from photohq.photos.photo import Photo

_ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')


def owned(photo: Photo | None, caller: Caller) -> Photo:
    """Answer the caller's photo; raises PhotoNotFound (also while it is deleted), NotYours."""
    if photo is None:
        raise PhotoNotFound
    if photo.user_id != caller.user_id:
        raise NotYours
    if photo.deleting:
        raise PhotoNotFound
    return photo


def owned_batch(batch: Batch | None, caller: Caller) -> Batch:
    """Answer the caller's batch; raises BatchNotFound, NotYours."""
    if batch is None:
        raise BatchNotFound
    if batch.user_id != caller.user_id:
        raise NotYourBatch
    return batch


def revisions(if_match: str | None) -> frozenset[str] | None:
    """Read `If-Match` (RFC 9110, 13.1.1): strong comparison, so that weak tags match nothing.

    `*` asks only that there is a photo, which every operation does: it is as if nothing was asked.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(tag for weak, tag in _ENTITY_TAG.findall(if_match) if not weak)


def require_revision(revision: int, if_match: Collection[str] | None) -> None:
    """Hold the caller to the revisions that it named, if any; raises StaleRevision."""
    if if_match is not None and str(revision) not in if_match:
        raise StaleRevision
