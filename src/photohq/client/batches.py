"""Many things in one request: originals that are announced, operations on photos."""

from collections.abc import Sequence
from typing import Any

import msgspec

from photohq.client.asking import Asking
from photohq.client.errors import FieldError, Problem, Refused, refusal
from photohq.client.shapes import Metadata, Shape, Status, Ticket

OK = 200
REFUSALS = 400
MOST = 200
"""As many items a batch has at most."""


class BatchItem(Shape, frozen=True, kw_only=True):
    """What an item of a batch is answered: a ticket, or why there is none.

    `ticket` is None where it is refused: `detail` says why, and `errors` names the fields.
    """

    index: int
    status_code: int
    ticket: Ticket | None = None
    code: str = ""
    detail: str = ""
    errors: tuple[FieldError, ...] = ()


class Batch(Shape, frozen=True, kw_only=True):
    """A batch and its items: of a batch that is resumed, those that have not arrived."""

    batch_id: str
    items: tuple[BatchItem, ...]


class BatchStatusItem(Shape, frozen=True, kw_only=True):
    """An item of a batch: its photo's status, or `refused`, or `deleted`."""

    index: int
    filename: str
    status: str
    photo_id: str | None = None
    status_reason: str | None = None
    status_message: str | None = None

    @property
    def arrived(self) -> bool:
        return self.status in {Status.UPLOADED, Status.PROCESSING, Status.READY}


class BatchStatus(Shape, frozen=True, kw_only=True):
    """How far a batch has come: how many of its items have which status."""

    batch_id: str
    total: int
    pending_upload: int
    uploaded: int
    processing: int
    ready: int
    failed: int
    refused: int
    items: tuple[BatchStatusItem, ...]
    deleted: int = 0


class _Answer(Shape, frozen=True, kw_only=True):
    batch_id: str
    items: tuple[dict[str, Any], ...]


class Result(Shape, frozen=True, kw_only=True):
    """What an operation on a photo is answered: `body` is what its own route answers."""

    index: int
    status_code: int
    body: dict[str, Any]
    photo_id: str | None = None

    @property
    def refusal(self) -> Refused | None:
        """The error that its own call would have raised; None where it was carried out."""
        if self.status_code < REFUSALS:
            return None
        problem = msgspec.convert(self.body, Problem)
        return refusal(problem, retry_after=self.body.get("retry_after"))


class _Results(Shape, frozen=True, kw_only=True):
    results: tuple[Result, ...]


class Batches(Asking):
    """What can be asked of many at once; `upload_many` and `render_many` are made of it."""

    def start_batch(self, items: Sequence[dict[str, Any]], *, key: str | None = None) -> Batch:
        """Announce 1 to 200 originals, each by the body of an upload.

        A bad one spoils none of the others. Within a day the same `key` and items are answered the
        same batch, with fresh tickets. Raises InvalidInput, Conflict (the key had other items).
        """
        return _batch(self._ask("POST", "/batches", _Answer, body={"items": items}, key=key))

    def resume_batch(self, batch_id: str) -> Batch:
        """Answer fresh tickets for exactly the items whose bytes have not arrived.

        Raises NotFound, Forbidden.
        """
        return _batch(self._ask("POST", f"/batches/{batch_id}/resume", _Answer))

    def batch(self, batch_id: str) -> BatchStatus:
        """Tell the status of each item and how many have which. Raises NotFound, Forbidden."""
        return self._ask("GET", f"/batches/{batch_id}", BatchStatus)

    def operate(self, operations: Sequence[dict[str, Any]]) -> tuple[Result, ...]:
        """Carry out 1 to 200 operations on photos, in order: each an `op` (`get`, `edit`, `delete`,
        `metadata`, `patch`, `render`), a `photo_id` and what its route takes.

        A bad one spoils none of the others. What the server had no time for is refused as
        Unavailable, and was not begun. Raises InvalidInput.
        """
        body = {"operations": operations}
        return self._ask("POST", "/photos/batch", _Results, body=body).results

    def metadata_of_many(self, photo_ids: Sequence[str]) -> dict[str, Metadata | Refused]:
        """Answer everything that is known of 1 to 200 photos, or why it is refused."""
        results = self.operate([{"op": "metadata", "photo_id": one} for one in photo_ids])
        return {
            photo_ids[result.index]: result.refusal or msgspec.convert(result.body, Metadata)
            for result in results
        }


def _batch(answer: _Answer) -> Batch:
    return Batch(batch_id=answer.batch_id, items=tuple(map(_item, answer.items)))


def _item(fields: dict[str, Any]) -> BatchItem:
    ticket = msgspec.convert(fields, Ticket) if fields["status_code"] == OK else None
    return msgspec.structs.replace(msgspec.convert(fields, BatchItem), ticket=ticket)
