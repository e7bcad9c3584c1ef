"""POST /photos/batch: many operations on photos in one request."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from photohq.identity.port import Caller
from photohq.operations.access import require_revision, revisions
from photohq.operations.app import App
from photohq.operations.batches import Outcome, members
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_metadata import find_metadata, signed_metadata
from photohq.operations.get_photo import find_download, signed_download
from photohq.operations.once import Begun, Once, once_only, store_claim
from photohq.operations.patch_metadata import patch_metadata
from photohq.operations.render_photo import render_photo
from photohq.operations.update_photo import update_photo
from photohq.operations.views import UnsignedDownload, UnsignedMetadata, View
from photohq.photos.errors import FieldError, InvalidInput, PhotoHQError, Unavailable
from photohq.photos.reading import read
from photohq.photos.recipe_requests import RenderRequest
from photohq.photos.requests import DeleteQuery, EditRequest, GetQuery, PhotoOp, PhotoOperation

log = logging.getLogger("photohq.api")
SECONDS = 20.0
"""How long operations are begun; API Gateway waits 29 s for an answer."""
ANSWER_BYTES = 4 * 1024 * 1024
"""How much may be answered before nothing more is begun; a Lambda function's answer has 6 MB."""
PROBLEM_BYTES = 1000


def batch_photos(app: App, caller: Caller, body: object, once: Once | None = None) -> list[Outcome]:
    """Carry out 1 to 200 operations in order: `get`, `edit`, `delete`, `metadata`, `patch`,
    `render`.

    Each is answered as its own route answers; a bad one does not spoil the others. What did not fit
    into 20 s, or into 4 MiB of answers, is answered 503 with `retry_after` and was not begun.
    Raises InvalidInput, IdempotencyKeyReused.
    """
    operations = members(body, "operations")
    once_only(app, once, Begun, lambda: store_claim(app, once, Begun()), look_first=False)
    until = app.clock() + SECONDS
    room = ANSWER_BYTES
    outcomes = []
    for index, raw in enumerate(operations):
        answer: View | Exception
        if app.clock() > until or room <= 0:
            answer = Unavailable("There was no time or room left for this operation")
        else:
            answer = _outcome(app, caller, raw, index, once)
            room -= len(msgspec.json.encode(answer)) if isinstance(answer, View) else PROBLEM_BYTES
        outcomes.append(Outcome(index, answer, _photo_id(raw)))
    return outcomes


def _outcome(
    app: App, caller: Caller, raw: object, index: int, once: Once | None
) -> View | Exception:
    try:
        return _carried_out(app, caller, raw, index, once and once.part(index))
    except PhotoHQError as error:
        return error
    except Exception as error:
        log.exception("an operation of a batch failed", extra={"photo_id": _photo_id(raw)})
        return error


def _carried_out(app: App, caller: Caller, raw: object, index: int, once: Once | None) -> View:
    if not isinstance(raw, dict):
        name = f"operations[{index}]"
        raise InvalidInput(FieldError(name, f"{name} must be an object"))
    asked = read(PhotoOperation, raw, app.limits)
    return _OPERATIONS[asked.op](app, caller, asked, raw, once)


def _photo_id(raw: object) -> object:
    found = raw.get("photo_id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) else None


_Raw = Mapping[str, Any]


def _get(app: App, caller: Caller, asked: PhotoOperation, raw: _Raw, once: Once | None) -> View:
    query = read(GetQuery, raw, app.limits)

    def act() -> UnsignedDownload:
        found = find_download(app, caller, asked.photo_id, query)
        require_revision(found.download.revision, revisions(asked.if_match))
        return store_claim(app, once, found)

    return signed_download(app, once_only(app, once, UnsignedDownload, act))


def _metadata(app: App, caller: Caller, asked: PhotoOperation, _: _Raw, once: Once | None) -> View:
    def act() -> UnsignedMetadata:
        found = find_metadata(app, caller, asked.photo_id)
        require_revision(found.revision, revisions(asked.if_match))
        return store_claim(app, once, found)

    return signed_metadata(app, once_only(app, once, UnsignedMetadata, act))


def _edit(app: App, caller: Caller, asked: PhotoOperation, raw: _Raw, once: Once | None) -> View:
    body = read(EditRequest, raw, app.limits)
    return update_photo(app, caller, asked.photo_id, body, revisions(asked.if_match), once=once)


def _delete(app: App, caller: Caller, asked: PhotoOperation, raw: _Raw, once: Once | None) -> View:
    query = read(DeleteQuery, raw, app.limits)
    return delete_photo(app, caller, asked.photo_id, query, revisions(asked.if_match), once=once)


def _patch(app: App, caller: Caller, asked: PhotoOperation, raw: _Raw, once: Once | None) -> View:
    if not isinstance(raw.get("metadata"), dict):
        raise InvalidInput(FieldError("metadata", "metadata must be a merge patch: an object"))
    match = revisions(asked.if_match)
    return patch_metadata(app, caller, asked.photo_id, raw["metadata"], match, once=once)


def _render(app: App, caller: Caller, asked: PhotoOperation, raw: _Raw, once: Once | None) -> View:
    wanted = {name: raw[name] for name in raw if name not in PhotoOperation.__struct_fields__}
    body = read(RenderRequest, wanted, app.limits)
    match = revisions(asked.if_match)
    return render_photo(app, caller, asked.photo_id, body, match, once=once)


_OPERATIONS: Mapping[PhotoOp, Callable[..., View]] = {
    PhotoOp.GET: _get,
    PhotoOp.EDIT: _edit,
    PhotoOp.DELETE: _delete,
    PhotoOp.METADATA: _metadata,
    PhotoOp.PATCH: _patch,
    PhotoOp.RENDER: _render,
}
