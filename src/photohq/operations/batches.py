"""What the operations on batches share: their answers, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass

from photohq.operations.views import View
from photohq.photos.errors import FieldError, InvalidInput
from photohq.photos.requests import MAX_BATCH


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an item is answered: a view, why it is refused, or the error that nobody expected."""

    index: int
    answer: View | Exception
    photo_id: object = None


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """A batch and the outcomes of its items."""

    batch_id: str
    outcomes: list[Outcome]


def members(body: object, name: str) -> Sequence[object]:
    """Answer the array of a body that holds 1 to 200 things; raises InvalidInput."""
    if not isinstance(body, dict):
        raise InvalidInput(message="The body must be a JSON object")
    found = body.get(name)
    if found is None:
        raise InvalidInput(FieldError(name, f"{name} is required"))
    if not isinstance(found, list):
        raise InvalidInput(FieldError(name, f"{name} must be an array"))
    if not 1 <= len(found) <= MAX_BATCH:
        raise InvalidInput(FieldError(name, f"{name} must be 1 to {MAX_BATCH}"))
    return found
