"""POST /batches/{batch_id}/resume: fresh tickets for what has not arrived."""

from photohq.identity.port import Caller
from photohq.operations.access import owned_batch
from photohq.operations.app import App
from photohq.operations.batches import BatchAnswer, Outcome
from photohq.operations.once import Once, store_claim
from photohq.operations.tickets import original_ticket, renew, signed
from photohq.operations.views import Resumed


def resume_batch(app: App, caller: Caller, batch_id: str, once: Once | None = None) -> BatchAnswer:
    """Answer fresh tickets for exactly the items whose bytes have not arrived.

    Raises BatchNotFound, NotYours, IdempotencyKeyReused.
    """
    batch = owned_batch(app.catalog.find_batch(batch_id, app.clock()), caller)
    photos = app.catalog.find_many([item.photo_id for item in batch.items if item.photo_id])
    there = {
        index: photos[item.photo_id]
        for index, item in enumerate(batch.items)
        if item.photo_id in photos and not photos[item.photo_id].deleting
    }
    waiting = [index for index, photo in there.items() if not photo.original.arrived]
    chosen = store_claim(app, once, Resumed(indexes=waiting)).indexes
    with app.together():
        fresh = [(i, renew(app, there[i], there[i].original)) for i in chosen if i in there]
    outcomes = [Outcome(i, signed(app, original_ticket(photo))) for i, photo in fresh]
    return BatchAnswer(batch_id, outcomes)
