"""POST /batches/{batch_id}/resume: fresh tickets for what has not arrived."""

from photohq.identity.port import Caller
from photohq.operations.access import owned_batch
from photohq.operations.app import App
from photohq.operations.batches import BatchAnswer, Outcome
from photohq.operations.once import Once, once_only, store_claim
from photohq.operations.tickets import original_ticket, renew, signed
from photohq.operations.views import Resumed


def resume_batch(app: App, caller: Caller, batch_id: str, once: Once | None = None) -> BatchAnswer:
    """Answer fresh tickets for exactly the items whose bytes have not arrived.

    A repeat under the same key is answered for the items of the first time. Raises BatchNotFound,
    NotYours, IdempotencyKeyReused.
    """
    batch = owned_batch(app.catalog.find_batch(batch_id, app.clock()), caller)
    photos = app.catalog.find_many([item.photo_id for item in batch.items if item.photo_id])
    there = {
        index: photos[item.photo_id]
        for index, item in enumerate(batch.items)
        if item.photo_id in photos and not photos[item.photo_id].deleting
    }

    def act() -> Resumed:
        waiting = [index for index, photo in there.items() if not photo.original.arrived]
        return store_claim(app, once, Resumed(indexes=waiting))

    chosen = once_only(app, once, Resumed, act, look_first=False).indexes
    with app.together():
        fresh = [(i, renew(app, there[i], there[i].original)) for i in chosen if i in there]
    outcomes = [Outcome(i, signed(app, original_ticket(photo))) for i, photo in fresh]
    return BatchAnswer(batch_id, outcomes)
