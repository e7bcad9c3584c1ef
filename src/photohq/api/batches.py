"""How the answers of batches are written: each item as its own route would have been answered."""

from typing import Any

import msgspec

from photohq.api.messages import Request
from photohq.api.problems import Problem, internal_error, problem_of
from photohq.operations.batches import BatchAnswer, Outcome
from photohq.operations.recipe_views import Rendering
from photohq.operations.views import View
from photohq.photos.errors import FieldError, PhotoHQError

OK = 200
ACCEPTED = 202


class BatchItemAnswer(View, frozen=True, kw_only=True):
    """An item's ticket (200), the photo that is there already (200, `duplicate`), or its problem:
    `index` and `status_code` stand beside their fields."""

    index: int
    status_code: int
    photo_id: str | None = None
    duplicate: bool | None = None
    upload_url: str | None = None
    upload_method: str | None = None
    upload_headers: dict[str, str] | None = None
    expires_in: int | None = None
    expires_at: str | None = None
    file_size: int | None = None
    s3_key: str | None = None
    status: str | int | None = None
    message: str | None = None
    revision: int | None = None
    type: str | None = None
    title: str | None = None
    detail: str | None = None
    instance: str | None = None
    request_id: str | None = None
    code: str | None = None
    error: str | None = None
    errors: list[FieldError] | None = None


class BatchTickets(View, frozen=True, kw_only=True):
    """A batch and its items, in order."""

    batch_id: str
    items: list[BatchItemAnswer]


class OperationResult(View, frozen=True, kw_only=True):
    """What an operation is answered: `body` is its route's answer, or the problem."""

    index: int
    photo_id: str | None
    status_code: int
    body: dict[str, Any]


class OperationResults(View, frozen=True, kw_only=True):
    """The results, in the order of the operations."""

    results: list[OperationResult]


def write_tickets(answer: BatchAnswer, request: Request) -> dict[str, Any]:
    """Write the answer that `BatchTickets` describes."""
    items = []
    for outcome in answer.outcomes:
        status, body = _written(outcome, request)
        items.append({"index": outcome.index, "status_code": status, **msgspec.to_builtins(body)})
    return {"batch_id": answer.batch_id, "items": items}


def write_results(outcomes: list[Outcome], request: Request) -> dict[str, Any]:
    """Write the answer that `OperationResults` describes."""
    results = []
    for outcome in outcomes:
        status, body = _written(outcome, request)
        results.append(
            {
                "index": outcome.index,
                "photo_id": outcome.photo_id,
                "status_code": status,
                "body": body,
            }
        )
    return {"results": results}


def _written(outcome: Outcome, request: Request) -> tuple[int, View | Problem]:
    answer = outcome.answer
    if isinstance(answer, View):
        return (ACCEPTED if isinstance(answer, Rendering) else OK), answer
    error = answer if isinstance(answer, PhotoHQError) else internal_error()
    problem = problem_of(error, request.path, request.request_id)
    return problem.status, problem
