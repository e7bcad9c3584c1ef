"""POST /batches: announce many originals at once."""

import uuid
from collections.abc import Mapping, Sequence

from photohq.catalog.port import Claimed
from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.batches import BatchAnswer, Outcome, members
from photohq.operations.once import Once, store_claim
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
    try:
        store_claim(app, once, BatchStarted(batch_id=batch_id))
        batch, photos = _stored(app, caller, batch_id, items, names)
    except Claimed as claimed:
        assert once
        batch_id = once.read(claimed.earlier, BatchStarted).batch_id
        batch, photos = _stored_before(app, caller, batch_id, items, names)
    outcomes = [
        Outcome(index, _answer(app, caller, entry, item, photos))
        for index, (entry, item) in enumerate(zip(batch.items, items, strict=True))
    ]
    return BatchAnswer(batch_id, outcomes)


def _stored(
    app: App, caller: Caller, batch_id: str, items: Sequence[Item], names: Sequence[str]
) -> tuple[Batch, dict[str, Photo]]:
    """Store the batch and its photos; answers them, and those that are there already.

    Their ids follow from the batch's, so that whoever repeats a request that was cut off, or is
    still under way, makes nothing twice.
    """
    now = app.clock()
    there = _duplicates(app, caller, items)
    new: list[Photo] = []
    entries: list[BatchItem] = []
    for index, (item, name) in enumerate(zip(items, names, strict=True)):
        if isinstance(item, InvalidInput):
            entries.append(BatchItem(state=ItemState.REFUSED, filename=name, reason=item.code))
        elif duplicate := _duplicate(item, there):
            entries.append(_entry(ItemState.DUPLICATE, duplicate))
        else:
            photo_id = str(uuid.uuid5(uuid.UUID(batch_id), str(index)))
            new.append(new_photo(app, item, caller.user_id, photo_id, now))
            entries.append(_entry(ItemState.ANNOUNCED, new[-1]))
    batch = Batch(
        batch_id=batch_id,
        user_id=caller.user_id,
        created_at=iso(now),
        expires_at=now + BATCH_AGE,
        items=tuple(entries),
    )
    app.catalog.add_batch(batch, new)
    return batch, {photo.photo_id: photo for photo in (*new, *there.values())}


def _stored_before(
    app: App, caller: Caller, batch_id: str, items: Sequence[Item], names: Sequence[str]
) -> tuple[Batch, dict[str, Photo]]:
    """Read a batch that was begun, having gone on with it where need be, and its photos, which wait
    for their bytes anew."""
    batch = app.catalog.find_batch(batch_id, app.clock())
    if batch is None:
        _stored(app, caller, batch_id, items, names)
        batch = app.catalog.find_batch(batch_id, app.clock())
        assert batch
    photos = app.catalog.find_many([item.photo_id for item in batch.items if item.photo_id])
    with app.together():
        return batch, {key: renew(app, photo, photo.original) for key, photo in photos.items()}


def _answer(
    app: App, caller: Caller, entry: BatchItem, item: Item, photos: Mapping[str, Photo]
) -> View | PhotoHQError:
    """Answer an item as at first, its URL freshly signed.

    Of a duplicate that is gone there is nothing left to tell.
    """
    if isinstance(item, InvalidInput) or entry.photo_id is None:
        return item if isinstance(item, InvalidInput) else InvalidInput()
    photo = photos.get(entry.photo_id)
    if entry.state is ItemState.DUPLICATE:
        return duplicate_of(photo) if photo else PhotoNotFound()
    announced = photo or new_photo(app, item, caller.user_id, entry.photo_id, app.clock())
    return signed(app, original_ticket(announced))


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
