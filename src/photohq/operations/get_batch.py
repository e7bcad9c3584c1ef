"""GET /batches/{batch_id}: how far a batch has come."""

from collections import Counter

from photohq.identity.port import Caller
from photohq.operations.access import owned_batch
from photohq.operations.app import App
from photohq.operations.views import BatchStatus, BatchStatusItem
from photohq.photos.batch import BatchItem, ItemState
from photohq.photos.photo import Photo
from photohq.photos.pictures import in_words

REFUSED = "refused"
DELETED = "deleted"


def get_batch(app: App, caller: Caller, batch_id: str) -> BatchStatus:
    """Tell the status of each item and how many have which. Raises BatchNotFound, NotYours."""
    batch = owned_batch(app.catalog.find_batch(batch_id, app.clock()), caller)
    photos = app.catalog.find_many([item.photo_id for item in batch.items if item.photo_id])
    items = [
        _item(index, item, photos.get(item.photo_id or ""))
        for index, item in enumerate(batch.items)
    ]
    counts = Counter(item.status for item in items)
    return BatchStatus(
        batch_id=batch_id,
        created_at=batch.created_at,
        total=len(items),
        pending_upload=counts["pending_upload"],
        uploaded=counts["uploaded"],
        processing=counts["processing"],
        ready=counts["ready"],
        failed=counts["failed"],
        refused=counts[REFUSED],
        deleted=counts[DELETED],
        items=items,
    )


def _item(index: int, item: BatchItem, photo: Photo | None) -> BatchStatusItem:
    if item.state is ItemState.REFUSED:
        return BatchStatusItem(
            index=index, filename=item.filename, status=REFUSED, status_reason=item.reason
        )
    there = photo is not None and not photo.deleting
    reason = photo.original.status_reason if photo and there else None
    return BatchStatusItem(
        index=index,
        filename=item.filename,
        photo_id=item.photo_id,
        status=photo.status if photo and there else DELETED,
        status_reason=reason,
        status_message=in_words(reason),
    )
