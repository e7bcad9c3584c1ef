"""POST /photos/upload: announce an original and get leave to upload it."""

from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.once import Once, once_only, store_claim
from photohq.operations.tickets import (
    duplicate_of,
    new_photo,
    original_ticket,
    signed,
    signed_again,
)
from photohq.operations.views import Duplicate, UploadAnswer, UploadTicket
from photohq.photos.requests import OnDuplicate, UploadRequest


def upload_photo(
    app: App, caller: Caller, body: UploadRequest, once: Once | None = None
) -> UploadTicket | Duplicate:
    """Record a new photo, pending, and answer where its original is to be uploaded.

    With `on_duplicate: "return"` a photo of the caller's that has arrived with the same checksum is
    answered instead. Raises IdempotencyKeyReused.
    """
    may_be_there = body.on_duplicate is OnDuplicate.RETURN and body.checksum_sha256

    def act() -> UploadAnswer:
        if may_be_there:
            found = app.catalog.find_by_checksums(caller.user_id, [may_be_there])
            for photo in found.values():
                return store_claim(app, once, UploadAnswer(duplicate=duplicate_of(photo)))
        photo = new_photo(app, body, caller.user_id, app.new_id(), app.clock())
        ticket = original_ticket(photo)
        answer = UploadAnswer(ticket=signed(app, ticket))
        claim = once.claim(app, UploadAnswer(ticket=ticket)) if once else None
        app.catalog.add(photo, claim)
        return answer

    def again(first: UploadAnswer) -> UploadAnswer:
        if first.ticket is None:
            return first
        return UploadAnswer(ticket=signed_again(app, first.ticket))

    # A new photo tells by its own write that the key is in use; nothing need be read before.
    answer = once_only(app, once, UploadAnswer, act, again, look_first=bool(may_be_there))
    given = answer.ticket or answer.duplicate
    assert given is not None
    return given
