"""A batch: the originals that were announced together."""

from enum import StrEnum

import msgspec

BATCH_AGE = 30 * 86_400
"""Seconds for which a batch can be asked for."""


class ItemState(StrEnum):
    """What became of an item's request."""

    ANNOUNCED = "announced"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class BatchItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An item: the photo that it announced or that was there already, or why it was refused."""

    state: ItemState
    filename: str
    photo_id: str | None = None
    reason: str | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a batch; `expires_at` is in seconds since the epoch."""

    batch_id: str
    user_id: str
    created_at: str
    expires_at: float
    items: tuple[BatchItem, ...]
