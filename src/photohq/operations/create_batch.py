"""POST /batches: announce many originals at once."""

import uuid
from collections.abc import Mapping, Sequence

from photohq.catalog.port import Claimed
from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.batches import BatchAnswer, Outcome, members
from photohq.operations.once import Once
from photohq.operations.tickets import duplicate_of, new_photo, original_ticket, renew, signed
from photohq.operations.views import BatchStarted, View
from photohq.photos.batch import BATCH_AGE, Batch, BatchItem, ItemState
from photohq.photos.errors import FieldError, InvalidInput, PhotoHQError, PhotoNotFound
from photohq.photos.photo import Photo
from photohq.photos.reading import read
from photohq.photos.requests import OnDuplicate, UploadRequest
from photohq.photos.rules import MAX_FILENAME_CHARACTERS
from photohq.photos.times import iso

Item = UploadRequest | InvalidInput


def create_batch(app: App, caller: Caller, body: object, once: Once | None = None) -> BatchAnswer:
    """Record 1 to 200 new photos, pending, and answer where their originals are to be uploaded.

    Items are answered one by one: a bad one is refused and does not spoil the others. Raises
    InvalidInput, IdempotencyKeyReused.
    """
    given = members(body, "items")
    items = [_read(app, item, index) for index, item in enumerate(given)]
    names = [_name(item) for item in given]
    batch_id = app.new_id()
    if once is None:
        return _begin(app, caller, batch_id, items, names)
    try:
        app.catalog.claim(once.claim(app, BatchStarted(batch_id=batch_id)))
    except Claimed as claimed:
        batch_id = once.read(claimed.earlier, BatchStarted).batch_id
        earlier = app.catalog.find_batch(batch_id, app.clock())
        if earlier is None:
            _begin(app, caller, batch_id, items, names)
            earlier = app.catalog.find_batch(batch_id, app.clock())
        assert earlier
        return _again(app, caller, earlier, items)
    return _begin(app, caller, batch_id, items, names)


def _begin(
    app: App, caller: Caller, batch_id: str, items: Sequence[Item], names: Sequence[str]
) -> BatchAnswer:
    """Store the batch and its photos.

    Their ids follow from the batch's, so that whoever repeats a request that was cut off, or is
    still under way, makes nothing twice.
    """
    now = app.clock()
    there = _duplicates(app, caller, items)
    photos: list[Photo] = []
    entries: list[BatchItem] = []
    outcomes: list[Outcome] = []
    for index, (item, name) in enumerate(zip(items, names, strict=True)):
        if isinstance(item, InvalidInput):
            entries.append(BatchItem(state=ItemState.REFUSED, filename=name, reason=item.code))
            outcomes.append(Outcome(index, item))
        elif duplicate := _duplicate(item, there):
            entries.append(_entry(ItemState.DUPLICATE, duplicate))
            outcomes.append(Outcome(index, duplicate_of(duplicate)))
        else:
            photo_id = str(uuid.uuid5(uuid.UUID(batch_id), str(index)))
            photo = new_photo(app, item, caller.user_id, photo_id, now)
            photos.append(photo)
            entries.append(_entry(ItemState.ANNOUNCED, photo))
            outcomes.append(Outcome(index, signed(app, original_ticket(photo))))
    batch = Batch(
        batch_id=batch_id,
        user_id=caller.user_id,
        created_at=iso(now),
        expires_at=now + BATCH_AGE,
        items=tuple(entries),
    )
    app.catalog.add_batch(batch, photos)
    return BatchAnswer(batch_id, outcomes)


def _again(app: App, caller: Caller, batch: Batch, items: Sequence[Item]) -> BatchAnswer:
    """Answer a batch as at first, its URLs freshly signed.

    Of a duplicate that is gone there is nothing left to tell.
    """
    photos = app.catalog.find_many([item.photo_id for item in batch.items if item.photo_id])
    with app.together():
        photos |= {name: renew(app, photo, photo.original) for name, photo in photos.items()}
    outcomes = []
    for index, (entry, item) in enumerate(zip(batch.items, items, strict=True)):
        photo = photos.get(entry.photo_id or "")
        answer: View | PhotoHQError
        if isinstance(item, InvalidInput):
            answer = item
        elif entry.photo_id is None:
            answer = InvalidInput()
        elif entry.state is ItemState.DUPLICATE:
            answer = duplicate_of(photo) if photo else PhotoNotFound()
        elif photo:
            answer = signed(app, original_ticket(photo))
        else:
            gone = new_photo(app, item, caller.user_id, entry.photo_id, app.clock())
            answer = signed(app, original_ticket(gone))
        outcomes.append(Outcome(index, answer))
    return BatchAnswer(batch.batch_id, outcomes)


def _read(app: App, item: object, index: int) -> Item:
    if not isinstance(item, dict):
        name = f"items[{index}]"
        return InvalidInput(FieldError(name, f"{name} must be an object"))
    try:
        return read(UploadRequest, item, app.limits)
    except InvalidInput as error:
        return error


def _name(item: object) -> str:
    """Answer the filename that an item gives, for what it is worth."""
    name = item.get("filename") if isinstance(item, dict) else None
    return name[:MAX_FILENAME_CHARACTERS] if isinstance(name, str) else ""


def _duplicates(app: App, caller: Caller, items: Sequence[Item]) -> Mapping[str, Photo]:
    asked = {
        item.checksum_sha256
        for item in items
        if not isinstance(item, InvalidInput)
        and item.on_duplicate is OnDuplicate.RETURN
        and item.checksum_sha256
    }
    return app.catalog.find_by_checksums(caller.user_id, asked) if asked else {}


def _duplicate(item: UploadRequest, there: Mapping[str, Photo]) -> Photo | None:
    if item.on_duplicate is OnDuplicate.ALLOW:
        return None
    return there.get(item.checksum_sha256 or "")


def _entry(state: ItemState, photo: Photo) -> BatchItem:
    return BatchItem(state=state, filename=photo.original.filename, photo_id=photo.photo_id)
